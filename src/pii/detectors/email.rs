//! E-mail addresses.

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
    ],
    ignores: &[
        "@app.get(\"/x\")",
        "npm i react@18.2.0",
        "git@github.com:acme/x.git",
        "icon@2x.png",
        "pause@sha256:ab12",
        "k8s.io/client-go@v0.24.0:",
        "user@localhost",
        "install lodash.merge@latest",
        "postgres://app:pw@db.example.org/x",
    ],
    looks: &[Look::At(find)],
};

/// RFC 5321.
const LOCAL_MAX: usize = 64;
const DOMAIN_MAX: usize = 253;

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
    if git || is_user_info(bytes, start) || is_remote_path(bytes, end) {
        return;
    }
    if dots == 0 {
        if end + 1 >= bytes.len() && is_cut_address(&bytes[start..at], domain) {
            scene.report(start, end, "an address that the end of the text cut");
        }
        return;
    }
    if is_domain(domain) {
        scene.report(start, end, "local part, labels and top-level domain");
    }
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

/// Where the domain ends and how many dots it has inside.
fn domain_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let limit = bytes.len().min(start + DOMAIN_MAX);
    let belongs = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.')
            || matches!(byte, 0xC3..=0xD4 | 0x80..=0xBF)
    };
    let mut end = span_end(&bytes[..limit], start, belongs);
    while end > start && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    while end > start && std::str::from_utf8(&bytes[start..end]).is_err() {
        end -= 1;
    }
    let domain = &bytes[start..end];
    if domain.is_empty() || domain[0] == b'.' || domain[0] == b'-' {
        return None;
    }
    Some((end, domain.iter().filter(|&&byte| byte == b'.').count()))
}

/// Top-level domains in scripts that write no spaces (IANA, Root Zone Database).
const WIDE_TOPS: &[&str] = &[
    "中国",
    "中國",
    "公司",
    "网络",
    "网址",
    "香港",
    "台湾",
    "台灣",
    "新加坡",
    "商城",
    "在线",
    "手机",
    "みんな",
    "コム",
    "한국",
    "닷컴",
    "भारत",
    "ไทย",
];

/// Where a domain with Chinese, Japanese or Korean labels ends, and how many dots it has.
///
/// Such text may go on behind it without a space: the last label is a known one, or plain letters.
fn wide_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let is_label = |byte: &u8| {
        byte.is_ascii_alphanumeric() || *byte == b'-' || matches!(byte, 0x80..=0xBF | 0xE0..=0xED)
    };
    let limit = bytes.len().min(start + DOMAIN_MAX);
    let (mut at, mut dots, mut wide) = (start, 0, false);
    loop {
        let end = span_end(&bytes[..limit], at, is_label);
        let label = &bytes[at..end];
        wide |= !label.is_ascii();
        if label.is_empty() || label.starts_with("　".as_bytes()) {
            return None;
        }
        let top = WIDE_TOPS
            .iter()
            .find(|top| label.starts_with(top.as_bytes()));
        if let Some(top) = top.filter(|_| dots > 0) {
            return Some((at + top.len(), dots));
        }
        let letters = label
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let goes_on = byte(bytes, end) == b'.' && bytes.get(end + 1).is_some_and(is_label);
        if !goes_on {
            return (wide && dots > 0 && letters >= 2).then_some((at + letters, dots));
        }
        (at, dots) = (end + 1, dots + 1);
    }
}

fn is_domain(domain: &[u8]) -> bool {
    let mut labels = domain.rsplit(|&byte| byte == b'.');
    let Some(top) = labels.next() else {
        return false;
    };
    let letters = top
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let top_ok = top.starts_with(b"xn--") || (letters && (2..=24).contains(&top.len()));
    let not_code = !NOT_TOP
        .iter()
        .any(|word| top.eq_ignore_ascii_case(word.as_bytes()));
    let labels_ok = domain.split(|&byte| byte == b'.').all(|label| {
        (1..=63).contains(&label.len())
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-')
    });
    top_ok && not_code && labels_ok && !is_version(domain)
}

/// `1.2.0-beta.rc`, `v2.x`: what follows `package@`.
fn is_version(domain: &[u8]) -> bool {
    let body = domain.strip_prefix(b"v").unwrap_or(domain);
    let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0
        && matches!(body.get(digits), Some(b'.'))
        && body
            .get(digits + 1)
            .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'x')
}

/// File suffixes and members of objects that are no top-level domains.
const NOT_TOP: &[&str] = &[
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "css",
    "js",
    "ts",
    "tsx",
    "jsx",
    "json",
    "yaml",
    "yml",
    "txt",
    "html",
    "htm",
    "xml",
    "toml",
    "lock",
    "rb",
    "go",
    "java",
    "kt",
    "exe",
    "dll",
    "pdf",
    "csv",
    "whl",
    "jar",
    "tgz",
    "gz",
    "ico",
    "shape",
    "dtype",
    "git",
    "localdomain",
    "param",
    "property",
];

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
fn is_cut_address(local: &[u8], domain: &[u8]) -> bool {
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
    local.len() >= 5
        && local.iter().any(|byte| matches!(byte, b'.' | b'+' | b'_'))
        && local.iter().any(u8::is_ascii_alphabetic)
        && domain.len() >= 3
        && domain
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.'))
        && !TAGS.contains(&domain)
}
