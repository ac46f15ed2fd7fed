//! Tells by the form of a number whether it is written as telephone numbers are.

use super::digit_groups::{are_code_points, groups, has_single, is_in_thousands, is_series};
use super::{countries, plans};
use crate::pii::checksum;
use crate::pii::detector::Number;
use crate::pii::text::{before, byte};

/// Whether a number may be one that its form alone tells: of most it is soon told that they are not.
pub(super) fn may_be_written(number: &Number, text: &[u8]) -> bool {
    number.plus
        || number.is_bare()
        || text.starts_with(b"0")
        || holds(number, text, b')')
        || matches!(number.shape, 0x334 | 0x1334)
        || plans::may_be_home_form(number.shape)
}

/// Whether a sign stands between the groups of a number: brackets join them as `(`.
pub(super) fn holds(number: &Number, text: &[u8], sign: u8) -> bool {
    let joint = if sign == b')' { b'(' } else { sign };
    (number.joint == joint || number.joint == b'*') && memchr::memchr(sign, text).is_some()
}

/// `1 2 3 4 5 6 7`: many groups, some of one digit, and neither an area code nor a country's.
pub(super) fn are_crumbs(number: &Number, text: &[u8]) -> bool {
    let with_area = (9..=12).contains(&number.total) && matches!(number.joint, b'(' | b'*');
    let abroad = number.total >= 11 && text.starts_with(b"0");
    are_code_points(number, text)
        || !(number.plus || with_area || abroad)
            && groups(number.shape) > 5
            && has_single(number.shape)
            && !plans::may_be_home_form(number.shape)
}

/// Whether a number is in a form that no word of telephones must lead to.
pub(super) fn is_home(number: &Number, text: &[u8], digits: &[u8], bracket: bool) -> bool {
    if number.is_bare() {
        // `01010101012`: noughts and ones are no telephone's.
        let spread = digits.iter().any(|digit| *digit > 2);
        return spread && (plans::is_chinese_mobile(digits) || plans::is_bare_mobile(text));
    }
    if holds(number, text, b'/') && digits[0] != 0 {
        // `212/555-0142`, as some write it in North America.
        return plans::is_slashed(number.shape, text) && plans::is_north_american(digits);
    }
    if number.shape == 0x22222 && is_series(digits, number.joint) {
        return false;
    }
    // `06919.9246`: minutes of a place on the globe, and other decimal numbers.
    if number.joint == b'.' && groups(number.shape) < 3 {
        return false;
    }
    if plans::is_area_and_rest(number.shape, text) {
        return true;
    }
    let american = matches!(number.shape, 0x334 | 0x1334) && plans::is_north_american(digits);
    if bracket || holds(number, text, b')') {
        // The area code stands in the brackets, perhaps behind a trunk digit.
        let count = groups(number.shape);
        let group = |from_left: u32| number.shape >> (4 * count.saturating_sub(from_left)) & 15;
        let area = if group(1) == 1 { group(2) } else { group(1) };
        // The bracket before may have been cut off: `201) 503-5241`.
        let n_closed = memchr::memchr_iter(b')', text).count();
        let closed = n_closed == 1 || n_closed > 1 && (bracket || text.contains(&b'('));
        return american || closed && (2..=5).contains(&area) && (9..=12).contains(&digits.len());
    }
    // `0403.227.515` numbers a company in Belgium.
    let thousands = number.joint == b'.' && matches!(number.shape, 0x333 | 0x433);
    let emergency = digits.starts_with(&[0, 0]);
    american || !thousands && !emergency && plans::is_home_form(number.shape, text)
}

/// Seven to fifteen digits that do not look like something else.
pub(super) fn is_plausible(number: &Number, digits: &[u8]) -> bool {
    let grouped = number.joint != b'.' || groups(number.shape) >= 3 || digits[0] == 0;
    // `01310-100`: postal codes, which some plans' words stand for as well.
    let postal = number.shape == 0x53 && number.joint == b'-';
    // `0800-1800`: hours of the day.
    let is_hour =
        |hour: &[u8]| checksum::number(&hour[..2]) <= 24 && checksum::number(&hour[2..]) < 60;
    let hours = number.shape == 0x44 && number.joint == b'-' && digits.chunks(4).all(is_hour);
    // `2024-0392`: numbers that are counted by the year.
    let first = number.shape >> (4 * groups(number.shape).saturating_sub(1)) & 15;
    let yearly = number.joint == b'-'
        && first == 4
        && (1990..=2035).contains(&checksum::number(&digits[..4]));
    // `00011230`: no prefix of any country or area begins so.
    let filled = digits.starts_with(&[0, 0, 0]);
    grouped
        && !(postal || yearly || hours || filled)
        && (7..=13).contains(&digits.len())
        && (number.is_bare()
            || !has_single(number.shape)
            // Chile: 9 8590 9901, 2 2345 6789.
            || number.shape == 0x144 && matches!(digits[0], 2 | 9)
            // Turkey's trunk digit apart: 0 532 457 99 12.
            || matches!(number.shape, 0x1_3322 | 0x1_334) && digits[0] == 0 && digits[1] != 0
            || digits[0] == 1 && groups(number.shape) <= 5)
}

/// Whether a further group of digits stands behind a space.
pub(super) fn goes_on(bytes: &[u8], end: usize) -> bool {
    byte(bytes, end) == b' ' && byte(bytes, end + 1).is_ascii_digit()
}

/// Whether a number may count things: of more groups only one in thousands does.
pub(super) fn may_count(number: &Number) -> bool {
    groups(number.shape) < 3 || is_in_thousands(number)
}

/// `0049 151 20776584`: the prefix of calls abroad and a country's number.
pub(super) fn is_abroad(digits: &[u8]) -> bool {
    digits.len() >= 11
        && digits.starts_with(&[0, 0])
        && digits[2] != 0
        && countries::is_international(&digits[2..], false)
}

/// `LIN+1++4930147587505:EN'`: an element of EDIFACT behind an empty one.
pub(super) fn is_element(bytes: &[u8], plus: usize, end: usize) -> bool {
    before(bytes, plus) == b'+' && matches!(byte(bytes, end), b':' | b'\'' | b'+')
}
