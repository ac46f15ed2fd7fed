//! Checks a message once, so that no later reading can fail.

use super::shape::{ANY_VALUE, KEY_VALUE, Kind, Label, Shape};
use super::value::plain_key_value;
use super::wire::{FIXED32, FIXED64, Fault, LEN, Reader, Tag, VARINT, Why, is_utf8};

/// What a checked message is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Every singular field at most once, every reference id of its length: views read it as it is.
    Plain,
    /// Legal, but with a field split or repeated, or with a broken reference: see `plain`.
    Odd,
}

/// Checks framing, wire types, UTF-8 and nesting of `message` and everything known inside it.
///
/// `closed` is a field number not to look into: the records of an envelope are checked one by one.
pub(super) fn check(
    shape: &'static Shape,
    message: &[u8],
    closed: u32,
    depth_max: usize,
) -> Result<Form, Fault> {
    let mut checker = Checker {
        odd: false,
        depth_left: depth_max,
    };
    checker.message(shape, message, closed)?;
    Ok(if checker.odd { Form::Odd } else { Form::Plain })
}

struct Checker {
    odd: bool,
    /// Arrays and maps that may still be opened.
    depth_left: usize,
}

impl Checker {
    fn message(&mut self, shape: &'static Shape, bytes: &[u8], closed: u32) -> Result<(), Fault> {
        let mut reader = Reader::new(bytes);
        let mut seen = 0_u32;
        while !reader.is_empty() {
            let tag = reader.tag()?;
            let Some((index, row)) = shape.row(tag.number()) else {
                reader.skip(tag)?;
                continue;
            };
            // The members of a oneof share the highest bit.
            let bit = match row.label {
                Label::Many => 0,
                Label::Either => 1 << 31,
                Label::One | Label::Maybe => 1 << index,
            };
            self.odd |= seen & bit != 0;
            seen |= bit;
            if tag.wire_type() != row.kind.wire_type() {
                Self::packed(&mut reader, tag, row.kind, row.label)?;
            } else if tag.number() == closed {
                reader.bytes()?;
            } else {
                self.value(&mut reader, row.kind)?;
                if let Kind::Message(inner) = row.kind
                    && row.label == Label::Many
                {
                    while let Some(next) = reader.short(tag) {
                        self.nested(inner, next)?;
                    }
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn value(&mut self, reader: &mut Reader<'_>, kind: Kind) -> Result<(), Fault> {
        match kind {
            Kind::Message(shape) => {
                let bytes = reader.bytes()?;
                self.nested(shape, bytes)?;
            }
            Kind::Str => {
                let bytes = reader.bytes()?;
                check_text(bytes)?;
            }
            Kind::Bytes | Kind::OwnId(_) => {
                reader.bytes()?;
            }
            Kind::Ref(len) => {
                let id = reader.bytes()?;
                self.odd |= !id.is_empty() && id.len() != usize::from(len);
            }
            Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => {
                reader.fixed64()?;
            }
            Kind::Fixed32 => {
                reader.fixed32()?;
            }
            _ => {
                reader.varint()?;
            }
        }
        Ok(())
    }

    /// Recursion is bounded: only arrays and maps nest without end, and both hold `AnyValue`s.
    fn nested(&mut self, shape: &'static Shape, bytes: &[u8]) -> Result<(), Fault> {
        if std::ptr::eq(shape, &raw const KEY_VALUE)
            && let Some((key, value)) = plain_key_value(bytes)
        {
            check_text(key)?;
            return match plain_value(value) {
                Some(text) if self.depth_left > 0 => check_text(text),
                _ => self.nested(&ANY_VALUE, value),
            };
        }
        if !std::ptr::eq(shape, &raw const ANY_VALUE) {
            return self.message(shape, bytes, 0);
        }
        let Some(left) = self.depth_left.checked_sub(1) else {
            return Err(Fault::new(Why::TooDeep, bytes));
        };
        let outer = std::mem::replace(&mut self.depth_left, left);
        self.message(shape, bytes, 0)?;
        self.depth_left = outer;
        Ok(())
    }

    /// A repeated number may also come packed into one field.
    fn packed(reader: &mut Reader<'_>, tag: Tag, kind: Kind, label: Label) -> Result<(), Fault> {
        let at = reader.rest;
        if tag.wire_type() != LEN || label != Label::Many {
            return Err(Fault::new(Why::WireType, at));
        }
        let bytes = reader.bytes()?;
        let whole = match kind.wire_type() {
            FIXED64 => bytes.len().is_multiple_of(8),
            FIXED32 => bytes.len().is_multiple_of(4),
            VARINT => {
                let mut elements = Reader::new(bytes);
                while !elements.is_empty() {
                    elements.varint()?;
                }
                true
            }
            _ => false,
        };
        if whole {
            Ok(())
        } else {
            Err(Fault::new(Why::Packed, at))
        }
    }
}

#[inline]
fn check_text(bytes: &[u8]) -> Result<(), Fault> {
    if is_utf8(bytes) {
        Ok(())
    } else {
        Err(Fault::new(Why::Utf8, bytes))
    }
}

/// The text of an `AnyValue` that is a string and nothing else; empty if it is a short number or
/// truth value and nothing else. Nearly all values are one of these.
#[inline]
pub(super) fn plain_value(any: &[u8]) -> Option<&[u8]> {
    match any {
        [STRING, len @ 0..0x80, text @ ..] if usize::from(*len) == text.len() => Some(text),
        [STRING, low @ 0x80..=0xff, high @ 0..0x80, text @ ..]
            if usize::from(*low & 0x7f) | usize::from(*high) << 7 == text.len() =>
        {
            Some(text)
        }
        [BOOL | INT, 0..0x80]
        | [INT, 0x80..=0xff, 0..0x80]
        | [INT, 0x80..=0xff, 0x80..=0xff, 0..0x80]
        | [DOUBLE, _, _, _, _, _, _, _, _] => Some(&[]),
        _ => None,
    }
}

/// Tags of `AnyValue`.
const STRING: u8 = 1 << 3 | LEN as u8;
const BOOL: u8 = 2 << 3 | VARINT as u8;
const INT: u8 = 3 << 3 | VARINT as u8;
const DOUBLE: u8 = 4 << 3 | FIXED64 as u8;
