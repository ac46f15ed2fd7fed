//! What the groups of a number tell: draws, large counts and dates are no telephone numbers.

use crate::pii::checksum;
use crate::pii::detector::Number;
pub(super) use crate::pii::detector::n_groups as groups;

/// `07-19-33-52-61`, `01 02 03 04 05`: a draw, whose numbers rise, or a sequence in even steps.
pub(super) fn is_series(digits: &[u8], joint: u8) -> bool {
    let pairs = digits.chunks(2).map(checksum::number);
    let rises = pairs.clone().is_sorted_by(|low, high| low < high);
    let next = pairs.clone().zip(pairs.clone().skip(1));
    let mut threes = next.zip(pairs.skip(2));
    rises && (joint == b'-' || threes.all(|((one, two), three)| one + three == 2 * two))
}

/// Whether some group has a single digit.
pub(super) fn has_single(shape: u64) -> bool {
    const ONES: u64 = 0x1111_1111_1111_1111;
    // A group of one becomes zero, and borrows where one is taken of it.
    let others = shape ^ ONES;
    others.wrapping_sub(ONES) & !others & (ONES << 3) != 0
}

/// `12 345 678`: how large counts are written, and some telephone numbers.
pub(super) fn is_in_thousands(number: &Number) -> bool {
    let first = number.shape >> (4 * groups(number.shape).saturating_sub(1)) & 15;
    let rest = number.shape & !(15 << (4 * groups(number.shape).saturating_sub(1)));
    number.joint == b' ' && first <= 3 && matches!(rest, 0x33 | 0x333)
}

/// A date, perhaps with a time: `2026-02-14`, `14.02.2026 10`.
pub(super) fn is_date(number: &Number, digits: &[u8]) -> bool {
    let part = |from: usize, to: usize| checksum::number(&digits[from..to]);
    let year = |value: u32| (1900..2100).contains(&value);
    let leading = matches!(number.shape, 0x422 | 0x4222 | 0x4_2222 | 0x42_2222)
        && year(part(0, 4))
        && part(4, 6) <= 12;
    let trailing =
        matches!(number.shape, 0x224 | 0x2242 | 0x114 | 0x124 | 0x214) && digits.len() >= 6 && {
            let from = (groups_before_year(number.shape)) as usize;
            year(part(from, from + 4))
        };
    // `1990-1995-2000`, `0900 1300 1700`: years, times of the day.
    let parts = |is: fn(u32) -> bool| digits.chunks(4).map(checksum::number).all(is);
    let row = number.shape == 0x444
        && (parts(|part| (1900..2100).contains(&part))
            || parts(|part| part <= 2400 && part % 100 < 60 && part % 5 == 0));
    leading || trailing || row
}

fn groups_before_year(shape: u64) -> u64 {
    match shape {
        0x224 | 0x2242 => 4,
        0x114 => 2,
        _ => 3,
    }
}

/// `0069 0307 0303`: characters by their numbers, as tables of Unicode write them.
pub(super) fn are_code_points(number: &Number, text: &[u8]) -> bool {
    matches!(number.shape, 0x444 | 0x44)
        && number.joint == b' '
        && text
            .split(|&byte| byte == b' ')
            .all(|group| group.starts_with(b"0"))
}
