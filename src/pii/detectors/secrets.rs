//! Secrets that their surroundings give away: headers, cookies, keys and words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::keys::{Meaning, meaning};
use crate::pii::pairs::{Pair, is_random, is_secret_value};
use crate::pii::text::{Mix, before, byte, is_cut, span_end, span_start, starts_with};
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
        "the bearer of this letter",
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
    ],
    ignores: &[
        "Basic usage of the tool",
        "Basic authentication",
        "basic Zm9vYmFyYmF6",
    ],
    looks: &[Look::Literal(&["asic ", "ASIC "], basic)],
};

pub(in crate::pii) const SESSION_COOKIE: Detector = Detector {
    name: "SESSION_COOKIE",
    what: "session cookie",
    source: "RFC 6265; OWASP Session Management cheat sheet (names of session ids)",
    validator: "a cookie whose name speaks of sessions or whose value is random",
    gravity: 83,
    context: &[Topic::Session],
    finds: &[
        "Cookie: sessionid=«GF8bBMIO1bOfE5HVYfLv13cnc5lwl0VW»; theme=dark",
        "Set-Cookie: connect.sid=«5b247a09045c62a129fe66fd83b309ed»; Path=/",
        "JSESSIONID=«A1B2C3D4E5F60718293A4B5C6D7E8F90»",
        "\"session_cookie\": \"«EkdZomCFjVtazdNOIIbCZoHBcTxD1qff»\"",
        "WHERE session_id = '«0676D74A1F9A5EFF2CC9E67F94AE18FF»' AND user_id = 4;",
        "user\tsession_cookie\tcountry\nanna\t«haC9y8Z5zbm3qIIFZ2bGarlxrS»\tDE",
        "Set-Cookie: session=«s%3AuENrvraewOrdFQWf78VB7W086KsFljkv.BvOGLg63f5FAMJGKt5b9»; Path=/",
    ],
    ignores: &[
        "Cookie: theme=dark; lang=en",
        "session=49812c ok",
        "session_cookie=x status=200 trace_id=908d5691651e6ff16058612ef83c9669",
        "session=b1136bdb-194f-476f-8e14-a5ab41ff10d4",
    ],
    looks: &[
        Look::Pair(cookie),
        Look::Equals(session),
        Look::Token(headed),
    ],
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
        "| service | api_key |\n|---|---|\n| mail | «vlcafOWKvhELezR/MTyN38j3M5cnWXej2t0QOuPxBtE=» |",
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
    ],
    looks: &[Look::Pair(generic), Look::Token(token)],
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
    {
        scene.report(start, end, "behind the scheme of an authorization");
    }
}

fn is_b64token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Longer values are no keys.
const VALUE_MAX: usize = 200;

