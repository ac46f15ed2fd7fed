//! How a condition is written in `pipelines.toml`, and its translation into tests.

use std::fmt;

use regex::Regex;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::bits::Bits;
use super::check::Check;
use super::convert::{As, Type};
use super::keys::Keys;
use super::reading::Scalar;
use super::test::{SpanTest, TraceTest};
use crate::sampling::ottl;

/// A condition: one comparison, or `all`, `any`, `not` of others.
///
/// A comparison names what it looks at with one of `attr` (an attribute), `field` (of the span
/// itself) or `trace` (an aggregate over the trace). A text instead of a table is a condition on a
/// span in the Collector's transformation language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, remote = "Self")]
pub struct Expression {
    /// An attribute key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attr: Option<String>,
    /// A field of the span.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// An aggregate over the trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceField>,
    /// Some event of the span for which this holds: `attr` is the event's own unless a `scope` is
    /// given, `name` is the event's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<std::collections::BTreeMap<String, serde_json::Value>>")]
    pub event: Option<Box<Expression>>,
    /// The comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<Op>,
    /// What to compare with; a list for `in`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Operand>,
    /// What is made of the value before it is compared.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub read_as: Option<As>,
    /// Where the attribute is looked for: on span or resource unless given.
    #[serde(skip_serializing_if = "Place::is_any")]
    pub scope: Place,
    /// All of these hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Expression>>,
    /// One of these holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Expression>>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Expression>>,
}

/// Where an attribute is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On the span or its resource.
    #[default]
    Any,
    /// On the span.
    Span,
    /// On the resource.
    Resource,
    /// On a span without parent, or its resource.
    Root,
}

impl Place {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_any(&self) -> bool {
        *self == Place::Any
    }
}

/// A field of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name; in a condition on an event, the event's.
    Name,
    /// The span's name, also in a condition on an event.
    SpanName,
    /// The name of the instrumentation scope.
    ScopeName,
    /// The version of the instrumentation scope.
    ScopeVersion,
    /// The status: `UNSET`, `OK`, `ERROR`.
    Status,
    /// The kind: `INTERNAL`, `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER`.
    Kind,
    /// Milliseconds from start to end; absent while it runs.
    DurationMs,
    /// Whether it has no parent.
    IsRoot,
}

/// An aggregate over a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TraceField {
    /// Milliseconds from the earliest start to the latest end; absent while nothing has ended.
    DurationMs,
    /// Spans.
    Spans,
    /// Spans with status `ERROR`.
    Errors,
    /// Bytes of the spans as they came.
    Bytes,
    /// US dollars, without roll-ups.
    CostUsd,
    /// Input and output tokens, without roll-ups.
    Tokens,
    /// Whether a span without parent has arrived.
    HasRoot,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// There is a value.
    Exists,
    /// There is none.
    Absent,
    /// Equal.
    Eq,
    /// There, and different.
    Ne,
    /// Equal to one of a list.
    In,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// A regular expression is found anywhere in the text.
    Regex,
    /// The text contains.
    Contains,
    /// The text starts with.
    StartsWith,
    /// The value is of this type: `string`, `int`, `double`, `bool`.
    Type,
}

/// A value written in a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Operand {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Double(f64),
    /// Text.
    Str(String),
    /// A list, for `in`.
    List(Vec<Operand>),
}

impl Operand {
    /// As a value of a span would be.
    pub fn as_scalar(&self) -> Scalar<'_> {
        match self {
            Operand::Bool(b) => Scalar::Bool(*b),
            Operand::Int(n) => Scalar::Int(*n),
            Operand::Double(x) => Scalar::Double(*x),
            Operand::Str(text) => Scalar::Str(text),
            Operand::List(_) => Scalar::Other,
        }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Expression::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TableOrText)
    }
}

struct TableOrText;

impl<'de> Visitor<'de> for TableOrText {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition: a table, or a text in the Collector's language")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Expression, M::Error> {
        Expression::deserialize(MapAccessDeserializer::new(map))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Expression, E> {
        let condition = ottl::condition(text).and_then(|condition| condition.on_span());
        condition.map_err(|why| E::custom(format!("`{text}`: {why}")))
    }
}

impl Expression {
    /// Compiles a condition on one span.
    pub fn on_span(&self, keys: &mut Keys) -> Result<SpanTest, String> {
        let several = |list: &[Expression], keys: &mut Keys| {
            list.iter()
                .map(|part| part.on_span(keys))
                .collect::<Result<Vec<_>, _>>()
        };
        match self.shape()? {
            Shape::All(list) => Ok(SpanTest::All(several(list, keys)?)),
            Shape::Any(list) => Ok(SpanTest::Any(several(list, keys)?)),
            Shape::Not(part) => Ok(SpanTest::Not(Box::new(part.on_span(keys)?))),
            Shape::Attribute(key) => Ok(SpanTest::Attribute(
                keys.slot(key),
                self.scope,
                self.check()?,
            )),
            Shape::Field(field) => Ok(SpanTest::Field(field, self.check()?)),
            Shape::Event(part) => Ok(SpanTest::Event(Box::new(part.on_event(keys)?))),
            Shape::Trace(_) => Err("`trace` does not belong in a condition on one span".to_owned()),
        }
    }

