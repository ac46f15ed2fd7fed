//! What a word for passwords is part of: a flag of a command, an element of markup, a call.

use crate::pii::pairs::Pair;
use crate::pii::passwords::is_plain_words;
use crate::pii::text::{Mix, before, byte, ends_with, span_end, span_start};

/// Whether the word is a flag of a command, `--password`.
pub(super) fn is_flag(bytes: &[u8], behind: usize) -> bool {
    let start = span_start(bytes, behind, behind.saturating_sub(24), |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
    });
    bytes[start..].starts_with(b"--")
}

/// `setPassword("x")`, `.password("x")`: a call that is given a password in quotes.
pub(super) fn is_setter(bytes: &[u8], behind: usize, from: usize) -> bool {
    let name = behind.saturating_sub("password".len());
    let sets = ["set", "set_", "with", "with_", "."]
        .iter()
        .any(|verb| ends_with(bytes, name, verb));
    sets && matches!(byte(bytes, from), b'"' | b'\'')
}

/// Where the content of `<ns:Password Type="…">content` starts.
pub(super) fn content(bytes: &[u8], behind: usize) -> Option<usize> {
    const TAG_MAX: usize = 80;
    if byte(bytes, behind) != b' ' {
        return None;
    }
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
    let start = span_start(bytes, behind, behind.saturating_sub(TAG_MAX), name);
    if before(bytes, start) != b'<' {
        return None;
    }
    let tag = &bytes[behind..bytes.len().min(behind + TAG_MAX)];
    let close = tag.iter().position(|byte| matches!(byte, b'<' | b'>'))?;
    (tag[close] == b'>' && tag[close - 1] != b'/').then_some(behind + close + 1)
}

/// Where the text goes on behind `Password:</td> <td>`, `Password</key>\n<string>` or `password ➜ `: behind
/// the tags or the arrow that follow a name.
pub(super) fn lead(bytes: &[u8], behind: usize) -> Option<usize> {
    const TAGS_MAX: usize = 80;
    let bytes = &bytes[..bytes.len().min(behind + TAGS_MAX)];
    let blank = |at: usize| {
        let next = span_end(bytes, at, u8::is_ascii_whitespace);
        next + usize::from(byte(bytes, next) == b'\\' && byte(bytes, next + 1) == b'n') * 2
    };
    let mut at = blank(behind + usize::from(byte(bytes, behind) == b':'));
    if let [0xE2, 0x86 | 0x87 | 0x9E | 0x9F, _, ..] = bytes.get(at..).unwrap_or_default() {
        return Some(blank(at + 3));
    }
    let first = at;
    while byte(bytes, at) == b'<' {
        let close = span_end(bytes, at + 1, |byte| !matches!(byte, b'<' | b'>'));
        if byte(bytes, close) != b'>' {
            return None;
        }
        at = blank(close + 1);
    }
    (at > first).then_some(at)
}

/// Whether the value fills an element of markup, `<password>value</password>`, or the text ends in it.
pub(super) fn is_element(bytes: &[u8], start: usize) -> bool {
    /// No password is longer.
    const REACH: usize = 256;
    let window = bytes.get(..start + REACH).unwrap_or(bytes);
    let end = span_end(window, start, |byte| {
        byte.is_ascii_graphic() && *byte != b'<'
    });
    let cut = end == bytes.len() && before(bytes, start) == b'>';
    bytes[end..].starts_with(b"</") || cut && byte(bytes, start).is_ascii_alphanumeric()
}

/// Whether what stands before a value tells that it is no password: another value that it is compared
/// with, a command that prints one, the directory that `pwd` names, a test that passed.
pub(super) fn is_other(bytes: &[u8], start: usize, value: &[u8]) -> bool {
    const KEY_MAX: usize = 8;
    let joint = |byte: &u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b')' | b'`');
    let floor = start.saturating_sub(KEY_MAX);
    let key = span_start(bytes, start, floor, joint);
    let signs = &bytes[key..start];
    let compared = [b"== ", b"!= ", b"= :"]
        .iter()
        .any(|sign| signs.ends_with(*sign));
    let printed = signs.ends_with(b"`") && value.contains(&b' ');
    let passed = ends_with(bytes, key, "PASS") && value.starts_with(b"Test");
    let directory = ends_with(bytes, key, "pwd") && value.starts_with(b"/");
    compared || printed && !is_plain_words(value) || passed || directory
}

/// Whether the key says only that it is a code, as forms in Greek call a password, and the value is none of
/// letters of both cases and digits.
pub(super) fn is_weak(bytes: &[u8], start: usize, value: &[u8]) -> bool {
    const JOINT_MAX: usize = 6;
    let mix = Mix::of(value);
    let is_sign = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let key = span_start(bytes, start, start.saturating_sub(JOINT_MAX), is_sign);
    let named = [" πρόσβασης", "_πρόσβασης", "ς"].map(|end| bytes[..key].ends_with(end.as_bytes()));
    let strong = mix.digit > 0 && mix.upper > 0 && mix.lower > 2 && value.len() >= 8;
    named[2] && !named[0] && !named[1] && !strong
}

/// `user/password: jane/secret`: where the second value starts.
pub(super) fn behind_user(bytes: &[u8], pair: &Pair) -> Option<usize> {
    const NAME_MAX: usize = 24;
    let sign = |byte: &u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'*' | b'`');
    let floor = pair.start.saturating_sub(NAME_MAX);
    let key = span_start(bytes, pair.start, floor, sign);
    let name = span_start(bytes, key, floor, u8::is_ascii_alphabetic);
    let joint = |byte: &u8| matches!(byte, b'/' | b':');
    if before(bytes, name) != b'/' {
        return None;
    }
    let split = bytes[pair.start..pair.end].iter().position(joint)?;
    Some(pair.start + split + 1)
}
