//! Reads `key: value` and `key = value` in any text: configuration, JSON, headers, queries, prose.

use std::ops::Range;

use super::code::is_name;
use super::detectors::cookies::{is_beside, is_cookie};
use super::endings::is_told;
use super::identifiers::is_identifier;
use super::key_names::{is_closed, is_named_by_url, key_before, named_beside, of_query};
use super::keys::{Meaning, is_value, meaning, meaning_of_segments};
use super::objects::{items, members};
use super::references::is_integrity;
use super::text::{Mix, are_all, before, byte, span_end, span_start, value_end_by};

/// How long a value may be.
const VALUE_MAX: usize = 4096;

/// A value, how it is written, and what its key says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) meaning: Meaning,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

impl Pair {
    /// The strings in the object or list that the value opens, those of members aside that only
    /// describe it.
    pub(super) fn held(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        if byte(bytes, self.start) == b'[' {
            return items(bytes, self.end).collect();
        }
        let members = members(bytes, self.end).filter(|member| !member.is_about(bytes));
        members.map(|member| member.value).collect()
    }
}

/// The pair around the `:` or `=` at `sign`, if its key is sensitive and its value can be one.
pub(super) fn read(bytes: &[u8], sign: usize) -> Option<Pair> {
    if is_told(&bytes[..sign]) {
        return None;
    }
    let key = key_before(bytes, sign)?;
    // `"AWS::IAM::AccessKey": `: a type's name; `"PWD=" + dir`: a string that ends with the sign.
    let (left, right) = (before(bytes, key.start), byte(bytes, sign + 1));
    let is_type = byte(bytes, key.end) == b'"' && bytes[..key.start].ends_with(b"::");
    if is_type || bytes[sign] == b'=' && left == right && matches!(left, b'"' | b'\'') {
        return None;
    }
    let meaning = meaning_of_segments(&bytes[key.clone()])
        .or_else(|| of_query(bytes, &key, sign))
        .or_else(|| {
            let name = named_beside(bytes, key.clone())?;
            let cookie = || is_beside(bytes, key.start, name).then_some(Meaning::Cookie);
            of_name(name).or_else(cookie)
        })?;
    if is_closed(bytes, &key, sign) || is_named_by_url(bytes, key.start) {
        return None;
    }
    let (start, end, quoted) = value_after(bytes, sign + 1)?;
    let value = &bytes[start..end];
    is_value(value).then_some(Pair {
        meaning,
        start,
        end,
        quoted,
    })
}

/// What the name says that stands beside a value; names of cookies say that of no key.
pub(super) fn of_name(name: &[u8]) -> Option<Meaning> {
    meaning(name).or_else(|| is_cookie(name).then_some(Meaning::Cookie))
}

/// Where the value after a sign starts and ends, and whether quotes say so.
pub(super) fn value_after(bytes: &[u8], from: usize) -> Option<(usize, usize, bool)> {
    let mut at = span_end(bytes, from, |byte| {
        matches!(byte, b' ' | b'=' | b'>' | b'*' | b'\t' | b':')
    });
    // A mask stands in the value's place.
    let skipped = bytes.get(from..at).unwrap_or_default();
    if skipped.windows(3).any(|three| three == b"***") {
        return None;
    }
    at = own_start(bytes, from, at);
    at += opening_mark(bytes, at);
    // A YAML or markdown value may follow on the same line only.
    let slashes = span_end(bytes, at, |&byte| byte == b'\\') - at;
    let quote = byte(bytes, at + slashes);
    if let Some(end) = doubled_end(bytes, at) {
        return (at + 2 < end).then_some((at + 2, end, true));
    }
    if matches!(quote, b'"' | b'\'' | b'`') {
        at += slashes + 1;
        let end = closing_quote(bytes, at, quote, slashes);
        return (at < end).then_some((at, end, true));
    }
    // What code compares with is no value of its own, unless it is written out.
    let read = bytes.get(..at).unwrap_or_default();
    let compared = read.ends_with(b" == ") || read.ends_with(b" != ");
    if slashes > 0 || compared || is_next_pair(bytes, at) {
        return None;
    }
    let end = plain_end(bytes, at);
    (at < end).then_some((at, end, false))
}

