//! Reads facts out of values as exporters really write them: liberal in type, strict in meaning.

use std::borrow::Cow;

use memchr::memmem;
use serde_json::Value as Json;

use crate::otlp::Value;

/// A count: an integer, an integral double, or text holding one, plain or JSON-quoted.
///
/// Negative, fractional and empty values are no count.
pub(crate) fn count(value: Value<'_>) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(number).ok(),
        Value::Double(number) => whole(number),
        Value::Str(text) => count_in(text),
        _ => None,
    }
}

/// A non-empty text, freed of the quotes JSON put around it. `None`, `none` and `null` are not texts.
pub(crate) fn text(value: Value<'_>) -> Option<&str> {
    let Value::Str(text) = value else { return None };
    let text = unquoted(text);
    (!is_nothing(text)).then_some(text)
}

/// What languages and frameworks write where they have nothing to say.
pub(crate) fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "None" | "none" | "null" | "undefined")
}

/// A text, or a number written as one: request ids come as both.
pub(crate) fn label(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Int(number) => Some(Cow::Owned(number.to_string())),
        other => text(other).map(Cow::Borrowed),
    }
}

/// A truth value: a boolean, `0`/`1`, or the words for it in any case.
pub(crate) fn flag(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(flag),
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        Value::Str(text) => match unquoted(text) {
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A finite, non-negative number, or text holding one.
pub(crate) fn number(value: Value<'_>) -> Option<f64> {
    let number = match value {
        Value::Int(number) => number as f64,
        Value::Double(number) => number,
        Value::Str(text) => unquoted(text).trim_start_matches('$').parse().ok()?,
        _ => return None,
    };
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// The bytes a value spells out, nested ones included: the size of a tool's result.
pub(crate) fn extent(value: Value<'_>) -> u64 {
    match value {
        Value::Empty => 0,
        Value::Str(text) => text.len() as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Double(_) => 8,
        Value::Array(items) => items.iter().map(extent).sum(),
        Value::Map(fields) => fields
            .iter()
            .map(|(key, value)| key.len() as u64 + extent(value))
            .sum(),
    }
}

/// JSON text, JSON text quoted once more, or the Python `repr` some gateways write instead.
pub(crate) fn json(text: &str) -> Option<Json> {
    match serde_json::from_str(text) {
        Ok(Json::String(inner)) => serde_json::from_str(&inner).ok(),
        Ok(json) => Some(json),
        Err(_) => serde_json::from_str(&json_of_repr(text)?).ok(),
    }
}

/// The JSON a value holds: text to be parsed, or a map that needs no parsing.
pub(crate) fn json_of(value: Value<'_>) -> Option<Json> {
    match value {
        Value::Str(text) => json(text),
        Value::Map(fields) => Some(Json::Object(
            fields
                .iter()
                .map(|(key, value)| (key.to_owned(), json_leaf(value)))
                .collect(),
        )),
        _ => None,
    }
}

/// The member `"id"` of a JSON object, mostly without parsing the rest of a long answer.
pub(crate) fn json_id(text: &str) -> Option<Cow<'_, str>> {
    let start = text.trim_start();
    if let Some(rest) = start.strip_prefix("{\"id\":") {
        let id = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        return (!id.is_empty() && !id.contains('\\')).then_some(Cow::Borrowed(id));
    }
    #[derive(serde::Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, default)]
        id: Option<Cow<'a, str>>,
    }
    if !start.starts_with('{')
        || text.len() > ANSWER_BYTES_MAX
        || memmem::find(text.as_bytes(), b"\"id\"").is_none()
    {
        return None;
    }
    serde_json::from_str::<Answer<'_>>(text)
        .ok()?
        .id
        .filter(|id| !id.is_empty())
}

/// Longest Python `repr` that is worth translating.
const REPR_BYTES_MAX: usize = 64 << 10;
/// Longest answer that is parsed for its id alone.
const ANSWER_BYTES_MAX: usize = 256 << 10;

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    match text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        Some(inner) if !inner.contains(['"', '\\']) => inner,
        _ => text,
    }
}

fn count_in(text: &str) -> Option<u64> {
    let text = unquoted(text);
    text.parse().ok().or_else(|| whole(text.parse().ok()?))
}

/// Whether a number stands where a count belongs that is none: negative, a fraction, beyond what is exact.
pub(crate) fn is_no_count(value: Value<'_>) -> bool {
    let is_number = match value {
        Value::Int(_) | Value::Double(_) => true,
        Value::Str(text) => unquoted(text).parse::<f64>().is_ok(),
        _ => false,
    };
    is_number && count(value).is_none()
}

/// The integer a double stands for, if it does.
fn whole(number: f64) -> Option<u64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0; // 2^53: above it a double skips integers
    (number.fract() == 0.0 && (0.0..=EXACT_MAX).contains(&number)).then_some(number as u64)
}

/// A value as JSON; bytes are none.
pub(crate) fn json_leaf(value: Value<'_>) -> Json {
    match value {
        Value::Str(text) => Json::String(text.to_owned()),
        Value::Int(number) => Json::from(number),
        Value::Double(number) => Json::from(number),
        Value::Bool(flag) => Json::Bool(flag),
        Value::Map(_) => json_of(value).unwrap_or(Json::Null),
        Value::Array(items) => Json::Array(items.iter().map(json_leaf).collect()),
        _ => Json::Null,
    }
}

/// Translates a Python `repr` of plain data into JSON: `{'a': None, 'b': [1, True]}`.
///
/// Wrapped objects (`Usage(a=1)`) keep their quotes unbalanced and fail in the JSON parser, which
/// is the right answer for them.
pub(super) fn json_of_repr(text: &str) -> Option<String> {
    if text.len() > REPR_BYTES_MAX || !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let used = match next {
            '\'' | '"' => string_of_repr(rest, next, &mut out)?,
            letter if letter.is_ascii_alphabetic() => word_of_repr(rest, &mut out)?,
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(used..)?;
    }
    Some(out)
}

/// Copies one quoted string and returns how much of the input it took.
fn string_of_repr(rest: &str, quote: char, out: &mut String) -> Option<usize> {
    out.push('"');
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            letter if letter == quote => {
                out.push('"');
                return Some(at + 1);
            }
            '\\' => match letters.next()?.1 {
                '\'' => out.push('\''),
                'x' => return None,
                escaped => out.extend(['\\', escaped]),
            },
            '"' => out.push_str("\\\""),
            letter => out.push(letter),
        }
    }
    None
}

fn word_of_repr(rest: &str, out: &mut String) -> Option<usize> {
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let word = rest.get(..end)?;
    out.push_str(match word {
        "None" | "null" => "null",
        "True" | "true" => "true",
        "False" | "false" => "false",
        _ => return None,
    });
    Some(end)
}
