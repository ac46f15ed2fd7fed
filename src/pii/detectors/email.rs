//! E-mail addresses.

use super::domains::{domain_end, is_cut_top, is_domain, wide_end};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{before, byte, is_escape_letter, span_end, span_start};

pub(in crate::pii) const EMAIL: Detector = Detector {
    name: "EMAIL",
    what: "e-mail address, also with quoted local part, plus tag or international domain",
    source: "RFC 5321 section 4.1.2, RFC 6531 (international), RFC 1035 (labels)",
    validator: "local part up to 64 bytes, domain labels, a top-level domain of letters that is no file or code suffix",
    gravity: 60,
    context: &[],
    finds: &[
        "write to «jane.doe+news@mail.example.co.uk».",
        "<«j_d@xn--bcher-kva.example»>",
        "邮箱是«wang@example.cn»，谢谢",
        "\"«\"john doe\"@example.org»\"",
        "mailto:«o'brien@example.ie»?subject=x",
        "line\\n«max@muster.de»",
        "cut «jane.doe@exam»",
        "メールは«taro@例え.jp»です",
        "邮箱：«wang@example.中国»。",
        "to «用户@example.dev», please",
        "write to «jane/roe@example.org» or call",
        "<«jane=roe&co@example.org»>",
        "<«bounces+58-jane=mail.example.org@list.example.net»>",
        "Bounced: «bounces+58-0d7-jane=mail.example.org@list.example.net» (550)",
        "PER*IC*BILLING*TE*2015540610*EM*«jane@example.org»~",
        "cut «olga7627@mail.example.b»",
        "cut «olga7627@example19».",
        "cut «189820677@example».",
        "cut «jane.roe@mail.an-example».",
        "email=«jane@example.org»&x=1",
        "https://example.org/u/«jane@example.net»",
    ],
    ignores: &[
        "Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com",
        "/usr/lib/systemd/catalog/systemd.be@latin.catalog",
        "systemctl status getty@tty2.service",
        "np.einsum(q, a@b.net_out)",
        "query@key.transpose(0, 1)",
        "rates@home.dat",
        "@app.get(\"/x\")",
        "npm i react@18.2.0",
        "git@github.com:acme/x.git",
        "icon@2x.png",
        "pause@sha256:ab12",
        "k8s.io/client-go@v0.24.0:",
        "user@localhost",
        "loss = W@x.reshape(2)",
        "install lodash.merge@latest",
        "postgres://app:pw@db.example.org/x",
    ],
    looks: &[Look::At(find)],
};

/// RFC 5321.
const LOCAL_MAX: usize = 64;

/// `chacha20-poly1305@openssh.com`: the name of an algorithm of SSH (RFC 4251 section 6).
fn is_algorithm(local: &[u8], domain: &[u8]) -> bool {
    let houses: [&[u8]; 3] = [b"openssh.com", b"libssh.org", b"lysator.liu.se"];
    houses.contains(&domain) && local.contains(&b'-')
}

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let Some(start) = local_start(bytes, at) else {
        return;
    };
    let Some((end, dots)) = wide_end(bytes, at + 1).or_else(|| domain_end(bytes, at + 1)) else {
        return;
    };
    let domain = &bytes[at + 1..end];
    let git = bytes[start..at].eq_ignore_ascii_case(b"git");
    // `a@b.net_out` and `q@k.transpose(0, 1)` are expressions.
    let name = byte(bytes, end) == b'_' && byte(bytes, end + 1).is_ascii_alphanumeric()
        || matches!(byte(bytes, end), b'(' | b'[');
    if git || name || is_user_info(bytes, start) || is_remote_path(bytes, end) {
        return;
    }
    if dots == 0 {
        let dotted = bytes[end..] == *b".";
        if end + 1 >= bytes.len() && is_cut_address(&bytes[start..at], domain, dotted) {
            scene.report(start, end, "an address that the end of the text cut");
        }
        return;
    }
    if is_domain(domain) {
        if is_algorithm(&bytes[start..at], domain) {
            return;
        }
        let start = wider_start(bytes, start, end);
        scene.report(start, end, "local part, labels and top-level domain");
    } else if end >= bytes.len() && is_cut_top(domain)
        || bytes[end..] == *b"." && is_cut_address(&bytes[start..at], domain, true)
    {
        scene.report(start, end, "an address that the end of the text cut");
    }
}

/// Where a local part starts that holds the other signs of RFC 5321, `=`, `&`, `/`.
///
/// In queries and paths those stand between an address and what it is no part of: they belong to it
/// between angle brackets, or if one of them joins two words that stand alone.
fn wider_start(bytes: &[u8], start: usize, end: usize) -> usize {
    let floor = start.saturating_sub(LOCAL_MAX);
    let wide = span_start(bytes, start, floor, |&byte| is_local(byte) || is_rare(byte));
    let added = &bytes[wide..start];
    let Some(first) = added.first() else {
        return start;
    };
    let bracketed = before(bytes, wide) == b'<' && byte(bytes, end) == b'>';
    // The address a bounce comes back for: `bounces+58-jane=mail.example.org@list.example.net`.
    let local = bytes.get(start..end).unwrap_or_default();
    let local = local.split(|&byte| byte == b'@').next().unwrap_or_default();
    let bounce = added.last() == Some(&b'=')
        && added[1..].contains(&b'+')
        && added.iter().filter(|&&byte| is_rare(byte)).count() == 1
        && local.contains(&b'.')
        && is_domain(local);
    let alone = matches!(before(bytes, wide), b' ' | b'\n')
        && added.iter().filter(|&&byte| is_rare(byte)).count() == 1
        && added.len() > 1
        && !matches!(added.last(), Some(b'=' | b'?' | b'|' | b'{' | b'`'))
        && added
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || is_rare(*byte) || *byte == b'.');
    if first.is_ascii_alphanumeric() && (bracketed || alone || bounce) {
        wide
    } else {
        start
    }
}

