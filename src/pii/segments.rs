//! Splits keys into the segments that programs join them of.

use super::text::span_start;

/// The segments of a key, last first: split at signs and where a capital starts a word.
pub(super) fn segments_backwards(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut end = key.len();
    std::iter::from_fn(move || {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        end = span_start(key, end, 0, |byte| !is_word(byte));
        if end == 0 {
            return None;
        }
        let mut start = end - 1;
        while start > 0 && is_word(&key[start - 1]) && !starts_word(key, start) {
            start -= 1;
        }
        let part = &key[start..end];
        end = start;
        Some(part)
    })
}

/// A capital after a small letter, or the last capital of several before a small letter.
fn starts_word(key: &[u8], at: usize) -> bool {
    if !key[at].is_ascii_uppercase() || at == 0 {
        return false;
    }
    key[at - 1].is_ascii_lowercase()
        || key[at - 1].is_ascii_digit()
        || (key[at - 1].is_ascii_uppercase() && key.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

/// Where the digits start that a segment ends in.
pub(super) fn name_end(part: &[u8]) -> usize {
    span_start(part, part.len(), 0, u8::is_ascii_digit)
}