/// `DB_PASSWORD= DB_HOST=db`: whether nothing stands behind a sign, and the next pair behind a blank. A value may
/// hold the sign, too, but then it does not begin as a name does.
fn is_next_pair(bytes: &[u8], at: usize) -> bool {
    const NAME_MAX: usize = 40;
    const TURNS_MAX: usize = 3;
    let Some([.., key, b'=', b' ']) = bytes.get(..at) else {
        return false;
    };
    let near = bytes.get(..at + NAME_MAX).unwrap_or(bytes);
    let end = span_end(near, at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
    });
    let mix = Mix::of(&bytes[at..end]);
    let shouted = mix.lower == 0 && mix.other > 0;
    (key.is_ascii_alphanumeric() || *key == b'_')
        && byte(bytes, end) == b'='
        && !matches!(byte(bytes, end + 1), b'=')
        && mix.letters() > 0
        && (mix.digit == 0 || shouted)
        && mix.turns <= TURNS_MAX + 2 * mix.other
}

/// `""x""`: where a value ends in a cell of CSV, which doubles the quotes of what it holds; the name before
/// stands in such quotes too.
fn doubled_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?.strip_prefix(b"\"\"")?;
    let key = span_start(bytes, at, at.saturating_sub(4), |byte| {
        matches!(byte, b' ' | b':')
    });
    let rest = &rest[..rest.len().min(VALUE_MAX)];
    let end = memchr::memchr2(b'"', b'\n', rest)?;
    let doubled = bytes[..key].ends_with(b"\"\"") && rest[end..].starts_with(b"\"\"");
    doubled.then_some(at + 2 + end)
}

/// Where the value starts that the signs up to `at` lead to: a single star without another one behind
/// belongs to it, and so does a second `=` of a query.
fn own_start(bytes: &[u8], from: usize, at: usize) -> usize {
    const NEAR: usize = 64;
    let own = match bytes.get(from.saturating_sub(1)..at).unwrap_or_default() {
        [.., last, b'*'] if *last != b'*' => {
            let near = &bytes[..bytes.len().min(at + NEAR)];
            let end = span_end(near, at, |byte| byte.is_ascii_graphic() && *byte != b'*');
            byte(bytes, end) != b'*'
        }
        [b'=', b'='] => byte(bytes, at).is_ascii_alphanumeric(),
        _ => false,
    };
    at - usize::from(own)
}

/// The length of a quotation mark that opens a value in print: `“`, `„`, `«`, `「`, `『`.
fn opening_mark(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [0xE2, 0x80, 0x98 | 0x9C | 0x9E, ..] | [0xE3, 0x80, 0x8C | 0x8E, ..] => 3,
        [0xC2, 0xAB, ..] => 2,
        _ => 0,
    }
}

/// The same of a value that is no longer than so much: what goes on behind is not read.
pub(super) fn value_within(bytes: &[u8], from: usize, most: usize) -> Option<(usize, usize, bool)> {
    value_after(&bytes[..bytes.len().min(from + most)], from)
}

/// The quote that ends a value: the next of its kind, with the backslashes before it left out. One
/// that is escaped where the first is not stands in the value, if another one ends it nearby.
fn closing_quote(bytes: &[u8], start: usize, quote: u8, slashes: usize) -> usize {
    const NEAR: usize = 128;
    let first = next_quote(bytes, start, start + VALUE_MAX, quote);
    let (mut end, mut before) = first;
    while slashes == 0 && before % 2 == 1 && byte(bytes, end) == quote {
        (end, before) = next_quote(bytes, end + 1, start + NEAR, quote);
    }
    let (end, before) = if byte(bytes, end) == quote && end < bytes.len() {
        (end, before)
    } else {
        first
    };
    // An even number of them is a value's own.
    let own = slashes == 0 && before % 2 == 0;
    if own { end } else { end - before }
}

/// The next quote or the end of the line, and how many backslashes stand before it.
fn next_quote(bytes: &[u8], start: usize, limit: usize, quote: u8) -> (usize, usize) {
    let body = bytes.get(start..limit.min(bytes.len())).unwrap_or_default();
    let end = body
        .iter()
        .position(|&byte| byte == quote || byte == b'\n')
        .unwrap_or(body.len());
    let slashes = body[..end]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count();
    (start + end, slashes)
}

