//! How numbers and words are written: a look is asked only about the forms that it takes.

#[cfg(any(test, fuzzing))]
use super::detector::Number;

/// A way to write a number.
#[derive(Debug)]
pub(super) enum Numeral {
    /// Digits without a joint, this many (from, to).
    Bare(u8, u8),
    /// Groups of these lengths, as in `Number::shape`, with one of these joints.
    Groups(&'static [u64], &'static [u8]),
    /// Groups of any lengths with one of these joints, this many digits in all (from, to).
    Joined(u8, u8, &'static [u8]),
}

/// More digits than any number that a detector knows.
pub(super) const DIGITS_MAX: usize = 26;
/// All that a number's groups may be joined by, `*` for several.
pub(super) const JOINTS: &[u8; 6] = b" -./(*";

impl Numeral {
    /// How many digits a number of this form may have.
    pub(super) fn totals(&self) -> u32 {
        let range = |from: u8, to: u8| (from..=to).fold(0, |all, total| all | 1 << total);
        match *self {
            Self::Bare(from, to) | Self::Joined(from, to, _) => range(from, to),
            Self::Groups(shapes, _) => shapes.iter().fold(0, |all, &shape| all | 1 << sum(shape)),
        }
    }

    pub(super) fn joints(&self) -> &'static [u8] {
        match self {
            Self::Bare(..) => &[0],
            Self::Groups(_, joints) | Self::Joined(_, _, joints) => joints,
        }
    }

    /// The groups' lengths, if only some will do.
    pub(super) fn shapes(&self) -> &'static [u64] {
        match self {
            Self::Groups(shapes, _) => shapes,
            _ => &[],
        }
    }

    /// Whether a number is written so.
    #[cfg(any(test, fuzzing))]
    pub(super) fn takes(&self, number: &Number) -> bool {
        let has = |from: u8, to: u8| from <= number.total && number.total <= to;
        match *self {
            Self::Bare(from, to) => number.is_bare() && has(from, to),
            Self::Groups(shapes, joints) => {
                shapes.contains(&number.shape) && joints.contains(&number.joint)
            }
            Self::Joined(from, to, joints) => {
                !number.is_bare() && has(from, to) && joints.contains(&number.joint)
            }
        }
    }
}

/// The sum of a shape's groups.
fn sum(shape: u64) -> u32 {
    (0..16)
        .map(|group| (shape >> (4 * group) & 15) as u32)
        .sum()
}

/// A way to write a word of letters and digits.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its first characters: `D` for a digit, `L` for a letter, `X` for either.
    pub(super) pattern: &'static str,
    pub(super) from: u8,
    pub(super) to: u8,
    /// So many digits at least.
    pub(super) n_digits: u8,
}

/// Words of this pattern.
pub(super) const fn exactly(pattern: &'static str) -> Shape {
    starting(pattern, pattern.len() as u8, pattern.len() as u8)
}

/// Words that start with this pattern, this long (from, to).
pub(super) const fn starting(pattern: &'static str, from: u8, to: u8) -> Shape {
    Shape {
        pattern,
        from,
        to,
        n_digits: 1,
    }
}

/// Words of so many digits at least, this long (from, to).
pub(super) const fn holding(n_digits: u8, from: u8, to: u8) -> Shape {
    Shape {
        pattern: "",
        from,
        to,
        n_digits,
    }
}

impl Shape {
    /// Whether a word of letters and digits is written so.
    #[cfg(any(test, fuzzing))]
    pub(super) fn takes(&self, word: &[u8]) -> bool {
        let fits = |(sign, byte): (u8, &u8)| match sign {
            b'D' => byte.is_ascii_digit(),
            b'L' => byte.is_ascii_alphabetic(),
            _ => true,
        };
        let n_digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        (usize::from(self.from)..=usize::from(self.to)).contains(&word.len())
            && self.pattern.bytes().zip(word).all(fits)
            && n_digits >= usize::from(self.n_digits)
    }

    /// One bit for each character that the pattern says something of, and those that are digits.
    pub(super) fn bits(&self) -> (u64, u64) {
        let bits = |wanted: &[u8]| {
            let signs = self.pattern.bytes().enumerate();
            signs.fold(0, |bits, (place, sign)| {
                bits | u64::from(wanted.contains(&sign)) << place
            })
        };
        (bits(b"DL"), bits(b"D"))
    }
}
