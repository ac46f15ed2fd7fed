//! Tells names, types, references and rules of code from the values that they stand for.

use super::identifiers::is_identifier;
use super::keys::meaning;
use super::lists::{List, Phrases, table};
use super::references::is_variable;
use super::text::{byte, span_end, span_start};

/// Names, calls and types of code.
pub(super) fn is_code(value: &[u8], quoted: bool) -> bool {
    is_call(value, quoted)
        || is_cmdlet(value)
        || value.starts_with(b"&") && value[1..].iter().all(u8::is_ascii_alphabetic)
        || is_variable(value)
        || value.ends_with(b"[]")
        || value.windows(2).any(|two| two == b"::" || two == b"()")
        || !quoted
            && (is_slot(value)
                || value.starts_with(b"[")
                || value.ends_with(b"[")
                || is_indexed(value)
                || is_name(value)
                || is_member(value))
}

/// `get_password(db)`, `hash(x).hex`, `Label (again)`, but not `P@ss(w0rd1` or `Foo(Bar)9`.
fn is_call(value: &[u8], quoted: bool) -> bool {
    let Some(open) = memchr::memchr(b'(', value) else {
        return false;
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$:->".contains(byte);
    let is_pattern = value[open..].starts_with(b"(?") || value.starts_with(b"^");
    // `crypt(@p1`: a parameter of a statement.
    let bound = !quoted && matches!(byte(value, open + 1), b'@' | b'$' | b':');
    // One sign before it is that of templates: `$(`, `%(`, `@(`.
    if value.contains(&b' ') || is_pattern || open < 2 {
        return true;
    }
    // `@Html.PasswordFor(m`: a call in a template.
    let value = value.strip_prefix(b"@").unwrap_or(value);
    let open = memchr::memchr(b'(', value).unwrap_or_default();
    // `env!(`, `empty?(`: macros and functions of some languages.
    let (head, rest) = value.split_at(open);
    let name = head.strip_suffix(b"!").or(head.strip_suffix(b"?"));
    if !name.unwrap_or(head).iter().all(is_name) {
        return false;
    }
    match memchr::memrchr(b')', rest) {
        Some(close) => {
            let behind = &rest[close + 1..];
            let goes_on = |byte: &u8| b".?;,:)]}\"'\\".contains(byte);
            behind.first().is_none_or(goes_on) || behind.starts_with(b"!!")
        }
        // The rest of it stands behind a blank or a quote.
        None => bound || !quoted && !rest.iter().any(|byte| b"&^%!?#@~|+".contains(byte)),
    }
}

/// What a form asks of a password, and what type a field has: `required|min:8`, `bytes32`.
pub(super) fn is_rule(value: &[u8]) -> bool {
    let plain = |part: &[u8]| {
        let (name, bound) = part.split_at(span_end(part, 0, |byte| {
            byte.is_ascii_lowercase() || *byte == b'_'
        }));
        name.len() > 1 && (bound.is_empty() || bound[0] == b':')
    };
    let rule = value.contains(&b'|') && value.split(|&byte| byte == b'|').all(plain);
    rule || is_bound(value)
        || is_type(value)
        || is_pattern(value)
        || is_measure(value)
        || is_version(value)
        || is_norm(value)
        || is_port(value)
}

/// `between:8,64`, `min:8`: a bound, as validators of several frameworks take it.
fn is_bound(value: &[u8]) -> bool {
    const NAMES: Phrases = Phrases::of(&[
        "min:",
        "max:",
        "between:",
        "size:",
        "digits:",
        "length:",
        "regex:",
        "same:",
        "different:",
        "minLength: ",
        "maxLength: ",
        "length: ",
    ]);
    // `min8`, `max64`: the same in one word.
    let digits = span_start(value, value.len(), 0, u8::is_ascii_digit);
    let joined = matches!(&value[..digits], b"min" | b"max" | b"len");
    NAMES.start(value) || joined && digits < value.len()
}

/// `12chars`, `90-days`, `8caractères`, `0.012s`: a length or a time.
fn is_measure(value: &[u8]) -> bool {
    const UNITS: Phrases = Phrases::of(&[
        "char", "zeich", "car", "day", "tag", "dia", "jour", "giorn", "znak", "teken", "tecken",
        "hour", "bit", "byte",
    ]);
    let digits = span_end(value, 0, |byte| byte.is_ascii_digit() || *byte == b'.');
    let unit = digits + usize::from(byte(value, digits) == b'-');
    let plain = |byte: &u8| byte.is_ascii_lowercase() || !byte.is_ascii();
    let time = matches!(&value[unit..], b"s" | b"ms" | b"us" | b"ns");
    let long = digits > 3 && !value[..digits].contains(&b'.');
    (1..=6).contains(&digits)
        && !long
        && value[unit..].iter().all(plain)
        && (time || UNITS.at(value, unit).is_some())
}

/// `^[A-Za-z0-9]{8,64}$`: what a value must look like.
fn is_pattern(value: &[u8]) -> bool {
    let ranges = value
        .windows(3)
        .filter(|three| matches!(*three, b"a-z" | b"A-Z" | b"0-9"))
        .count();
    value.starts_with(b"/^") || ranges > 1 || ranges > 0 && value.contains(&b'[')
}

/// `^5.3.0`, `~> 1.2`, `12.4.10`: a version, or which ones will do.
fn is_version(value: &[u8]) -> bool {
    let sign = |byte: &u8| matches!(byte, b'^' | b'~' | b'>' | b'<' | b'=' | b' ');
    let start = span_end(value, 0, sign);
    let parts = value[start..].split(|&byte| byte == b'.');
    let is_part =
        |part: &[u8]| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    (start > 0 || parts.clone().count() == 3)
        && parts.clone().count() > 1
        && parts.clone().all(is_part)
}

/// `bcrypt12`, `sha256`: the name of a function that hashes.
fn is_norm(value: &[u8]) -> bool {
    const NORMS: Phrases = Phrases::of(&[
        "bcrypt", "argon2", "scrypt", "sha1", "sha2", "sha5", "md5", "pbkdf2", "scram",
    ]);
    const STANDARDS: Phrases = Phrases::of(&[
        "WPA", "SHA", "AES", "RSA", "ISO", "NIST", "RFC", "SCRAM", "PBKDF", "ED25519",
    ]);
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let shouted = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    // `sha256:958c8380`: what such a function makes.
    let made = memchr::memchr(b':', value).is_some_and(|colon| value[..colon].iter().all(plain));
    made && NORMS.start(value)
        || value.len() <= 16
            && (value.iter().all(plain) && NORMS.start(value)
                || value.iter().all(shouted) && STANDARDS.start(value))
}

/// `CVE-2023-12345`, `SCRAM-SHA-256`, `Base64-encoded`: the number of a paper, the name of a standard,
/// or what is said of a value.
pub(super) fn is_term(value: &[u8]) -> bool {
    static SAID: List = List::of(&table::<32>(
        "encoded hashed encrypted based byte bit character characters only protected",
    ));
    let is_part = |part: &[u8]| {
        let letters = span_end(part, 0, u8::is_ascii_uppercase);
        let digits = part.len() - letters;
        part[letters..].iter().all(u8::is_ascii_digit)
            && (letters == 0 || digits == 0 || letters > 2 && digits <= 3)
    };
    let mut parts = value.split(|&byte| byte == b'-');
    let said = parts.clone().next_back().is_some_and(|last| SAID.has(last));
    value.contains(&b'-') && (said || value[0].is_ascii_uppercase() && parts.all(is_part))
}

/// `bytes32`, `String!`, `[ID!]!`, `*string`, `string{60`, `text:uniq`: a type, in the ways that languages
/// mark it as required, optional, a list or a pointer, and bound it.
fn is_type(value: &[u8]) -> bool {
    static TYPES: List = List::of(&table::<128>(
        "u i f int uint size ssize float bytes byte varchar nvarchar char string nsstring text str id boolean bool \
        bytearray chararray charsequence secretstr securestring object any number double long json uuid email \
        utf8mb",
    ));
    let mark = |byte: &u8| matches!(byte, b'[' | b']' | b'!' | b'?' | b'*' | b'&');
    // `__u32` and `uint64_t`, in C.
    let value = value.strip_suffix(b"_t").unwrap_or(value);
    let start = span_end(value, 0, |byte| mark(byte) || *byte == b'_');
    let end = span_start(value, value.len(), start, mark);
    let width = |byte: &u8| byte.is_ascii_digit();
    let name = &value[start..span_start(value, end, start, width)];
    let bound = span_end(value, start, u8::is_ascii_lowercase);
    let bounded = matches!(byte(value, bound), b'{' | b':' | b'(')
        && matches!(
            &value[start..bound],
            b"string" | b"text" | b"char" | b"varchar" | b"digest"
        );
    bounded || TYPES.has_in_any_case(name) || is_array(&value[start..end])
}

/// A constant, a pointer, or a name that begins as private ones do: `_bindgen_ty_7`.
pub(super) fn is_name(value: &[u8]) -> bool {
    is_constant(value) || is_pointer(value) || value.starts_with(b"_") && is_identifier(value)
}

/// `*OAuthFlow`, `*)OPENSSL_sk_pop(x`, `&self.key2`: a pointer's type, what one is made into, or what is
/// borrowed.
fn is_pointer(value: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let name =
        |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_alphabetic) && rest.iter().all(is_name);
    match value {
        [b'*', b')', ..] => true,
        [b'*', rest @ ..] => {
            let end = memchr::memchr2(b'(', b';', rest).unwrap_or(rest.len());
            let called = end < rest.len();
            name(&rest[..end]) && (called || !rest.iter().any(u8::is_ascii_digit))
        }
        // `&pickerWrapper{`, in Go.
        [b'&', rest @ .., b'{'] => name(rest),
        [b'&', rest @ ..] => rest.contains(&b'.') && name(rest),
        _ => false,
    }
}

