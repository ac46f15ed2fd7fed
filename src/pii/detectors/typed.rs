//! Passwords and codes beside the field they are typed into, as people and the logs of agents say it.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::pairs;
use crate::pii::passwords::is_password_value;
use crate::pii::text::{Mix, before, byte, span_end, span_start, starts_with};

/// What stands between a value in quotes and the word for it.
const AS: &[&str] = &[
    " as ", " als ", " comme ", " como ", " come ", " jako ", " som ", " into ",
];

/// How far from the word the value and its quotes may end.
const REACH: usize = 32;

/// A value in quotes or backticks that goes before the word: `x9Kp` as the password.
pub(super) fn as_password(behind: usize, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let near = &bytes[behind.saturating_sub(REACH)..behind];
    let is_quote = |byte: &u8| matches!(byte, b'`' | b'"' | b'\'');
    // Mostly no quote stands near, and none right before it.
    if !is_quote(&before(bytes, behind - near.len())) && !near.iter().any(is_quote) {
        return false;
    }
    let places = AS.iter();
    let places = places.filter_map(|word| memchr::memmem::rfind(near, word.as_bytes()));
    let Some(close) = places.max().map(|at| behind - near.len() + at) else {
        return false;
    };
    let Some((start, end)) = quoted_before(bytes, close) else {
        return false;
    };
    let value = &bytes[start..end];
    let found = is_value(value) && is_password_value(value, false);
    if found {
        scene.report(start, end, "in quotes, said to be a password");
    }
    found
}

/// What stands in the quotes that end at `close`; in JSON they are escaped.
fn quoted_before(bytes: &[u8], close: usize) -> Option<(usize, usize)> {
    let quote = before(bytes, close);
    if !matches!(quote, b'`' | b'"' | b'\'') {
        return None;
    }
    let end = span_start(bytes, close - 1, close.saturating_sub(3), |&byte| {
        byte == b'\\'
    });
    let start = span_start(bytes, end, end.saturating_sub(64), |byte| {
        byte.is_ascii_graphic() && *byte != quote
    });
    (before(bytes, start) == quote && start < end).then_some((start, end))
}

/// Calls that type into a field, and members of a step that hold what is typed.
const TYPES: &[&str] = &[
    ".fill(",
    ".type(",
    ".send_keys(",
    ".sendKeys(",
    ".setValue(",
    ".set_value(",
    ".pressSequentially(",
    ".press_sequentially(",
    ".typeText(",
    "text=",
    "\"text\":",
    "text\\\":",
    "\"value\":",
    "value\\\":",
    "'text':",
    "'value':",
];

/// `locator("#password").fill("x")`, `"element": "Password field", "text": "x"`: where the value
/// stands behind a field that a word for passwords names.
pub(super) fn into_field(behind: usize, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let near = &bytes[behind..bytes.len().min(behind + REACH)];
    // A field is named in quotes, and its name ends before what types into it.
    let label = span_end(near, 0, |byte| byte.is_ascii_lowercase() || *byte == b' ');
    if !matches!(byte(near, label), b'"' | b'\'' | b'\\') || label > "-input field".len() {
        return false;
    }
    let places = TYPES
        .iter()
        .filter_map(|call| memchr::memmem::find(near, call.as_bytes()).map(|at| at + call.len()));
    let Some((start, end, true)) = places
        .min()
        .and_then(|at| pairs::value_after(bytes, behind + at))
    else {
        return false;
    };
    let value = &bytes[start..end];
    let mixed = Mix::of(value).digit > 0 && !value.contains(&b' ');
    let found = mixed && is_value(value) && is_password_value(value, true);
    if found {
        scene.report(start, end, "typed into a field for passwords");
    }
    found
}

/// `typed "123" into the CVV field`: the code before the field's name, called behind ` into `.
pub(super) fn code(behind: usize, scene: &mut Scene<'_, '_>) {
    const FIELDS: [&str; 4] = ["cvv", "cvc", "csc", "security code"];
    let bytes = scene.bytes;
    let name = behind
        + if starts_with(bytes, behind, "the ") {
            4
        } else {
            0
        };
    let name = span_end(bytes, name, |byte| {
        !byte.is_ascii_alphanumeric() && *byte != b'\n'
    });
    if name > behind + 8 || !FIELDS.iter().any(|field| starts_with(bytes, name, field)) {
        return;
    }
    if let Some((start, end)) = quoted_before(bytes, behind - " into ".len())
        && bytes[start..end].iter().all(u8::is_ascii_digit)
        && matches!(end - start, 3 | 4)
    {
        scene.report(start, end, "typed into a field for the code");
    }
}
