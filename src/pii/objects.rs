//! Reads the members of an object that stands under a key: `"password": {"old": "x", "new": "y"}`.

use std::ops::Range;

use super::detector::Scene;
use super::keys::{Meaning, is_value};
use super::lists::{List, table};
use super::own_keys::leaves;
use super::pairs::is_random;
use super::passwords::is_password_value;
use super::text::{Mix, byte, is_escape_letter, span_end};

/// An object is followed no further.
const REACH: usize = 512;

/// A member whose value is a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The members of the object that opens right before `at`, up to the first that holds others.
pub(super) fn members(bytes: &[u8], mut at: usize) -> impl Iterator<Item = Member> {
    let bytes = &bytes[..bytes.len().min(at + REACH)];
    std::iter::from_fn(move || {
        loop {
            let key = string(bytes, at)?;
            let sign = blank(bytes, behind(bytes, &key));
            if byte(bytes, sign) != b':' {
                return None;
            }
            let start = blank(bytes, sign + 1);
            let Some(value) = string(bytes, start) else {
                at = scalar(bytes, start)?;
                continue;
            };
            at = blank(bytes, behind(bytes, &value));
            at += usize::from(byte(bytes, at) == b',');
            return Some(Member { key, value });
        }
    })
}

/// The strings of the list that opens right before `at`, up to the first of another kind.
pub(super) fn items(bytes: &[u8], mut at: usize) -> impl Iterator<Item = Range<usize>> {
    let bytes = &bytes[..bytes.len().min(at + REACH)];
    std::iter::from_fn(move || {
        let item = string(bytes, at)?;
        at = blank(bytes, behind(bytes, &item));
        at += usize::from(byte(bytes, at) == b',');
        Some(item)
    })
}

/// An object under an attribute key that means a secret: what in it is mixed like one, at any depth.
/// Names of users and dates stand there too.
pub(super) fn inside(meaning: Meaning, open: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    leaves(bytes, open, &mut |start, end| {
        let value = &bytes[start..end];
        let mix = Mix::of(value);
        let mixed =
            mix.digit > 0 && mix.letters() > 2 && value.len() >= 6 && !value.contains(&b' ');
        let secret = match meaning {
            Meaning::Password | Meaning::Secret | Meaning::AwsSecret => {
                mixed && is_password_value(value, true)
            }
            Meaning::Credentials | Meaning::Routing => is_random(value),
            _ => false,
        };
        if secret && is_value(value) {
            scene.report_as(
                meaning.kind(),
                start,
                end,
                "in an object under a key for secrets",
            );
        }
    });
}

/// The inside of the string that starts at `at`, blanks skipped; its quotes may be escaped.
fn string(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let open = blank(bytes, at);
    let quote = span_end(bytes, open, |&byte| byte == b'\\');
    if byte(bytes, quote) != b'"' {
        return None;
    }
    let close = span_end(bytes, quote + 1, |&byte| {
        !matches!(byte, b'"' | b'\\' | b'\n')
    });
    let mark = bytes.get(close..close + (quote - open) + 1)?;
    (mark == &bytes[open..=quote]).then_some(quote + 1..close)
}

/// The place behind the quote that ends a string.
fn behind(bytes: &[u8], inside: &Range<usize>) -> usize {
    span_end(bytes, inside.end, |&byte| byte == b'\\') + 1
}

/// The place behind a number or constant and its comma; none where something else stands.
fn scalar(bytes: &[u8], start: usize) -> Option<usize> {
    let end = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+')
    });
    let comma = blank(bytes, end);
    (end > start && byte(bytes, comma) == b',').then_some(comma + 1)
}

/// Skips white space, also escaped: `\n`.
fn blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let next = span_end(bytes, at, u8::is_ascii_whitespace);
        let letter = span_end(bytes, next, |&byte| byte == b'\\');
        if letter == next || !is_escape_letter(bytes, letter) {
            return next;
        }
        at = letter + 1;
    }
}

/// Keys whose values say something of the secret, and hold none: of schemas, forms and settings.
static ABOUT: List = List::of(&table::<128>(
    "type format pattern title description $ref ref label placeholder hint id name kind \
    algorithm alg example version env path file source autocomplete from provider status \
    state min max rotation owner policy strength message error code method created_at \
    updated_at expires_at",
));

impl Member {
    /// Whether the member describes what its object is named after.
    pub(super) fn is_about(&self, bytes: &[u8]) -> bool {
        let key = &bytes[self.key.clone()];
        ABOUT.has_in_any_case(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &[(&str, &str)]) {
        let open = text.find('{').expect("an object") + 1;
        let members: Vec<_> = members(text.as_bytes(), open)
            .map(|member| (&text[member.key], &text[member.value]))
            .collect();
        assert_eq!(wanted, members);
    }

    #[test]
    fn strings_are_members_and_constants_are_passed_over() {
        check(
            r#"{"sensitive": true, "n": -1.5, "value": "x", "old":"y"}"#,
            &[("value", "x"), ("old", "y")],
        );
        check("{\n  \"S\": \"x\"\n}", &[("S", "x")]);
    }

    #[test]
    fn an_object_may_stand_in_a_string() {
        check(
            r#""{\"a\":\"x\",\n \"b\": \"y\"}""#,
            &[("a", "x"), ("b", "y")],
        );
    }

    #[test]
    fn the_first_member_that_holds_others_ends_it() {
        check(r#"{"a":"x","b":{"c":"y"},"d":"z"}"#, &[("a", "x")]);
        check(r#"{"a":["x"]}"#, &[]);
        check(r#"{"a"}"#, &[]);
    }
}
