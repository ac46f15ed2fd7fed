//! Reads keys that start with a known prefix: alphabets, lengths, and cut ones.

use crate::pii::detector::Scene;
use crate::pii::text::{Mix, byte, is_cut, span_end};

/// A family of keys: prefix, the characters behind it and how many.
pub(super) struct Form {
    pub(super) prefix: &'static str,
    belongs: fn(&u8) -> bool,
    least: usize,
    most: usize,
}

pub(super) const fn form(
    prefix: &'static str,
    belongs: fn(&u8) -> bool,
    least: usize,
    most: usize,
) -> Form {
    Form {
        prefix,
        belongs,
        least,
        most,
    }
}

pub(super) fn base62(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
}

pub(super) fn base64url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

pub(super) fn dotted(byte: &u8) -> bool {
    base64url(byte) || *byte == b'.'
}

pub(super) fn hex(byte: &u8) -> bool {
    byte.is_ascii_hexdigit()
}

pub(super) fn upper(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Reports the key that starts at `at` if one of the forms fits; a cut one at the end of the text too.
pub(super) fn read(at: usize, forms: &[Form], scene: &mut Scene<'_, '_>) -> bool {
    /// So many keys may seem to start within one.
    const WITHIN_MAX: usize = 8;
    let bytes = scene.bytes;
    for form in forms
        .iter()
        .filter(|form| bytes[at..].starts_with(form.prefix.as_bytes()))
    {
        let body = at + form.prefix.len();
        let (last, within) = scene.last_key;
        let within = if at < last { within + 1 } else { 0 };
        if within > WITHIN_MAX {
            return false;
        }
        let window = &bytes[..bytes.len().min(body + form.most)];
        let whole = span_end(window, body, form.belongs);
        scene.last_key = (last.max(whole), within);
        let goes_on =
            (form.belongs)(&byte(bytes, whole)) || byte(bytes, whole).is_ascii_alphanumeric();
        // A dash at the end is punctuation, unless the text was cut there or the key needs it.
        let mut end = whole;
        while end > body + form.least
            && whole < bytes.len()
            && matches!(bytes[end - 1], b'-' | b'.')
        {
            end -= 1;
        }
        let length = end - body;
        if length >= form.least && !goes_on && is_made_up(&bytes[body..end]) {
            scene.report(at, end, "prefix, alphabet and length");
            return true;
        }
        if length >= 6.min(form.least)
            && length < form.least
            && is_cut(bytes, end)
            && Mix::of(&bytes[body..end]).turns > 1
        {
            scene.report(at, end, "a key that the end of the text cut");
            return true;
        }
    }
    false
}

/// Not a row of the same characters, not words: something random.
fn is_made_up(body: &[u8]) -> bool {
    let first = body.first().copied().unwrap_or_default();
    let varied = body.iter().filter(|byte| **byte != first).count() > body.len() / 4;
    // `AIzaSyXXXXXXXXXXXXXXXX` stands for a key.
    let mut runs = body.windows(12);
    if runs.any(|run| run.iter().all(|byte| byte == &run[0])) {
        return false;
    }
    let mix = Mix::of(body);
    let shouted = mix.upper == body.len() && body.len() >= 16;
    varied && (mix.digit > 0 || mix.upper > 0 && mix.lower > 0 || mix.turns > 2 || shouted)
}
