//! Writes OTLP/JSON from what lies on the wire.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::request;
use crate::otlp::Signal;
use crate::otlp::points::zigzag;
use crate::otlp::shape::{Kind, Label, Row, Shape};
use crate::otlp::wire::{FIXED64, Field, Fields, LEN, Raw, Reader};

/// Appends a request, checked and plain, as one JSON object. Unknown fields have no name to be
/// written under and are left out.
pub(in crate::otlp) fn from_wire(signal: Signal, message: &[u8], out: &mut Vec<u8>) {
    object(out, request(signal), message);
}

fn object(out: &mut Vec<u8>, shape: &'static Shape, message: &[u8]) {
    let start = out.len();
    if !in_order(out, shape, message) {
        out.truncate(start);
        by_row(out, shape, message);
    }
}

/// Writes members as they come; `false` if the elements of an array do not stand together.
fn in_order(out: &mut Vec<u8>, shape: &'static Shape, message: &[u8]) -> bool {
    let mut seen = 0_u32;
    let mut open: Option<u32> = None;
    out.push(b'{');
    for field in Fields::of(message) {
        let Some((index, row)) = named(shape, &field) else {
            continue;
        };
        if open == Some(row.number) {
            out.push(b',');
            elements(out, row, &field);
            continue;
        }
        if seen & 1 << index != 0 {
            return false;
        }
        if open.take().is_some() {
            out.push(b']');
        }
        member_name(out, row, seen == 0);
        seen |= 1 << index;
        if row.label == Label::Many {
            out.push(b'[');
            elements(out, row, &field);
            open = Some(row.number);
        } else {
            value(out, row.kind, field.raw);
        }
    }
    if open.is_some() {
        out.push(b']');
    }
    out.push(b'}');
    true
}

/// Writes members in the order of the schema, gathering the elements of each array.
fn by_row(out: &mut Vec<u8>, shape: &'static Shape, message: &[u8]) {
    out.push(b'{');
    let mut first = true;
    for row in shape.fields {
        let of_row = |field: &Field<'_>| {
            named(shape, field).is_some_and(|(_, its)| its.number == row.number)
        };
        let mut fields = Fields::of(message).filter(of_row).peekable();
        if fields.peek().is_none() {
            continue;
        }
        member_name(out, row, std::mem::take(&mut first));
        if row.label != Label::Many {
            if let Some(field) = fields.last() {
                value(out, row.kind, field.raw);
            }
            continue;
        }
        out.push(b'[');
        while let Some(field) = fields.next() {
            elements(out, row, &field);
            if fields.peek().is_some() {
                out.push(b',');
            }
        }
        out.push(b']');
    }
    out.push(b'}');
}

/// The row of a field that says something JSON can say: known, not a default that goes without
/// saying, and no index into a table of strings that only profiles have.
fn named(shape: &'static Shape, field: &Field<'_>) -> Option<(usize, &'static Row)> {
    let (index, row) = shape.row(field.number)?;
    let silent = match row.label {
        Label::One => !matches!(row.kind, Kind::Message(_)) && is_default(field.raw),
        Label::Many => is_packed(row, field.raw) && field.raw.bytes().is_empty(),
        Label::Maybe | Label::Either => false,
    };
    (!silent && !row.name.ends_with("_strindex")).then_some((index, row))
}

fn is_default(raw: Raw<'_>) -> bool {
    raw.number() == 0 && raw.bytes().is_empty()
}

fn is_packed(row: &Row, raw: Raw<'_>) -> bool {
    row.label == Label::Many && row.kind.wire_type() != LEN && matches!(raw, Raw::Len(_))
}

fn member_name(out: &mut Vec<u8>, row: &Row, first: bool) {
    out.extend_from_slice(if first { b"\"" } else { b",\"" });
    let mut upper = false;
    for byte in row.name.bytes() {
        match byte {
            b'_' => upper = true,
            _ if std::mem::take(&mut upper) => out.push(byte.to_ascii_uppercase()),
            _ => out.push(byte),
        }
    }
    out.extend_from_slice(b"\":");
}

/// The elements a field of an array holds: several if it is packed.
fn elements(out: &mut Vec<u8>, row: &Row, field: &Field<'_>) {
    if !is_packed(row, field.raw) {
        return value(out, row.kind, field.raw);
    }
    let mut reader = Reader::new(field.raw.bytes());
    let mut first = true;
    while !reader.is_empty() {
        let raw = match row.kind.wire_type() {
            FIXED64 => reader.fixed64().map(Raw::Fixed64),
            _ => reader.varint().map(Raw::Varint),
        };
        let Ok(raw) = raw else { return };
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        value(out, row.kind, raw);
    }
}

fn value(out: &mut Vec<u8>, kind: Kind, raw: Raw<'_>) {
    match kind {
        Kind::Message(shape) => object(out, shape, raw.bytes()),
        Kind::Str => text(out, raw.text()),
        Kind::Bytes => {
            let encoded = STANDARD.encode(raw.bytes());
            quoted(out, encoded.as_bytes());
        }
        Kind::OwnId(_) | Kind::Ref(_) => {
            out.push(b'"');
            for byte in raw.bytes() {
                let digits =
                    [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
                out.extend_from_slice(&digits);
            }
            out.push(b'"');
        }
        Kind::Bool => out.extend_from_slice(if raw.number() == 0 { b"false" } else { b"true" }),
        Kind::Int64 | Kind::Sfixed64 => print(out, format_args!("\"{}\"", raw.number() as i64)),
        Kind::Uint64 | Kind::Fixed64 => print(out, format_args!("\"{}\"", raw.number())),
        Kind::Int32 | Kind::Enum => print(out, format_args!("{}", raw.number() as i32)),
        Kind::Uint32 | Kind::Fixed32 => print(out, format_args!("{}", raw.number() as u32)),
        Kind::Sint32 => print(out, format_args!("{}", zigzag(raw.number()))),
        Kind::Double => double(out, raw.double()),
    }
}

fn double(out: &mut Vec<u8>, number: f64) {
    match number {
        _ if number.is_nan() => quoted(out, b"NaN"),
        f64::INFINITY => quoted(out, b"Infinity"),
        f64::NEG_INFINITY => quoted(out, b"-Infinity"),
        // Debug is the shortest text that reads back as the same number, `1e300` for large ones.
        _ => print(out, format_args!("{number:?}")),
    }
}

fn quoted(out: &mut Vec<u8>, plain: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(plain);
    out.push(b'"');
}

fn text(out: &mut Vec<u8>, text: &str) {
    let written = serde_json::to_writer(&mut *out, text);
    debug_assert!(written.is_ok(), "a vector takes every byte");
}

fn print(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "a vector takes every byte");
}