/// `Authorization: Token x`, and credentials without a known scheme.
fn authorization(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if pair.meaning != Meaning::Authorization {
        return;
    }
    let end = if pair.quoted {
        pair.end
    } else {
        span_end(bytes, pair.start, |byte| {
            byte.is_ascii_graphic() || *byte == b' '
        })
    };
    let start = pair.start + crate::pii::keys::scheme(&bytes[pair.start..end]);
    let start = start + usize::from(starts_with(bytes, start, "token=")) * 6;
    let token_end = span_end(bytes, start, is_b64token);
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

/// A cookie, or anything else, that is named after sessions.
fn session(sign: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let blank = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`');
    let name = span_start(bytes, sign, sign.saturating_sub(2), blank);
    if names_session(bytes, name) {
        let start = span_end(bytes, sign + 1, blank);
        let end = cookie_end(bytes, start);
        if start <= sign + 3 && is_session_value(&bytes[start..end]) {
            scene.report(start, end, "a cookie named after sessions");
        }
    }
}

/// A random value in a column of session cookies.
fn headed(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if !scene.context.is_headed(Topic::Session, word.start) {
        return;
    }
    // The head may stand for a session of something else; its values are then no secrets.
    let start = span_start(
        bytes,
        word.start,
        word.start.saturating_sub(VALUE_MAX),
        is_b64token,
    );
    let end = cookie_end(bytes, word.end);
    let value = bytes.get(start..end).unwrap_or_default();
    let body = value.strip_prefix(b"s:").unwrap_or(value);
    if value.len() >= 20 && is_random(body) && !is_uuid(value) {
        scene.report(start, end, "a random value in a column of cookies");
    }
}

/// Every cookie of a header whose value is random.
fn cookie(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if pair.meaning != Meaning::Cookie {
        return;
    }
    let line = span_end(bytes, pair.start, |&byte| byte != b'\n' && byte != b'\r');
    let line = line.min(pair.start + 4096);
    let alone = cookie_end(bytes, pair.start);
    let value = bytes.get(pair.start..alone).unwrap_or_default();
    if !value.contains(&b'=') && is_session_value(value) {
        return scene.report(pair.start, alone, "the value of a cookie");
    }
    let mut at = pair.start;
    while at < line {
        let Some(step) = bytes[at..line].iter().position(|&byte| byte == b'=') else {
            return;
        };
        let start = at + step + 1;
        let end = cookie_end(bytes, start).min(line);
        let value = bytes.get(start..end).unwrap_or_default();
        // Express signs its session ids and writes `s:` before them.
        let body = value.strip_prefix(b"s:").unwrap_or(value);
        if is_random(body) && value.len() >= 20 && !is_uuid(value) {
            scene.report(start, end, "a random value in a cookie header");
        }
        if byte(bytes, end) != b';' {
            return;
        }
        at = end.max(start) + 1;
    }
}

/// Names of session cookies (OWASP, frameworks' defaults); they end in d, h, n, s or y.
const SESSION_NAMES: &[&str] = &[
    "sessionid",
    "session_id",
    "connect.sid",
    "jsessionid",
    "phpsessid",
    "asp.net_sessionid",
    "aspsessionid",
    "sid",
    "sess",
    "_session",
    "session_token",
    "laravel_session",
    "ci_session",
    "cfid",
    "cftoken",
    "auth_session",
    "__session",
    "_session_id",
    "sessid",
    "session-id",
    "sessionkey",
    "wordpress_logged_in",
    "remember_token",
    "csrftoken",
    "xsrf-token",
    "next-auth.session-token",
    "authjs.session-token",
    "gsessionid",
    ".aspnetcore.session",
    ".aspnetcore.cookies",
    "auth",
    "auth_token",
];

fn names_session(bytes: &[u8], sign: usize) -> bool {
    let last = before(bytes, sign).to_ascii_lowercase();
    if !matches!(last, b'd' | b'h' | b'n' | b's' | b'y') {
        return false;
    }
    SESSION_NAMES.iter().any(|name| {
        crate::pii::text::ends_with(bytes, sign, name) && {
            let start = sign - name.len();
            let left = before(bytes, start);
            !left.is_ascii_alphanumeric()
                && (name.len() > 4 || matches!(left, b' ' | b';' | b'.' | b'_' | b'-' | b'"'))
        }
    })
}

fn cookie_end(bytes: &[u8], start: usize) -> usize {
    span_end(bytes, start, |byte| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b';' | b',' | b'"' | b'\'' | b'\\' | b'&' | b'<' | b')'
            )
    })
}

fn is_session_value(value: &[u8]) -> bool {
    let mix = Mix::of(value);
    value.len() >= 16 && mix.digit + mix.letters() >= 14 && mix.digit > 0 && !is_uuid(value)
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn aws(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let value = &scene.bytes[pair.start..pair.end];
    if pair.meaning == Meaning::AwsSecret && value.len() >= 16 && Mix::of(value).digit > 0 {
        scene.report(
            pair.start,
            pair.end,
            "under the key of the secret access key",
        );
    }
}

fn generic(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let value = &scene.bytes[pair.start..pair.end];
    let secret = match pair.meaning {
        Meaning::Secret => is_secret_value(value, pair.quoted),
        Meaning::Credentials => is_random(value),
        _ => return,
    };
    if secret && !is_placeholder(value) {
        scene.report(pair.start, pair.end, "under a key for secrets");
    }
}

/// `YOUR_API_KEY_1`, `<token>`, `xxxx-1234`.
fn is_placeholder(value: &[u8]) -> bool {
    starts_with(value, 0, "your")
        || starts_with(value, 0, "example")
        || starts_with(value, 0, "my_")
        || value
            .windows(4)
            .any(|four| four.eq_ignore_ascii_case(b"xxxx"))
}

/// What may stand between words for keys and the key: signs, `is` and its like, no other words.
fn is_joint(gap: &[u8]) -> bool {
    let Ok(gap) = std::str::from_utf8(gap) else {
        return false;
    };
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

/// The base64 that a token is part of: its `+`, `/` and `=` stand in no token; in paths neither.
fn base64_around(bytes: &[u8], token: &Word) -> Word {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let floor = token.start.saturating_sub(VALUE_MAX);
    let start = span_start(bytes, token.start, floor, is_base64);
    let end = span_end(bytes, token.end, is_base64);
    let padded = span_end(bytes, end, |&byte| byte == b'=').min(end + 2);
    let (whole, mix) = (&bytes[start..end], Mix::of(&bytes[start..end]));
    let slashes = whole.iter().filter(|&&byte| byte == b'/').count();
    let path = slashes * 12 > whole.len() || mix.upper < 3 || mix.digit < 2;
    if path || !whole.iter().all(is_base64) {
        return *token;
    }
    Word { start, end: padded }
}

/// A random token right behind words for keys.
fn token(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if scene.context.topics(word.start) & Topic::Secret.bit() == 0 {
        return;
    }
    let word = &base64_around(bytes, word);
    let value = word.of(bytes);
    let alone = !matches!(before(bytes, word.start), b'/' | b'@' | b'+' | b':');
    if !(20..=200).contains(&value.len()) || !alone || is_uuid(value) || !is_random(value) {
        return;
    }
    let end = word.end;
    let Some(near) = scene.context.nearest(word.start, 20, |_| true) else {
        return;
    };
    let gap = &bytes[near.end.max(0) as usize..word.start];
    // `nextPageToken` ends in a word for keys, and is none.
    let name = span_start(bytes, near.end.max(0) as usize, 0, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    });
    if (name as isize) < near.start && meaning(&bytes[name..near.end as usize]).is_none() {
        return;
    }
    if near.topic == Topic::Secret && is_joint(gap) && !is_slug(value) && byte(bytes, end) != b'@' {
        scene.report(word.start, word.end, "a random token behind words for keys");
    }
}
