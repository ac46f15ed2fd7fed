//! The span tests of a configuration: each leaves one bit in the trace that has passed it.
//!
//! Most of them ask for one value. Those are found from the values that a span has, so that a span
//! pays for what it says and not for how much is asked.

use super::asked::Questions;
use super::check::Check;
use super::clauses::{Screened, Signs};
use super::reading::{BITS, Reading, Slot, Slots};
use super::several::Several;
use super::sieve::Sieve;
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
    fn add(&mut self, other: &Mask) -> bool {
        let [a, b, c, d] = &mut self.0;
        let mut news = 0;
        for (own, other) in [
            (a, other.0[0]),
            (b, other.0[1]),
            (c, other.0[2]),
            (d, other.0[3]),
        ] {
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
    /// Questions about one value each, of a span and of its resource: each gives the bit of a test,
    /// or from [`TESTS_MAX`] on an answer.
    of_span: Questions,
    of_resource: Questions,
    /// What a span passes by its status.
    by_status: Numbers,
    /// What a span passes by its kind.
    by_kind: Numbers,
    /// All others.
    others: Several<u16>,
    /// What a span shows that passes one of these, or one by its status or kind.
    signs: Signs,
    /// Questions that tests refer to, as they were asked: each is asked once.
    answers: Vec<String>,
}

/// What is known of a span or its resource once the questions have been asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// The tests it passes.
    tests: Mask,
    /// The answers that other tests refer to.
    answers: u64,
    /// Whether it passes a test.
    some: bool,
}

/// What is passed by each number that a [`SpanTest::Number`] tells apart.
#[derive(Clone, Debug, Default)]
struct Numbers {
    masks: Vec<Mask>,
    /// One bit for each number that passes anything.
    some: u8,
}

impl Numbers {
    /// Has these numbers, by bit, pass a test.
    fn let_pass(&mut self, passes: u8, test: u16) {
        self.some |= passes;
        self.masks.resize(u8::BITS as usize, Mask::default());
        let passed = (0..)
            .zip(&mut self.masks)
            .filter(|(number, _)| passes >> number & 1 != 0);
        passed.for_each(|(_, mask)| mask.set(test));
    }

