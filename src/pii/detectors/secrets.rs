//! Secrets that their surroundings give away: headers, keys and words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::holding;
use crate::pii::keys::{Meaning, meaning};
use crate::pii::objects::Member;
use crate::pii::pairs::{Pair, is_path_of_code, is_random, is_secret_value};
use crate::pii::passwords::is_json_word;
use crate::pii::text::{
    Mix, before, byte, is_cut, is_uuid, span_end, span_start, starts_with, value_end,
};
use crate::pii::words::Topic;

pub(in crate::pii) const BEARER_TOKEN: Detector = Detector {
    name: "BEARER_TOKEN",
    what: "credential of an Authorization header",
    source: "RFC 6750 section 2.1; RFC 9110 section 11.6.2",
    validator: "the scheme, then a token of sixteen characters and more with digits or mixed case",
    gravity: 85,
    context: &[],
    finds: &[
        "Authorization: Bearer «58d184a49345c562def44924bb9180a4bd13468b»",
        "bearer «MclqedRiVCxdGDsfDMjPjNZr3odLq8kHy3HD8Gd0FA46ig3e»\"",
        "Authorization: Token «58d184a49345c562def44924bb9180a4»",
    ],
    ignores: &[
        "Authorization: Bearer ${TOKEN}",
        "Authorization: Bearer YOUR_TOKEN_2026",
        "the bearer of this letter",
        "token_type=bearer expires_in=3600",
        "\"token_type\": \"bearer\"",
    ],
    looks: &[
        Look::Literal(&["earer ", "EARER ", "earer%20", "Token token="], bearer),
        Look::Pair(authorization),
    ],
};

pub(in crate::pii) const BASIC_AUTH: Detector = Detector {
    name: "BASIC_AUTH",
    what: "user and password in base64",
    source: "RFC 7617",
    validator: "base64 that decodes to text with a colon",
    gravity: 88,
    context: &[],
    finds: &[
        "Authorization: Basic «dXNlcjpwYXNzd29yZA==»",
        "Basic «Z3JhZmFuYTo0TjRKLUxTNzJEdVNAMw==»\"",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"«dXNlcjpwYXNzd29yZA==»\"}}}",
    ],
    ignores: &[
        "Basic usage of the tool",
        "Basic authentication",
        "basic Zm9vYmFyYmF6",
    ],
    looks: &[Look::Literal(
        &["asic ", "ASIC ", "\"auth\":\"", "\"auth\": \""],
        basic,
    )],
};

pub(in crate::pii) const AWS_SECRET_KEY: Detector = Detector {
    name: "AWS_SECRET_KEY",
    what: "AWS secret access key",
    source: "AWS Security Credentials: 40 characters of base64",
    validator: "forty base64 characters under its key or beside an access key id",
    gravity: 91,
    context: &[],
    finds: &[
        "AWS_SECRET_ACCESS_KEY=«/ZCpJv/6G7f/9GUeN2smLLmqnxXtX7ieXSZEcmuO»",
        "aws_secret_access_key = «n/2dJgVMNnmScP17oRDFo3eOjatbHjRdxIKY48iC»",
        "aws_secret_access_key=\"«+bPSyP/RPPAEGivOLzOPjPVhlRK//FYXccKqMZMn»\"",
    ],
    ignores: &["aws_secret_access_key = None"],
    looks: &[Look::Pair(aws)],
};

