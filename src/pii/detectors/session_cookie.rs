//! Session cookies: in headers, in assignments, and in columns named after them.

use std::sync::LazyLock;

use super::cookies;
use super::secrets::is_b64token;
use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::keys::Meaning;
use crate::pii::pairs::{Pair, is_random};
use crate::pii::text::{
    Mix, Tails, before, byte, ends_with, is_uuid, span_end, span_start, value_end,
};
use crate::pii::words::Topic;

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
        "<session_token>«81037ae2fcc4dcfbc738650e03050251»</session_token>",
        "<th>session_cookie</th><td>«46026739693fbe0ecc79c8fdb55fa269»</td>",
        "user\tsession_cookie\tcountry\nanna\t«haC9y8Z5zbm3qIIFZ2bGarlxrS»\tDE",
        "{\"cookies\":{\"connect.sid\":\"«js7lpawwj6jbybutc8mdhjtfc5»\",\"theme\":\"light\"}}",
        "curl -b \"session=«k70tuhcv2w6x1mx8fhc5fzau4g»\" -o out.json",
        "Set-Cookie: session=«s%3AuENrvraewOrdFQWf78VB7W086KsFljkv.BvOGLg63f5FAMJGKt5b9»; Path=/",
        "[{name: 'laravel_session', value: '«b1f1d43c54e3dca83b4614fc9df34da1»', domain: 's'}]",
        "{\"name\": \"sessionid\", \"path\": \"/\", \"sameSite\": \"Lax\", \"secure\": true, \"value\": \"«b1f1d43c54e3dca83b4614fc9df34da1»\"}",
        ".x.org\tTRUE\t/\tTRUE\t1799999999\tsessionid\t«5288072d-9a65-43a0-acc8-7203d2b69075»",
        "Cookie: theme=dark; PHPSESSID=«5be7fbc3-ceb9-4800-a2fc-fb4b64ebb6af»; _tz=UTC",
        "ASP.NET_SessionId=«89453b92-f629-4f3e-a08e-2346ba02e8f8»",
        "session_id cookie on the failing browser was «5d754f02-ee18-4cb1-a569-ff647a9d7641», x",
        "le cookie de session est «a3b056bf8b77c1680fdb60dc92227605»",
        "response.set_cookie(\"laravel_session\", \"«a3b056bf8b77c1680fdb60dc92227605»\")",
        "&http.Cookie{Name: \"session_id\", Value: \"«b1f1d43c54e3dca83b4614fc9df34da1»\"}",
    ],
    ignores: &[
        "use a::SessionId; use b::Tls13ClientSessionValue;",
        "Cookie: theme=dark; lang=en",
        "session=49812c ok",
        "session_cookie=x status=200 trace_id=908d5691651e6ff16058612ef83c9669",
        "session=b1136bdb-194f-476f-8e14-a5ab41ff10d4",
        "session cookie was deleted by request 5d754f02-ee18-4cb1-a569-ff647a9d7641",
        "session cookie handling moved to RequestHandler42Factory2000",
        "the cookie is a3b056bf8b77c1680fdb60dc92227605",
        "{name: 'feature_flag', value: 'b1f1d43c54e3dca83b4614fc9df34da1'}",
        "{\"key\":\"session_id\",\"value\":{\"stringValue\":\"b1f1d43c54e3dca83b4614fc9df34da1\"}}",
        "x\tTRUE\t12345\tname\t5288072d9a6543a0acc87203d2b69075",
        "a\tTRUE\t/\tFALSE\t179999\t_ga\t5288072d-9a65-43a0-acc8-7203d2b69075",
        "Cookie: consent=b1136bdb-194f-476f-8e14-a5ab41ff10d4; theme=dark",
        "session_id=b1136bdb-194f-476f-8e14-a5ab41ff10d4",
        "SENTRY_AUTH_TOKEN=b1f1d43c54e3dca83b4614fc9df34da1",
        "{name: 'session', value: 'b1f1d43c54e3dca83b4614fc9df34da1'}",
        "session cookie name is connect.sid.v2.production.2024",
        "session cookie lifetime is 31536000000000000000000 s",
    ],
    looks: &[
        Look::Pair(cookie),
        Look::Equals(session),
        Look::Literal(&[" -b ", "--cookie "], flag),
        Look::TokenAfter(Topic::Session, headed),
        Look::Literal(cookies::JARS, cookies::in_jar),
        Look::Literal(cookies::WORDS, cookies::told),
    ],
};

