//! Reads `+` as a space where the value of a query or form means one.

/// How far around a `+` the value of a query or form is looked at.
const FORM_MAX: usize = 512;

/// A `+` that stands for a space in the value of a query or form.
pub(super) fn form_space(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let next = *bytes.get(at + 1)?;
    if !next.is_ascii_alphanumeric() && !matches!(next, b'%' | b'+' | b'-' | b'.') || at == 0 {
        return None;
    }
    if !is_form_byte(&bytes[at - 1]) {
        return None;
    }
    let digits = bytes[at - 1].is_ascii_digit() || next.is_ascii_digit();
    let floor = at.saturating_sub(FORM_MAX);
    let equals = floor + memchr::memrchr(b'=', &bytes[floor..at])?;
    let value = &bytes[equals + 1..at];
    if value.is_empty()
        || !(is_form_key(bytes, equals) || starts_pair(bytes, equals))
        || !value.iter().all(is_form_byte)
    {
        return None;
    }
    let rest = &bytes[at..bytes.len().min(at + FORM_MAX)];
    let rest = &rest[..rest.iter().take_while(|byte| is_form_byte(byte)).count()];
    let (after, named) = (at + rest.len(), starts_pair(bytes, equals));
    if named && !(bytes.get(after) == Some(&b'&') && digits) {
        return None;
    }
    let escaped = has_percent(value) || has_percent(rest);
    let raw = matches!(bytes.get(at + rest.len()), Some(b'@' | b'/' | b'='));
    let left = value.rsplit(|&byte| byte == b'+').next();
    let right = rest[1..].split(|&byte| byte == b'+').next();
    let plain = is_plain(left.unwrap_or_default()) && is_plain(right.unwrap_or_default());
    let alone = || digits || is_between_fours(bytes, at) || are_words(value, &rest[1..]);
    // Who escapes anything escapes a `+` that is meant.
    let space = escaped && !raw || plain && !raw && next.is_ascii_alphanumeric() && alone();
    space.then_some((1, ' '))
}

fn has_percent(value: &[u8]) -> bool {
    value.windows(3).any(|three| {
        three[0] == b'%' && three[1].is_ascii_hexdigit() && three[2].is_ascii_hexdigit()
    })
}

/// Whether `name` of `name=` stands where the pairs of a query or form do.
fn is_form_key(bytes: &[u8], equals: usize) -> bool {
    let floor = equals.saturating_sub(64);
    let key = bytes[floor..equals].iter().rposition(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'))
    });
    key.is_none_or(|key| match bytes[floor + key] {
        b'?' | b'&' | b';' | b'"' | b'\n' => true,
        // The form itself is a value: `body=text=…`.
        b'=' => {
            floor + key > 0
                && bytes[floor + key - 1].is_ascii_alphanumeric()
                && key + 1 < bytes[floor..equals].len()
        }
        _ => false,
    })
}

/// Whether `name` of `name=` stands in a sentence or in quotes, as in `body: pan=4384+2180&cvc=497`: there
/// only another pair behind it tells that it is one of a form.
fn starts_pair(bytes: &[u8], equals: usize) -> bool {
    let floor = equals.saturating_sub(64);
    let key = bytes[floor..equals]
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')));
    key.is_some_and(|key| matches!(bytes[floor + key], b' ' | b'\'') && floor + key + 1 < equals)
}

/// Bytes that stand in the value of a query or form as they are.
fn is_form_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'+' | b'-' | b'.' | b'_' | b'~' | b'*' | b'%' | b'(' | b')' | b',' | b'!' | b'\''
        )
}

/// A word or a group of digits, and no piece of base64, in which a `+` is a sign of its own.
fn is_plain(part: &[u8]) -> bool {
    let escaped = part.iter().filter(|&&byte| byte == b'%').count();
    let count = |class: fn(&u8) -> bool| part.iter().filter(|byte| class(byte)).count();
    let (digits, lower) = (count(u8::is_ascii_digit), count(u8::is_ascii_lowercase));
    let upper = count(u8::is_ascii_uppercase).saturating_sub(escaped);
    let words = digits <= escaped * 2;
    let numbers = lower + upper == 0 || lower <= 2 && upper == 0;
    let codes = lower == 0 && part.len().saturating_sub(escaped * 3) <= 6;
    part.len() <= 24 && !part.is_empty() && (words || numbers || codes)
}

/// Whether a whole value is words and numbers with a `+` between: `sono+nato+il+28+febbraio+1990`.
fn are_words(value: &[u8], rest: &[u8]) -> bool {
    const FEWEST: usize = 3;
    let part = |part: &[u8]| {
        // Capitals stand at the start of a word alone, or are all of it.
        let upper = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let lower = part.iter().any(u8::is_ascii_lowercase);
        let first = part.first().is_some_and(u8::is_ascii_uppercase);
        is_plain(part) && (!lower || upper <= usize::from(first))
    };
    let parts = || {
        value
            .split(|&byte| byte == b'+')
            .chain(rest.split(|&byte| byte == b'+'))
    };
    parts().count() >= FEWEST && parts().all(part)
}

/// Capitals and digits in groups of four, as accounts are written: `NWBK+A016`.
fn is_between_fours(bytes: &[u8], at: usize) -> bool {
    let group = |start: Option<usize>| {
        start
            .and_then(|start| bytes.get(start..start + 4))
            .is_some_and(|four| {
                four.iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            })
    };
    group(at.checked_sub(4))
}
