//! Passwords in addresses and connection strings.

use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::keys::is_value;
use crate::pii::text::{Mix, byte, ends_with, is_cut, span_end, span_start};

pub(in crate::pii) const URL_CREDENTIALS: Detector = Detector {
    name: "URL_CREDENTIALS",
    what: "password in the user info of a URL or connection string",
    source: "RFC 3986 section 3.2.1 (userinfo)",
    validator: "scheme://user:password@host; the password alone is taken",
    gravity: 90,
    context: &[],
    finds: &[
        "postgres://app:«s3cr3t»@db.example.org/x",
        "redis://:«hunter2»@cache:6379",
        "https://admin:«p%40ss»@host/",
        "amqp://svc:«tiger-coffee-69»@mq.example",
        "{\"url\":\"postgres:\\/\\/app:«s3cr3t»@db.example.org\\/x\"}",
        "cannot reach amqp://svc:«Mango%2F968»",
    ],
    ignores: &[
        "https://example.org/a:b@c",
        "https://user@example.org",
        "http://127.0.0.1:8080/x@y",
        "postgres://app:${PW}@db",
        "postgres://user:password@localhost/db",
    ],
    looks: &[Look::At(find), Look::Literal(&["://"], cut)],
};

/// User info longer than this is none.
const INFO_MAX: usize = 300;

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let floor = at.saturating_sub(INFO_MAX);
    if scene.scheme_end <= floor {
        return;
    }
    let is_info = |byte: &u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'/' | b'"' | b'<' | b'>' | b'`' | b'\\')
            || !byte.is_ascii()
    };
    let mut start = span_start(bytes, at, floor, is_info);
    if !is_after_scheme(bytes, start) {
        // A password may hold a slash that nobody escaped.
        let raw = |byte: &u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'\\')
        };
        let line = span_start(bytes, at, floor, raw);
        let Some(scheme) = memchr::memmem::rfind(&bytes[line..at], b"://") else {
            return;
        };
        start = line + scheme + 3;
        let slash = bytes[start..at]
            .iter()
            .position(|&byte| byte == b'/')
            .unwrap_or(0);
        let colon = bytes[start..at]
            .iter()
            .position(|&byte| byte == b':')
            .unwrap_or(usize::MAX);
        if bytes[start..at]
            .iter()
            .filter(|&&byte| byte == b'/')
            .count()
            > 1
            || colon > slash
            || bytes[start..at].contains(&b'?')
        {
            return;
        }
    }
    let Some(colon) = bytes[start..at].iter().position(|&byte| byte == b':') else {
        return;
    };
    let password = start + colon + 1;
    let value = &bytes[password..at];
    // The last `@` before the host ends the password.
    let host = span_end(bytes, at + 1, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b'{' | b'$')
    });
    let again = bytes.get(host) == Some(&b'@');
    let path = bytes[start..at].contains(&b'/')
        && value
            .iter()
            .take(5)
            .all(|byte| byte.is_ascii_digit() || *byte == b'/');
    if host > at + 1 && !again && !path && !is_example(value) && is_value(value) {
        scene.report(password, at, "the password of scheme://user:password@host");
    }
}

/// `amqp://svc:secr…`: a text that ends in user info; digits alone are a port.
fn cut(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if bytes.len() - behind > INFO_MAX {
        return;
    }
    let name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%');
    let colon = span_end(bytes, behind, name);
    // Servers of the web have paths.
    let web = ends_with(bytes, behind, "http://") || ends_with(bytes, behind, "https://");
    let end = span_end(bytes, colon + 1, |byte| {
        byte.is_ascii_graphic()
            && (*byte != b'/' || !web)
            && !matches!(byte, b'@' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\')
    });
    let end = span_start(bytes, end, colon + 1, |&byte| byte == b'.').max(colon + 1);
    let Some(value) = bytes.get(colon + 1..end) else {
        return;
    };
    let mix = Mix::of(value);
    let port = byte(bytes, colon + 1).is_ascii_digit() && value.contains(&b'/');
    let mixed = !port
        && mix.letters() > 1
        && (mix.digit > 0 || mix.other > 0 || mix.upper > 0 && mix.lower > 0);
    if byte(bytes, colon) == b':'
        && value.len() >= 4
        && mixed
        && (is_cut(bytes, end) || byte(bytes, end) == b' ' && is_marked(bytes, end + 1))
        && is_value(value)
    {
        scene.report(colon + 1, end, "a password before which the text was cut");
    }
}

/// Whether somebody says here that the text was cut.
fn is_marked(bytes: &[u8], at: usize) -> bool {
    at < bytes.len() && is_cut(bytes, at)
}

/// What examples write in a password's place.
fn is_example(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"password")
}

fn is_after_scheme(bytes: &[u8], start: usize) -> bool {
    start >= 4 && &bytes[start - 3..start] == b"://"
        || start >= 4 && &bytes[start - 2..start] == b"//" && bytes[start - 3] == b':'
}
