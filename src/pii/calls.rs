//! Who is called for numbers and words, by how they are written and what is said before them.

use super::detector::{Kind, Number, Scene, Word};
use super::forms::{DIGITS_MAX, JOINTS, Numeral, Shape};
use super::gate::hash;
use super::signs::follows_digit;
use super::words::Topic;

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

/// Who wants to see something, and the topic that must be spoken of before it, as a bit: with no number
/// between, or wherever.
#[derive(Clone, Debug)]
struct Entry<T, F> {
    form: T,
    kind: Kind,
    next: u32,
    before: u32,
    find: F,
}

impl<T, F> Entry<T, F> {
    /// Whether nothing must be spoken of.
    fn is_free(&self) -> bool {
        self.next | self.before == 0
    }

    /// Whether these topics are enough, of which `next` are those that no number parts from the place.
    #[inline]
    fn is_called(&self, spoken: u32, next: u32) -> bool {
        self.is_free() || self.before & spoken | self.next & next != 0
    }
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
            next,
            before,
            find,
        };
        if entry.is_free() {
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
        let is_next = self.next != 0 && !follows_digit(scene.bytes, place);
        let spoken = self.spoken((one, place), is_next, scene);
        let next = if is_next { spoken } else { 0 };
        let looks = if spoken == 0 { &self.free } else { &self.all };
        for look in looks {
            if look.is_called(spoken, next) && fits(&look.form) {
                scene.detector = look.kind;
                find(look.find, scene);
            }
        }
    }

    /// The topics that are spoken of before the place, of those that are needed.
    #[inline]
    fn spoken(&self, (one, place): (&P, usize), is_next: bool, scene: &mut Scene<'_, '_>) -> u32 {
        let mut topics = self.before;
        if is_next {
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
