//! How numbers and words are written: a look is asked only about the forms that it takes.

use super::detector::{Kind, Number, Scene, Word};
use super::gate::hash;
use super::signs::follows_digit;
use super::words::Topic;

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
    pub(super) pattern: &'static str,
    pub(super) from: u8,
    pub(super) to: u8,
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
/// Whether a number or a word in a text may be what is looked for, by what stands in it and beside it: told
/// before anybody reads the context.
pub(super) type MayBe<P> = fn(&P, &[u8]) -> bool;
pub(super) type FindWord = fn(&Word, &mut Scene<'_, '_>);

/// What must be said before a number or word, for a look to be called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// Nothing.
    Whatever,
    /// A word of this topic, and no number between.
    Next(Topic),
    /// A word of this topic.
    Before(Topic),
}

/// Who wants to see something, and the topic that must be spoken of before it, as a bit.
#[derive(Clone, Debug)]
struct Entry<T, F> {
    form: T,
    kind: Kind,
    topic: u32,
    find: F,
}

/// The looks at what is written in one way.
#[derive(Clone, Debug)]
struct Slot<P, T, F> {
    all: Vec<Entry<T, F>>,
    /// Those of them that need no context.
    free: Vec<Entry<T, F>>,
    /// The topics that the others need: that no number may part from the place, and the rest.
    next: u32,
    before: u32,
    /// The topics that all of such numbers or words need, and those that only some do.
    sure: u32,
    maybe: Vec<(u32, MayBe<P>)>,
}

impl<P, T, F> Default for Slot<P, T, F> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
            next: 0,
            before: 0,
            sure: 0,
            maybe: Vec::new(),
        }
    }
}

impl<P, T: Clone, F: Copy> Slot<P, T, F> {
    fn add(&mut self, kind: Kind, (near, may): (Near, Option<MayBe<P>>), form: T, find: F) {
        let (next, before) = match near {
            Near::Whatever => (0, 0),
            Near::Next(topic) => (topic.bit(), 0),
            Near::Before(topic) => (0, topic.bit()),
        };
        self.next |= next;
        self.before |= before;
        let topic = next | before;
        match may {
            Some(may) => self.maybe.push((topic, may)),
            None => self.sure |= topic,
        }
        let entry = Entry {
            form,
            kind,
            topic,
            find,
        };
        if entry.topic == 0 {
            self.free.push(entry.clone());
        }
        self.all.push(entry);
    }

    /// Calls those whose form fits and whose topic is spoken of before the place of a number or a word:
    /// the context is asked once for all.
    #[inline]
    fn call(
        &self,
        (one, place): (&P, usize),
        scene: &mut Scene<'_, '_>,
        fits: impl Fn(&T) -> bool,
        find: impl Fn(F, &mut Scene<'_, '_>),
    ) {
        let spoken = self.spoken(one, place, scene);
        let looks = if spoken == 0 { &self.free } else { &self.all };
        for look in looks {
            if (look.topic == 0 || look.topic & spoken != 0) && fits(&look.form) {
                scene.detector = look.kind;
                find(look.find, scene);
            }
        }
    }

    /// The topics that are spoken of before the place, of those that are needed.
    #[inline]
    fn spoken(&self, one: &P, place: usize, scene: &mut Scene<'_, '_>) -> u32 {
        let mut topics = self.before;
        if self.next != 0 && !follows_digit(scene.bytes, place) {
            topics |= self.next;
        }
        if topics & !self.sure != 0 && !scene.context.is_read(place) {
            topics &= self.sure | self.may_be(one, scene.bytes);
        }
        match topics {
            0 => 0,
            _ => scene.context.spoken(topics, place),
        }
    }

    /// The topics that a number or a word needs, of those that only some do.
    #[inline(never)]
    fn may_be(&self, one: &P, bytes: &[u8]) -> u32 {
        let needed = self.maybe.iter().filter(|(_, may)| may(one, bytes));
        needed.fold(0, |topics, (topic, _)| topics | topic)
    }
}

