//! The span tests of a configuration: each leaves one bit in the trace that has passed it.
//!
//! Most of them ask for one value. Those are found from the values that a span has, so that a span
//! pays for what it says and not for how much is asked.

use super::check::Check;
use super::reading::{BITS, Reading, Slot, Slots};
use super::screen::Screened;
use super::syntax::{Field, Place};
use super::test::{SpanTest, number_of};

/// How many different span tests one configuration may have.
pub(crate) const TESTS_MAX: usize = 256;
const WORDS: usize = TESTS_MAX / 64;

/// One bit per span test: which of them some span of a trace has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// Sets a bit.
    #[inline]
    pub fn set(&mut self, bit: u16) {
        if let Some(word) = self.0.get_mut(usize::from(bit) / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Whether a bit is set.
    #[inline]
    pub fn has(&self, bit: u16) -> bool {
        self.0
            .get(usize::from(bit) / 64)
            .is_some_and(|word| word & 1 << (bit % 64) != 0)
    }

    /// Sets all bits of another; says whether one was news.
    #[inline]
    fn add(&mut self, other: &Mask) -> bool {
        let mut news = 0;
        for (own, other) in self.0.iter_mut().zip(other.0) {
            news |= other & !*own;
            *own |= other;
        }
        news != 0
    }
}

/// The span tests of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Bits {
    n: u16,
    /// Questions about one value each, by its slot.
    by_slot: Vec<Vec<Question>>,
    /// One bit for each slot about which there are questions.
    asked: u64,
    /// What a span passes by its status.
    by_status: Numbers,
    /// What a span passes by its kind.
    by_kind: Numbers,
    /// All others.
    others: Vec<(u16, Screened)>,
}

/// What is passed by each number that a [`SpanTest::Number`] tells apart; nothing is by none.
type Numbers = Option<Box<[Mask; u8::BITS as usize]>>;

/// A question about one value, which gives its bit if the answer is yes.
#[derive(Clone, Debug)]
struct Question {
    bit: u16,
    place: Place,
    check: Check,
}

impl Bits {
    /// Gives a test its bit; `None` if there are too many.
    pub fn add(&mut self, test: SpanTest) -> Option<u16> {
        if self.len() >= TESTS_MAX {
            return None;
        }
        let (bit, test) = (self.n, test.settled());
        self.n += 1;
        let mut parts = Vec::new();
        if plain(&test, &mut parts) {
            for part in parts {
                self.ask(bit, part);
            }
        } else {
            self.others.push((bit, test.into()));
        }
        Some(bit)
    }

    /// Adds a part of a test, any of which passes it.
    fn ask(&mut self, bit: u16, part: SpanTest) {
        match part {
            SpanTest::Attribute(slot, place, check) => {
                let place_of = usize::from(slot);
                if self.by_slot.len() <= place_of {
                    self.by_slot.resize(place_of + 1, Vec::new());
                }
                self.asked |= 1 << slot;
                let question = Question { bit, place, check };
                if let Some(questions) = self.by_slot.get_mut(place_of) {
                    questions.push(question);
                }
            }
            SpanTest::Number(field, passes) => {
                let numbers = match field {
                    Field::Status => &mut self.by_status,
                    _ => &mut self.by_kind,
                };
                let masks = numbers.get_or_insert_default().iter_mut();
                let passed = (0..)
                    .zip(masks)
                    .filter(|(number, _)| passes >> number & 1 != 0);
                passed.for_each(|(_, mask)| mask.set(bit));
            }
            other => self.others.push((bit, other.into())),
        }
    }

    /// The tests that every span of a resource passes by it.
    pub fn of_resource(&self, resource: &Slots<'_>) -> Mask {
        let mut passed = Mask::default();
        self.answer(resource, Place::Span, &Mask::default(), &mut passed);
        passed
    }

    /// Runs the tests that no earlier span of the trace has passed, where `passed` are those that
    /// its resource passes; says whether this one has passed one.
    #[inline]
    pub fn mark(&self, span: &Reading<'_>, passed: &Mask, mask: &mut Mask) -> bool {
        let mut passed = *passed;
        for (numbers, field) in [
            (&self.by_status, Field::Status),
            (&self.by_kind, Field::Kind),
        ] {
            if let Some(numbers) = numbers {
                let number = number_of(span, field) as usize;
                numbers.get(number).inspect(|own| _ = passed.add(own));
            }
        }
        self.answer(span.own_slots(), Place::Resource, mask, &mut passed);
        for (bit, test) in &self.others {
            if !mask.has(*bit) && test.holds(span) {
                passed.set(*bit);
            }
        }
        mask.add(&passed)
    }

    /// Asks the questions about some values, but those for another place, and those whose bit
    /// stands in `known`.
    #[inline]
    fn answer(&self, slots: &Slots<'_>, other: Place, known: &Mask, passed: &mut Mask) {
        let mut asked = self.asked & slots.present();
        while asked != 0 {
            let slot = asked.trailing_zeros();
            asked &= asked - 1;
            let questions = self.by_slot.get(slot as usize);
            let value = slots.get(slot as Slot);
            for question in questions.into_iter().flatten() {
                if question.place != other
                    && !known.has(question.bit)
                    && question.check.holds(value)
                {
                    passed.set(question.bit);
                }
            }
        }
    }

    /// How many tests there are.
    pub fn len(&self) -> usize {
        usize::from(self.n)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
}

/// Whether a test is that one of some values passes, or a number; lists those parts.
fn plain(test: &SpanTest, parts: &mut Vec<SpanTest>) -> bool {
    match test {
        SpanTest::Any(tests) => tests.iter().all(|test| plain(test, parts)),
        SpanTest::All(tests) if let [test] = tests.as_slice() => plain(test, parts),
        SpanTest::Attribute(_, Place::Root, _) | SpanTest::Attribute(_, _, Check::Absent) => false,
        SpanTest::Attribute(slot, ..) if *slot >= BITS => false,
        SpanTest::Attribute(..) | SpanTest::Number(..) => {
            parts.push(test.clone());
            true
        }
        _ => false,
    }
}
