//! Passwords and codes beside the field they are typed into, as people and the logs of agents say it.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::lists::Phrases;
use crate::pii::passwords::{is_mixed_password, is_password_value, value_after};
use crate::pii::text::{Mix, are_all, before, byte, span_end, span_start, starts_with};

/// What stands between a value in quotes and the word for it.
const AS: &[&str] = &[
    " as ",
    " als ",
    " comme ",
    " como ",
    " come ",
    " jako ",
    " som ",
    " into ",
    " in the field ",
];

/// The same, where the value is said to be the password: only right before it, and with no other noun
/// behind.
const IS: &[&str] = &[
    " is my ",
    " is the ",
    " was my ",
    " was the ",
    " is our ",
    " is your ",
    " ist mein ",
    " ist das ",
    " est mon ",
    " est le ",
    " es mi ",
    " es la ",
];

/// How far from the word the value and its quotes may end.
const REACH: usize = 32;

/// A value in quotes or backticks that goes before the word: `x9Kp` as the password.
pub(super) fn as_password(behind: usize, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let near = &bytes[behind.saturating_sub(REACH)..behind];
    // Without quotes the value has a digit.
    let wide = &bytes[behind.saturating_sub(2 * REACH)..behind];
    let is_told = |byte: &u8| byte.is_ascii_digit() | matches!(byte, b'`' | b'"' | b'\'');
    if are_all(wide, |byte| !is_told(byte)) {
        return false;
    }
    let ends = matches!(
        byte(bytes, behind),
        b'.' | b',' | b'!' | b'?' | b';' | b')' | b'\n'
    ) || behind == bytes.len()
        || [" for ", " on ", " to ", " and ", " but "]
            .iter()
            .any(|word| starts_with(bytes, behind, word));
    let starts = |at: usize, words: &[&str]| {
        words
            .iter()
            .any(|word| near[at..].starts_with(word.as_bytes()))
    };
    let is_as = |(at, two): &(usize, &[u8])| {
        matches!(two, [b' ', b'a' | b'c' | b'e' | b'i' | b'j' | b's' | b'w'])
            && (starts(*at, AS) || ends && starts(*at, IS))
    };
    let place = near.windows(2).enumerate().rev().find(is_as);
    let Some(close) = place.map(|(at, _)| behind - near.len() + at) else {
        return false;
    };
    let quoted = quoted_before(bytes, close);
    // Without quotes only what is mixed like a password is believed, and only right before the word.
    let (start, end) = quoted.unwrap_or_else(|| {
        let start = span_start(bytes, close, close.saturating_sub(REACH), |byte| {
            byte.is_ascii_graphic()
        });
        (start, close)
    });
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let rich = mix.digit > 0 && mix.lower > 1 && mix.upper > 0 && value.len() >= 8;
    let believed = quoted.is_some() || rich && behind - close <= " as the password".len();
    let found = believed && is_value(value) && is_password_value(value, false);
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

/// `password: &str = "x"`, `pwd = MD5('x')`, `password = N'x'`: where the value stands behind a type, in
/// the call that hashes it, or behind the letter of a string's kind.
pub(super) fn assigned(bytes: &[u8], at: usize) -> Option<usize> {
    const HASHES: [&str; 9] = [
        "md5(",
        "sha1(",
        "sha256(",
        "sha2(",
        "password(",
        "crypt(",
        "bcrypt(",
        "hash(",
        "encrypt(",
    ];
    let is_quote = |at: usize| matches!(byte(bytes, at), b'"' | b'\'');
    let blank = |at: usize| span_end(bytes, at, |&byte| byte == b' ');
    // `char password[] = "x"`.
    let size = if byte(bytes, at) == b'[' {
        span_end(bytes, at + 1, u8::is_ascii_digit)
    } else {
        at
    };
    let array = size > at && byte(bytes, size) == b']';
    let mut sign = blank(if array { size + 1 } else { at });
    if array && byte(bytes, sign) == b'=' {
        return Some(blank(sign + 1)).filter(|value| is_quote(*value));
    }
    if byte(bytes, sign) == b':' {
        const TYPE_MAX: usize = 24;
        let is_type = |byte: &u8| byte.is_ascii_alphanumeric() || b":& <>?'|[]_".contains(byte);
        let window = &bytes[..bytes.len().min(sign + TYPE_MAX + 1)];
        let end = span_end(window, sign, is_type);
        if byte(bytes, end) != b'=' || end - sign > TYPE_MAX || end < sign + 4 {
            return None;
        }
        sign = end;
        let value = blank(sign + 1);
        return is_quote(value).then_some(value);
    }
    if byte(bytes, sign) != b'=' {
        return None;
    }
    let call = blank(sign + 1);
    // `N'x'`, `b"x"`: a string with its kind.
    if matches!(byte(bytes, call), b'N' | b'E' | b'b' | b'r' | b'u' | b'@') && is_quote(call + 1) {
        return Some(call + 1);
    }
    let hash = HASHES.iter().find(|hash| starts_with(bytes, call, hash))?;
    Some(call + hash.len()).filter(|value| is_quote(*value))
}

/// Calls that type into a field, and members of a step that hold what is typed.
const TYPES: Phrases = Phrases::of(&[
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
]);

/// `locator("#password").fill("x")`, `"element": "Password field", "text": "x"`: where the value
/// stands behind a field that a word for passwords names.
pub(super) fn into_field(behind: usize, scene: &mut Scene<'_, '_>) -> bool {
    /// What a field may be called behind the word.
    const LABEL_MAX: usize = "-input field".len();
    let bytes = scene.bytes;
    let near = &bytes[behind..bytes.len().min(behind + REACH)];
    // All that types ends in one of these signs.
    if memchr::memchr3(b'(', b'=', b':', near).is_none() {
        return false;
    }
    // A field is named in quotes, and its name ends before that.
    let label = &near[..near.len().min(LABEL_MAX + 1)];
    let label = span_end(label, 0, |byte| byte.is_ascii_lowercase() || *byte == b' ');
    if !matches!(byte(near, label), b'"' | b'\'' | b'\\') || label > LABEL_MAX {
        return false;
    }
    let Some((start, end, true)) = TYPES
        .ends_in(near)
        .min()
        .and_then(|at| value_after(bytes, behind + at))
    else {
        return false;
    };
    let value = &bytes[start..end];
    let found = is_mixed_password(value);
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