/// The end of a value without quotes: white space, a closing sign, or the next pair of a query. Of a
/// chain of pairs only so much is read as is sure.
pub(super) fn plain_end(bytes: &[u8], start: usize) -> usize {
    let window = longest(bytes, start);
    let end = value_end_by(window, start, |at, near| {
        plain_end_within(bytes, start, at..near.len())
    });
    without_stop(bytes, start, end)
}

/// The same, however many pairs the value may be a chain of.
pub(super) fn whole_end(bytes: &[u8], start: usize) -> usize {
    let window = longest(bytes, start);
    let end = plain_end_within(bytes, start, start..window.len());
    without_stop(bytes, start, end)
}

/// The text up to where the longest value that starts at a place ends.
fn longest(bytes: &[u8], start: usize) -> &[u8] {
    bytes.get(..start + VALUE_MAX).unwrap_or(bytes)
}

/// Where the value that starts at `start` ends in a part of the text.
fn plain_end_within(bytes: &[u8], start: usize, part: Range<usize>) -> usize {
    const BLOCK: usize = 32;
    let near = &bytes[..part.end];
    // Scripts that write no spaces go on right behind a value in ASCII, and in one of their own.
    let is_wide = !byte(bytes, start).is_ascii();
    let signs = &GOES_ON[usize::from(is_wide)];
    let goes_on = |&byte: &u8| signs[usize::from(byte)];
    let mut at = part.start;
    loop {
        let end = span_end(near.get(..at + BLOCK).unwrap_or(near), at, goes_on);
        if end == at + BLOCK {
            // What is long goes on for longer: many bytes are told at once.
            let (blocks, _) = near[end..].as_chunks::<BLOCK>();
            let plain = blocks
                .iter()
                .take_while(|block| are_all(&block[..], is_usual));
            at = end + BLOCK * plain.count();
        } else if end >= near.len() || ends_plain(bytes, start, end) {
            return end;
        } else {
            at = end + 1;
        }
    }
}

/// Letters, digits, and the signs `+-./:=_`, as they stand in most values.
const fn is_usual(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() | matches!(byte, b'-'..=b':' | b'=' | b'_' | b'+')
}

/// What is a part of every value, whatever stands around it: most signs, and what no mark beyond ASCII
/// starts with; the second time of values in scripts that write no spaces.
static GOES_ON: [[bool; 256]; 2] = {
    let mut bytes = [[false; 256]; 2];
    let mut byte = 0;
    while byte < 256 {
        bytes[0][byte] =
            is_usual(&(byte as u8)) || matches!(byte, 0x80..=0xC1 | 0xC3..=0xE1 | 0xEE | 0xF0..);
        bytes[1][byte] = bytes[0][byte] || matches!(byte, 0xE4..=0xED);
        byte += 1;
    }
    bytes
};

/// Whether a value without quotes that starts at `start` ends before the byte at `at`.
fn ends_plain(bytes: &[u8], start: usize, at: usize) -> bool {
    match bytes[at] {
        b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b',' => true,
        b';' | b')' | b']' | b'}' | b'|' if !byte(bytes, at + 1).is_ascii_alphanumeric() => true,
        b'&' | b';' => next_pair(bytes, at + 1),
        0xC2 => byte(bytes, at + 1) == 0xBB,
        0xE3..=0xED if at > start && bytes[start].is_ascii() => true,
        0xE2 | 0xE3 | 0xEF => is_wide_mark(bytes, at),
        _ => false,
    }
}

/// The end of a value without the stops that end a sentence or clause, unless it has nothing else.
fn without_stop(bytes: &[u8], start: usize, end: usize) -> usize {
    let bare = span_start(bytes, end, start, |byte| {
        matches!(byte, b'.' | b',' | b';' | b':')
    });
    if bare == start { end } else { bare }
}

/// Whether `name=` starts here.
fn next_pair(bytes: &[u8], start: usize) -> bool {
    let name = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
    });
    name > start && byte(bytes, name) == b'='
}