/// `464/udp`: a port, as lists of services write it.
fn is_port(value: &[u8]) -> bool {
    let digits = span_end(value, 0, u8::is_ascii_digit);
    digits > 0 && matches!(&value[digits..], b"/tcp" | b"/udp" | b"/sctp")
}

/// `Uint8Array`: a list of numbers.
fn is_array(name: &[u8]) -> bool {
    name.ends_with(b"Array") && name.iter().all(u8::is_ascii_alphanumeric)
}

/// `BuildConfig.PASSWORD_MIN_LENGTH`, `DEFAULT_PW_2`: a constant, by itself or of a type. A number at
/// its end has two digits at most.
pub(super) fn is_constant(value: &[u8]) -> bool {
    let start = memchr::memrchr(b'.', value).map_or(0, |dot| dot + 1);
    let (owner, name) = value.split_at(start);
    let letter = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9');
    name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().all(letter)
        && name.contains(&b'_')
        && name.iter().filter(|byte| byte.is_ascii_digit()).count() <= 2
        && owner
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// `var.db_password1`, `random_password.db1.result`, `user?.password`: names of code, joined by dots.
fn is_member(value: &[u8]) -> bool {
    static OWNERS: List = List::of(&table::<32>(
        "var local data module self this config cfg settings args options params request form",
    ));
    let is_name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase)
            && part
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let parts = value.split(|&byte| byte == b'.');
    let owner = parts.clone().next().unwrap_or_default();
    let owned = OWNERS.has(owner) || owner.contains(&b'_');
    // `model.Password2`: named like what it is given to.
    let last = parts.clone().next_back().unwrap_or_default();
    let last = &last[..span_start(last, last.len(), 0, u8::is_ascii_digit)];
    let named = parts.clone().all(|part| {
        let sign = |byte: &u8| matches!(byte, b'?' | b'!');
        let name = &part[..span_start(part, part.len(), 0, sign)];
        part.len() <= name.len() + 1 && !name.is_empty() && is_chain(name)
    });
    let same = parts.clone().count() > 1 && named && meaning(last).is_some();
    // `Rails.application.credentials.db1`: three names and more, and no row of plain words.
    let marked = value
        .iter()
        .any(|byte| !byte.is_ascii_lowercase() && *byte != b'.');
    owned && parts.clone().count() > 1 && parts.clone().all(is_name)
        || same
        || marked && parts.count() > 2 && is_chain(value)
}

