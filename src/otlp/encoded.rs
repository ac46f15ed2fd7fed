//! Attribute values before they are looked into, for readers that want few of many.

use super::value::{Attributes, Value};

/// A value as it lies on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encoded<'a>(pub(super) &'a [u8]);

/// What a value is like, told by how it lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    /// A text of so many bytes.
    Text(usize),
    /// A whole number from 0, in so many bytes: one more for every power of 128 it comes to.
    Whole(usize),
    /// Anything else: also an unusual encoding of those, and nothing.
    Other,
}

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

impl<'a> Encoded<'a> {
    /// The bytes of a text of less than 16 KiB in the usual encoding.
    #[inline]
    pub fn text(self) -> Option<&'a [u8]> {
        match self.0 {
            [0x0a, len @ 0..0x80, bytes @ ..] if usize::from(*len) == bytes.len() => Some(bytes),
            [0x0a, low @ 0x80..=0xff, high @ 0..0x80, bytes @ ..]
                if usize::from(*low & 0x7f) | usize::from(*high) << 7 == bytes.len() =>
            {
                Some(bytes)
            }
            _ => None,
        }
    }

    /// What it is like, unread; only short texts and small numbers are told from the rest.
    #[inline]
    pub fn glance(self) -> Glance {
        if let [0x0a, len @ 0..0x80, bytes @ ..] = self.0
            && usize::from(*len) == bytes.len()
        {
            Glance::Text(bytes.len())
        } else if let [0x18, 0..0x80] = self.0 {
            Glance::Whole(1)
        } else if let [0x18, 0x80..=0xff, 0..0x80] = self.0 {
            Glance::Whole(2)
        } else {
            Glance::Other
        }
    }

    /// A number in the usual encoding.
    #[inline]
    pub fn number(self) -> Option<Value<'a>> {
        let whole = self.whole().map(Value::Int);
        whole.or_else(|| self.double().map(Value::Double))
    }

    /// A whole number that is not negative, in the usual encoding.
    #[inline]
    pub fn whole(self) -> Option<i64> {
        match *self.0 {
            [0x18, low @ 0..0x80] => Some(i64::from(low)),
            [0x18, low @ 0x80..=0xff, high @ 0..0x80] => {
                Some(i64::from(low & 0x7f) | i64::from(high) << 7)
            }
            [0x18, ref bytes @ ..] => large(bytes),
            _ => None,
        }
    }

    /// A double in the usual encoding.
    #[inline]
    pub fn double(self) -> Option<f64> {
        let [0x21, bytes @ ..] = self.0 else {
            return None;
        };
        bytes.as_array().map(|bytes| f64::from_le_bytes(*bytes))
    }
}

/// A whole number that is not negative, if a varint ends with these bytes.
fn large(bytes: &[u8]) -> Option<i64> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(*byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            return (at + 1 == bytes.len()).then_some(number as i64);
        }
    }
    None
}

impl Encoded<'_> {
    /// Whether there is a value at all.
    #[inline]
    pub fn exists(self) -> bool {
        matches!(*self.0, [0x0a | 0x10 | 0x18 | 0x21, _, ..]) || self.is_there()
    }

    #[cold]
    fn is_there(self) -> bool {
        !matches!(self.get(), Value::Empty)
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
