//! Reads OTLP/JSON and writes protobuf as it goes.

use std::fmt;

use bytes::Bytes;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::request;
use super::scalar::{Scalar, put_scalar};
use super::written::Written;
use crate::otlp::put::put_message;
use crate::otlp::shape::{ANY_VALUE, Kind, Label, Row, Shape};
use crate::otlp::wire::LEN;
use crate::otlp::{Limits, ParseError, Signal};

/// The request that `body` describes, on the wire.
pub(in crate::otlp) fn to_wire(
    signal: Signal,
    body: &[u8],
    limits: &Limits,
) -> Result<Bytes, ParseError> {
    let text = std::str::from_utf8(body).map_err(|error| {
        ParseError::Malformed(format!(
            "the JSON is not UTF-8, at byte {}",
            error.valid_up_to()
        ))
    })?;
    let mut out = Vec::with_capacity(body.len() / 2);
    let mut json = serde_json::Deserializer::from_str(text);
    // Values nest as deeply as on the wire, which the seeds count; the rest is bounded by the
    // schema, and what is unknown is skipped without recursion.
    json.disable_recursion_limit();
    let seed = Message {
        shape: request(signal),
        out: &mut out,
        depth_left: limits.max_depth,
    };
    seed.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| {
            if error.to_string().starts_with(TOO_DEEP) {
                return ParseError::TooDeep;
            }
            ParseError::Malformed(error.to_string())
        })?;
    Ok(Bytes::from(out))
}

const TOO_DEEP: &str = "values are nested too deeply";

/// Reads an object as the payload of a message.
struct Message<'o> {
    shape: &'static Shape,
    out: &'o mut Vec<u8>,
    depth_left: usize,
}

impl<'de> DeserializeSeed<'de> for Message<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        // `any`, so that a wrong type meets this visitor and not a message that quotes it.
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Message<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", self.shape.name)
    }

    /// Like the default, without repeating what the sender wrote.
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(E::invalid_type(Unexpected::Other("a string"), &self))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        if std::ptr::eq(self.shape, &raw const ANY_VALUE) {
            self.depth_left = self
                .depth_left
                .checked_sub(1)
                .ok_or_else(|| A::Error::custom(TOO_DEEP))?;
        }
        let mut written = Written::default();
        while let Some(name) = map.next_key_seed(Name(self.shape))? {
            let Some((index, row)) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let start = self.out.len();
            map.next_value_seed(Member {
                row,
                out: self.out,
                depth_left: self.depth_left,
            })?;
            written.note(index, start, self.out.len());
            if row.label == Label::Either && written.members(self.shape) > 1 {
                return Err(A::Error::custom(format_args!(
                    "{} holds two of the values it may hold one of",
                    self.shape.name
                )));
            }
        }
        written.keep_last(self.out);
        Ok(())
    }
}

/// Reads a member's name: the row it stands for, if it is known.
struct Name(&'static Shape);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<(usize, &'static Row)>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<(usize, &'static Row)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self
            .0
            .fields
            .iter()
            .enumerate()
            .find(|(_, row)| is_camel(row.name, name)))
    }
}

/// Whether `camel` is the lowerCamelCase of `snake`.
fn is_camel(snake: &str, camel: &str) -> bool {
    let mut camel = camel.bytes();
    let mut upper = false;
    for byte in snake.bytes() {
        if byte == b'_' {
            upper = true;
            continue;
        }
        let wanted = if std::mem::take(&mut upper) {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        if camel.next() != Some(wanted) {
            return false;
        }
    }
    camel.next().is_none()
}

/// Reads a member's value as a field, tag included; null is the default, which is not written.
struct Member<'o> {
    row: &'static Row,
    out: &'o mut Vec<u8>,
    depth_left: usize,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl Member<'_> {
    fn scalar<E: Error>(self, scalar: Scalar<'_>) -> Result<(), E> {
        if self.row.label == Label::Many {
            return Err(E::custom(format_args!("{} is not an array", self.row.name)));
        }
        put_scalar(self.out, self.row, scalar).map_err(E::custom)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value for {}", self.row.name)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Int(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(Scalar::Int(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Double(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(Scalar::Str(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Kind::Message(shape) = self.row.kind else {
            return Err(A::Error::custom(format_args!(
                "{} is not an object",
                self.row.name
            )));
        };
        if self.row.label == Label::Many {
            return Err(A::Error::custom(format_args!(
                "{} is not an array",
                self.row.name
            )));
        }
        let mut result = Ok(());
        put_message(self.out, self.row.number, |out| {
            result = Message {
                shape,
                out,
                depth_left: self.depth_left,
            }
            .visit_map(map);
        });
        result
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Member {
            row,
            out,
            depth_left,
        } = self;
        if row.label != Label::Many {
            return Err(A::Error::custom(format_args!(
                "{} must not be an array",
                row.name
            )));
        }
        if row.kind.wire_type() == LEN {
            while seq
                .next_element_seed(Element {
                    row,
                    out: &mut *out,
                    depth_left,
                })?
                .is_some()
            {}
            return Ok(());
        }
        let start = out.len();
        let mut result = Ok(false);
        put_message(out, row.number, |out| result = pack(&mut seq, row, out));
        if !result? {
            out.truncate(start);
        }
        Ok(())
    }
}

/// Reads numbers into one packed field; says whether there were any.
fn pack<'de, A: SeqAccess<'de>>(
    seq: &mut A,
    row: &'static Row,
    out: &mut Vec<u8>,
) -> Result<bool, A::Error> {
    let mut any = false;
    while seq
        .next_element_seed(Element {
            row,
            out: &mut *out,
            depth_left: 0,
        })?
        .is_some()
    {
        any = true;
    }
    Ok(any)
}

/// Reads an element of an array: a field with its tag, or a packed number without.
struct Element<'o> {
    row: &'static Row,
    out: &'o mut Vec<u8>,
    depth_left: usize,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        let Element {
            row,
            out,
            depth_left,
        } = self;
        let Kind::Message(shape) = row.kind else {
            return json.deserialize_any(PlainElement { row, out });
        };
        let mut result = Ok(());
        put_message(out, row.number, |out| {
            result = Message {
                shape,
                out,
                depth_left,
            }
            .deserialize(json);
        });
        result
    }
}

/// Reads an element that is no message.
struct PlainElement<'o> {
    row: &'static Row,
    out: &'o mut Vec<u8>,
}

impl PlainElement<'_> {
    fn scalar<E: Error>(self, scalar: Scalar<'_>) -> Result<(), E> {
        super::scalar::put_element(self.out, self.row, scalar).map_err(E::custom)
    }
}

impl Visitor<'_> for PlainElement<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an element of {}", self.row.name)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Int(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(Scalar::Int(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Double(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(Scalar::Str(value))
    }
}