pub(in crate::pii) const GENERIC_SECRET: Detector = Detector {
    name: "GENERIC_SECRET",
    what: "secret known by its key or by the words before it",
    source: "OWASP Secrets Management cheat sheet",
    validator: "a key that names a secret and a value with digits, or words for keys and a random token",
    gravity: 80,
    context: &[Topic::Secret],
    finds: &[
        "client_secret = \"«c28e396a35ebb99a1652e2cb67393817»\"",
        "X-API-Key: «VRpAeYp4mEOmaE27C2SuD7SNSGNf4HYA»",
        "?api_key=«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»&amount=8",
        "my api key is «Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr».",
        "The secret key for webhooks is «Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr».",
        "aws configure set aws_secret_access_key «Ev/Eg+XfnCpuJeBewCq/3cdm/JvmR2MjJvxN8v0i»",
        "INSERT INTO t (id, secret) VALUES (7, '«QRL0p/ckS8I4JB/rbcd4ue497fXBbI/fjbkwoENuHIo=»');",
        "define('AUTH_KEY', '«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»');",
        "{\"apiToken\":{\"S\":\"«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"}}",
        "/geo?ip=1&key=«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"",
        "preshared_key = \"«UD+YA+snaTV7wTfkbmL3dqufnPF4x9cZPnGczBDXw9I=»\"",
        "{\"secret\": {\"value\": \"«Ydl5BeNC0DtaE36ivmRv4Hu7WeM65Jsr»\"}}",
        "| service | api_key |\n|---|---|\n| mail | «vlcafOWKvhELezR/MTyN38j3M5cnWXej2t0QOuPxBtE=» |",
        "{\"client_secret\":\"«winter»\",\"x\":1}",
    ],
    ignores: &[
        "next_page_token: abcdef1234567890",
        "nextPageToken: uwWu_Qaijlm4snSkSt8lrL-y-mFSsaBcdtRDl",
        "max_tokens: 4096",
        "token: str",
        "let token = std::env::var(\"X\")",
        "\"secret\": null",
        "key_count=7",
        "api_key=YOUR_API_KEY",
        "api_key=fake-key-123",
        "{\"progressToken\":\"183de885-7570-77c0-940f-b2d06a837447\"}",
        "{\"key\":\"brand-blue\",\"token\":\"color.primary.500\"}",
        "Culture=neutral, PublicKeyToken=7fc93a2c291af35a",
        "secret: prod/db/password-2",
        "/files?key=a1b2c3/d4e5f6/part-0001",
        "&key=brand-blue-2025-summer",
        "const apiKey = process.env.OPENAI_API_KEY;",
        "{\"token\":\"Hello\",\"logprob\":-0.31}",
    ],
    looks: &[
        Look::Pair(generic),
        Look::TokenAfter(Topic::Secret, token),
        Look::Word(&[holding(1, 3, 15)], piece),
    ],
};

fn bearer(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |byte| matches!(byte, b' ' | b'"' | b'\''));
    let mut end = span_end(bytes, start, is_b64token);
    end -= bytes[start..end]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'.')
        .count();
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let long = value.len() >= 16 || is_cut(bytes, end) && value.len() >= 8;
    if long
        && (mix.digit > 0 || mix.upper > 0 && mix.lower > 0 && mix.turns > 4)
        && crate::pii::keys::is_value(value)
        && !is_placeholder(value)
        && !is_setting(value)
    {
        scene.report(start, end, "behind the scheme of an authorization");
    }
}

/// `expires_in=3600`: the sign of base64's end stands in the middle.
fn is_setting(value: &[u8]) -> bool {
    let end = span_start(value, value.len(), 0, |&byte| byte == b'=');
    value[..end].contains(&b'=')
}

pub(super) fn is_b64token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Longer values are no keys.
const VALUE_MAX: usize = 200;

/// Servers take no longer headers.
const HEADER_MAX: usize = 8192;

/// `Authorization: Token x`, and credentials without a known scheme.
fn authorization(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if pair.meaning != Meaning::Authorization {
        return;
    }
    let limit = if pair.quoted { pair.end } else { bytes.len() };
    let start = pair.start + crate::pii::keys::scheme(&bytes[pair.start..limit]);
    let start = start + usize::from(starts_with(bytes, start, "token=")) * 6;
    let window = &bytes[..bytes.len().min(start + HEADER_MAX)];
    let token_end = value_end(window, start, is_b64token);
    let value = &bytes[start..token_end];
    if is_secret_value(value, true) {
        scene.report(
            start,
            token_end,
            "the credential of an authorization header",
        );
    }
}

fn basic(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |&byte| byte == b' ');
    let body = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
    });
    let end = span_end(bytes, body, |&byte| byte == b'=');
    let length = body - start;
    if !(6..=512).contains(&length) {
        return;
    }
    let whole = if is_cut(bytes, end) {
        length - length % 4
    } else {
        length
    };
    let Ok(decoded) = STANDARD_NO_PAD.decode(&bytes[start..start + whole]) else {
        return;
    };
    let printable = decoded.iter().all(|byte| !byte.is_ascii_control());
    if decoded.contains(&b':') && printable {
        scene.report(start, end, "decodes to user and password");
    }
}

