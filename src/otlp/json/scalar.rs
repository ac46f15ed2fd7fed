//! Numbers, texts, ids and bytes as OTLP/JSON spells them.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::otlp::put::{put_bytes, put_fixed32, put_fixed64, put_uint, put_varint};
use crate::otlp::shape::{Kind, Label, Row};

/// A JSON value that is neither null, array nor object.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    /// A number written without fraction and exponent.
    Int(i128),
    /// Any other number.
    Double(f64),
    Str(&'a str),
}

/// A value ready for the wire.
enum Encoded {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(Vec<u8>),
}

/// Appends a field that appears at most once; a default value is left out where it says nothing.
pub(super) fn put_scalar(out: &mut Vec<u8>, row: &Row, scalar: Scalar<'_>) -> Result<(), String> {
    if let (Kind::Str, Scalar::Str(text)) = (row.kind, scalar) {
        if !text.is_empty() || row.label != Label::One {
            put_bytes(out, row.number, text.as_bytes());
        }
        return Ok(());
    }
    let explicit = row.label != Label::One;
    match encoded(row, scalar)? {
        Encoded::Varint(number) if explicit || number != 0 => put_uint(out, row.number, number),
        Encoded::Fixed64(bits) if explicit || bits != 0 => put_fixed64(out, row.number, bits),
        Encoded::Fixed32(bits) if explicit || bits != 0 => put_fixed32(out, row.number, bits),
        Encoded::Bytes(bytes) if explicit || !bytes.is_empty() => {
            put_bytes(out, row.number, &bytes);
        }
        _ => {}
    }
    Ok(())
}

/// Appends an element of an array: numbers packed, the rest as fields of their own.
pub(super) fn put_element(out: &mut Vec<u8>, row: &Row, scalar: Scalar<'_>) -> Result<(), String> {
    match encoded(row, scalar)? {
        Encoded::Varint(number) => put_varint(out, number),
        Encoded::Fixed64(bits) => out.extend_from_slice(&bits.to_le_bytes()),
        Encoded::Fixed32(bits) => out.extend_from_slice(&bits.to_le_bytes()),
        Encoded::Bytes(bytes) => put_bytes(out, row.number, &bytes),
    }
    Ok(())
}

fn encoded(row: &Row, scalar: Scalar<'_>) -> Result<Encoded, String> {
    let wrong = |what: &str| format!("{} is not {what}", row.name);
    Ok(match (row.kind, scalar) {
        (Kind::Str, Scalar::Str(text)) => Encoded::Bytes(text.into()),
        (Kind::Bytes, Scalar::Str(text)) => {
            Encoded::Bytes(base64(text).ok_or_else(|| wrong("base64"))?)
        }
        (Kind::OwnId(len), Scalar::Str(text)) => match hex(text) {
            Some(id) if id.is_empty() || id.len() == usize::from(len) => Encoded::Bytes(id),
            _ => return Err(wrong(&format!("{} hexadecimal digits", len * 2))),
        },
        // A broken pointer is no reason to lose what points.
        (Kind::Ref(len), Scalar::Str(text)) => {
            let id = hex(text).filter(|id| id.len() == usize::from(len));
            Encoded::Bytes(id.unwrap_or_default())
        }
        (Kind::Bool, Scalar::Bool(truth)) => Encoded::Varint(u64::from(truth)),
        (Kind::Double, scalar) => {
            Encoded::Fixed64(double(scalar).ok_or_else(|| wrong("a number"))?.to_bits())
        }
        (Kind::Enum, Scalar::Str(_)) => return Err(wrong("an enum's number")),
        (kind, scalar) => integer(kind, scalar).ok_or_else(|| wrong(name(kind)))?,
    })
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Str => "a string",
        Kind::Bytes => "a base64 string",
        Kind::OwnId(_) | Kind::Ref(_) => "a hexadecimal string",
        Kind::Bool => "true or false",
        Kind::Message(_) => "an object",
        Kind::Int64 | Kind::Sfixed64 => "a 64-bit integer",
        Kind::Uint64 | Kind::Fixed64 => "an unsigned 64-bit integer",
        Kind::Uint32 | Kind::Fixed32 => "an unsigned 32-bit integer",
        _ => "a 32-bit integer",
    }
}

fn integer(kind: Kind, scalar: Scalar<'_>) -> Option<Encoded> {
    let number = match scalar {
        Scalar::Int(number) => number,
        Scalar::Str(text) if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            text.parse().ok()?
        }
        _ => return None,
    };
    Some(match kind {
        Kind::Int64 => Encoded::Varint(i64::try_from(number).ok()? as u64),
        Kind::Uint64 => Encoded::Varint(u64::try_from(number).ok()?),
        Kind::Uint32 => Encoded::Varint(u32::try_from(number).ok()?.into()),
        Kind::Int32 | Kind::Enum => Encoded::Varint(i64::from(i32::try_from(number).ok()?) as u64),
        Kind::Sint32 => {
            let number = i32::try_from(number).ok()?;
            Encoded::Varint(u64::from((number << 1 ^ number >> 31) as u32))
        }
        Kind::Fixed32 => Encoded::Fixed32(u32::try_from(number).ok()?),
        Kind::Fixed64 => Encoded::Fixed64(u64::try_from(number).ok()?),
        Kind::Sfixed64 => Encoded::Fixed64(i64::try_from(number).ok()? as u64),
        _ => return None,
    })
}

fn double(scalar: Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Int(number) => Some(number as f64),
        Scalar::Double(number) => Some(number),
        Scalar::Str("NaN") => Some(f64::NAN),
        Scalar::Str("Infinity") => Some(f64::INFINITY),
        Scalar::Str("-Infinity") => Some(f64::NEG_INFINITY),
        Scalar::Str(text) => {
            // Rust also reads `inf`, `+1` and `.5`; JSON does not.
            let digits = text.strip_prefix('-').unwrap_or(text);
            let number: f64 = digits
                .starts_with(|c: char| c.is_ascii_digit())
                .then_some(text)?
                .parse()
                .ok()?;
            number.is_finite().then_some(number)
        }
        Scalar::Bool(_) => None,
    }
}

/// The bytes that hexadecimal digits of either case stand for.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD_BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const URL_SAFE_BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Base64 of either alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['-', '_']) {
        URL_SAFE_BASE64
    } else {
        STANDARD_BASE64
    };
    engine.decode(text).ok()
}
