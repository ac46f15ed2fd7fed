//! JSON objects of counts and sums, borrowed from where they stand: one allocation for each object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};
use serde::de::{Error, Visitor};

use super::value::{count, json_of_repr, number};
use crate::otlp::Value;

/// A JSON value, as far as counts go: lists hold none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block<'j> {
    /// Members in the order they were written.
    Object(Vec<(Cow<'j, str>, Block<'j>)>),
    Text(Cow<'j, str>),
    Whole(u64),
    Number(f64),
    /// Lists, truth values, nothing, and what lies too deep.
    Other,
}

/// Provider, usage, details, count.
const DEPTH_MAX: u8 = 5;
/// Few objects of counts have more members.
const MEMBERS_MOSTLY: usize = 12;

impl<'j> Block<'j> {
    /// The value a text begins with; what follows it is not looked at.
    pub(super) fn leading(text: &'j str) -> Option<Self> {
        let mut source = serde_json::Deserializer::from_str(text);
        Depth(DEPTH_MAX).deserialize(&mut source).ok()
    }

    /// The value that all of a text is.
    fn whole(text: &'j str) -> Option<Self> {
        let mut source = serde_json::Deserializer::from_str(text);
        let block = Depth(DEPTH_MAX).deserialize(&mut source).ok()?;
        source.end().ok()?;
        Some(block)
    }

    fn of(value: Value<'j>) -> Self {
        match value {
            Value::Str(text) => Block::Text(Cow::Borrowed(text)),
            Value::Int(number) => whole_or_negative(number),
            Value::Double(number) => Block::Number(number),
            Value::Map(fields) => {
                let fields = fields.iter();
                Block::Object(
                    fields
                        .map(|(key, value)| (Cow::Borrowed(key), Block::of(value)))
                        .collect(),
                )
            }
            _ => Block::Other,
        }
    }

    /// The members of an object.
    pub(super) fn members(&self) -> &[(Cow<'j, str>, Block<'j>)] {
        match self {
            Block::Object(members) => members,
            _ => &[],
        }
    }

    /// A member of an object; of several of one name, the last.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter().rev();
        members
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, Block::Object(_))
    }

    /// A count; see [`count`].
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Block::Whole(number) => Some(*number),
            Block::Number(number) => count(Value::Double(*number)),
            Block::Text(text) => count(Value::Str(text)),
            _ => None,
        }
    }

    /// A number; see [`number`].
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Block::Whole(whole) => Some(*whole as f64),
            Block::Number(double) => number(Value::Double(*double)),
            Block::Text(text) => number(Value::Str(text)),
            _ => None,
        }
    }
}

/// Reads the JSON a value holds: a map, JSON text, JSON text quoted once more, or the Python `repr`
/// some gateways write instead.
pub(super) fn with_block<R>(value: Value<'_>, read: impl FnOnce(&Block<'_>) -> R) -> Option<R> {
    let text = match value {
        Value::Str(text) => text,
        Value::Map(_) => return Some(read(&Block::of(value))),
        _ => return None,
    };
    match Block::whole(text) {
        Some(Block::Text(inner)) => Some(read(&Block::whole(&inner)?)),
        Some(block) => Some(read(&block)),
        None => Some(read(&Block::whole(&json_of_repr(text)?)?)),
    }
}

fn whole_or_negative<'j>(number: i64) -> Block<'j> {
    u64::try_from(number).map_or(Block::Number(number as f64), Block::Whole)
}

/// Reads a value, and values in it so deep.
#[derive(Clone, Copy)]
struct Depth(u8);

impl<'j> DeserializeSeed<'j> for Depth {
    type Value = Block<'j>;

    fn deserialize<D: Deserializer<'j>>(self, source: D) -> Result<Block<'j>, D::Error> {
        if self.0 > 0 {
            return source.deserialize_any(self);
        }
        IgnoredAny::deserialize(source).map(|_| Block::Other)
    }
}

impl<'j> Visitor<'j> for Depth {
    type Value = Block<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Block<'j>, E> {
        Ok(Block::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Block<'j>, E> {
        Ok(Block::Other)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Block<'j>, E> {
        Ok(Block::Whole(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Block<'j>, E> {
        Ok(whole_or_negative(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Block<'j>, E> {
        Ok(Block::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Block<'j>, E> {
        Ok(Block::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'j str) -> Result<Block<'j>, E> {
        Ok(Block::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Block<'j>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Block::Other)
    }

    fn visit_map<A: MapAccess<'j>>(self, mut from: A) -> Result<Block<'j>, A::Error> {
        let mut members = Vec::with_capacity(MEMBERS_MOSTLY);
        while let Some(Key(key)) = from.next_key()? {
            members.push((key, from.next_value_seed(Depth(self.0 - 1))?));
        }
        Ok(Block::Object(members))
    }
}

/// A member's name, borrowed unless it has escapes in it.
struct Key<'j>(Cow<'j, str>);

impl<'j> Deserialize<'j> for Key<'j> {
    fn deserialize<D: Deserializer<'j>>(source: D) -> Result<Self, D::Error> {
        match Depth(1).deserialize(source)? {
            Block::Text(text) => Ok(Key(text)),
            _ => Err(D::Error::custom("a member has a name")),
        }
    }
}
