//! Tells what may be a password from the words of sentences and of code.

use super::keys::meaning;
use super::text::{Mix, byte, span_end};

/// Whether a value under `password` is one, and not the next word of a sentence or of code.
pub(super) fn is_password_value(value: &[u8], quoted: bool) -> bool {
    let mix = Mix::of(value);
    let is_code = value.contains(&b'(')
        || is_variable(value)
        || value.ends_with(b"[]")
        || (!quoted && value.ends_with(b"["))
        || value.windows(2).any(|two| two == b"::" || two == b"()")
        || (!quoted && value.starts_with(b"["))
        || (!quoted && is_indexed(value))
        || is_common(value);
    if value.len() < 4
        || value.len() > 128
        || is_code
        || value.iter().filter(|&&byte| byte == b' ').count() > 3
    {
        return false;
    }
    let marks = value
        .iter()
        .filter(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'.' | b'-' | b'/'))
        .count();
    if mix.digit > 0 && mix.letters() + mix.other > 0 || marks > 0 && mix.letters() > 2 {
        return true;
    }
    if mix.letters() == 0 {
        return mix.digit >= 4 && (quoted || mix.digit >= 6);
    }
    let plain = value
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    let word = quoted && plain && value.len() >= 6;
    // Letters whose case changes all the time are no name of code.
    let random = plain && value.len() >= 8 && mix.upper > 1 && mix.turns * 5 >= value.len() * 2;
    is_passphrase(value) || random || word && meaning(value).is_none()
}

/// Four words and more, joined by dashes or their like: `ocean-winter-falcon-maple`.
pub(super) fn is_passphrase(value: &[u8]) -> bool {
    let joint = |byte: &u8| matches!(byte, b'-' | b'_' | b'.');
    let is_word =
        |word: &[u8]| (3..=10).contains(&word.len()) && word.iter().all(u8::is_ascii_lowercase);
    value.split(joint).count() >= 4 && value.split(joint).all(is_word)
}

/// `amber-violet-42`: words and a number at the end, joined by dashes.
pub(super) fn is_numbered_words(value: &[u8]) -> bool {
    let mut parts = value.rsplit(|&byte| byte == b'-');
    let number = parts.next().unwrap_or_default();
    number.len() >= 2
        && number.iter().all(u8::is_ascii_digit)
        && parts.clone().count() >= 2
        && parts.all(|part| part.len() >= 3 && part.iter().all(u8::is_ascii_lowercase))
}

/// `Mapped[str`: a name and what it holds, in code.
fn is_indexed(value: &[u8]) -> bool {
    let name = span_end(value, 0, u8::is_ascii_alphabetic);
    name >= 3 && byte(value, name) == b'[' && !value.iter().any(u8::is_ascii_digit)
}

/// `$name`, `${name}`.
fn is_variable(value: &[u8]) -> bool {
    value.starts_with(b"${")
        || value.starts_with(b"$")
            && value[1..]
                .iter()
                .all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
}

/// Words that stand where passwords stand, and are none.
fn is_common(value: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "string",
        "required",
        "optional",
        "strong",
        "medium",
        "weak",
        "invalid",
        "incorrect",
        "missing",
        "expired",
        "changed",
        "reset",
        "hidden",
        "enabled",
        "disabled",
        "never",
        "always",
        "default",
        "example",
        "placeholder",
        "your-password",
        "your_password",
        "oauth2",
        "bcrypt",
        "argon2",
        "secret",
        "sensitive",
        "current",
        "object",
        "varchar",
        "nullable",
        "unknown",
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "pbkdf2",
        "argon2id",
    ];
    WORDS
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// `type=password id=pw1`: the next setting, not a value.
pub(super) fn is_setting(bytes: &[u8], from: usize) -> bool {
    let name = span_end(bytes, from, u8::is_ascii_lowercase);
    name > from && byte(bytes, name) == b'='
}
