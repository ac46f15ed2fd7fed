//! Attribute values to write.

use super::Value;
use super::put::{put_bytes, put_fixed64, put_message, put_uint};

/// A value to set: owned, of any kind OTLP knows.
#[derive(Clone, Debug, PartialEq)]
pub enum NewValue {
    /// No value.
    Empty,
    /// Text.
    Str(String),
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// Values of any kinds.
    Array(Vec<NewValue>),
    /// Keys with values.
    Map(Vec<(String, NewValue)>),
}

impl NewValue {
    /// Bytes that a `KeyValue` of the value may take beside its key; a guess for nested ones.
    pub(super) fn room(&self) -> usize {
        24 + match self {
            NewValue::Str(text) => text.len(),
            NewValue::Bytes(bytes) => bytes.len(),
            NewValue::Array(values) => 24 * values.len(),
            NewValue::Map(entries) => 48 * entries.len(),
            _ => 0,
        }
    }

    /// Appends the value as the payload of an `AnyValue`.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            NewValue::Empty => {}
            NewValue::Str(text) => put_bytes(out, 1, text.as_bytes()),
            NewValue::Bool(truth) => put_uint(out, 2, u64::from(*truth)),
            NewValue::Int(number) => put_uint(out, 3, *number as u64),
            NewValue::Double(number) => put_fixed64(out, 4, number.to_bits()),
            NewValue::Array(values) => put_message(out, 5, |out| {
                for value in values {
                    put_message(out, 1, |out| value.encode(out));
                }
            }),
            NewValue::Map(entries) => put_message(out, 6, |out| {
                for (key, value) in entries {
                    put_key_value(out, 1, key, value);
                }
            }),
            NewValue::Bytes(bytes) => put_bytes(out, 7, bytes),
        }
    }
}

/// Appends a `KeyValue` field.
pub(super) fn put_key_value(out: &mut Vec<u8>, number: u32, key: &str, value: &NewValue) {
    put_message(out, number, |out| {
        put_bytes(out, 1, key.as_bytes());
        put_message(out, 2, |out| value.encode(out));
    });
}

impl From<Value<'_>> for NewValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Empty => NewValue::Empty,
            Value::Str(text) => NewValue::Str(text.to_owned()),
            Value::Bool(truth) => NewValue::Bool(truth),
            Value::Int(number) => NewValue::Int(number),
            Value::Double(number) => NewValue::Double(number),
            Value::Bytes(bytes) => NewValue::Bytes(bytes.to_vec()),
            Value::Array(array) => NewValue::Array(array.iter().map(NewValue::from).collect()),
            Value::Map(map) => NewValue::Map(
                map.iter()
                    .map(|(key, value)| (key.to_owned(), NewValue::from(value)))
                    .collect(),
            ),
        }
    }
}

impl From<&str> for NewValue {
    fn from(text: &str) -> Self {
        NewValue::Str(text.to_owned())
    }
}

impl From<&String> for NewValue {
    fn from(text: &String) -> Self {
        NewValue::Str(text.clone())
    }
}

impl From<std::borrow::Cow<'_, str>> for NewValue {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        NewValue::Str(text.into_owned())
    }
}

impl From<String> for NewValue {
    fn from(text: String) -> Self {
        NewValue::Str(text)
    }
}

impl From<bool> for NewValue {
    fn from(truth: bool) -> Self {
        NewValue::Bool(truth)
    }
}

impl From<i64> for NewValue {
    fn from(number: i64) -> Self {
        NewValue::Int(number)
    }
}

impl From<i32> for NewValue {
    fn from(number: i32) -> Self {
        NewValue::Int(i64::from(number))
    }
}

impl From<u32> for NewValue {
    fn from(number: u32) -> Self {
        NewValue::Int(i64::from(number))
    }
}

impl From<f64> for NewValue {
    fn from(number: f64) -> Self {
        NewValue::Double(number)
    }
}

impl<V: Into<NewValue>> From<Vec<V>> for NewValue {
    fn from(values: Vec<V>) -> Self {
        NewValue::Array(values.into_iter().map(Into::into).collect())
    }
}
