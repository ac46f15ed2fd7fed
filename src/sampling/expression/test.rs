//! Compiled conditions: span tests run once per span and leave one bit, trace tests read the bits.

use super::bits::Mask;
use super::check::Check;
use super::event::EventTest;
use super::reading::{Reading, Scalar, Slot, Slots};
use super::syntax::{Field, Operand, Place, TraceField};
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
    /// A question about one value that was asked before the test, by the number of its answer.
    Answer(u8),
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
            SpanTest::Answer(number) => span.facts.has_answer(*number),
            SpanTest::Flag(bit) => span.flags() & bit != 0,
            SpanTest::TraceState(key, values) => member(span.tracestate(), key)
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

#[inline]
fn attribute(span: &Reading<'_>, slot: Slot, place: Place, check: &Check) -> bool {
    let holds = |slots: &Slots<'_>| match slots.find(slot) {
        Some(value) => check.passes(value),
        None => check.takes_none(),
    };
    let (own, resource) = (span.own_slots(), span.resource_slots());
    match place {
        Place::Span => holds(own),
        Place::Resource => holds(resource),
        Place::Root if !span.is_root() => false,
        // An absence must be one everywhere; anything else may be found on either.
        Place::Any | Place::Root if check.takes_none() => holds(own) && holds(resource),
        Place::Any | Place::Root => holds(own) || holds(resource),
    }
}

/// The last bit of [`SpanTest::Number`], and all that have no word, are for numbers without one.
const UNKNOWN: u32 = u8::BITS - 1;

/// The place of a span's status or kind among the bits of [`SpanTest::Number`].
#[inline]
pub(super) fn number_of(span: &Reading<'_>, field: Field) -> u32 {
    let number = match field {
        Field::Status => span.status,
        _ => span.kind(),
    };
    (number as u32).min(UNKNOWN)
}

impl SpanTest {
    /// The same test, where the answers to a field of few values are known beforehand.
    pub(super) fn settled(self) -> SpanTest {
        let several = |tests: Vec<SpanTest>| tests.into_iter().map(SpanTest::settled).collect();
        match self {
            SpanTest::Field(field @ (Field::Status | Field::Kind), check) => {
                let words = if field == Field::Status { CODES } else { KINDS };
                let answers = words.iter().map(|word| check.holds(Scalar::Str(word)));
                let known = (0..)
                    .zip(answers)
                    .fold(0, |all, (bit, holds)| all | u8::from(holds) << bit);
                let unknown = if check.holds(Scalar::Other) {
                    u8::MAX
                } else {
                    0
                };
                SpanTest::Number(field, known | unknown << words.len())
            }
            SpanTest::Attribute(slot, Place::Root, check) => {
                let is_root = SpanTest::Field(Field::IsRoot, Check::Eq(Operand::Bool(true)));
                SpanTest::All(vec![is_root, SpanTest::Attribute(slot, Place::Any, check)])
            }
            SpanTest::All(tests) => SpanTest::All(several(tests)),
            SpanTest::Any(tests) => SpanTest::Any(several(tests)),
            SpanTest::Not(test) => SpanTest::Not(Box::new(test.settled())),
            other => other,
        }
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
        Field::Name | Field::SpanName => Scalar::Str(span.name()),
        Field::ScopeName => Scalar::Str(span.scope().name()),
        Field::ScopeVersion => Scalar::Str(span.scope().version()),
        Field::Status => word(CODES, span.status),
        Field::Kind => word(KINDS, span.kind()),
        Field::DurationMs => span.duration_ms().map_or(Scalar::Absent, Scalar::Double),
        Field::IsRoot => Scalar::Bool(span.is_root()),
    }
}

/// What a trace test asks of a trace's record.
pub trait TraceFigures {
    /// Which span tests were passed.
    fn mask(&self) -> &Mask;
    /// An aggregate over the trace.
    fn figure(&self, field: TraceField) -> Scalar<'_>;
    /// What a figure is at most, if that is easier to say than what it is.
    fn at_most(&self, _field: TraceField) -> f64 {
        f64::INFINITY
    }
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
            TraceTest::Figure(field, check) => {
                !check.asks_for_more(trace.at_most(*field)) && check.holds(trace.figure(*field))
            }
            TraceTest::All(tests) => tests.iter().all(|test| test.holds(trace)),
            TraceTest::Any(tests) => tests.iter().any(|test| test.holds(trace)),
            TraceTest::Not(test) => !test.holds(trace),
        }
    }

    /// Shows every aggregate that is asked about to `see`, and what it is held against.
    pub fn figures(&self, see: &mut dyn FnMut(TraceField, &Check)) {
        match self {
            TraceTest::Bit(_) => {}
            TraceTest::Figure(field, check) => see(*field, check),
            TraceTest::All(tests) | TraceTest::Any(tests) => {
                for test in tests {
                    test.figures(see);
                }
            }
            TraceTest::Not(test) => test.figures(see),
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