/// More digits than any number that a detector knows.
pub(super) const DIGITS_MAX: usize = 26;
/// Longer words of letters and digits are nobody's identity number.
const WORD_MAX: usize = 64;

/// The looks at numbers, by joint and number of digits; without a joint come first.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Slot<Number, Shapes, FindNumber>>);

/// The lengths of groups that a look takes, and one bit for each by its hash; any if there are none.
#[derive(Clone, Copy, Debug)]
struct Shapes {
    bits: u64,
    all: &'static [u64],
}

impl Shapes {
    fn of(all: &'static [u64]) -> Self {
        let any = if all.is_empty() { u64::MAX } else { 0 };
        let bits = all.iter().fold(any, |bits, shape| bits | Self::bit(*shape));
        Self { bits, all }
    }

    fn bit(shape: u64) -> u64 {
        1 << hash(shape, 6)
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self(vec![Slot::default(); (JOINTS.len() + 1) * (DIGITS_MAX + 1)])
    }
}

impl Numbers {
    pub(super) fn add(
        &mut self,
        kind: Kind,
        near: (Near, Option<MayBe<Number>>),
        forms: &[Numeral],
        find: FindNumber,
    ) {
        for form in forms {
            for &joint in form.joints() {
                for total in (0..=DIGITS_MAX).filter(|total| form.totals() >> total & 1 == 1) {
                    let shapes = Shapes::of(form.shapes());
                    self.0[slot(joint, total)].add(kind, near, shapes, find);
                }
            }
        }
    }

    /// Calls everybody who wants numbers that are written so.
    pub(super) fn call(&self, number: &Number, scene: &mut Scene<'_, '_>) {
        let slot = &self.0[slot(number.joint, usize::from(number.total))];
        let bit = Shapes::bit(number.shape);
        let fits = |shapes: &Shapes| {
            let Shapes { bits, all } = *shapes;
            bits & bit != 0 && (bits == u64::MAX || all.contains(&number.shape))
        };
        slot.call((number, number.start), scene, fits, |find, scene| {
            find(number, scene);
        });
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
pub(super) struct Words(Vec<Slot<Word, Characters, FindWord>>);

/// What characters must be digits or letters, one bit for each, and how many digits.
#[derive(Clone, Debug)]
struct Characters {
    care: u64,
    digits: u64,
    n_digits: u32,
}

impl Default for Words {
    fn default() -> Self {
        Self(vec![Slot::default(); (WORD_MAX + 1) << LEAD])
    }
}

/// So many characters at the start of a word tell by which looks it may be taken.
const LEAD: u32 = 4;

impl Words {
    pub(super) fn add(
        &mut self,
        kind: Kind,
        near: (Near, Option<MayBe<Word>>),
        shapes: &[Shape],
        find: FindWord,
    ) {
        for shape in shapes {
            let (care, digits) = shape.bits();
            let fits = |lead: &u64| lead & care == digits & ((1 << LEAD) - 1) & care;
            for length in shape.from..=shape.to {
                for lead in (0..1 << LEAD).filter(fits) {
                    let characters = Characters {
                        care,
                        digits,
                        n_digits: u32::from(shape.n_digits),
                    };
                    let slot = usize::from(length) << LEAD | lead as usize;
                    self.0[slot].add(kind, near, characters, find);
                }
            }
        }
    }

    /// Calls everybody who wants words that are written so; `digits` has a bit for each digit.
    pub(super) fn call(&self, word: &Word, digits: u64, scene: &mut Scene<'_, '_>) {
        let lead = digits as usize & ((1 << LEAD) - 1);
        let Some(slot) = self.0.get((word.end - word.start) << LEAD | lead) else {
            return;
        };
        let fits = |form: &Characters| {
            digits & form.care == form.digits && digits.count_ones() >= form.n_digits
        };
        slot.call((word, word.start), scene, fits, |find, scene| {
            find(word, scene);
        });
    }
}