    #[inline]
    fn pass(&self, number: u32, passed: &mut Passed) {
        if self.some >> number & 1 != 0
            && let Some(own) = self.masks.get(number as usize)
        {
            passed.tests.add(own);
            passed.some = true;
        }
    }
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
            let test = self.screen(test);
            self.signs = self.signs.or(test.signs);
            self.others.push(bit, test);
        }
        Some(bit)
    }

    /// Prepares a test that leaves no bit; it is to be asked after [`Bits::mark`].
    pub fn screen(&mut self, test: SpanTest) -> Screened {
        let test = test.settled();
        let asked = self.asked_before(test.clone());
        Screened::new(&test, asked)
    }

    /// The same test, where questions about one value that cost little are asked beforehand.
    fn asked_before(&mut self, test: SpanTest) -> SpanTest {
        let several = |bits: &mut Bits, tests: Vec<SpanTest>| {
            tests
                .into_iter()
                .map(|test| bits.asked_before(test))
                .collect()
        };
        match test {
            SpanTest::All(tests) => SpanTest::All(several(self, tests)),
            SpanTest::Any(tests) => SpanTest::Any(several(self, tests)),
            SpanTest::Not(test) => SpanTest::Not(Box::new(self.asked_before(*test))),
            SpanTest::Attribute(slot, place, check) if slot < BITS && check.is_quick() => {
                match self.answer_to(slot, place, &check) {
                    Some(answer) => SpanTest::Answer(answer),
                    None => SpanTest::Attribute(slot, place, check),
                }
            }
            other => other,
        }
    }

    /// The number of the answer to a question; `None` if there are too many.
    fn answer_to(&mut self, slot: Slot, place: Place, check: &Check) -> Option<u8> {
        let question = format!("{slot} {place:?} {check:?}");
        if let Some(known) = self.answers.iter().position(|own| *own == question) {
            return Some(known as u8);
        }
        let answer = u8::try_from(self.answers.len()).ok();
        let answer = answer.filter(|answer| u32::from(*answer) < u64::BITS)?;
        self.answers.push(question);
        let bit = TESTS_MAX as u16 + u16::from(answer);
        self.ask(bit, SpanTest::Attribute(slot, place, check.clone()));
        Some(answer)
    }

    /// Adds a part of a test, any of which passes it.
    fn ask(&mut self, bit: u16, part: SpanTest) {
        match part {
            SpanTest::Attribute(slot, place, check) => {
                if place != Place::Resource {
                    self.of_span.ask(slot, bit, check.clone());
                }
                if place != Place::Span {
                    self.of_resource.ask(slot, bit, check);
                }
            }
            SpanTest::Number(field, passes) => {
                self.signs = self.signs.or(Signs::of_test(&part));
                let numbers = match field {
                    Field::Status => &mut self.by_status,
                    _ => &mut self.by_kind,
                };
                numbers.let_pass(passes, bit);
            }
            _ => {}
        }
    }

    /// Which values of a slot are worth a look.
    pub(super) fn sieve(&self, slot: Slot) -> Sieve {
        self.of_span.sieve(slot).or(self.of_resource.sieve(slot))
    }

    /// What every span of a resource passes by it.
    pub fn of_resource(&self, resource: &Slots<'_>) -> Passed {
        let mut passed = Passed::default();
        let known = |_| false;
        self.of_resource
            .answer(resource, known, |bit| passed.set(bit));
        passed
    }

    /// Runs the tests that no earlier span of the trace has passed, where `passed` is what its
    /// resource passes; says whether this one has passed one.
    #[inline]
    pub fn mark(&self, span: &mut Reading<'_>, passed: &Passed, mask: &mut Mask) -> bool {
        let by_value = passed.has_any() | self.of_span.concern(span.own_slots());
        if !(by_value | span.facts.has_any(&self.signs)) {
            return false;
        }
        self.ask_all(span, passed, mask)
    }

    fn ask_all(&self, span: &mut Reading<'_>, passed: &Passed, mask: &mut Mask) -> bool {
        let mut passed = *passed;
        self.by_status
            .pass(number_of(span, Field::Status), &mut passed);
        self.by_kind.pass(number_of(span, Field::Kind), &mut passed);
        let known = |bit| mask.has(bit);
        self.of_span
            .answer(span.own_slots(), known, |bit| passed.set(bit));
        span.facts.answer(passed.answers);
        if self.others.concern(span) {
            for (bit, test) in self.others.iter() {
                if !mask.has(*bit) && test.holds(span) {
                    passed.set(*bit);
                }
            }
        }
        passed.some && mask.add(&passed.tests)
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

impl Passed {
    #[inline]
    fn has_any(&self) -> bool {
        self.some | (self.answers != 0)
    }

    #[inline]
    fn set(&mut self, bit: u16) {
        match usize::from(bit).checked_sub(TESTS_MAX) {
            None => {
                self.tests.set(bit);
                self.some = true;
            }
            Some(answer) => self.answers |= 1 << answer,
        }
    }
}

/// Whether a test is that one of some values passes, or a number; lists those parts.
fn plain(test: &SpanTest, parts: &mut Vec<SpanTest>) -> bool {
    match test {
        SpanTest::Any(tests) => tests.iter().all(|test| plain(test, parts)),
        SpanTest::All(tests) if let [test] = tests.as_slice() => plain(test, parts),
        SpanTest::Attribute(_, _, check) if check.takes_none() => false,
        SpanTest::Attribute(slot, ..) if *slot >= BITS => false,
        SpanTest::Attribute(..) | SpanTest::Number(..) => {
            parts.push(test.clone());
            true
        }
        _ => false,
    }
}
