//! Attribute values before they are looked into, for readers that want few of many.

use super::value::{Attributes, Value};

/// A value as it lies on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encoded<'a>(pub(super) &'a [u8]);

impl<'a> Encoded<'a> {
    /// The value.
    #[inline]
    pub fn get(self) -> Value<'a> {
        Value::of(self.0)
    }

    /// The first byte of a text that is not empty, without looking at the rest of it.
    #[inline]
    pub fn text_head(self) -> Option<u8> {
        match *self.0 {
            [0x0a, 1..0x80, head, ..] | [0x0a, 0x80..=0xff, 1..0x80, head, ..] => Some(head),
            _ => None,
        }
    }
}

impl Encoded<'_> {
    /// Whether there is a value at all.
    #[inline]
    pub fn exists(self) -> bool {
        matches!(*self.0, [0x0a, ..]) || self.is_number() || !matches!(self.get(), Value::Empty)
    }

    /// Whether it is a truth value or a number, in the usual encoding.
    #[inline]
    pub fn is_number(self) -> bool {
        matches!(*self.0, [0x10 | 0x18 | 0x21, _, ..])
    }
}

impl<'a> Attributes<'a> {
    /// Every key, as bytes, with its value as it lies on the wire.
    #[inline]
    pub fn encoded(&self) -> impl Iterator<Item = (&'a [u8], Encoded<'a>)> + use<'a> {
        self.pairs().map(|(key, value)| (key, Encoded(value)))
    }
}
