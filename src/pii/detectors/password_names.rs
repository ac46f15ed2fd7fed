//! What a word for passwords is part of: a flag of a command, an element of markup, a call.

use crate::pii::text::{before, byte, ends_with, span_end, span_start};

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
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
    let start = span_start(bytes, behind, behind.saturating_sub(TAG_MAX), name);
    if before(bytes, start) != b'<' || byte(bytes, behind) != b' ' {
        return None;
    }
    let tag = &bytes[behind..bytes.len().min(behind + TAG_MAX)];
    let close = tag.iter().position(|byte| matches!(byte, b'<' | b'>'))?;
    (tag[close] == b'>' && tag[close - 1] != b'/').then_some(behind + close + 1)
}

/// Whether the value fills an element of markup: `<password>value</password>`.
pub(super) fn is_element(bytes: &[u8], start: usize) -> bool {
    /// No password is longer.
    const REACH: usize = 256;
    let window = bytes.get(..start + REACH).unwrap_or(bytes);
    let end = span_end(window, start, |byte| {
        byte.is_ascii_graphic() && *byte != b'<'
    });
    bytes[end..].starts_with(b"</")
}
