//! Finds telephone numbers as protocols and programs write them: users of SIP, parts beside a country's code.

use super::countries;
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::Scene;
use crate::pii::lists::Phrases;
use crate::pii::text::{Digits, before, byte, span_end};
use crate::pii::words::Topic;

/// What the users of telephone protocols begin with.
pub(super) const SCHEMES: &[&str] = &["sip:", "sips:", "h323:", "im:+", "xmpp:+", "pres:+"];

/// `sip:+17134618154@10.0.0.5`: the user of an address that is a telephone.
pub(super) fn user(behind: usize, scene: &mut Scene<'_, '_>) {
    /// Shorter ones are extensions of a house.
    const DIGITS_MIN: usize = 10;
    const DIGITS_MAX: usize = 15;
    let bytes = scene.bytes;
    let open = before(bytes, behind) == b'+';
    let start = behind - usize::from(open);
    let first = start + usize::from(byte(bytes, start) == b'+');
    let near = &bytes[..bytes.len().min(first + DIGITS_MAX + 1)];
    let end = span_end(near, first, u8::is_ascii_digit);
    if end - first < DIGITS_MIN || byte(bytes, end) != b'@' {
        return;
    }
    let digits = Digits::of(&bytes[first..end]);
    let national = first == start && (digits[0] == 0 || digits.len() == DIGITS_MIN);
    if national || countries::is_international(&digits, false) {
        scene.report(start, end, "the user of a telephone protocol");
    }
}

/// Words for the code of a country or an area.
const CODES: Phrases = Phrases::of(&[
    "country_code",
    "countryCode",
    "country code",
    "country-code",
    "country_calling_code",
    "calling_code",
    "callingCode",
    "area_code",
    "areaCode",
    "area code",
    "dial_code",
    "dialCode",
    "dialing_code",
    "dialling code",
    "phone_code",
    "phoneCode",
    "national_prefix",
    "country_prefix",
    "isd_code",
    "isdCode",
]);

/// The nearest word within reach before a place, and what stands between; the code of a country counts
/// nothing, and behind it the word may stand farther away.
pub(super) fn last_word<'t>(
    scene: &mut Scene<'t, '_>,
    place: usize,
    reach: usize,
) -> Option<(ContextWord, &'t [u8])> {
    const FARTHEST: usize = 40;
    let bytes = scene.bytes;
    let word = scene.context.nearest(place, FARTHEST, |word| {
        let end = word.end.max(0) as usize;
        word.topic != Topic::Count || CODES.before(bytes, end).is_none()
    })?;
    let gap = bytes
        .get(word.end.max(0) as usize..place)
        .unwrap_or_default();
    let rest = before_national(gap);
    let is_near = word.end >= place as isize - reach as isize || rest.len() < gap.len();
    is_near.then_some((word, rest))
}

/// Whether the code of a country or an area stands between a word of telephones and a place.
pub(super) fn is_national(scene: &mut Scene<'_, '_>, place: usize) -> bool {
    last_word(scene, place, 0).is_some_and(|(word, rest)| {
        word.topic == Topic::Phone && word.end.max(0) as usize + rest.len() < place
    })
}

/// The gap without the codes of a country and an area: ` { country_code: 82 raw_input: `.
pub(super) fn before_national(gap: &[u8]) -> &[u8] {
    /// So many codes stand before a number at most.
    const CODES_MAX: usize = 3;
    const DIGITS_MAX: usize = 4;
    let mut rest = gap;
    for _ in 0..CODES_MAX {
        let start = span_end(rest, 0, is_sign);
        let Some(code) = CODES.at(rest, start) else {
            break;
        };
        let value = span_end(rest, start + code.len(), |byte| {
            is_sign(byte) || *byte == b'+'
        });
        let end = span_end(rest, value, u8::is_ascii_digit);
        if value == start + code.len() || end == value || end - value > DIGITS_MAX {
            break;
        }
        rest = &rest[span_end(rest, end, is_sign)..];
    }
    rest
}

fn is_sign(byte: &u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'{' | b'(' | b'"' | b'\'' | b':' | b'=' | b',' | b'\\'
        )
}