/// Longer values are no cookies of sessions.
const VALUE_MAX: usize = 200;

/// A cookie, or anything else, that is named after sessions.
fn session(sign: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let blank = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`');
    let name = span_start(bytes, sign, sign.saturating_sub(2), blank);
    if names_session(bytes, name) {
        let start = span_end(bytes, sign + 1, blank);
        let end = cookie_end(bytes, start);
        let value = &bytes[start..end];
        let own = || cookies::is_cookie(&bytes[name_start(bytes, name)..name]);
        let uuid = is_uuid(value) && own();
        if start <= sign + 3 && (is_session_value(value) || uuid) {
            scene.report(start, end, "a cookie named after sessions");
        }
    }
}

/// Where the name of a cookie starts that ends at a place.
fn name_start(bytes: &[u8], end: usize) -> usize {
    span_start(bytes, end, end.saturating_sub(40), |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
    })
}

/// Whether only markup stands between a word for sessions and the value:
/// `<session_token>…`, `<th>session_token</th><td>…`.
fn is_tagged(word: &Word, scene: &mut Scene<'_, '_>) -> bool {
    const TAGS_MAX: usize = 24;
    let Some(name) = scene.last_word(word.start, TAGS_MAX) else {
        return false;
    };
    let gap = scene.bytes.get(name.end.max(0) as usize..word.start);
    let gap = gap.unwrap_or_default();
    let tags: &[&[u8]] = &[
        b">",
        b"</th><td>",
        b"</td><td>",
        b"</dt><dd>",
        b"</th>\n<td>",
    ];
    name.topic == Topic::Session && (tags.contains(&gap) || tags.contains(&gap.trim_ascii()))
}

/// A random value in a column of session cookies, or between tags named after them.
fn headed(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if !scene.context.is_headed(Topic::Session, word.start) && !is_tagged(word, scene) {
        return;
    }
    // The head may stand for a session of something else; its values are then no secrets.
    let start = span_start(
        bytes,
        word.start,
        word.start.saturating_sub(VALUE_MAX),
        is_b64token,
    );
    // Behind all that may be random no other sign of a cookie may follow.
    let near = &bytes[..bytes.len().min(word.end + VALUE_MAX)];
    let random = span_end(near, word.end, is_b64token);
    if random < near.len() && COOKIE[usize::from(near[random])] {
        return;
    }
    let end = cookie_end(bytes, random);
    let value = bytes.get(start..end).unwrap_or_default();
    let body = value.strip_prefix(b"s:").unwrap_or(value);
    if value.len() >= 20 && is_random(body) && !is_uuid(value) {
        scene.report(start, end, "a random value in a column of cookies");
    }
}

/// The cookies of a header, an object or a list.
fn cookie(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if pair.meaning != Meaning::Cookie {
        return;
    }
    if matches!(&bytes[pair.start..pair.end], b"{" | b"[") {
        for value in pair.held(bytes) {
            let text = &bytes[value.clone()];
            if is_session_value(text) && is_random(text.strip_prefix(b"s:").unwrap_or(text)) {
                scene.report(value.start, value.end, "a random value among cookies");
            }
        }
        return;
    }
    header(pair.start, scene);
}

/// `curl -b "session=…"`: the cookies of a command, called behind the flag.
fn flag(behind: usize, scene: &mut Scene<'_, '_>) {
    let start = behind + usize::from(matches!(byte(scene.bytes, behind), b'"' | b'\'' | b'\\'));
    let start = start + usize::from(matches!(byte(scene.bytes, start), b'"' | b'\''));
    let name = span_end(scene.bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
    });
    if name > start && name - start < NAME_MAX && byte(scene.bytes, name) == b'=' {
        header(start, scene);
    }
}

/// Every random value of a header of cookies, or the one value that stands there.
pub(in crate::pii) fn header(from: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let window = &bytes[..bytes.len().min(from + HEADER_MAX)];
    let alone = cookie_end(bytes, from);
    let value = bytes.get(from..alone).unwrap_or_default();
    if !value.contains(&b'=') && (is_session_value(value) || is_uuid(value)) {
        return scene.report(from, alone, "the value of a cookie");
    }
    let mut at = from;
    for _ in 0..COOKIES_MAX {
        let name = &window[at.min(window.len())..];
        let name = &name[..name.len().min(NAME_MAX)];
        let Some(step) = memchr::memchr3(b'=', b'\n', b'\r', name) else {
            return;
        };
        let start = at + step + 1;
        if name[step] != b'=' {
            return;
        }
        let end = cookie_end(window, start);
        let value = bytes.get(start..end).unwrap_or_default();
        // Express signs its session ids and writes `s:` before them.
        let body = value.strip_prefix(b"s:").unwrap_or(value);
        let random = is_random(body) && value.len() >= 20 && !is_uuid(value);
        let session = || names_session(bytes, start - 1) || name[..step].trim_ascii() == b"session";
        if random || is_uuid(value) && session() {
            scene.report(start, end, "a random value in a cookie header");
        }
        // Further ones may have been read behind another key of the same header.
        at = scene.cookies_end.max(end);
        scene.cookies_end = at;
        if byte(bytes, end) != b';' {
            return;
        }
        at += 1;
    }
}

/// A header of cookies is read no further than this.
const HEADER_MAX: usize = 4096;
/// Nor is more read of it than so many cookies; browsers keep 50 and more of a site (RFC 6265).
const COOKIES_MAX: usize = 64;
/// Names of cookies are no longer.
const NAME_MAX: usize = 256;

/// Names of session cookies (OWASP, frameworks' defaults).
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

pub(super) fn names_session(bytes: &[u8], sign: usize) -> bool {
    // `sid` is too short for it.
    static LONG: LazyLock<Tails<4>> = LazyLock::new(|| Tails::of(SESSION_NAMES.iter().copied()));
    let last = bytes[..sign].last_chunk::<4>();
    let may_end = last.is_some_and(|last| last.is_ascii() && LONG.may_end(last));
    (may_end || ends_with(bytes, sign, "sid"))
        && SESSION_NAMES.iter().any(|name| {
            ends_with(bytes, sign, name) && {
                let left = before(bytes, sign - name.len());
                // `SENTRY_AUTH_TOKEN=`: the token of a service.
                let other = *name == "auth_token" && left == b'_';
                !left.is_ascii_alphanumeric()
                    && !other
                    && (name.len() > 4 || matches!(left, b' ' | b';' | b'.' | b'_' | b'-' | b'"'))
            }
        })
}

pub(super) fn cookie_end(bytes: &[u8], start: usize) -> usize {
    /// Browsers keep no longer cookies.
    const COOKIE_MAX: usize = 4096;
    let window = bytes.get(..start + COOKIE_MAX).unwrap_or(bytes);
    value_end(window, start, |&byte| COOKIE[usize::from(byte)])
}

/// The signs of a cookie's value.
const COOKIE: [bool; 256] = {
    let mut signs = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        let is_end = matches!(
            byte,
            b';' | b',' | b'"' | b'\'' | b'\\' | b'&' | b'<' | b')'
        );
        signs[byte as usize] = byte.is_ascii_graphic() && !is_end;
        byte += 1;
    }
    signs
};

pub(super) fn is_session_value(value: &[u8]) -> bool {
    let mix = Mix::of(value);
    value.len() >= 16 && mix.digit + mix.letters() >= 14 && mix.digit > 0 && !is_uuid(value)
}