    /// Compiles a condition on a whole trace: parts that only look at spans hold if some span
    /// passes them.
    pub fn on_trace(&self, keys: &mut Keys, bits: &mut Bits) -> Result<TraceTest, String> {
        if !self.mentions_trace() {
            let test = self.on_span(keys)?;
            return bits.add(test).map(TraceTest::Bit).ok_or_else(too_many);
        }
        let mut several = |list: &[Expression]| {
            list.iter()
                .map(|part| part.on_trace(keys, bits))
                .collect::<Result<Vec<_>, _>>()
        };
        match self.shape()? {
            Shape::All(list) => Ok(TraceTest::All(several(list)?)),
            Shape::Any(list) => Ok(TraceTest::Any(several(list)?)),
            Shape::Not(part) => Ok(TraceTest::Not(Box::new(part.on_trace(keys, bits)?))),
            Shape::Trace(field) => Ok(TraceTest::Figure(field, self.check()?)),
            Shape::Attribute(_) | Shape::Field(_) | Shape::Event(_) => {
                Err("not a condition on a trace".to_owned())
            }
        }
    }

    /// Whether an aggregate of the trace occurs anywhere in it.
    pub fn mentions_trace(&self) -> bool {
        let parts = self
            .all
            .iter()
            .chain(&self.any)
            .flatten()
            .chain(self.not.as_deref());
        self.trace.is_some() || { parts }.any(Expression::mentions_trace)
    }

    /// Whether this aggregate occurs anywhere in it.
    pub fn mentions(&self, field: TraceField) -> bool {
        let parts = self
            .all
            .iter()
            .chain(&self.any)
            .flatten()
            .chain(self.not.as_deref());
        self.trace == Some(field) || { parts }.any(|part| part.mentions(field))
    }

    pub(super) fn shape(&self) -> Result<Shape<'_>, String> {
        let candidates = [
            self.all.as_deref().map(Shape::All),
            self.any.as_deref().map(Shape::Any),
            self.not.as_deref().map(Shape::Not),
            self.attr.as_deref().map(Shape::Attribute),
            self.field.map(Shape::Field),
            self.trace.map(Shape::Trace),
            self.event.as_deref().map(Shape::Event),
        ];
        let mut shapes = candidates.into_iter().flatten();
        match (shapes.next(), shapes.next()) {
            (Some(shape), None) => Ok(shape),
            _ => Err(
                "a condition has exactly one of `attr`, `field`, `event`, `trace`, `all`, `any`, `not`"
                    .to_owned(),
            ),
        }
    }

    pub(super) fn check(&self) -> Result<Check, String> {
        let check = self.plain_check()?;
        Ok(match self.read_as {
            Some(read_as) => Check::As(read_as, Box::new(check)),
            None => check,
        })
    }

    fn plain_check(&self) -> Result<Check, String> {
        let op = self.op.ok_or("a comparison needs an `op`")?;
        match op {
            Op::Exists => return Ok(Check::Exists),
            Op::Absent => return Ok(Check::Absent),
            _ => {}
        }
        let value = self.value.clone().ok_or("this `op` needs a `value`")?;
        let text = |value: Operand| match value {
            Operand::Str(text) => Ok(text),
            _ => Err("this `op` needs a text as its `value`".to_owned()),
        };
        Ok(match (op, value) {
            (Op::In, Operand::List(list)) => Check::In(list),
            (Op::In, _) => return Err("`in` needs a list as its `value`".to_owned()),
            (_, Operand::List(_)) => return Err("only `in` takes a list".to_owned()),
            (Op::Eq, value) => Check::Eq(value),
            (Op::Ne, value) => Check::Ne(value),
            (Op::Gt, value) => Check::Gt(value),
            (Op::Ge, value) => Check::Ge(value),
            (Op::Lt, value) => Check::Lt(value),
            (Op::Le, value) => Check::Le(value),
            (Op::Regex, value) => Check::Regex(vec![regex(&text(value)?)?]),
            (Op::Contains, value) => Check::Contains(text(value)?.into()),
            (Op::StartsWith, value) => Check::StartsWith(text(value)?.into()),
            (Op::Type, value) => Check::Type(Type::named(&text(value)?)?),
            (Op::Exists, _) => Check::Exists,
            (Op::Absent, _) => Check::Absent,
        })
    }
}

pub(super) enum Shape<'a> {
    All(&'a [Expression]),
    Any(&'a [Expression]),
    Not(&'a Expression),
    Attribute(&'a str),
    Field(Field),
    Trace(TraceField),
    Event(&'a Expression),
}

/// Compiles a regular expression; the error is one sentence.
pub(crate) fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| {
        let reason = error.to_string();
        format!(
            "`{pattern}` is not a regular expression: {}",
            reason.lines().last().unwrap_or("")
        )
    })
}

pub(crate) fn too_many() -> String {
    format!(
        "more than {} conditions in one sampler",
        super::bits::TESTS_MAX
    )
}
