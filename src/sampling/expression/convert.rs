//! What a value is, and what others can be made of it: as the Collector's language has it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reading::Scalar;
use crate::otlp::Value;

/// What is made of a value before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// A whole number: of a double without its fraction, of a text that is one, of true or false.
    Int,
    /// A double: of a number, of a text that is one, of true or false.
    Double,
    /// Text: of a number or truth value as it is written.
    String,
    /// How long it is: bytes of a text, elements of a list or map.
    Length,
}

impl As {
    /// Shows what becomes of a value to `see`; of what cannot be converted nothing does.
    pub(super) fn convert<T>(self, value: &Value<'_>, see: impl FnOnce(Scalar<'_>) -> T) -> T {
        match self {
            As::Int => see(int(value).map_or(Scalar::Absent, Scalar::Int)),
            As::Double => see(double(value).map_or(Scalar::Absent, Scalar::Double)),
            As::String => match string(value) {
                Some(text) => see(Scalar::Str(&text)),
                None => see(Scalar::Absent),
            },
            As::Length => see(length(value).map_or(Scalar::Absent, |n| Scalar::Int(n as i64))),
        }
    }
}

fn int(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        Value::Double(x) => Some(*x as i64),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn double(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Double(x) => Some(*x),
        Value::Bool(b) => Some(f64::from(*b)),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn string<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Int(n) => Some(n.to_string().into()),
        Value::Double(x) => Some(x.to_string().into()),
        Value::Bool(b) => Some(b.to_string().into()),
        Value::Str(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

fn length(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Str(text) => Some(text.len()),
        Value::Bytes(bytes) => Some(bytes.len()),
        Value::Array(array) => Some(array.iter().count()),
        Value::Map(map) => Some(map.len()),
        _ => None,
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// A whole number.
    Int,
    /// A double.
    Double,
    /// A truth value.
    Bool,
}

/// Types by their words.
const TYPES: &[(&str, Type)] = &[
    ("string", Type::String),
    ("int", Type::Int),
    ("double", Type::Double),
    ("bool", Type::Bool),
];

impl Type {
    /// The type of a word.
    pub(super) fn named(word: &str) -> Result<Self, String> {
        let row = TYPES.iter().find(|(own, _)| *own == word);
        let known = row.map(|(_, kind)| *kind);
        known.ok_or_else(|| "`type` is `string`, `int`, `double` or `bool`".to_owned())
    }

    /// Whether a value is of it.
    pub(super) fn has(self, value: Scalar<'_>) -> bool {
        let own = match value {
            Scalar::Str(_) => Type::String,
            Scalar::Int(_) => Type::Int,
            Scalar::Double(_) => Type::Double,
            Scalar::Bool(_) => Type::Bool,
            Scalar::Absent | Scalar::Other => return false,
        };
        own == self
    }
}
