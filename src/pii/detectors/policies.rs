//! Numbers of insurance policies behind the bare word, which letters and digits together give away.

use crate::pii::detector::Scene;
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, before, byte, span_end, span_start, word_end};

/// The ends of words for a policy, with what may stand behind them.
pub(super) const WORDS: &[&str] = &[
    "olicy ",
    "olicy: ",
    "olicy:",
    "OLICY ",
    "OLICY: ",
    "olicy=",
    "olicy\":",
    "óliza ",
    "olizza ",
    "ólice ",
    "polisa ",
    "polisę ",
    "polisie ",
    "polisy ",
    "pojistka ",
    "pojistku ",
    "poistka ",
    "kötvény ",
    "oliçe ",
    "oliçesi ",
    "олис ",
];

/// `policy WK6324543`, `policy: NPL-73487104`: capitals and six digits and more, which no rule that is called a
/// policy is named by.
pub(super) fn behind_word(behind: usize, scene: &mut Scene<'_, '_>) {
    static OTHERS: List = List::of(&table::<128>(
        "ISO IEC DIN EN BS IEEE ASTM ANSI NIST FIPS KB CVE CWE PR RFC PEP ID NO NR REF SOP SHA MD AES RSA \
        BUG TASK JIRA ADR GDPR HIPAA PCI SOC HTTP UTF CP AS SG SN VM IP USD EUR GBP FY Q",
    ));
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |byte| {
        matches!(byte, b' ' | b'"' | b'\'' | b'#')
    });
    let letters = span_end(bytes, start, u8::is_ascii_uppercase);
    if !(1..=4).contains(&(letters - start)) || start > behind + 2 {
        return;
    }
    let digits = letters + usize::from(byte(bytes, letters) == b'-');
    let mut end = word_end(bytes, digits);
    // Further groups, as in `A16-8708021`.
    while byte(bytes, end) == b'-' && byte(bytes, end + 1).is_ascii_digit() && end - start < LONGEST
    {
        end = word_end(bytes, end + 1);
    }
    let mix = Mix::of(&bytes[digits..end]);
    let named = byte(bytes, digits).is_ascii_digit() && mix.digit >= SHORTEST && mix.lower == 0;
    let whole = !matches!(byte(bytes, end), b'_' | b'/' | b'@' | b'\\') && end - start <= LONGEST;
    if named
        && whole
        && !OTHERS.has(&bytes[start..letters])
        && !is_date(&bytes[digits..end])
        && !is_part(bytes, behind)
    {
        scene.report(start, end, "letters and digits behind a word for policies");
    }
}

/// `networkpolicy`: the words are no longer, with what stands behind them.
const LONGEST_WORD: usize = 11;

/// So many digits has a number at least, and so many characters at most.
const SHORTEST: usize = 6;
const LONGEST: usize = 24;

/// `2026-01`, `20260102`: when a rule was made.
fn is_date(text: &[u8]) -> bool {
    let digits = span_end(text, 0, u8::is_ascii_digit);
    matches!(digits, 4 | 6 | 8) && matches!(text, [b'1', b'9', ..] | [b'2', b'0', ..])
}

/// `security_policy`, `privacy policy`: a rule, not a contract.
fn is_part(bytes: &[u8], behind: usize) -> bool {
    static RULES: List = List::of(&table::<64>(
        "security privacy access retention password network firewall group return refund cookie iam bucket \
        routing backup data audit scaling lifecycle retry cache compliance company travel expense hr",
    ));
    const NAME_MAX: usize = 24;
    let floor = behind.saturating_sub(NAME_MAX);
    let signs = |byte: &u8| !byte.is_ascii_alphabetic() && byte.is_ascii();
    let word = span_start(
        bytes,
        span_start(bytes, behind, floor, signs),
        floor,
        |byte| !signs(byte),
    );
    let other = span_start(
        bytes,
        word.saturating_sub(1),
        floor,
        u8::is_ascii_alphabetic,
    );
    matches!(before(bytes, word), b'_' | b'.' | b'/')
        || behind - word > LONGEST_WORD
        || RULES.has_in_any_case(&bytes[other..word.saturating_sub(1).max(other)])
}
