//! Random tokens behind words for keys, and base64 that is only found as pieces.

use super::fields;
use super::secrets::is_placeholder;
use crate::pii::code::is_constant;
use crate::pii::detector::{Scene, Word};
use crate::pii::key_names::is_of_pages;
use crate::pii::keys::meaning;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::pairs::{is_path_of_code, is_random};
use crate::pii::text::{Mix, before, byte, is_uuid, span_end, span_start};
use crate::pii::words::Topic;

/// Longer values are no keys.
const VALUE_MAX: usize = 200;

/// Words that lead from a name to its key, and those that say how it is written: `private key hex`,
/// `secret = []byte("…")`.
static LEADS: List = List::of(&table::<128>(
    "is es est ist lautet é è jest är er on это 是 为 は was war era était fue var value (prod) now set to </th <td </td like \
    hex (hex) base64 (base64) b64 b r ( (b []byte( []byte{ byte( bytes( string( from( some( str( new( \
    secretstring( buffer.from( encode(",
));

/// What may stand between words for keys and the key: signs, `is` and its like, no other words.
fn is_joint(gap: &[u8]) -> bool {
    let Ok(gap) = std::str::from_utf8(gap) else {
        return false;
    };
    // The arguments of a call: `define('KEY', 'value')`.
    if matches!(gap, "', '" | "','" | "\", \"" | "\",\"") {
        return true;
    }
    // A call takes a secret in quotes; without them it takes a name: `with_secret(KEY_2)`.
    let opened = gap.rfind('(') > gap.rfind(')');
    if opened && gap != " (" && !gap.ends_with(['"', '\'', '`']) {
        return false;
    }
    let words = gap
        .split(|sign: char| " \"'`:=*：\\>-|→–—".contains(sign))
        .filter(|word| !word.is_empty());
    words
        .into_iter()
        .all(|word| LEADS.has(word.to_lowercase().as_bytes()))
}

/// `claude-sonnet-4-20250514`: lower-case words and numbers with dashes.
fn is_slug(value: &[u8]) -> bool {
    let mix = Mix::of(value);
    mix.upper == 0 && mix.other >= 2
}

/// Base64 behind a token is read no further.
const BASE64_MAX: usize = 512;

/// The base64 that a token is part of: its `+`, `/` and `=` stand in no token; in paths neither.
fn base64_around(bytes: &[u8], token: &Word) -> Word {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let signs = [before(bytes, token.start), byte(bytes, token.end)];
    if !signs.iter().any(|sign| matches!(sign, b'+' | b'/' | b'=')) {
        return *token;
    }
    let floor = token.start.saturating_sub(VALUE_MAX);
    let start = span_start(bytes, token.start, floor, is_base64);
    // What goes on further back was read with its first words.
    if start == floor && is_base64(&before(bytes, floor)) {
        return *token;
    }
    let window = &bytes[..bytes.len().min(token.end + BASE64_MAX)];
    let end = span_end(window, token.end, is_base64);
    let padded = span_end(window, end, |&byte| byte == b'=').min(end + 2);
    let (whole, mix) = (&bytes[start..end], Mix::of(&bytes[start..end]));
    let slashes = whole.iter().filter(|&&byte| byte == b'/').count();
    let path = slashes * 12 > whole.len() || mix.upper < 3 || mix.digit < 2;
    if path || !token.of(bytes).iter().all(is_base64) {
        return *token;
    }
    Word { start, end: padded }
}

/// A piece of base64 between `+` and `/`, too short for a token, in a column of secrets.
pub(super) fn piece(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let signs = [before(bytes, word.start), byte(bytes, word.end)];
    let joined = signs.iter().any(|sign| matches!(sign, b'+' | b'/'));
    if !joined || !scene.context.speaks_of(Topic::Secret.bit(), word.start) {
        return;
    }
    let whole = base64_around(bytes, word);
    let long = whole.end - whole.start >= 32 && is_random(whole.of(bytes));
    if long && (scene.context.is_headed(Topic::Secret, word.start) || is_named(&whole, scene)) {
        scene.report(whole.start, whole.end, "base64 behind words for keys");
    }
}

/// Whether words for keys stand before a token, with nothing or a phrase between.
fn is_named(token: &Word, scene: &mut Scene<'_, '_>) -> bool {
    let Some(near) = scene.context.nearest(token.start, 32, |_| true) else {
        return false;
    };
    let gap = scene.bytes.get(near.end.max(0) as usize..token.start);
    let gap = fields::before_value(gap.unwrap_or_default());
    near.topic == Topic::Secret
        && (gap.len() <= 20 && is_joint(gap)
            || is_phrase(gap)
            || is_below(scene.bytes, near.start.max(0) as usize, gap, token.end))
}

