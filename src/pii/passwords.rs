//! Tells what may be a password from the words of sentences and of code.

use super::keys::{is_value, meaning};
use super::pairs::{self, Pair};
use super::text::{Mix, before, byte, ends_with, span_end, span_start, starts_with};

/// Whether a value is a password where nothing but a call or a field tells so: it is mixed, too.
pub(super) fn is_mixed_password(value: &[u8]) -> bool {
    let mixed = Mix::of(value).digit > 0 && !value.contains(&b' ');
    mixed && is_value(value) && is_password_value(value, true)
}

/// No longer value is a password.
const LONGEST: usize = 128;

/// The value after a word for passwords, if it is short enough to be one.
pub(super) fn value_after(bytes: &[u8], from: usize) -> Option<(usize, usize, bool)> {
    let value = pairs::value_within(bytes, from, 2 * LONGEST);
    value.filter(|(start, end, _)| end - start <= LONGEST)
}

/// Whether a value under `password` is one, and not the next word of a sentence or of code.
pub(super) fn is_password_value(value: &[u8], quoted: bool) -> bool {
    if value.len() < 4
        || value.len() > LONGEST
        || is_code(value, quoted)
        || is_common(value)
        || is_reference(value)
        || is_rule(value)
        || is_sentence(value)
    {
        return false;
    }
    let mix = Mix::of(value);
    // `8-64` says how many characters it may have, `03.11.2025` since when it is valid.
    let is_bound = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'/' | b':');
    if mix.other > 0 && (!quoted || value.len() < 6) && value.iter().all(is_bound) {
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

/// Names, calls and types of code.
fn is_code(value: &[u8], quoted: bool) -> bool {
    value.contains(&b'(')
        || is_cmdlet(value)
        || value.starts_with(b"&") && value[1..].iter().all(u8::is_ascii_alphabetic)
        || is_variable(value)
        || value.ends_with(b"[]")
        || value.windows(2).any(|two| two == b"::" || two == b"()")
        || !quoted
            && (value.starts_with(b"[")
                || value.ends_with(b"[")
                || is_indexed(value)
                || is_member(value))
}

/// Where a password lies, and what stands for it: `op://vault/db/key1`, `vault:db#key1`, `!secret`,
/// `@@DB_PW1@@`, `__DB_PW1__`, `your-password-123`.
fn is_reference(value: &[u8]) -> bool {
    let schemes = [
        "vault:",
        "arn:",
        "env:",
        "file:",
        "ssm:",
        "keyring:",
        "process.env",
        "os.environ",
        "import.meta",
    ];
    let fillers = ["your_", "your-", "xxx"];
    let starts = |words: &[&str]| words.iter().any(|word| starts_with(value, 0, word));
    let tag = value.starts_with(b"!") && value[1..].iter().all(u8::is_ascii_lowercase);
    let (head, tail) = (&value[..2], &value[value.len() - 2..]);
    let name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let framed = head == tail
        && matches!(head, b"@@" | b"__" | b"##")
        && value[2..value.len() - 2].iter().all(name);
    // `/home/jane/project2`: a working directory.
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    let slashes = value.iter().filter(|&&byte| byte == b'/').count();
    let path = starts(&["/", "~/", "./", "../"]) && slashes > 1 && value[1..].iter().all(plain);
    value.windows(3).any(|three| three == b"://")
        || path
        || starts(&schemes)
        || starts(&fillers)
        || tag
        || framed
}

/// What a form asks of a password, and what type a field has: `required|min:8`, `bytes32`.
fn is_rule(value: &[u8]) -> bool {
    const TYPES: [&str; 9] = [
        "int", "uint", "float", "bytes", "varchar", "char", "string", "text", "str",
    ];
    let plain = |part: &[u8]| {
        let (name, bound) = part.split_at(span_end(part, 0, |byte| {
            byte.is_ascii_lowercase() || *byte == b'_'
        }));
        name.len() > 1 && (bound.is_empty() || bound[0] == b':')
    };
    let rule = value.contains(&b'|') && value.split(|&byte| byte == b'|').all(plain);
    let name = span_end(value, 0, u8::is_ascii_lowercase);
    let width = value[name..].iter().all(u8::is_ascii_digit);
    let typed = width && TYPES.iter().any(|known| known.as_bytes() == &value[..name]);
    rule || typed
}

/// Many words, or a rule of words and a number: `Must have 8 characters`.
fn is_sentence(value: &[u8]) -> bool {
    let words = value.split(|&byte| byte == b' ');
    let is_plain = |word: &[u8]| {
        let word = word.strip_suffix(b".").unwrap_or(word);
        let letters = word
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        letters || word.len() < 3 && word.iter().all(u8::is_ascii_digit)
    };
    // Chinese and Japanese write theirs without spaces.
    let wide = value
        .iter()
        .filter(|&byte| matches!(byte, 0xE3..=0xE9))
        .count();
    let n_words = words.clone().count();
    n_words > 4
        || n_words > 2 && value[0].is_ascii_uppercase() && words.clone().all(is_plain)
        || wide >= 4
}

/// `var.db_password1`, `random_password.db1.result`: names of code, joined by dots.
fn is_member(value: &[u8]) -> bool {
    const OWNERS: [&str; 14] = [
        "var", "local", "data", "module", "self", "this", "config", "cfg", "settings", "args",
        "options", "params", "request", "form",
    ];
    let is_name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase)
            && part
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let parts = value.split(|&byte| byte == b'.');
    let owner = parts.clone().next().unwrap_or_default();
    let owned = OWNERS.iter().any(|name| name.as_bytes() == owner) || owner.contains(&b'_');
    owned && parts.clone().count() > 1 && parts.clone().all(is_name)
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
    name >= 3 && byte(value, name) == b'['
}

