//! Tells whether the words between a word of birth and a date turn to another date.

use super::gaps;
use crate::pii::detector::ends_sentence;
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, ends_with, span_start};

/// What of a birth has another date.
const TURNS: Phrases = Phrases::of(&[
    "活动",
    "活動",
    "キャンペーン",
    "이벤트",
    "\"min",
    "\"max",
    "\"default",
    "format",
    "range",
    "e.g.",
    "promo",
    "率",
    "$gt",
    "$lt",
    "Before(",
    "After(",
    "z.B.",
    "xample",
    "placeholder",
    "default",
    "unknown",
    "unbekannt",
    "inconnu",
    "null",
    "None",
    "N/A",
    "n/a",
    "***",
    "REDACTED",
    " list",
    "between",
    "BETWEEN",
    "certificate",
    " rate",
    " sale",
    "campaign",
    "registered",
    "registration",
    " verified",
    " changed",
    " updated",
    " missing",
    " removed",
    " migrated",
    " field",
    " column",
    " coupon",
    "source=",
    "délivré",
    "aktion",
    ".to",
    "issued",
    "party",
    "discount",
    "urkunde",
    "certificado",
    "证",
    "證",
    "証",
    "签发",
    "発行",
]);

/// Words for limits: the date only bounds those that are meant.
const LIMITS: Phrases = Phrases::of(&[
    "before ",
    "after ",
    "since ",
    "until ",
    "vor dem ",
    "nach dem ",
    "avant le ",
    "après le ",
    "antes de ",
    "antes del ",
    "después del ",
    "prima del ",
    "dopo il ",
    "voor ",
    "przed ",
    "до ",
    "после ",
    "före ",
    "før ",
    "before: ",
    "after: ",
    "before: '",
    "after: '",
]);

/// Whether the words turn away: a sentence ends, the date is only compared with, something else is
/// named, or the place of the date is taken.
pub(super) fn is_elsewhere(gap: &[u8]) -> bool {
    let words = span_start(gap, gap.len(), 0, |byte| !byte.is_ascii_alphabetic());
    let month = before_month(gap).len();
    let asked = gaps::before_answer(&gap[..month]);
    let long = |word: &&[u8]| word.len() > 2 && word.iter().all(u8::is_ascii_alphabetic);
    let told = gap.split(|&byte| byte == b' ').filter(long).count();
    let ends = gap.starts_with(b". ") && told > 1
        || ends_sentence(asked)
        || ends_sentence(&gap[month..words]);
    let limited = |gap: &[u8]| LIMITS.before(gap, gap.len()).is_some();
    ends || is_compared(gap)
        || is_taken(gap)
        || names_other(asked)
        || gaps::is_renamed(gap)
        || TURNS.are_in(gap)
        || limited(gap)
        || limited(&gap[..month])
}

/// The words without the last one, which may be a month before the day.
pub(super) fn before_month(gap: &[u8]) -> &[u8] {
    let words = span_start(gap, gap.len(), 0, |byte| !byte.is_ascii_alphabetic());
    &gap[..span_start(gap, words, 0, u8::is_ascii_alphabetic)]
}

/// `WHERE dob >= '1990-01-01'`, `CHECK (dob > DATE '1900-01-01')`, `> new Date('`.
fn is_compared(gap: &[u8]) -> bool {
    const KINDS: Phrases = Phrases::of(&["new date", "date", "timestamp", "to_date", "datetime"]);
    let is_sign = |byte: &u8| matches!(byte, b' ' | b'\'' | b'"' | b'=' | b'\\' | b'(');
    let signs = span_start(gap, gap.len(), 0, is_sign);
    let kind = KINDS.before(gap, signs);
    let signs = kind.map_or(signs, |kind| {
        let open = signs - kind.len();
        span_start(gap, open, 0, is_sign)
    });
    matches!(gap[..signs], [.., b' ', b'<' | b'>'])
}

/// Whether something stands for the date already: `____`, `{dob}`, `DD/MM/YYYY` and a further line.
fn is_taken(gap: &[u8]) -> bool {
    let line = gap.contains(&b'\n') || gap.windows(2).any(|two| two == b"\\n");
    let open = memchr::memchr(b'{', gap);
    let filled = open.is_some_and(|open| memchr::memchr(b'}', &gap[open..]).is_some());
    let ruled = gap.windows(3).any(|three| three == b"___");
    let parted = line
        || gap
            .windows(2)
            .any(|two| matches!(two, b"\",") || two == b", ");
    // `{dob}`: the word itself names what is to be filled in.
    let named = gap.starts_with(b"}");
    named || filled || ruled || parted && gaps::is_filled(gap)
}

/// Whether a further clause names something else than a place: `, created `, `\nInvoice date: `,
/// `","updated":"`.
fn names_other(gap: &[u8]) -> bool {
    const WHEN: [&str; 12] = [
        "date", "value", "dob", "day", "on", "iso", "datum", "fecha", "data", "text", "born",
        "birth",
    ];
    // The key right before the date, where another one stands before.
    let key = span_start(gap, gap.len(), 0, |byte| !byte.is_ascii_alphanumeric());
    let start = span_start(gap, key, 0, u8::is_ascii_alphanumeric);
    // Of `{"field":"dob","new":"` the date is the value of the word itself.
    let is_key = matches!(gap, [b'"' | b'\'', b':' | b' ', ..]);
    let mut pairs = gap[..start].windows(2);
    let joined = is_key && pairs.any(|two| matches!(two, b",\"" | b",'"));
    let own = WHEN.iter().any(|own| ends_with(gap, key, own));
    let keyed = key < gap.len() && matches!(gap[key], b'"' | b'\'') && joined && !own;
    // A line below that has a label of its own.
    let line = memchr::memrchr(b'\n', gap).map_or(gap.len(), |line| line + 1);
    let label = matches!(byte(gap, key), b':' | b'=') && start >= line && key > start;
    let label = label && !WHEN[..7].iter().any(|own| ends_with(gap, key, own))
        || label && before(gap, start) == b'\n' && ends_with(gap, key, "date") && key - start < 6;
    keyed || label || gaps::says_small(gap)
}

/// `acte de naissance`, `certificado de nacimiento`: the date is that of a paper.
pub(super) fn is_of_paper(bytes: &[u8], start: isize) -> bool {
    const PAPERS: Phrases = Phrases::of(&[
        "acte de ",
        "certificado de ",
        "partida de ",
        "estratto di ",
        "certificato di ",
        "certidão de ",
        "свидетельство о ",
        "akt ",
        "company ",
        "extrait de ",
    ]);
    let start = usize::try_from(start).unwrap_or_default();
    PAPERS.before(bytes, start).is_some()
}
