//! What the detectors of national numbers share: which context counts as near enough.

use super::gaps;
use crate::pii::detector::{Number, Scene};
use crate::pii::text::{Digits, before, span_start};
use crate::pii::words::{AGAINST, Topic};

/// How far back a word that names an identity number may stand, in bytes.
const REACH: usize = 40;

/// Whether the words before a number speak of an identity number, or of this one (`own`).
pub(super) fn is_named(scene: &mut Scene<'_, '_>, start: usize, own: &[Topic]) -> bool {
    if follows_country(scene.bytes, start) {
        return false;
    }
    let speaks = |topic: &Topic| *topic == Topic::Identity || own.contains(topic);
    let near = scene.context.nearest(start, REACH, |word| {
        speaks(&word.topic) || AGAINST.contains(&word.topic)
    });
    let Some(word) = near.filter(|word| speaks(&word.topic)) else {
        return false;
    };
    let gap = scene.bytes.get(word.end.max(0) as usize..start);
    let gap = gap.unwrap_or_default();
    !has_own_key(gap) && !gaps::strays_behind_number(gap)
}

/// Whether a number stands in the gap and behind it the key of another one:
/// `123456782","case":"`.
fn has_own_key(gap: &[u8]) -> bool {
    let Some(last) = gap.iter().rposition(u8::is_ascii_digit) else {
        return false;
    };
    let behind = &gap[last + 1..];
    let sign = behind.iter().rposition(|byte| matches!(byte, b':' | b'='));
    sign.is_some_and(|sign| {
        let letters = behind[..sign].iter();
        letters
            .filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
            .count()
            > 1
    })
}

/// Whether a country's code stands before: `+48 512 133 030` is a telephone number as a whole.
fn follows_country(bytes: &[u8], start: usize) -> bool {
    if start == 0 || !matches!(before(bytes, start), b' ' | b'-' | b'.' | b')') {
        return false;
    }
    let floor = start.saturating_sub(8);
    let code = span_start(bytes, start - 1, floor, u8::is_ascii_digit);
    let digits = &bytes[code..start - 1];
    before(bytes, code) == b'+' && (1..=4).contains(&digits.len())
        || digits.starts_with(b"00") && (3..=5).contains(&digits.len())
}

/// The digits of a number.
pub(super) fn digits(number: &Number, scene: &Scene<'_, '_>) -> Digits {
    Digits::of(&scene.bytes[number.start..number.end])
}