/// `ConvertTo-SecureString`: a command of PowerShell.
pub(super) fn is_cmdlet(value: &[u8]) -> bool {
    let verbs = [
        "ConvertTo-",
        "ConvertFrom-",
        "Get-",
        "Read-",
        "New-",
        "Set-",
    ];
    verbs.iter().any(|verb| value.starts_with(verb.as_bytes()))
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
}

/// `$name`, `${name}`.
fn is_variable(value: &[u8]) -> bool {
    value.starts_with(b"${")
        || value.starts_with(b"$")
            && value[1..]
                .iter()
                .all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
}

/// Whether the pair is a member of a JSON object whose value is one word: what stands under a secret
/// key there is secret whatever it looks like, but for words that say what is expected or wrong. A
/// bare `token` names pieces of a model's answer as well.
pub(super) fn is_json_word(bytes: &[u8], pair: &Pair) -> bool {
    let value = &bytes[pair.start..pair.end];
    let is_word = |byte: &u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'(' | b'{' | b'$' | b'<' | b'/' | b'@')
    };
    if !pair.quoted
        || value.len() < 2
        || !value.iter().all(is_word)
        || is_common(value)
        || is_code(value, true)
        || is_reference(value)
    {
        return false;
    }
    let skip = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let quote = pair.start - 1;
    let colon = span_start(bytes, quote, 0, skip);
    let quotes = span_end(bytes, pair.end, |&byte| byte == b'\\');
    let behind = span_end(bytes, quotes + 1, skip);
    byte(bytes, quote) == b'"'
        && before(bytes, colon) == b':'
        && byte(bytes, colon.saturating_sub(2)) == b'"'
        && !ends_with(
            bytes,
            span_start(bytes, colon - 2, 0, |&byte| byte == b'\\'),
            "\"token",
        )
        && byte(bytes, quotes) == b'"'
        && matches!(byte(bytes, behind), b',' | b'}')
        && meaning(value).is_none()
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
        "base64",
        "base32",
        "scrypt",
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
