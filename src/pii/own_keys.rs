//! Finds what stands under the user's sensitive keys: in JSON, queries and `key = value`.

use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};

use super::pairs::{value_after, whole_end};
use super::segments::segments_backwards;
use super::text::{byte, span_end, span_start};

/// How far back a key, or the map around it, is looked for.
const REACH: usize = 4096;

/// The user's sensitive keys, compared by segments.
#[derive(Debug, Default)]
pub(super) struct OwnKeys {
    /// The segments of each key, last first.
    keys: Vec<Vec<String>>,
    /// Finds their last segments; none without keys.
    last: Option<AhoCorasick>,
}

impl OwnKeys {
    pub(super) fn compile(names: &[String]) -> Result<Self, BuildError> {
        let keys: Vec<Vec<String>> = names.iter().map(|name| segments(name)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let last = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(keys.iter().filter_map(|key| key.first()))?;
        Ok(Self {
            keys,
            last: Some(last),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Whether the key ends with, or is, one of the user's.
    pub(super) fn cover(&self, key: &str) -> bool {
        let found: Vec<&[u8]> = segments_backwards(key.as_bytes()).collect();
        self.keys.iter().any(|wanted| is_end(wanted, &found))
    }

    /// Tells each value in a text that stands under one of the keys.
    pub(super) fn look(&self, text: &str, mut tell: impl FnMut(usize, usize)) {
        let Some(last) = &self.last else { return };
        let bytes = text.as_bytes();
        let mut from = 0;
        for hit in last.find_overlapping_iter(text) {
            let Some(sign) = sign_after(bytes, hit.end()).filter(|_| hit.start() >= from) else {
                continue;
            };
            if self.ends_path(bytes, hit.end()) {
                from = values(bytes, sign + 1, &mut tell);
            }
        }
    }

    /// Whether the key that ends here, with those of the maps around it, is one of the user's.
    fn ends_path(&self, bytes: &[u8], end: usize) -> bool {
        let floor = end.saturating_sub(REACH);
        let start = span_start(bytes, end, floor, is_key);
        let mut found: Vec<&[u8]> = segments_backwards(&bytes[start..end]).collect();
        let longest = self.keys.iter().map(Vec::len).max().unwrap_or_default();
        let mut at = start;
        while found.len() < longest
            && let Some(around) = key_around(bytes, at, floor)
        {
            at = around.start;
            found.extend(segments_backwards(&bytes[around]));
        }
        self.keys.iter().any(|wanted| is_end(wanted, &found))
    }
}

/// The segments of a name, last first.
fn segments(name: &str) -> Vec<String> {
    segments_backwards(name.as_bytes())
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

/// Whether a path ends with a key; both are given last segment first.
fn is_end(wanted: &[String], found: &[&[u8]]) -> bool {
    let same = |(wanted, found): (&String, &&[u8])| found.eq_ignore_ascii_case(wanted.as_bytes());
    !wanted.is_empty() && wanted.len() <= found.len() && wanted.iter().zip(found).all(same)
}

fn is_key(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || !byte.is_ascii()
}

/// The `:` or `=` behind a key, quotes and spaces skipped.
fn sign_after(bytes: &[u8], end: usize) -> Option<usize> {
    let sign = span_end(bytes, end, |byte| {
        matches!(byte, b' ' | b'"' | b'\'' | b'\\' | b'`')
    });
    let is_sign = matches!(byte(bytes, sign), b':' | b'=');
    // `::` and `==` are code.
    (is_sign && byte(bytes, sign + 1) != byte(bytes, sign)).then_some(sign)
}

/// The key of the map that stands around a place, lists between them skipped.
fn key_around(bytes: &[u8], place: usize, floor: usize) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    for at in (floor..place).rev() {
        match bytes[at] {
            b'}' | b']' => depth += 1,
            b'{' | b'[' if depth > 0 => depth -= 1,
            b'{' | b'[' => {
                let sign = span_start(bytes, at, floor, u8::is_ascii_whitespace);
                if sign > floor && matches!(bytes[sign - 1], b':' | b'=') {
                    let end = span_start(bytes, sign - 1, floor, |byte| !is_key(byte));
                    let start = span_start(bytes, end, floor, is_key);
                    return (start < end).then_some(start..end);
                }
            }
            _ => {}
        }
    }
    None
}

/// Tells the value after a sign, or all values inside a map or list; answers where they end.
fn values(bytes: &[u8], from: usize, tell: &mut impl FnMut(usize, usize)) -> usize {
    let start = span_end(bytes, from, u8::is_ascii_whitespace);
    if matches!(byte(bytes, start), b'{' | b'[') {
        return leaves(bytes, start, tell);
    }
    let (value, next) = quoted(bytes, start).unwrap_or_else(|| {
        let (start, end, quoted) = value_after(bytes, from).unwrap_or((from, from, true));
        let end = if quoted { end } else { whole_end(bytes, start) };
        (start..end, end)
    });
    say(bytes, value, tell);
    next
}

/// Tells every value inside a map or list; answers where it ends.
pub(super) fn leaves(bytes: &[u8], start: usize, tell: &mut impl FnMut(usize, usize)) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + 1,
            b'}' | b']' => depth -= 1,
            b',' | b':' => {}
            blank if blank.is_ascii_whitespace() => {}
            _ => {
                at = leaf(bytes, at, tell);
                continue;
            }
        }
        at += 1;
    }
    at
}

/// Tells a text or scalar, unless it is a key; answers where it ends.
fn leaf(bytes: &[u8], at: usize, tell: &mut impl FnMut(usize, usize)) -> usize {
    let (value, next) = quoted(bytes, at).unwrap_or_else(|| {
        let end = whole_end(bytes, at).max(at + 1);
        (at..end, end)
    });
    let behind = span_end(bytes, next, u8::is_ascii_whitespace);
    if byte(bytes, behind) != b':' {
        say(bytes, value, tell);
    }
    next
}

/// What stands in the quotes that open here, as escaped as they are, and where the closing ones end.
/// Quotes that never close, or not on their line, hold all up to there.
fn quoted(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let slashes = span_end(bytes, at, |&byte| byte == b'\\') - at;
    let start = at + slashes + 1;
    let quote = byte(bytes, start - 1);
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let mut before = 0;
    for (place, &byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'\\' => before += 1,
            // Each level of escapes doubles the backslashes and adds one for the quote.
            _ if byte == quote && before % (2 * (slashes + 1)) == slashes => {
                return Some((start..place - slashes, place + 1));
            }
            b'\n' => return Some((start..place, place)),
            _ => before = 0,
        }
    }
    Some((start..bytes.len(), bytes.len()))
}

fn say(bytes: &[u8], value: Range<usize>, tell: &mut impl FnMut(usize, usize)) {
    if !value.is_empty() && !is_nothing(&bytes[value.clone()]) {
        tell(value.start, value.end);
    }
}

/// Whether a value says that there is none.
fn is_nothing(value: &[u8]) -> bool {
    matches!(value, b"null" | b"None" | b"nil" | b"undefined")
}

#[cfg(test)]
mod tests;