/// `API KEY\n  x`: a label that stands alone on its line, and below it nothing but the value.
fn is_below(bytes: &[u8], label: usize, gap: &[u8], end: usize) -> bool {
    const LABEL_MAX: usize = 24;
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    let lines = memchr::memchr_iter(b'\n', gap).count();
    let gap = gap.strip_prefix(b":").unwrap_or(gap);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-');
    let start = span_start(bytes, label, label.saturating_sub(LABEL_MAX), is_name);
    // `commit with api key`: the end of a sentence.
    let words = bytes[start..label].split(|&byte| byte == b' ');
    let few = words.filter(|word| !word.is_empty()).count() < 2;
    few && (1..=2).contains(&lines)
        && gap.iter().all(blank)
        && (start == 0 || matches!(before(bytes, start), b'\n' | b'"'))
        && (end == bytes.len() || matches!(byte(bytes, end), b'\n' | b'\r' | b'"' | b'\\'))
}

/// `get_secret("…")`: the call takes the name of a secret, and no secret.
fn is_asked_for(bytes: &[u8], end: usize) -> bool {
    const NAME_MAX: usize = 48;
    const VERBS: Phrases = Phrases::of(&[
        "get", "fetch", "find", "delete", "remove", "revoke", "lookup", "load", "read", "describe",
        "list", "rotate", "has", "is", "by",
    ]);
    if !matches!(bytes.get(end..end + 2), Some([b'(', b'"' | b'\'' | b'`'])) {
        return false;
    }
    let name = span_start(bytes, end, end.saturating_sub(NAME_MAX), |byte| {
        byte.is_ascii_alphanumeric() || *byte == b'_'
    });
    VERBS.start(&bytes[name..end])
}

/// ` for webhooks is `: a few plain words that end in a verb or a sign.
fn is_phrase(gap: &[u8]) -> bool {
    let Ok(gap) = std::str::from_utf8(gap) else {
        return false;
    };
    let plain = |sign: char| sign.is_ascii_lowercase() || sign == ' ';
    let gap = gap.trim_end_matches(['"', '\'', '`', ' ']);
    // `the client secret you gave me (…)`.
    if let Some(told) = gap.strip_suffix(['(', ':']) {
        let opens = [
            " you ", " we ", " i ", " they ", " that ", " which ", " from ", " for ",
        ];
        let few = told.split(' ').count() <= PHRASE_MAX;
        return few && opens.iter().any(|word| told.starts_with(word)) && told.chars().all(plain);
    }
    let (words, verb) = gap.rsplit_once(' ').unwrap_or_default();
    let opens = [" for ", " of ", " in "]
        .iter()
        .any(|word| gap.starts_with(word));
    opens && matches!(verb, "is" | "was" | "to" | "=") && words.chars().all(plain)
}

/// A phrase that ends in a sign has no more words.
const PHRASE_MAX: usize = 6;

/// A random token right behind words for keys.
pub(super) fn token(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let word = &base64_around(bytes, word);
    let value = word.of(bytes);
    // `シークレットキー:…`: scripts that write no spaces write none behind a colon either.
    let wide = word.start > 1 && !bytes[word.start - 2].is_ascii();
    let alone = match before(bytes, word.start) {
        b'/' | b'@' | b'+' => false,
        b':' => wide,
        _ => true,
    };
    // `Credential=AKIA…/20260101/…` holds the key's id and no key.
    let of_amazon = matches!(value, [b'A', b'K' | b'S', b'I', b'A', ..]);
    if of_amazon
        || !(20..=200).contains(&value.len())
        || !alone
        || is_uuid(value)
        || !is_random(value)
    {
        return;
    }
    let end = word.end;
    let Some(near) = scene.context.nearest(word.start, 32, |_| true) else {
        return;
    };
    // `nextPageToken` ends in a word for keys, and is none.
    let name = span_start(bytes, near.end.max(0) as usize, 0, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    });
    if (name as isize) < near.start && meaning(&bytes[name..near.end as usize]).is_none() {
        return;
    }
    if is_of_pages(bytes, near.start.max(0) as usize..near.end.max(0) as usize) {
        return;
    }
    let asked = is_asked_for(bytes, near.end.max(0) as usize);
    let code = asked || is_path_of_code(value) || is_constant(value) || is_placeholder(value);
    let named = !is_slug(value) && !code && byte(bytes, end) != b'@';
    if named && is_named(word, scene) {
        scene.report(word.start, word.end, "a random token behind words for keys");
    }
}
