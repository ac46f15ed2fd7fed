//! Attribute values as views on the wire: `AnyValue`, its arrays and its maps.

use std::fmt;

use super::wire::{Fields, Raw, Reader, Tag, find, text};

/// The value of an attribute, a log body or an element of either.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value, or one of a kind this version does not know.
    Empty,
    /// Text.
    Str(&'a str),
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// A floating-point number; any, also NaN.
    Double(f64),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// An array of values of any kinds.
    Array(Array<'a>),
    /// A map from keys to values.
    Map(Attributes<'a>),
}

impl<'a> Value<'a> {
    /// The value an encoded `AnyValue` holds.
    #[inline]
    pub(super) fn of(any: &'a [u8]) -> Self {
        match any {
            [0x0a, len @ 0..0x80, bytes @ ..] if usize::from(*len) == bytes.len() => {
                Value::Str(text(bytes))
            }
            [0x0a, low @ 0x80..=0xff, high @ 0..0x80, bytes @ ..]
                if usize::from(*low & 0x7f) | usize::from(*high) << 7 == bytes.len() =>
            {
                Value::Str(text(bytes))
            }
            [0x18, number @ 0..0x80] => Value::Int(i64::from(*number)),
            _ => Self::of_any(any),
        }
    }

    /// The same, whatever the value and its encoding.
    #[inline(never)]
    fn of_any(any: &'a [u8]) -> Self {
        let mut reader = Reader::new(any);
        while let Ok(tag) = reader.tag()
            && let Ok(raw) = reader.raw(tag)
        {
            return match (tag.number(), raw) {
                (1, Raw::Len(bytes)) => Value::Str(text(bytes)),
                (2, Raw::Varint(number)) => Value::Bool(number != 0),
                (3, Raw::Varint(number)) => Value::Int(number as i64),
                (4, Raw::Fixed64(bits)) => Value::Double(f64::from_bits(bits)),
                (5, Raw::Len(bytes)) => Value::Array(Array(bytes)),
                (6, Raw::Len(bytes)) => Value::Map(Attributes::of(1, bytes, &[])),
                (7, Raw::Len(bytes)) => Value::Bytes(bytes),
                _ => continue,
            };
        }
        Value::Empty
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&'a str> {
        if let Value::Str(text) = *self {
            Some(text)
        } else {
            None
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(number) = *self {
            Some(number)
        } else {
            None
        }
    }

    /// The number, if it is a double or an integer.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Value::Double(number) => Some(number),
            Value::Int(number) => Some(number as f64),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(truth) = *self {
            Some(truth)
        } else {
            None
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<Array<'a>> {
        if let Value::Array(array) = *self {
            Some(array)
        } else {
            None
        }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<Attributes<'a>> {
        if let Value::Map(map) = *self {
            Some(map)
        } else {
            None
        }
    }
}

/// An array of values.
#[derive(Clone, Copy)]
pub struct Array<'a>(&'a [u8]);

impl<'a> Array<'a> {
    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        Fields::of(self.0)
            .filter(|field| field.number == 1)
            .map(|field| Value::of(field.raw.bytes()))
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Array<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Keys with values, in the order they were sent; a key may appear more than once.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    number: u32,
    head: &'a [u8],
    tail: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The key-value fields of that number in `head` and then in `tail`.
    #[inline]
    pub(super) fn of(number: u32, head: &'a [u8], tail: &'a [u8]) -> Self {
        Attributes { number, head, tail }
    }

    /// No attributes.
    pub fn none() -> Self {
        Attributes::of(1, &[], &[])
    }

    /// Every key with its value.
    #[inline]
    pub fn iter(&self) -> Iter<'a> {
        Iter(self.entries())
    }

    /// The value of `key`: the first, if there are several.
    #[inline]
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let find = |message| find_key(message, self.number, key.as_bytes());
        find(self.head).or_else(|| find(self.tail)).map(Value::of)
    }

    /// The values of several keys, found in one walk.
    #[inline]
    pub fn pick<const N: usize>(&self, keys: [&str; N]) -> [Option<Value<'a>>; N] {
        let mut picked = [None; N];
        for (name, value) in self.pairs() {
            for (key, slot) in keys.iter().zip(&mut picked) {
                if name == key.as_bytes() && slot.is_none() {
                    *slot = Some(Value::of(value));
                }
            }
        }
        picked
    }

    /// Every key with its encoded value.
    #[inline]
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        self.entries().map(key_value)
    }

    /// Every key, as bytes.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a [u8]> {
        self.pairs().map(|(key, _)| key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }

    #[inline]
    fn entries(&self) -> RawEntries<'a> {
        RawEntries {
            number: self.number,
            reader: Reader::new(self.head),
            tail: self.tail,
        }
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Attributes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a> IntoIterator for Attributes<'a> {
    type Item = (&'a str, Value<'a>);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Attributes<'a> {
    type Item = (&'a str, Value<'a>);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Walks attributes.
pub struct Iter<'a>(RawEntries<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = key_value(self.0.next()?);
        Some((text(key), Value::of(value)))
    }
}

/// Walks attributes without looking into them.
struct RawEntries<'a> {
    number: u32,
    reader: Reader<'a>,
    tail: &'a [u8],
}

#[expect(clippy::inline_always, reason = "every lookup is this loop")]
impl<'a> Iterator for RawEntries<'a> {
    type Item = &'a [u8];

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let wanted = Tag::len(self.number);
        loop {
            if let Some(entry) = self.reader.short(wanted) {
                return Some(entry);
            }
            if self.reader.is_empty() {
                if self.tail.is_empty() {
                    return None;
                }
                self.reader = Reader::new(std::mem::take(&mut self.tail));
                continue;
            }
            let tag = self.reader.tag().ok()?;
            if tag == wanted {
                return self.reader.bytes().ok();
            }
            self.reader.skip(tag).ok()?;
        }
    }
}

/// The encoded value of the first entry of that key.
fn find_key<'a>(message: &'a [u8], number: u32, key: &[u8]) -> Option<&'a [u8]> {
    let mut entries = RawEntries {
        number,
        reader: Reader::new(message),
        tail: &[],
    };
    entries
        .find(|entry| has_key(entry, key))
        .map(|entry| key_value(entry).1)
}

/// Whether an entry is of that key. Nearly all entries begin with a key of less than 128 bytes,
/// and most keys differ in length.
#[inline]
fn has_key(entry: &[u8], key: &[u8]) -> bool {
    match entry {
        [0x0a, len @ 0..0x80, rest @ ..] => usize::from(*len) == key.len() && rest.starts_with(key),
        _ => key_value(entry).0 == key,
    }
}

/// The key and the encoded value of a `KeyValue` message.
#[inline]
pub(super) fn key_value(message: &[u8]) -> (&[u8], &[u8]) {
    plain_key_value(message).unwrap_or_else(|| {
        let field = |number| find(message, number).map(Raw::bytes).unwrap_or_default();
        (field(1), field(2))
    })
}

/// The shape nearly all have: a short key first, then a value of less than 16 KiB, then nothing.
#[inline]
pub(super) fn plain_key_value(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x0a, len @ 0..0x80, rest @ ..] = message else {
        return None;
    };
    let (key, rest) = rest.split_at_checked(usize::from(*len))?;
    match rest {
        [0x12, len @ 0..0x80, value @ ..] if usize::from(*len) == value.len() => Some((key, value)),
        [0x12, low @ 0x80..=0xff, high @ 0..0x80, value @ ..]
            if usize::from(*low & 0x7f) | usize::from(*high) << 7 == value.len() =>
        {
            Some((key, value))
        }
        _ => None,
    }
}
