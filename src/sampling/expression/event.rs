//! Questions about one event of a span.

use super::check::Check;
use super::keys::Keys;
use super::reading::{Reading, Scalar};
use super::syntax::{Expression, Field, Place, Shape};
use super::test::SpanTest;
use crate::otlp::Event;

/// A question about one event, and about the span it happened on.
#[derive(Clone, Debug)]
pub enum EventTest {
    /// An attribute of the event.
    Attribute(Box<str>, Check),
    /// The event's name.
    Name(Check),
    /// The span passes a test.
    Span(SpanTest),
    /// All hold.
    All(Vec<EventTest>),
    /// One holds.
    Any(Vec<EventTest>),
    /// It does not hold.
    Not(Box<EventTest>),
}

impl EventTest {
    /// Whether the event passes.
    pub fn holds(&self, event: &Event<'_>, span: &Reading<'_>) -> bool {
        match self {
            EventTest::Attribute(key, check) => {
                let value = event.attributes().get(key);
                let value = value.filter(|value| Scalar::from(value).exists());
                value.map_or(check.takes_none(), |value| check.takes(&value))
            }
            EventTest::Name(check) => check.holds(Scalar::Str(event.name())),
            EventTest::Span(test) => test.holds(span),
            EventTest::All(tests) => tests.iter().all(|test| test.holds(event, span)),
            EventTest::Any(tests) => tests.iter().any(|test| test.holds(event, span)),
            EventTest::Not(test) => !test.holds(event, span),
        }
    }
}

impl Expression {
    /// Compiles a condition on one event: `attr` is the event's unless a `scope` is given, `name`
    /// is its name, everything else is the span's.
    pub(super) fn on_event(&self, keys: &mut Keys) -> Result<EventTest, String> {
        let mut several = |list: &[Expression]| {
            list.iter()
                .map(|part| part.on_event(keys))
                .collect::<Result<Vec<_>, _>>()
        };
        match self.shape()? {
            Shape::All(list) => Ok(EventTest::All(several(list)?)),
            Shape::Any(list) => Ok(EventTest::Any(several(list)?)),
            Shape::Not(part) => Ok(EventTest::Not(Box::new(part.on_event(keys)?))),
            Shape::Attribute(key) if self.scope == Place::Any => {
                Ok(EventTest::Attribute(key.into(), self.check()?))
            }
            Shape::Field(Field::Name) => Ok(EventTest::Name(self.check()?)),
            Shape::Attribute(_) | Shape::Field(_) => Ok(EventTest::Span(self.on_span(keys)?)),
            Shape::Event(_) | Shape::Trace(_) => {
                Err("`event` and `trace` do not belong in a condition on an event".to_owned())
            }
        }
    }
}