fn aws(pair: &Pair, scene: &mut Scene<'_, '_>) {
    if pair.meaning != Meaning::AwsSecret {
        return;
    }
    let mix = Mix::of(&scene.bytes[pair.start..pair.end]);
    if pair.end - pair.start >= 16 && (mix.digit > 0 || mix.turns > 10) {
        scene.report(
            pair.start,
            pair.end,
            "under the key of the secret access key",
        );
    }
}

fn generic(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let value = &bytes[pair.start..pair.end];
    if pair.meaning == Meaning::Secret && value == b"{" {
        for Member { value, .. } in pair.members(bytes) {
            let text = &bytes[value.clone()];
            if is_random(text) && !is_placeholder(text) && !is_uuid(text) {
                scene.report(
                    value.start,
                    value.end,
                    "in an object under a key for secrets",
                );
            }
        }
    }
    let secret = match pair.meaning {
        Meaning::Secret => is_secret_value(value, pair.quoted) || is_json_word(bytes, pair),
        Meaning::Credentials => is_random(value),
        _ => return,
    };
    if secret && !is_placeholder(value) {
        scene.report(pair.start, pair.end, "under a key for secrets");
    }
}

/// `YOUR_API_KEY_1`, `<token>`, `xxxx-1234`.
fn is_placeholder(value: &[u8]) -> bool {
    const SHORT: usize = 20;
    let starts = |words: &[&str]| words.iter().any(|word| starts_with(value, 0, word));
    starts(&["your", "example", "my_"])
        || value.len() < SHORT
            && starts(&[
                "fake",
                "dummy",
                "changeme",
                "placeholder",
                "sample",
                "test-",
                "test_",
            ])
        || memchr::memchr2_iter(b'x', b'X', value).any(|at| starts_with(value, at, "xxxx"))
}

/// What may stand between words for keys and the key: signs, `is` and its like, no other words.
fn is_joint(gap: &[u8]) -> bool {
    let Ok(gap) = std::str::from_utf8(gap) else {
        return false;
    };
    // The arguments of a call: `define('KEY', 'value')`.
    if matches!(gap, "', '" | "','" | "\", \"" | "\",\"") {
        return true;
    }
    let words = gap
        .split(|sign: char| " \"'`:=*：\\>-".contains(sign))
        .filter(|word| !word.is_empty());
    words.into_iter().all(|word| {
        [
            "is", "es", "est", "ist", "lautet", "é", "è", "jest", "är", "er", "on", "это", "是",
            "为", "は", "value", "(prod)", "now", "set", "to", "</th", "<td", "</td", "like",
        ]
        .contains(&word.to_lowercase().as_str())
    })
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
fn piece(word: &Word, scene: &mut Scene<'_, '_>) {
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
    let gap = gap.unwrap_or_default();
    near.topic == Topic::Secret && (gap.len() <= 20 && is_joint(gap) || is_phrase(gap))
}

/// ` for webhooks is `: a few plain words that end in a verb or a sign.
fn is_phrase(gap: &[u8]) -> bool {
    let Ok(gap) = std::str::from_utf8(gap) else {
        return false;
    };
    let plain = |sign: char| sign.is_ascii_lowercase() || sign == ' ';
    let gap = gap.trim_end_matches(['"', '\'', '`', ' ']);
    let (words, verb) = gap.rsplit_once(' ').unwrap_or_default();
    let opens = [" for ", " of ", " in "]
        .iter()
        .any(|word| gap.starts_with(word));
    opens && matches!(verb, "is" | "was" | "to" | "=") && words.chars().all(plain)
}

/// A random token right behind words for keys.
fn token(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let word = &base64_around(bytes, word);
    let value = word.of(bytes);
    let alone = !matches!(before(bytes, word.start), b'/' | b'@' | b'+' | b':');
    if !(20..=200).contains(&value.len()) || !alone || is_uuid(value) || !is_random(value) {
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
    let named = !is_slug(value) && !is_path_of_code(value) && byte(bytes, end) != b'@';
    if named && is_named(word, scene) {
        scene.report(word.start, word.end, "a random token behind words for keys");
    }
}
