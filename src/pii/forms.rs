//! How numbers and words are written: a look is asked only about the forms that it takes.

use super::detector::{Kind, Number, Scene, Word};
use super::text::follows_digit;

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

/// All that a number's groups may be joined by, `*` for several.
pub(super) const JOINTS: &[u8; 6] = b" -./(*";

impl Numeral {
    /// How many digits a number of this form may have.
    fn totals(&self) -> u32 {
        let range = |from: u8, to: u8| (from..=to).fold(0, |all, total| all | 1 << total);
        match *self {
            Self::Bare(from, to) | Self::Joined(from, to, _) => range(from, to),
            Self::Groups(shapes, _) => shapes.iter().fold(0, |all, &shape| all | 1 << sum(shape)),
        }
    }

    fn joints(&self) -> &'static [u8] {
        match self {
            Self::Bare(..) => &[0],
            Self::Groups(_, joints) | Self::Joined(_, _, joints) => joints,
        }
    }

    /// The groups' lengths, if only some will do.
    fn shapes(&self) -> &'static [u64] {
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
    pattern: &'static str,
    from: u8,
    to: u8,
    /// So many digits at least.
    n_digits: u8,
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
    fn bits(&self) -> (u64, u64) {
        let bits = |wanted: &[u8]| {
            let signs = self.pattern.bytes().enumerate();
            signs.fold(0, |bits, (place, sign)| {
                bits | u64::from(wanted.contains(&sign)) << place
            })
        };
        (bits(b"DL"), bits(b"D"))
    }
}

pub(super) type FindNumber = fn(&Number, &mut Scene<'_, '_>);
pub(super) type FindWord = fn(&Word, &mut Scene<'_, '_>);

/// Who wants to see something, and the topic that must stand before it, as a bit; 0 for none.
#[derive(Clone, Debug)]
struct Entry<F> {
    kind: Kind,
    topic: u32,
    find: F,
}

impl<F> Entry<F> {
    /// Whether it may look: a word of its topic stands before the place, and no number between.
    fn enters(&self, scene: &mut Scene<'_, '_>, place: usize, follows_digit: bool) -> bool {
        scene.detector = self.kind;
        self.topic == 0 || !follows_digit && scene.context.speaks_of(self.topic, place)
    }
}

/// More digits than any number that a detector knows.
pub(super) const DIGITS_MAX: usize = 20;
/// Longer words of letters and digits are nobody's identity number.
const WORD_MAX: usize = 64;

/// The looks at numbers, by joint and number of digits; without a joint come first.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Vec<(&'static [u64], Entry<FindNumber>)>>);

impl Default for Numbers {
    fn default() -> Self {
        Self(vec![Vec::new(); (JOINTS.len() + 1) * (DIGITS_MAX + 1)])
    }
}

impl Numbers {
    pub(super) fn add(&mut self, kind: Kind, topic: u32, forms: &[Numeral], find: FindNumber) {
        for form in forms {
            for &joint in form.joints() {
                for total in (0..=DIGITS_MAX).filter(|total| form.totals() >> total & 1 == 1) {
                    let entry = Entry { kind, topic, find };
                    self.0[slot(joint, total)].push((form.shapes(), entry));
                }
            }
        }
    }

    /// Calls everybody who wants numbers that are written so.
    pub(super) fn call(&self, number: &Number, scene: &mut Scene<'_, '_>) {
        let follows_digit = follows_digit(scene.bytes, number.start);
        for (shapes, entry) in &self.0[slot(number.joint, usize::from(number.total))] {
            let fits = shapes.is_empty() || shapes.contains(&number.shape);
            if fits && entry.enters(scene, number.start, follows_digit) {
                (entry.find)(number, scene);
            }
        }
    }
}

fn slot(joint: u8, total: usize) -> usize {
    let joint = match joint {
        0 => 0,
        b' ' => 1,
        b'-' => 2,
        b'.' => 3,
        b'/' => 4,
        b'(' => 5,
        _ => 6,
    };
    joint * (DIGITS_MAX + 1) + total.min(DIGITS_MAX)
}

/// The looks at words, by length.
#[derive(Debug)]
pub(super) struct Words(Vec<Vec<WordEntry>>);

/// What characters must be digits or letters, one bit for each, and how many digits.
#[derive(Clone, Debug)]
struct WordEntry {
    care: u64,
    digits: u64,
    n_digits: u32,
    entry: Entry<FindWord>,
}

impl Default for Words {
    fn default() -> Self {
        Self(vec![Vec::new(); WORD_MAX + 1])
    }
}

impl Words {
    pub(super) fn add(&mut self, kind: Kind, topic: u32, shapes: &[Shape], find: FindWord) {
        for shape in shapes {
            let (care, digits) = shape.bits();
            for length in shape.from..=shape.to {
                self.0[usize::from(length)].push(WordEntry {
                    care,
                    digits,
                    n_digits: u32::from(shape.n_digits),
                    entry: Entry { kind, topic, find },
                });
            }
        }
    }

    /// Calls everybody who wants words that are written so; `digits` has a bit for each digit.
    pub(super) fn call(&self, word: &Word, digits: u64, scene: &mut Scene<'_, '_>) {
        let Some(looks) = self.0.get(word.end - word.start) else {
            return;
        };
        let n_digits = digits.count_ones();
        let follows_digit = follows_digit(scene.bytes, word.start);
        for look in looks {
            let fits = digits & look.care == look.digits && n_digits >= look.n_digits;
            if fits && look.entry.enters(scene, word.start, follows_digit) {
                (look.entry.find)(word, scene);
            }
        }
    }
}
