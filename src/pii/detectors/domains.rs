//! The domain of an e-mail address.

use crate::pii::lists::{List, table};
use crate::pii::text::{byte, span_end};

/// RFC 1035.
const DOMAIN_MAX: usize = 253;

/// Where the domain ends and how many dots it has inside.
pub(super) fn domain_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
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
pub(super) fn wide_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
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

/// Whether labels and top-level domain can be those of an address.
pub(super) fn is_domain(domain: &[u8]) -> bool {
    let mut labels = domain.rsplit(|&byte| byte == b'.');
    let Some(top) = labels.next() else {
        return false;
    };
    let letters = top
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let top_ok = top.starts_with(b"xn--") || (letters && (2..=24).contains(&top.len()));
    let not_code = !NOT_TOP.has_in_any_case(top);
    let labels_ok = domain.split(|&byte| byte == b'.').all(|label| {
        (1..=63).contains(&label.len())
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-')
    });
    // `x.reshape`: a member of a name of one letter.
    let member = domain.len() == top.len() + 2 && top.len() > 3;
    top_ok && not_code && labels_ok && !member && !is_version(domain)
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

/// File suffixes, members of objects and kinds of units that are no top-level domains.
static NOT_TOP: List = List::of(&table::<256>(
    "png jpg jpeg gif svg webp css js ts tsx jsx json yaml yml txt html htm xml toml lock rb \
    go java kt exe dll pdf csv whl jar tgz gz ico shape dtype git localdomain param property \
    avif bmp tiff ttf woff wav cpp hpp mjs cjs scss vue ipynb sql bak tmp dmg deb rpm conf \
    cfg ini pem gradle dat bin log tar xz iso img doc docx xls xlsx ppt pptx odt mkv avi \
    webm ogg flac psd npy npz pkl pyc lua parquet proto dylib properties service socket \
    timer mount automount swap slice device scope path target catalog zip mov",
));

/// Whether a domain is cut behind the first letter of its last label.
pub(super) fn is_cut_top(domain: &[u8]) -> bool {
    let Some(dot) = domain.iter().rposition(|&byte| byte == b'.') else {
        return false;
    };
    let mut labels = domain[..dot].split(|&byte| byte == b'.');
    domain.len() == dot + 2
        && domain[dot + 1].is_ascii_lowercase()
        && labels.all(|label| label.first().is_some_and(u8::is_ascii_alphabetic))
}
