//! Reads the name of a value: the words before its sign, or those that a neighbour holds.

use std::ops::Range;

use super::endings::may_mean;
use super::keys::{Meaning, meaning};
use super::lists::{List, table};
use super::text::{before, byte, ends_with, is_escape_letter, span_end, span_start, starts_with};

/// How far back a key may reach.
const KEY_MAX: usize = 48;

/// Whether the sign ends a prompt in quotes, `"Password: "`.
pub(super) fn is_prompt(bytes: &[u8], sign: usize) -> bool {
    key_before(bytes, sign).is_some_and(|key| is_closed(bytes, &key, sign))
}

/// `"Password: "`: whether the quote behind the sign ends what stood before it.
pub(super) fn is_closed(bytes: &[u8], key: &Range<usize>, sign: usize) -> bool {
    const REACH: usize = 160;
    // `${PASSWORD:?it must be set}`.
    if before(bytes, key.start) == b'{' && byte(bytes, sign + 1) == b'?' {
        return true;
    }
    // `v-model="password" :type="text"`: the sign opens the name of another attribute.
    let gap = bytes.get(key.end..sign).unwrap_or_default();
    if gap.ends_with(b"\" ") && byte(bytes, sign) == b':' {
        return byte(bytes, sign + 1).is_ascii_lowercase();
    }
    if key.end != sign {
        return false;
    }
    let key = key.start;
    let next = span_end(bytes, sign + 1, |&byte| byte == b' ');
    let mark = span_end(bytes, next, |&byte| byte == b'\\');
    let quote = byte(bytes, mark);
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return false;
    }
    // A value starts with none of these.
    let goes_on = matches!(
        byte(bytes, mark + 1),
        b' ' | b')' | b',' | b';' | b']' | b'}' | b'\n' | b'\\'
    );
    if !goes_on || before(bytes, key) == quote {
        return goes_on;
    }
    // In a line that is known from its start the number of quotes before tells.
    let floor = key.saturating_sub(REACH);
    let line = span_start(bytes, key, floor, |&byte| byte != b'\n');
    let known = line > floor || line == 0;
    let quotes = bytes[line..key].iter().enumerate();
    let quotes = quotes.filter(|(at, byte)| **byte == b'"' && before(bytes, line + at) != b'\\');
    quote == b'"' && mark == next && known && quotes.count() % 2 == 1
}

/// The signs of addresses.
const PART: [bool; 256] = {
    let mut signs = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        signs[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-'..=b'/' | b':' | b'_');
        byte += 1;
    }
    signs
};

/// `https://token:secret@host`, `arn:aws:secretsmanager:eu-west-1:1:secret:name`: what looks like a key
/// is a part of an address.
pub(super) fn is_named_by_url(bytes: &[u8], key: usize) -> bool {
    const REACH: usize = 96;
    match before(bytes, key) {
        b'/' => bytes[..key].ends_with(b"://") && byte(bytes, key) != b' ',
        b':' => {
            let floor = key.saturating_sub(REACH);
            let start = span_start(bytes, key, floor, |byte| PART[usize::from(*byte)]);
            let start = start + usize::from(is_escape_letter(bytes, start));
            // `redis://:Pw=x@host`: in user info no key stands.
            let slash = memchr::memrchr(b'/', &bytes[start..key]);
            let info = slash.is_some_and(|slash| bytes[start..=start + slash].ends_with(b"://"));
            info || ["arn:", "urn:"]
                .iter()
                .any(|scheme| starts_with(bytes, start, scheme))
        }
        _ => false,
    }
}

/// `?key=` and `&key=` followed by nothing but a long run of letters and digits: the key of a
/// service's user, as maps and weather services call it.
pub(super) fn of_query(bytes: &[u8], key: &Range<usize>, sign: usize) -> Option<Meaning> {
    const SHORTEST: usize = 24;
    let named = &bytes[key.clone()] == b"key" && byte(bytes, sign) == b'=';
    if !named || !matches!(before(bytes, key.start), b'?' | b'&') {
        return None;
    }
    let end = span_end(bytes, sign + 1, u8::is_ascii_alphanumeric);
    let ends = !matches!(byte(bytes, end), b'/' | b'.' | b'-' | b'_' | b'%');
    // At the end of the text it may be cut.
    let long = end - sign > SHORTEST || end == bytes.len() && 2 * (end - sign) > SHORTEST;
    (ends && long).then_some(Meaning::Credentials)
}