/// Signs that a local part may hold and that seldom stand in one.
fn is_rare(byte: u8) -> bool {
    matches!(
        byte,
        b'=' | b'&' | b'/' | b'?' | b'^' | b'`' | b'{' | b'|' | b'}' | b'$'
    )
}

fn local_start(bytes: &[u8], at: usize) -> Option<usize> {
    let floor = at.saturating_sub(LOCAL_MAX);
    if before(bytes, at) == b'"' {
        let open = bytes[floor..at - 1]
            .iter()
            .rposition(|&byte| byte == b'"')?
            + floor;
        let body = &bytes[open + 1..at - 1];
        let plain = !body.is_empty()
            && body
                .iter()
                .all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        let apart = !before(bytes, open).is_ascii_alphanumeric();
        return (plain && apart && !body.contains(&b':') && !body.contains(&b',')).then_some(open);
    }
    let mut start = span_start(bytes, at, floor, |&byte| is_local(byte));
    if start > 0 && is_escape_letter(bytes, start) {
        start += 1;
    }
    // What may stand inside a local part stands outside at its start.
    start += bytes[start..at]
        .iter()
        .take_while(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii() && **byte != b'_')
        .count();
    // A sign that stands there twice separates fields: `PER*IC*EM*jane@example.org`.
    for sign in [b'*', b'#', b'!', b'~'] {
        let mut signs = bytes[start..at].iter().rev();
        if let Some(last) = signs.position(|&byte| byte == sign)
            && signs.any(|&byte| byte == sign)
        {
            start = at - last;
        }
    }
    // A character that was cut in two by the length limit is left alone.
    start += bytes[start..at]
        .iter()
        .take_while(|&&byte| byte & 0xC0 == 0x80)
        .count();
    let Some(last) = bytes[start..at].last() else {
        return wide_local(bytes, at);
    };
    (*last != b'.').then_some(start)
}

/// A local part of a few Chinese, Japanese or Korean characters that stand apart.
fn wide_local(bytes: &[u8], at: usize) -> Option<usize> {
    const CHARACTERS_MAX: usize = 6;
    let floor = at.saturating_sub(3 * (CHARACTERS_MAX + 1));
    let start = span_start(bytes, at, floor, |byte| !byte.is_ascii());
    let local = std::str::from_utf8(&bytes[start..at]).ok()?;
    let letters = local.chars().all(char::is_alphanumeric);
    let apart = matches!(
        before(bytes, start),
        b' ' | b'"' | b'\'' | b'<' | b':' | b'=' | b'('
    );
    (apart && letters && (1..=CHARACTERS_MAX).contains(&local.chars().count())).then_some(start)
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'_' | b'%' | b'+' | b'-' | b'\'' | b'~' | b'!' | b'#' | b'*'
        )
        || is_letter(byte)
}

/// Bytes of Latin, Greek and Cyrillic letters; Chinese and its punctuation end an address.
fn is_letter(byte: u8) -> bool {
    matches!(byte, 0xC3..=0xD4) || matches!(byte, 0x80..=0xBF)
}

/// `scheme://user@host`, or the password of `scheme://user:password@host`.
fn is_user_info(bytes: &[u8], start: usize) -> bool {
    if start >= 3 && &bytes[start - 3..start] == b"://" {
        return !crate::pii::text::ends_with(bytes, start, "mailto://");
    }
    if before(bytes, start) != b':' {
        return false;
    }
    let floor = start.saturating_sub(96);
    let head = span_start(bytes, start - 1, floor, |byte| {
        !byte.is_ascii_whitespace() && *byte != b'/'
    });
    head >= 3 && bytes[head - 1] == b'/' && bytes[head - 2] == b'/' && bytes[head - 3] == b':'
}

/// The first slash of a remote's path stands within so many bytes.
const PATH_MAX: usize = 256;

/// `user@host:path/x`: a remote, not an address.
fn is_remote_path(bytes: &[u8], end: usize) -> bool {
    if byte(bytes, end) != b':' {
        return false;
    }
    let window = &bytes[..bytes.len().min(end + PATH_MAX)];
    let path = span_end(window, end + 1, |byte| byte.is_ascii_graphic());
    let path = &bytes[end + 1..path];
    let begins = path
        .first()
        .is_some_and(|&byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'~'));
    begins && path.contains(&b'/')
}

/// At the end of the text the domain may be cut; the local part must then look like a person's.
fn is_cut_address(local: &[u8], domain: &[u8], dotted: bool) -> bool {
    const TAGS: &[&[u8]] = &[
        b"latest",
        b"next",
        b"beta",
        b"alpha",
        b"canary",
        b"main",
        b"master",
        b"stable",
        b"dev",
        b"head",
        b"localhost",
        b"nightly",
        b"sha256",
    ];
    // Behind its dot only the top-level domain is missing.
    let plain = |byte: &u8| {
        byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.') || dotted && byte.is_ascii_digit()
    };
    local.len() >= 5
        && (dotted || local.iter().any(|byte| matches!(byte, b'.' | b'+' | b'_')))
        && (dotted && local.len() >= 6 || local.iter().any(u8::is_ascii_alphabetic))
        && domain.len() >= 3
        && domain.first().is_some_and(u8::is_ascii_alphabetic)
        && domain.iter().all(plain)
        && !TAGS.contains(&domain)
}