/// Printed quotation marks, and Chinese and Japanese punctuation: `”`, `。`, `、`, `」`, `，`, `；`, `）`.
fn is_wide_mark(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(at..at + 3),
        Some(
            [0xE2, 0x80, 0x98..=0x9F]
                | [0xE3, 0x80, 0x80..=0x9F]
                | [0xEF, 0xBC, 0x81 | 0x88 | 0x89 | 0x8C | 0x9A | 0x9B | 0x9F]
        )
    )
}

/// Whether a text looks like a made-up secret: long, mixed, without words.
pub(super) fn is_random(value: &[u8]) -> bool {
    value.len() >= 16
        && are_all(value, is_token)
        && is_mixed(value, Mix::of(value))
        && !is_integrity(value)
}

/// The signs of tokens.
fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'_' | b'-'..=b'/' | b'+' | b'=' | b'~')
}

/// Whether digits and letters of both cases take turns in a token.
fn is_mixed(value: &[u8], mix: Mix) -> bool {
    (mix.digit >= 2 || (mix.lower >= 4 && mix.upper >= 4 && mix.turns >= value.len() / 4))
        && mix.letters() >= 4
        && mix.other * 4 <= value.len()
        // Names have capitals and few digits: of most values this is known.
        && !((mix.upper > 1 || value[0] == b'_') && mix.digit <= 15 && is_identifier(value))
}

/// Whether a value under a key such as `token` is one: random, or short but mixed.
pub(super) fn is_secret_value(value: &[u8], quoted: bool) -> bool {
    // `PrivateKey: testP256PrivateKey`: a name that says the same.
    let is_said = || are_all(value, u8::is_ascii_alphanumeric) && meaning(value).is_some();
    if is_dotted_name(value) || is_page(value) || !quoted && (is_name(value) || is_said()) {
        return false;
    }
    let slashes = memchr::memchr_iter(b'/', value).count();
    // `/run/secrets/key1`, `prod/db/password-2`: where a secret lies.
    let is_step = |step: &[u8]| {
        step.iter().all(u8::is_ascii_digit) || Mix::of(step).digit < 3 && Mix::of(step).upper == 0
    };
    let is_plain = || slashes > 1 && value.split(|&byte| byte == b'/').all(is_step);
    let mix = Mix::of(value);
    let random = value.len() >= 16 && is_mixed(value, mix) && are_all(value, is_token);
    if random && !is_path_of_code(value) && !is_plain() {
        return true;
    }
    let long = value.len() >= if quoted { 8 } else { 10 };
    if !long || mix.digit == 0 || mix.letters() == 0 {
        return false;
    }
    let is_sign = |byte: &u8| !matches!(byte, b'(' | b')' | b'{' | b'}' | b'[' | b']' | b' ');
    let is_code = !are_all(value, is_sign)
        || value.starts_with(b"$")
        || value.windows(2).any(|two| two == b"::");
    let is_path = || slashes > 1 && value.starts_with(b"/") || is_plain();
    !is_code && !is_path()
}

/// `https://docs.example.org/tokens#section-3.2`: a page, no part of which is a secret.
fn is_page(value: &[u8]) -> bool {
    let is_sign = |byte: &u8| matches!(byte, b'/' | b'?' | b'&' | b'#' | b':');
    (value.starts_with(b"https://") || value.starts_with(b"http://"))
        && memchr::memchr2(b'@', b'=', value).is_none()
        && !value
            .split(is_sign)
            .any(|part| part.len() > 12 && is_random(part))
}

/// `process.env.API_KEY`, `config.secret`: names joined by dots, without a digit.
pub(super) fn is_path_of_code(value: &[u8]) -> bool {
    value.contains(&b'.') && !value.iter().any(u8::is_ascii_digit)
}

/// `color.primary.500`: names and short numbers joined by dots.
fn is_dotted_name(value: &[u8]) -> bool {
    let plain = |part: &[u8]| {
        part.len() <= 12 && part.iter().all(u8::is_ascii_lowercase)
            || part.len() <= 4 && part.iter().all(u8::is_ascii_digit)
    };
    value.contains(&b'.') && value.split(|&byte| byte == b'.').all(plain)
}
