//! Compiled conditions: span tests run once per span and leave one bit, trace tests read the bits.

use super::check::Check;
use super::event::EventTest;
use super::reading::{BITS, Reading, Scalar, Slot};
use super::syntax::{Field, Place, TraceField};
use crate::sampling::tracestate::member;

/// A question about one span.
#[derive(Clone, Debug)]
pub enum SpanTest {
    /// An attribute, at a place.
    Attribute(Slot, Place, Check),
    /// A field of the span itself.
    Field(Field, Check),
    /// Its status or kind by number: one bit for each that passes.
    Number(Field, u8),
    /// A flag bit.
    Flag(u32),
    /// A member of the `tracestate` with one of these values.
    TraceState(Box<str>, Vec<Box<str>>),
    /// An evaluation of this name with a score below.
    ScoreBelow(Box<str>, f64),
    /// Some event of the span passes.
    Event(Box<EventTest>),
    /// All hold.
    All(Vec<SpanTest>),
    /// One holds.
    Any(Vec<SpanTest>),
    /// It does not hold.
    Not(Box<SpanTest>),
}

impl SpanTest {
    /// Whether the span passes.
    pub fn holds(&self, span: &Reading<'_>) -> bool {
        match self {
            SpanTest::Attribute(slot, place, check) => attribute(span, *slot, *place, check),
            SpanTest::Field(field, check) => check.holds(field_of(span, *field)),
            SpanTest::Number(field, passes) => passes >> number_of(span, *field) & 1 != 0,
            SpanTest::Flag(bit) => span.flags & bit != 0,
            SpanTest::TraceState(key, values) => member(span.tracestate, key)
                .is_some_and(|value| values.iter().any(|own| **own == *value)),
            SpanTest::ScoreBelow(name, bound) => span
                .evaluations
                .iter()
                .any(|evaluation| *evaluation.name == **name && evaluation.score < *bound),
            SpanTest::Event(test) => span.events().any(|event| test.holds(&event, span)),
            SpanTest::All(tests) => tests.iter().all(|test| test.holds(span)),
            SpanTest::Any(tests) => tests.iter().any(|test| test.holds(span)),
            SpanTest::Not(test) => !test.holds(span),
        }
    }
}

impl SpanTest {
    /// Slots of which the span or its resource must have one for the test to hold, if that is so.
    fn needs(&self) -> Option<u64> {
        match self {
            SpanTest::Attribute(_, _, Check::Absent) => None,
            SpanTest::Attribute(slot, ..) => (*slot < BITS).then(|| 1 << slot),
            SpanTest::All(tests) => tests.iter().find_map(SpanTest::needs),
            SpanTest::Any(tests) => {
                let needs = tests.iter().map(SpanTest::needs);
                { needs }
                    .try_fold(0, |all, own| Some(all | own?))
                    .filter(|all| *all != 0)
            }
            _ => None,
        }
    }
}

fn attribute(span: &Reading<'_>, slot: Slot, place: Place, check: &Check) -> bool {
    match place {
        Place::Span => check.holds(span.own(slot)),
        Place::Resource => check.holds(span.resource(slot)),
        Place::Root if !span.is_root => false,
        // An absence must be one everywhere; anything else may be found on either.
        Place::Any | Place::Root if matches!(check, Check::Absent) => {
            check.holds(span.own(slot)) && check.holds(span.resource(slot))
        }
        Place::Any | Place::Root => check.holds(span.own(slot)) || check.holds(span.resource(slot)),
    }
}

/// The last bit of [`SpanTest::Number`] is for numbers that have no word.
const UNKNOWN: u32 = u8::BITS - 1;

fn number_of(span: &Reading<'_>, field: Field) -> u32 {
    let (number, words) = match field {
        Field::Status => (span.status, CODES),
        _ => (span.kind, KINDS),
    };
    let known = u32::try_from(number).ok();
    let known = known.filter(|number| (*number as usize) < words.len());
    known.unwrap_or(UNKNOWN)
}

/// The same test, where the answers to a field of few values are known beforehand.
fn settled(test: SpanTest) -> SpanTest {
    let several = |tests: Vec<SpanTest>| tests.into_iter().map(settled).collect();
    match test {
        SpanTest::Field(field @ (Field::Status | Field::Kind), check) => {
            let words = if field == Field::Status { CODES } else { KINDS };
            let answers = words.iter().map(|word| check.holds(Scalar::Str(word)));
            let known = (0..)
                .zip(answers)
                .fold(0, |all, (bit, holds)| all | u8::from(holds) << bit);
            let unknown = u8::from(check.holds(Scalar::Other)) << UNKNOWN;
            SpanTest::Number(field, known | unknown)
        }
        SpanTest::All(tests) => SpanTest::All(several(tests)),
        SpanTest::Any(tests) => SpanTest::Any(several(tests)),
        SpanTest::Not(test) => SpanTest::Not(Box::new(settled(*test))),
        other => other,
    }
}

