//! Tells a telephone number by its form from a number that the word before it names otherwise.

use crate::pii::lists::{List, table};
use crate::pii::text::{before, ends_with, span_start};

/// What words for numbers of all kinds end in; longer ones first.
const NUMBERS: &[&str] = &[
    "nummer",
    "numero",
    "número",
    "numéro",
    "number",
    "nomor",
    "numer",
    "номер",
    "编号",
    "編號",
    "单号",
    "番号",
    "번호",
    "code",
    "num",
    "nr.",
    "no.",
    "n°",
    "nº",
    "nr",
    "no",
    "id",
    "№",
    "号",
];

/// Words that say whose number it is, and none of another thing.
static OWNERS: List = List::of(&table::<128>(
    "my your his her our their the mein meine meiner ihre deine die mijn uw mon votre ton son \
    le mi su tu el mio suo il meu seu o min mitt din ditt mój numer мой ваш 我的 \
    您的 este this a another new neue and or und et y e is",
));

/// Small words after which a bare number may be that of a telephone.
static LEADS: List = List::of(&table::<256>(
    "and for the via und mit bei par por per con sur aan met van dan ist est are was het der \
    die das den dem med che with from unter onder under sotto user customer client caller \
    guest driver reach reached para avec line desk office home work direct main auch oder \
    also text texted pour about using this that then said wrote says kunde cliente pasien \
    pelanggan nasabah",
));

/// Whether the word before a number names another thing by it: `Zählernummer 0612345678`,
/// `student no. 07700900123`, `user_id=`, and for bare digits any word that leads to no telephone.
pub(super) fn is_named_otherwise(bytes: &[u8], start: usize, bare: bool) -> bool {
    const JOINT_MAX: usize = 4;
    let joint = |byte: &u8| matches!(byte, b' ' | b'=' | b':' | b'"' | b'#' | b'\'');
    let end = span_start(bytes, start, start.saturating_sub(JOINT_MAX), joint);
    if let Some(kind) = NUMBERS.iter().find(|kind| ends_with(bytes, end, kind)) {
        return is_kind(bytes, end - kind.len(), kind);
    }
    let word = word_before(bytes, end);
    let small = word.len() > 2 && word.iter().all(u8::is_ascii_lowercase);
    bare && small
        && before(bytes, start) == b' '
        && end + 1 == start
        && !LEADS.has_in_any_case(word)
}

/// Whether what stands before a word for numbers says of what: it is joined to it, or a word of its
/// own that names no owner.
fn is_kind(bytes: &[u8], at: usize, kind: &str) -> bool {
    let left = before(bytes, at);
    let first = bytes[at];
    let wide = !first.is_ascii() && first >= 0xE3;
    let joined = left.is_ascii_alphanumeric() || !left.is_ascii() || matches!(left, b'_' | b'-');
    // `dino`, `solid`: other words that end so; `orderNo` and `user_id` do not.
    let short = kind.len() <= 3 && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    if joined {
        let split = matches!(left, b'_' | b'-') || first.is_ascii_uppercase() || kind == "nr";
        return !short || split;
    }
    let word = word_before(bytes, at.saturating_sub(1));
    let named = left == b' ' && !word.is_empty();
    // `мій`, `mój`.
    let owner = OWNERS.has_in_any_case(word) || !word.is_ascii() && word.len() <= 8;
    kind == "id" || named && !wide && !owner
}

/// The letters that end before a place, in scripts with spaces.
fn word_before(bytes: &[u8], end: usize) -> &[u8] {
    const WORD_MAX: usize = 24;
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xD4);
    let start = span_start(bytes, end, end.saturating_sub(WORD_MAX), letter);
    &bytes[start..end]
}
