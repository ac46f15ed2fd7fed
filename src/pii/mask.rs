//! Writes a text anew with its findings hidden.

use hmac::{Hmac, KeyInit, Mac};
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use super::bare::{self, Bare};
use super::detector::Found;
use super::findings::Findings;

/// What stands in the place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing changes: only report.
    Keep,
    /// The type's name in brackets: `[EMAIL]`.
    Label,
    /// Stars, with this many characters left at the end (never more than a third).
    LastFour(usize),
    /// SHA-256 of the value, sixteen hexadecimal digits; short numbers can be guessed from it.
    Hash,
    /// HMAC-SHA-256 of the value under a key: the same value becomes the same name, and without the
    /// key nobody can try values.
    Pseudonym(Pseudonyms),
    /// The text that the operator chose.
    Text(String),
}

/// A key for pseudonyms, with a name that tells which key made them.
#[derive(Clone, PartialEq, Eq)]
pub struct Pseudonyms {
    key: Vec<u8>,
    /// Stands in the pseudonym after a rotation; empty for the first key.
    generation: String,
}

impl Pseudonyms {
    /// Pseudonyms under `key`.
    pub fn new(key: &[u8], generation: &str) -> Self {
        Self {
            key: hmac(key, b"tollgate").to_vec(),
            generation: generation.to_string(),
        }
    }

    /// The name that tells which key made them; empty for the first key.
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// Writes the pseudonym of a value of one tenant (empty for none): tenants share no pseudonyms.
    pub fn write(&self, name: &str, value: &str, tenant: &str, out: &mut String) {
        let digest = match tenant {
            "" => hmac(&self.key, value.as_bytes()),
            _ => hmac(&hmac(&self.key, tenant.as_bytes()), value.as_bytes()),
        };
        out.push('[');
        out.push_str(name);
        out.push(':');
        if !self.generation.is_empty() {
            out.push_str(&self.generation);
            out.push('.');
        }
        hexadecimal(&digest[..8], out);
        out.push(']');
    }
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Pseudonyms")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
}

impl Span {
    fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// The text with every finding replaced by what `put` writes for it and its value, as [`replace`]
/// does it.
pub fn mask(
    text: &str,
    findings: &Findings,
    limit: Option<usize>,
    mut put: impl FnMut(&Found, &str, &mut String),
) -> String {
    let span = |found: &Found| Span {
        start: found.start,
        end: found.end,
    };
    let spans: Vec<Span> = findings.iter().map(span).collect();
    replace(text, &spans, limit, |place, value, out| {
        if let Some(found) = findings.found.get(place) {
            put(found, value, out);
        }
    })
}

/// The text with every span replaced by what `put` writes for its place among them and its value.
/// They are in order and apart.
///
/// Where a number or truth value of JSON becomes something else, that becomes a string of JSON. With
/// `limit`, at most so many characters: cut between characters, and before a span or its replacement
/// rather than inside it.
pub fn replace(
    text: &str,
    spans: &[Span],
    limit: Option<usize>,
    mut put: impl FnMut(usize, &str, &mut String),
) -> String {
    let values = bare::touched(text, spans);
    let mut out = String::with_capacity(text.len());
    let mut room = limit.unwrap_or(usize::MAX);
    let (mut from, mut place) = (0, 0);
    while let Some(span) = spans.get(place) {
        let value = bare::around(&values, span);
        let whole = value.map_or(*span, |value| value.span);
        let Some(before) = text.get(from..whole.start) else {
            break;
        };
        let taken = first(before, room);
        out.push_str(taken);
        let written = out.len();
        from = whole.start;
        while let Some(span) = spans.get(place).filter(|span| span.end <= whole.end) {
            out.push_str(text.get(from..span.start).unwrap_or_default());
            put(place, span.of(text), &mut out);
            (from, place) = (span.end, place + 1);
        }
        out.push_str(text.get(from..whole.end).unwrap_or_default());
        from = whole.end;
        if let Some(value) = value {
            quote(value, written, whole.of(text), &mut out);
        }
        let length = out.get(written..).unwrap_or_default().chars().count();
        room -= taken.chars().count();
        if taken.len() < before.len() || length > room {
            out.truncate(written);
            return out;
        }
        room -= length;
    }
    out.push_str(first(text.get(from..).unwrap_or_default(), room));
    out
}

/// Puts quotes around what was written in the place of a JSON value, unless it is one as it is.
fn quote(value: Bare, written: usize, before: &str, out: &mut String) {
    let new = out.get(written..).unwrap_or_default();
    if before == new || serde_json::from_str::<IgnoredAny>(new).is_ok() {
        return;
    }
    let new = new.to_owned();
    out.truncate(written);
    value.quote(out);
    out.push_str(&new);
    value.quote(out);
}

/// The first `limit` characters of a text.
pub fn first(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.char_indices()
        .nth(limit)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// Writes what stands in the place of one value.
pub fn write(name: &str, value: &str, style: &Style, out: &mut String) {
    match style {
        Style::Keep => out.push_str(value),
        Style::Label => {
            out.push('[');
            out.push_str(name);
            out.push(']');
        }
        Style::LastFour(kept) => stars(value, *kept, out),
        Style::Hash => {
            out.push('[');
            out.push_str(name);
            out.push(':');
            hexadecimal(&Sha256::digest(value.as_bytes())[..8], out);
            out.push(']');
        }
        Style::Pseudonym(pseudonyms) => pseudonyms.write(name, value, "", out),
        Style::Text(text) => out.push_str(text),
    }
}

/// Stars for letters and digits; other signs stay, so that groups can be recognised. Those of escapes
/// and quotes do not: half an escape would break the text around it.
fn stars(value: &str, kept: usize, out: &mut String) {
    let words = value
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .count();
    let hidden = words - kept.min(words / 3);
    let mut seen = 0;
    for letter in value.chars() {
        let word = letter.is_alphanumeric();
        seen += usize::from(word);
        let hides = word && seen <= hidden || matches!(letter, '\\' | '"');
        out.push(if hides { '*' } else { letter });
    }
}

fn hmac(key: &[u8], value: &[u8]) -> [u8; 32] {
    // HMAC accepts keys of any length, so the other branch is never taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(value);
    mac.finalize().into_bytes().into()
}

fn hexadecimal(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
}