/// The words before a sign on the same line, quotes and markdown skipped.
pub(super) fn key_before(bytes: &[u8], sign: usize) -> Option<Range<usize>> {
    let floor = sign.saturating_sub(KEY_MAX);
    let skip = |byte: &u8| {
        matches!(
            byte,
            b' ' | b'"' | b'\'' | b'\\' | b'`' | b'*' | b']' | b')'
        )
    };
    let end = span_start(bytes, sign, floor, skip);
    let is_joint = |byte: &u8| matches!(byte, b'_' | b'-' | b'.' | b' ');
    let last = *bytes.get(end.checked_sub(1)?)?;
    if !may_mean(&bytes[floor.saturating_sub(1)..end], is_joint)
        || !last.is_ascii_alphanumeric() && last.is_ascii()
    {
        return None;
    }
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || is_joint(byte) || !byte.is_ascii();
    let mut start = span_start(bytes, end, floor, is_key);
    // The letter of `\n` belongs to no key.
    if start > 0 && is_escape_letter(bytes, start) {
        start += 1;
    }
    // Another column stands before two blanks: `passwd        1:4.13+dfsg1-1`.
    let columns = bytes.get(start..end)?.windows(2);
    let blank = columns.rev().position(|two| two == b"  ");
    let start = blank.map_or(start, |back| end - back);
    Some(start..end)
}

/// The name that a neighbour gives to a value: `"name": "password", "value": …`,
/// `<property name="password" value=…`, `variable "password" { default = …`.
pub(super) fn named_beside(bytes: &[u8], key: Range<usize>) -> Option<&[u8]> {
    const REACH: usize = 160;
    const MEMBERS_MAX: usize = 6;
    static NAMES: List = List::of(&table::<32>(
        "name key variable id param parameter header property field",
    ));
    static VALUES: List = List::of(&table::<8>("value default stringvalue"));
    static MEMBERS: List = List::of(&table::<32>(
        "type domain secure samesite httponly hostonly session storeid expiry expires expirationdate",
    ));
    if !VALUES.has_in_any_case(bytes[key.clone()].trim_ascii()) {
        return None;
    }
    let floor = key.start.saturating_sub(REACH);
    let (mut word, mut start) = word_before(bytes, key.start, floor);
    // In OTLP's JSON the text stands one level deeper: `"value": {"stringValue": …`.
    if VALUES.has_in_any_case(word) {
        (word, start) = word_before(bytes, start, floor);
    }
    // Under a key of its own: `"secret": {"value": …`.
    if is_object_of(bytes, start + word.len(), key.start) {
        return Some(word);
    }
    let (mut label, mut at) = word_before(bytes, start, floor);
    // What kind of value it is may stand between, and of a cookie what else is known:
    // `"Key": "x", "Type": "String", "Value": …`, `"name": "x", "path": "/", "secure": true, "value": …`.
    for _ in 0..MEMBERS_MAX {
        if MEMBERS.has_in_any_case(label) {
            (word, at) = word_before(bytes, at, floor);
            (label, at) = word_before(bytes, at, floor);
        } else if word.eq_ignore_ascii_case(b"path") {
            word = label;
            (label, at) = word_before(bytes, at, floor);
        } else {
            break;
        }
    }
    NAMES.has_in_any_case(label).then_some(word)
}

/// Whether the word that stands here is the token of pages, as its name says that goes on before it:
/// `next_page_token_users`.
pub(super) fn is_of_pages(bytes: &[u8], word: Range<usize>) -> bool {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
    let floor = word.start.saturating_sub(KEY_MAX);
    let name = span_start(bytes, word.start, floor, is_name);
    name < word.start
        && ends_with(bytes, word.end, "token")
        && meaning(&bytes[name..word.end]).is_none()
}

/// Whether only the signs that open an object stand between a key and the first key inside.
fn is_object_of(bytes: &[u8], end: usize, inner: usize) -> bool {
    let gap = &bytes[end..inner];
    let signs = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b':' | b'=' | b'{')
    };
    gap.contains(&b'{') && gap.iter().all(signs)
}

/// The word that ends before `place`, signs and escaped line ends skipped, and where it starts.
fn word_before(bytes: &[u8], place: usize, floor: usize) -> (&[u8], usize) {
    let is_sign = |byte: &u8| {
        byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.')
    };
    let mut end = span_start(bytes, place, floor, is_sign);
    while end > floor + 1 && is_escape_letter(bytes, end - 1) {
        end = span_start(bytes, end - 2, floor, is_sign);
    }
    let start = span_start(bytes, end, floor, |byte| !is_sign(byte));
    (&bytes[start..end], start)
}
