//! What the detectors of national numbers share: which context counts as near enough.

use super::{au_tfn, ca_sin, gaps, nl_bsn};
use crate::pii::detector::{Number, Scene};
use crate::pii::lists::{List, table};
use crate::pii::text::{Digits, before, byte, span_end, span_start};
use crate::pii::words::{AGAINST, Topic};

/// How far back a word that names an identity number may stand, in bytes.
const REACH: usize = 40;

/// Whether the words before a number speak of an identity number, or of this one (`own`).
pub(super) fn is_named(scene: &mut Scene<'_, '_>, start: usize, own: &[Topic]) -> bool {
    if follows_country(scene.bytes, start) || is_called(scene, start) {
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

/// `手机138…`, `phone 416-…`: whether a word of telephones stands right before a number, whatever its
/// checksum is by chance.
fn is_called(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    const LABEL_MAX: usize = 8;
    const AREA_MAX: usize = 4;
    let Some(word) = scene.last_word(start, LABEL_MAX) else {
        return false;
    };
    let gap = scene.bytes.get(word.end.max(0) as usize..start);
    let gap = gap.unwrap_or(b"-");
    // The code of the area may stand apart: `fone=11 927501020`.
    let n_digits = gap.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_sign = |byte: &u8| {
        byte.is_ascii_digit() || matches!(byte, b' ' | b':' | b'=' | b'"' | b'.' | b'(' | b')')
    };
    word.topic == Topic::Phone && n_digits <= AREA_MAX && gap.iter().all(is_sign)
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

/// Numbers of nine digits that only their checksums tell from each other, and the words that name each.
const NINES: [(Topic, fn(&[u8]) -> bool); 3] = [
    (Topic::NlBsn, nl_bsn::fits),
    (Topic::CaSin, ca_sin::fits),
    (Topic::AuTfn, au_tfn::fits),
];

/// Reports a number of nine digits whose checksum holds and that its words name, unless the nearest
/// word that names such a number names another one, and its checksum holds as well.
pub(super) fn nine(number: &Number, own: Topic, scene: &mut Scene<'_, '_>) {
    let digits = digits(number, scene);
    let holds = |topic: Topic| {
        NINES
            .iter()
            .any(|(known, fits)| *known == topic && fits(&digits))
    };
    if !holds(own) || number.is_in_row(scene.bytes) {
        return;
    }
    let names_nine = |topic: Topic| NINES.iter().any(|(known, _)| *known == topic);
    let word = scene
        .context
        .nearest(number.start, REACH, |word| names_nine(word.topic));
    let another = word.is_some_and(|word| word.topic != own && holds(word.topic));
    if !another && is_named(scene, number.start, &[own]) {
        scene.report(number.start, number.end, "checksum, named by its context");
    }
}

/// Whether a unit or a sign of a currency stands beside digits that no word names.
pub(super) fn is_measured(bytes: &[u8], end: usize) -> bool {
    static UNITS: List = List::of(&table::<256>(
        "mah ah wh kwh mwh kw mw gw v mv kv ma hz khz mhz ghz b kb mb gb tb kib mib gib ms us ns s min h \
        mm cm m km kg g mg lb lbs oz l ml pa kpa bar psi rpm bpm px pt dpi ppm usd eur gbp inr jpy cny rs \
        units pcs rows bytes tokens requests events items users hits",
    ));
    let word = span_end(bytes, end + 1, u8::is_ascii_alphabetic);
    matches!(byte(bytes, end), b' ')
        && UNITS.has_in_any_case(bytes.get(end + 1..word).unwrap_or_default())
}

/// Whether a country's code stands before: `+48 512 133 030` is a telephone number as a whole.
fn follows_country(bytes: &[u8], start: usize) -> bool {
    if before(bytes, start) == b'+' {
        return true;
    }
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