/// What is left of `{pw1}`, a place that a value is put into, and of `{Type: String}`.
fn is_slot(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let plain = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.')
    };
    let name = value[1..].iter().all(u8::is_ascii_alphabetic);
    value.starts_with(b"{") && (name || digits <= 2 && value[1..].iter().all(plain))
}

/// `Mapped[str`, `sys.argv[2`: a name and what it holds, in code.
fn is_indexed(value: &[u8]) -> bool {
    let name = span_end(value, 0, |byte| byte.is_ascii_alphabetic() || *byte == b'.');
    name >= 3 && byte(value, name) == b'['
}

/// `ConvertTo-SecureString`: a command of PowerShell.
fn is_cmdlet(value: &[u8]) -> bool {
    const VERBS: [&[u8]; 6] = [
        b"ConvertTo-",
        b"ConvertFrom-",
        b"Get-",
        b"Read-",
        b"New-",
        b"Set-",
    ];
    value.first().is_some_and(u8::is_ascii_uppercase)
        && VERBS.iter().any(|verb| value.starts_with(verb))
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
}

/// `scope.pw1`: names joined by dots, with a digit or two at their ends.
pub(super) fn is_chain(value: &[u8]) -> bool {
    value.split(|&byte| byte == b'.').all(|part| {
        let name = span_start(part, part.len(), 0, u8::is_ascii_digit);
        let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'[' | b':');
        part.len() - name <= 2
            && part.first().is_some_and(u8::is_ascii_alphabetic)
            && part[..name].iter().all(letter)
    })
}

/// `type=password id=pw1`: the next setting, not a value.
pub(super) fn is_setting(bytes: &[u8], from: usize) -> bool {
    let name = span_end(bytes, from, u8::is_ascii_lowercase);
    name > from && byte(bytes, name) == b'='
}
