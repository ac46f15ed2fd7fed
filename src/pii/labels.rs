//! Knows what an earlier redaction left in the place of a value: it hides nothing any more.

use std::ops::Range;

use super::text::{before, byte, span_end, span_start};

/// No label is longer.
const LONGEST: usize = 96;
/// So many digits tell a pseudonym, or a hash, from others.
const STAMP: usize = 16;

/// Whether nothing stands in a span but labels: `[EMAIL]`, `[EMAIL:k2.0123456789abcdef]`, and signs
/// between them. Of the first and the last a part may stand outside of it.
pub(super) fn stand_alone(text: &str, span: Range<usize>, is_name: impl Fn(&str) -> bool) -> bool {
    let near = span.start.saturating_sub(LONGEST)..span.end;
    let near = text.as_bytes().get(near).unwrap_or_default();
    if memchr::memchr(b'[', near).is_none() {
        return false;
    }
    let mut rest = around(text, span);
    let mut count = 0;
    loop {
        rest = skip_signs(rest);
        if rest.is_empty() {
            return count > 0;
        }
        let Some(behind) = behind_label(rest, &is_name) else {
            return false;
        };
        (rest, count) = (behind, count + 1);
    }
}

/// Whether a value stands in the words before another one, or the label of a value: those words may
/// have been said of it.
pub(super) fn hold_value(gap: &[u8]) -> bool {
    let is_label = |at: usize| {
        let name = &gap[at + 1..];
        let end = span_end(name, 0, is_of_name);
        end > 2 && matches!(byte(name, end), b']' | b':')
    };
    gap.iter().any(u8::is_ascii_digit) || memchr::memchr_iter(b'[', gap).any(is_label)
}

/// What the names in labels are written with.
fn is_of_name(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || *byte == b'_'
}

/// Whether a word is the name in a label. In a form names may stand in brackets too, and what they
/// name follows: `[PHONE] 555 0100`.
pub(super) fn names(bytes: &[u8], word: Range<usize>) -> bool {
    if !bytes[word.start].is_ascii_uppercase()
        || !matches!(byte(bytes, word.end), b']' | b':' | b'_')
    {
        return false;
    }
    let floor = word.start.saturating_sub(LONGEST);
    let start = span_start(bytes, word.start, floor, is_of_name);
    if before(bytes, start) != b'[' {
        return false;
    }
    let bytes = &bytes[..bytes.len().min(word.end + LONGEST)];
    let end = span_end(bytes, start, is_of_name);
    let is_stamp = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.');
    let close = span_end(bytes, end, is_stamp);
    let joints = |byte: &u8| matches!(byte, b' ' | b':' | b'=');
    let next = span_end(bytes, close + 1, joints);
    let is_written = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-./(".contains(byte);
    let value = bytes.get(next..span_end(bytes, next, is_written));
    let is_form = value.is_some_and(|value| value.iter().any(u8::is_ascii_digit));
    end >= word.end && byte(bytes, close) == b']' && !is_form
}

/// A span, with what belongs to the labels that begin or end outside of it.
fn around(text: &str, span: Range<usize>) -> &str {
    let floor = text.floor_char_boundary(span.start.saturating_sub(LONGEST));
    let before = text.get(floor..span.start).unwrap_or_default();
    let start = memchr::memrchr2(b'[', b']', before.as_bytes());
    let start = start.filter(|at| before.as_bytes().get(*at) == Some(&b'['));
    let start = start.map_or(span.start, |at| floor + at);
    let ceiling = text.ceil_char_boundary(text.len().min(span.end + LONGEST));
    let behind = text.get(span.end..ceiling).unwrap_or_default();
    let is_open = text
        .get(start..span.end)
        .and_then(|inside| memchr::memrchr2(b'[', b']', inside.as_bytes()));
    let is_open = is_open.is_some_and(|at| text.as_bytes().get(start + at) == Some(&b'['));
    let end = is_open.then(|| memchr::memchr(b']', behind.as_bytes()));
    let end = end.flatten().map_or(span.end, |at| span.end + at + 1);
    text.get(start..end).unwrap_or_default()
}

/// What stands behind signs and escaped white space.
fn skip_signs(text: &str) -> &str {
    let escapes = ["\\n", "\\r", "\\t"];
    let mut rest = text;
    loop {
        let is_sign = |sign: char| sign.is_ascii() && !sign.is_ascii_alphanumeric();
        let escape = escapes.iter().find_map(|escape| rest.strip_prefix(escape));
        let behind = escape.or_else(|| rest.strip_prefix(|sign| sign != '[' && is_sign(sign)));
        match behind {
            Some(behind) => rest = behind,
            None => return rest,
        }
    }
}

/// What stands behind the label that a text begins with.
fn behind_label(text: &str, is_name: impl Fn(&str) -> bool) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let close = memchr::memchr(b']', inside.as_bytes())?;
    let (label, behind) = (&inside[..close], &inside[close + 1..]);
    let (name, stamp) = match label.split_once(':') {
        Some((name, stamp)) => (name, Some(stamp)),
        None => (label, None),
    };
    (is_name(name) && stamp.is_none_or(is_stamp)).then_some(behind)
}