/// Span kinds by number, as OTLP has them.
pub(crate) const KINDS: &[&str] = &[
    "UNSPECIFIED",
    "INTERNAL",
    "SERVER",
    "CLIENT",
    "PRODUCER",
    "CONSUMER",
];
/// Status codes by number, as OTLP has them.
pub(crate) const CODES: &[&str] = &["UNSET", "OK", "ERROR"];

fn field_of<'a>(span: &Reading<'a>, field: Field) -> Scalar<'a> {
    let word = |words: &[&'static str], n: i32| {
        usize::try_from(n)
            .ok()
            .and_then(|n| words.get(n).copied())
            .map_or(Scalar::Other, Scalar::Str)
    };
    match field {
        Field::Name => Scalar::Str(span.name),
        Field::Status => word(CODES, span.status),
        Field::Kind => word(KINDS, span.kind),
        Field::DurationMs => span.duration_ms().map_or(Scalar::Absent, Scalar::Double),
        Field::IsRoot => Scalar::Bool(span.is_root),
    }
}

/// How many different span tests one configuration may have.
pub(crate) const TESTS_MAX: usize = 256;
const WORDS: usize = TESTS_MAX / 64;

/// One bit per span test: which of them some span of a trace has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// Sets a bit.
    pub fn set(&mut self, bit: u16) {
        if let Some(word) = self.0.get_mut(usize::from(bit) / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Whether a bit is set.
    pub fn has(&self, bit: u16) -> bool {
        self.0
            .get(usize::from(bit) / 64)
            .is_some_and(|word| word & 1 << (bit % 64) != 0)
    }
}

/// A test that is not asked of spans that have nothing it looks at.
#[derive(Clone, Debug)]
pub struct Screened {
    test: SpanTest,
    /// Without a value in one of these slots it cannot hold; none if that does not matter.
    needs: u64,
}

impl From<SpanTest> for Screened {
    fn from(test: SpanTest) -> Self {
        let needs = test.needs().unwrap_or(0);
        let test = settled(test);
        Screened { test, needs }
    }
}

impl Screened {
    /// Whether the span passes.
    #[inline]
    pub fn holds(&self, span: &Reading<'_>) -> bool {
        (self.needs == 0 || self.needs & span.present != 0) && self.test.holds(span)
    }
}

/// The span tests of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Bits(Vec<Screened>);

impl Bits {
    /// Gives a test its bit; `None` if there are too many.
    pub fn add(&mut self, test: SpanTest) -> Option<u16> {
        if self.0.len() >= TESTS_MAX {
            return None;
        }
        self.0.push(test.into());
        Some(self.0.len() as u16 - 1)
    }

    /// Runs the tests that no earlier span of the trace has passed; says whether this one has
    /// passed one.
    pub fn mark(&self, span: &Reading<'_>, mask: &mut Mask) -> bool {
        let before = *mask;
        for (bit, test) in self.0.iter().enumerate() {
            let bit = bit as u16;
            if !mask.has(bit) && test.holds(span) {
                mask.set(bit);
            }
        }
        before != *mask
    }

    /// How many tests there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a trace test asks of a trace's record.
pub trait TraceFigures {
    /// Which span tests were passed.
    fn mask(&self) -> &Mask;
    /// An aggregate over the trace.
    fn figure(&self, field: TraceField) -> Scalar<'_>;
}

/// A question about a whole trace.
#[derive(Clone, Debug)]
pub enum TraceTest {
    /// Some span has passed a span test.
    Bit(u16),
    /// An aggregate passes a check.
    Figure(TraceField, Check),
    /// All hold.
    All(Vec<TraceTest>),
    /// One holds.
    Any(Vec<TraceTest>),
    /// It does not hold.
    Not(Box<TraceTest>),
}

impl TraceTest {
    /// Whether the trace passes.
    pub fn holds(&self, trace: &dyn TraceFigures) -> bool {
        match self {
            TraceTest::Bit(bit) => trace.mask().has(*bit),
            TraceTest::Figure(field, check) => check.holds(trace.figure(*field)),
            TraceTest::All(tests) => tests.iter().all(|test| test.holds(trace)),
            TraceTest::Any(tests) => tests.iter().any(|test| test.holds(trace)),
            TraceTest::Not(test) => !test.holds(trace),
        }
    }

    /// Whether more spans can never take a yes back.
    pub fn monotone(&self) -> bool {
        match self {
            TraceTest::Bit(_) => true,
            TraceTest::Figure(field, check) => {
                matches!(check, Check::Gt(_) | Check::Ge(_)) || *field == TraceField::HasRoot
            }
            TraceTest::All(tests) | TraceTest::Any(tests) => tests.iter().all(TraceTest::monotone),
            TraceTest::Not(_) => false,
        }
    }
}
