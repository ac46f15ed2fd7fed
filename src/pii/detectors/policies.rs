//! Insurance policies whose number stands right behind the word, and tells itself by its letters:
//! `policy WK6324543`.

use crate::pii::detector::Scene;
use crate::pii::text::{before, byte, span_end};

/// Words for policies with what leads to the number.
pub(super) const WORDS: &[&str] = &[
    "olicy ",
    "olicy: ",
    "olicy #",
    "olicies ",
    "pol#",
    "Pol#",
    "POL#",
    "pol #",
    "Pol #",
    "pol.# ",
    "olice ",
    "óliza ",
    "ólizas ",
    "olizza ",
    "pólice ",
    "polisy ",
    "polisa ",
    "polisę ",
    "olis ",
    "oliçe ",
    "олис ",
    "олиса ",
    "оліс ",
    "ojistka ",
    "oistka ",
    "olisa ",
];

/// Letters that begin the names of other things that look so.
const OTHERS: &[&[u8]] = &[
    b"KB", b"CVE", b"RFC", b"ISO", b"PR", b"MS", b"GPO", b"CWE", b"AC", b"SA", b"EU", b"UE",
];

/// The number right behind a word.
pub(super) fn behind(behind: usize, scene: &mut Scene<'_, '_>) {
    const LONGEST: usize = 24;
    let bytes = scene.bytes;
    let near = &bytes[..bytes.len().min(behind + LONGEST + 1)];
    let letters = span_end(near, behind, u8::is_ascii_uppercase);
    let is_sign = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    let mut end = span_end(near, letters, is_sign);
    while end > letters && before(bytes, end) == b'-' {
        end -= 1;
    }
    let groups = || bytes[behind..end].split(|byte| !byte.is_ascii_digit());
    let longest = groups().map(<[u8]>::len).max().unwrap_or_default();
    let n_digits: usize = groups().map(<[u8]>::len).sum();
    let n_letters = letters - behind;
    let other = OTHERS.contains(&&bytes[behind..letters]);
    // `pol#633929821-78`.
    let signed = before(bytes, behind) == b'#' || before(bytes, behind.saturating_sub(1)) == b'#';
    let named = signed && n_letters == 0 || (1..=4).contains(&n_letters) && !other;
    let next = byte(bytes, end);
    let tied = next.is_ascii_alphanumeric()
        || matches!(next, b'_' | b'/' | b'%')
        || next == b'.' && byte(bytes, end + 1).is_ascii_alphanumeric();
    if named && !tied && longest >= 5 && n_digits >= 6 && end - behind <= LONGEST {
        let rule = "letters and digits right behind a word for policies";
        scene.report(behind, end, rule);
    }
}