/// Sixteen hexadecimal digits, perhaps behind the name of a key: `k2.0123456789abcdef`.
fn is_stamp(stamp: &str) -> bool {
    let digits = stamp.rsplit('.').next().unwrap_or_default();
    digits.len() == STAMP && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: bool) {
        let start = text.find('«').unwrap();
        let end = text.find('»').unwrap() - '«'.len_utf8();
        let bare = text.replace(['«', '»'], "");
        let is_name = |name: &str| matches!(name, "EMAIL" | "PASSWORD");
        assert_eq!(stand_alone(&bare, start..end, is_name), wanted, "{text}");
    }

    #[test]
    fn labels_and_signs_between_them_hide_nothing() {
        check("password: «[PASSWORD]»", true);
        check("password: «[PASSWORD»]", true);
        check("[«PASSWORD»]", true);
        check("to «[EMAIL], [EMAIL:0123456789abcdef]\\n»", true);
        check("«[EMAIL:k2.0123456789abcdef]»", true);
    }

    #[test]
    fn a_label_among_words_stands_for_a_value() {
        assert!(hold_value(b" 1951"));
        assert!(hold_value(b": [DATE_OF_BIRTH], hired on "));
        assert!(hold_value(b" [EMAIL:k2.abc"));
        assert!(!hold_value(b" [optional] [A] "));
    }

    #[test]
    fn a_name_in_a_label_says_nothing_of_what_follows() {
        let names = |text: &str, word: &str| {
            let start = text.find(word).unwrap();
            names(text.as_bytes(), start..start + word.len())
        };
        assert!(names("[PASSPORT] and booking 551893", "PASSPORT"));
        assert!(names("7;[DATE_OF_BIRTH];Bonn", "BIRTH"));
        assert!(names(
            "\"[DATE_OF_BIRTH]\",\"hired\":\"2024-12-10\"",
            "BIRTH"
        ));
        assert!(names("[PHONE:k2.0123456789abcdef]", "PHONE"));
        assert!(!names("[PHONE] 555 0100", "PHONE"));
        assert!(!names("PHONE: 555 0100", "PHONE"));
        assert!(!names("[Phone] none", "Phone"));
        assert!(!names("PHONE] none", "PHONE"));
    }

    #[test]
    fn whatever_else_stands_there_is_still_found() {
        check("password: «[PASSWORD]x»", false);
        check("password: «[HUNTER]»", false);
        check("password: «hunter2»", false);
        check("[EMAIL] «hunter2»", false);
        check("«hunter2» [EMAIL]", false);
        check("«[EMAIL:secret]»", false);
        check("«...»", false);
        check("«[EMAIL»", false);
    }
}
