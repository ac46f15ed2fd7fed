//! Codes of letters and digits, and long ones, right behind words that name them.

use super::code_around::{Side, signs_before, signs_behind};
use super::code_words::Tells;
use super::codes::may_be_code;
use super::{gaps, otp};
use crate::pii::detector::{Number, Scene, Word};
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Mix, before, byte, span_end, span_start, word_end, word_start};
use crate::pii::words::Topic;

/// `recovery code: 6bujd-atxip`: letters and digits right behind words for such codes.
pub(super) fn spelled(word: &Word, scene: &mut Scene<'_, '_>) {
    const LONGEST: usize = 40;
    let bytes = scene.bytes;
    if !may_be_spelled(word, bytes) {
        return;
    }
    let mut begin = word.start;
    if before(bytes, begin) == b'-' {
        begin = word_start(bytes, begin - 1, begin.saturating_sub(9));
    }
    if !is_labelled(begin, scene) {
        return;
    }
    let mut end = word.end;
    while byte(bytes, end) == b'-' && end - word.start < LONGEST {
        let next = word_end(bytes, end + 1);
        if !(3..=8).contains(&(next - end - 1)) {
            break;
        }
        end = next;
    }
    let mix = Mix::of(&bytes[begin..end]);
    // Small letters alone are names of things: `base64`.
    let grouped = end - begin > word.end - word.start;
    if end - begin >= 5 && (grouped || mix.digit > 1 && mix.lower == 0) {
        scene.report(begin, end, "right after words for such a code");
    }
}

/// Whether a word may be a code of letters and digits, or the first of its groups that has a digit:
/// letters of one case only, small ones only in groups.
fn may_be_spelled(word: &Word, bytes: &[u8]) -> bool {
    let (left, right) = (before(bytes, word.start), byte(bytes, word.end));
    let grouped = left == b'-' || right == b'-';
    // Most words with digits are told by one of their letters.
    let written = word.of(bytes);
    if !grouped && (written.len() < 5 || written.iter().any(u8::is_ascii_lowercase)) {
        return false;
    }
    if left == b'-' {
        // A group before it that has a digit is looked at itself.
        let last = span_start(
            bytes,
            word.start - 1,
            word.start.saturating_sub(10),
            |byte| byte.is_ascii_alphabetic(),
        );
        let alone = last + 1 < word.start && !matches!(before(bytes, last), b'-' | b'0'..=b'9');
        if !alone {
            return false;
        }
    } else if left.is_ascii_alphanumeric() || matches!(left, b'/' | b'.' | b'_' | b'@') {
        return false;
    }
    let mix = Mix::of(written);
    (grouped || mix.digit > 1)
        && mix.digit > 0
        && (mix.lower == 0 || mix.upper == 0)
        && mix.letters() > 0
}

/// `backup code 482913764`: longer ones have more digits than others.
pub(super) fn recovery(number: &Number, scene: &mut Scene<'_, '_>) {
    if may_be_code(number, scene.bytes) && is_labelled(number.start, scene) {
        let (start, end) = (number.start, number.end);
        scene.report(start, end, "right after words for such a code");
    }
}

/// Parts of the names of codes that may have letters: to recover an account, or to sign in.
const NAMES: Phrases = Phrases::of(&[
    "recover",
    "backup",
    "back-up",
    "rescue",
    "scratch",
    "verif",
    "login",
    "log-in",
    "sign",
    "auth",
    "2fa",
    "mfa",
    "one-time",
    "one time",
    "single use",
    "sms",
    "passcode",
    "wiederherst",
    "einmal",
    "bestätig",
    "secours",
    "récup",
    "recuper",
    "respaldo",
    "herstel",
    "zapasow",
    "odzysk",
    "återst",
    "gendan",
    "palaut",
    "yedek",
    "резерв",
    "magic",
    "steam",
    "freischalt",
    "aktivier",
    "activ",
    "access",
    "zugang",
    "acceso",
    "acesso",
    "unlock",
    "temporary",
    "freigabe",
    "entsperr",
    "validat",
]);

/// Verbs between a name and the code.
static VERBS: List = List::of(&table::<64>(
    "is ist est es è é är er are sont sind son sono são lautet jest je este",
));

/// Whether words that name a recovery code, or one to sign in, stand right before a place.
fn is_labelled(start: usize, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let is_code = |word: &crate::pii::context::Word| word.topic == Topic::Otp;
    let word = scene.context.nearest(start, otp::REACH, is_code);
    let place = word.map(|word| (usize::try_from(word.start), usize::try_from(word.end)));
    let Some((Ok(from), Ok(end))) = place else {
        return false;
    };
    // `A27102FA`: a part of something else.
    if before(bytes, from).is_ascii_alphanumeric() {
        return false;
    }
    let bare = span_end(bytes, end, |byte| {
        byte.is_ascii_alphabetic() || !byte.is_ascii()
    });
    let signs = signs_before(bytes, start, bare.min(start));
    let gap = bytes
        .get(signs_behind(bytes, bare)..signs)
        .unwrap_or_default();
    let label = &bytes[from..end];
    let whole = bytes.get(end..start).unwrap_or_default();
    let leads = gap.is_empty() || VERBS.has_in_any_case(gap) || gaps::is_purpose(whole);
    leads && NAMES.are_in_any_case(label)
}

/// `confirm withdrawal with code SYGF43`: what it confirms stands before it.
pub(super) fn confirmed(behind: usize, scene: &mut Scene<'_, '_>) {
    /// What has codes that confirm it and that nobody enters to sign in.
    static SOLD: List = List::of(&table::<16>(
        "order booking reservation discount purchase offer seat attendance",
    ));
    let bytes = scene.bytes;
    let end = word_end(bytes, behind);
    let mix = Mix::of(&bytes[behind..end]);
    let may_be = (5..=8).contains(&(end - behind)) && mix.digit > 1 && mix.lower == 0;
    if !may_be || matches!(byte(bytes, end), b'-' | b'_' | b'/') {
        return;
    }
    let Some(before) = Side::before(bytes, behind) else {
        return;
    };
    let (text, end_of) = (before.text(), before.text().len());
    let clause = before.last_start.max(end_of.saturating_sub(64))..end_of;
    let near = clause.start.max(end_of.saturating_sub(12))..end_of;
    let acts = before.tells(Tells::Confirm, &clause) || before.tells(Tells::Login, &clause);
    let mut words = text[clause.clone()].split(|byte| !byte.is_ascii_alphanumeric());
    if acts
        && !words.any(|word| SOLD.has(word))
        && !before.tells(Tells::Against, &clause)
        && !before.tells(Tells::Other, &near)
    {
        scene.report(behind, end, "said to confirm something");
    }
}
