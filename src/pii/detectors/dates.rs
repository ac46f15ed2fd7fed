//! Reads dates as people write them, in the languages of the context words.

use super::months::{self, ENDINGS};
use crate::pii::checksum::calendar;
use crate::pii::lists::Phrases;
use crate::pii::text::{
    before, byte, digits_end, is_escape_letter, span_end, span_start, starts_with,
};

/// Month names with their joints are no longer than this, in bytes.
pub(super) const MONTH_MAX: usize = 28;

/// Whether `around` may find something at the digits at `at`: of most numbers it is soon told.
pub(super) fn may_stand(bytes: &[u8], at: usize) -> bool {
    let end = digits_end(bytes, at);
    let (left, right) = (before(bytes, at), byte(bytes, end));
    if !left.is_ascii() || !right.is_ascii() {
        return true;
    }
    let length = end - at;
    if length <= 4 && may_name_month_before(bytes, at, left) {
        return true;
    }
    match (length, right) {
        (1 | 2 | 4, b' ' | b'-' | b'.' | b'/' | b'\\') => {
            numeric(bytes, at).is_some() || may_name_month_after(bytes, end)
        }
        (4, b',') => numeric(bytes, at).is_some() || may_name_month_after(bytes, end),
        (1 | 2 | 4, b',' | b'+' | b'a'..=b'z' | b'A'..=b'Z') => may_name_month_after(bytes, end),
        (8, _) => numeric(bytes, at).is_some(),
        _ => false,
    }
}

fn may_name_month_before(bytes: &[u8], at: usize, left: u8) -> bool {
    let joint = |byte: &u8| matches!(byte, b' ' | b'.' | b'-' | b'/');
    joint(&left) && {
        let end = span_start(bytes, at, at.saturating_sub(MONTH_MAX), joint);
        ENDINGS.may_end(&bytes[..end])
    }
}

fn may_name_month_after(bytes: &[u8], end: usize) -> bool {
    let letters = |at: usize| span_end(bytes, at, u8::is_ascii_alphabetic);
    // `3rd`, `1er`.
    let suffix = letters(end);
    let name = span_end(bytes, suffix, |byte| {
        matches!(byte, b' ' | b',' | b'.' | b'-' | b'/' | b'+')
    });
    if suffix > end + 2 {
        // `12Feb1980`.
        return !byte(bytes, suffix).is_ascii() || ENDINGS.may_end(&bytes[..suffix]);
    }
    if name == end {
        return false;
    }
    // `of`, `de` and their like may stand before the name.
    let first = byte(bytes, name) | 0x20;
    if !first.is_ascii() || matches!(first, b'd' | b'o' | b'n') {
        return true;
    }
    let behind = letters(name);
    !byte(bytes, behind).is_ascii() || ENDINGS.may_end(&bytes[..behind])
}

/// The date whose first digits stand at `at`; a month's name before it is included from `floor` on.
pub(super) fn around(bytes: &[u8], at: usize, floor: usize) -> Option<(usize, usize)> {
    if let Some(start) = month_before(bytes, at, floor) {
        return month_first(bytes, at).map(|end| (start, end));
    }
    if let Some(start) = era_before(bytes, at) {
        return chinese(bytes, at).map(|end| (start, end));
    }
    let end = numeric(bytes, at)
        .or_else(|| chinese(bytes, at))
        .or_else(|| year_first(bytes, at))
        .or_else(|| day_first(bytes, at))?;
    Some((at, end))
}

/// Reads up to `most` digits: their value and where they end.
fn digits(bytes: &[u8], at: usize, most: usize) -> Option<(u32, usize)> {
    let end = digits_end(bytes, at);
    if end == at || end - at > most {
        return None;
    }
    Some((
        bytes[at..end]
            .iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0')),
        end,
    ))
}

fn is_year(year: u32, width: usize) -> bool {
    width == 2 || width == 4 && (CALENDARS.iter().any(|years| years.contains(&year)))
}

/// Years of living people: Gregorian, Buddhist (Thailand), Persian.
const CALENDARS: &[std::ops::RangeInclusive<u32>] = &[1900..=2035, 2443..=2578, 1280..=1414];

/// `1951-03-15`, `12.07.1970`, `07/12/70`, `19800312`; a time may follow.
fn numeric(bytes: &[u8], at: usize) -> Option<usize> {
    let (first, end) = digits(bytes, at, 8)?;
    if end - at == 8 {
        let (head, tail) = (first / 10_000, first % 10_000);
        let ok = is_year(head, 4) && calendar(head, tail / 100, tail % 100)
            || is_year(tail, 4)
                && (calendar(tail, head % 100, head / 100)
                    || calendar(tail, head / 100, head % 100));
        return ok.then_some(end);
    }
    let (joint, second_at) = joint(bytes, end)?;
    let (second, second_end) = digits(bytes, second_at, 2)?;
    let (again, third_at) = self::joint(bytes, second_end)?;
    let (third, third_end) = digits(bytes, third_at, 4)?;
    let (first_width, third_width) = (end - at, third_end - third_at);
    let ok = joint == again
        && (joint != b',' || first_width == 4 && before(bytes, at) == b'(')
        && if first_width == 4 {
            is_year(first, 4)
                && third_width <= 2
                && (calendar(first, second, third) || calendar(first, third, second))
        } else {
            first_width <= 2
                && is_year(third, third_width)
                && (calendar(third, second, first) || calendar(third, first, second))
                || first_width == 2 && third_width == 2 && calendar(first, second, third)
        };
    ok.then_some(third_end)
}

/// The sign between the parts of a date; spaces may follow a dot.
fn joint(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let sign = byte(bytes, at);
    match sign {
        // The arguments of a call: `date(1982, 4, 3)`.
        b',' if byte(bytes, at + 1) == b' ' && byte(bytes, at + 2).is_ascii_digit() => {
            Some((sign, at + 2))
        }
        b'-' | b'/' | b'.' => {
            let next = span_end(bytes, at + 1, |&byte| byte == b' ');
            (next - at <= 2).then_some((sign, next))
        }
        b'\\' if byte(bytes, at + 1) == b'/' => Some((b'/', at + 2)),
        b' ' if byte(bytes, at + 1).is_ascii_digit() => Some((b' ', at + 1)),
        b' ' if matches!(byte(bytes, at + 1), b'/' | b'-') && byte(bytes, at + 2) == b' ' => {
            Some((b'/', at + 3))
        }
        _ => None,
    }
}

/// `1942年12月13日`, `1980년 3월 12일`.
fn chinese(bytes: &[u8], at: usize) -> Option<usize> {
    let (_, end) = digits(bytes, at, 4)?;
    let month_at = marked(bytes, end, &["年", "년"])?;
    let (month, end) = digits(bytes, month_at, 2)?;
    let day_at = marked(bytes, end, &["月", "월"])?;
    let Some((day, end)) = digits(bytes, day_at, 2) else {
        return Some(day_at);
    };
    if !calendar(2000, month, day) {
        return None;
    }
    Some(
        ["日", "号", "일"]
            .iter()
            .find(|mark| starts_with(bytes, end, mark))
            .map_or(end, |mark| end + mark.len()),
    )
}

fn marked(bytes: &[u8], at: usize, marks: &[&str]) -> Option<usize> {
    let mark = marks.iter().find(|mark| starts_with(bytes, at, mark))?;
    Some(span_end(bytes, at + mark.len(), |&byte| byte == b' '))
}

/// A Japanese era before the year.
fn era_before(bytes: &[u8], at: usize) -> Option<usize> {
    const ERAS: Phrases = Phrases::of(&["明治", "大正", "昭和", "平成", "令和", "民國", "民国"]);
    Some(at - ERAS.before(bytes, at)?.len())
}

/// `14 February 1948`, `3. Mai 1977`, `1er mars 1962`, `12 de marzo de 1980`, `3rd of May, 1977`.
fn day_first(bytes: &[u8], at: usize) -> Option<usize> {
    let (day, end) = digits(bytes, at, 2)?;
    let next = byte(bytes, end);
    let suffix = ["st", "nd", "rd", "th", "er", "º", "ª", "°", "ER", "TH"]
        .iter()
        .find(|suffix| {
            next.is_ascii_alphabetic() | (next == 0xC2) && starts_with(bytes, end, suffix)
        });
    let end = suffix.map_or(end, |suffix| end + suffix.len());
    let month_at = glue(bytes, end);
    let (month, end) = month(bytes, month_at)?;
    let year_at = glue(bytes, end);
    let year_at = if starts_with(bytes, year_at, "'") {
        year_at + 1
    } else {
        year_at
    };
    let (year, year_end) = digits(bytes, year_at, 4)?;
    (is_year(year, year_end - year_at) && calendar(year, month, day)).then_some(year_end)
}

/// `1994. július 15.`, `1994 March 5`.
fn year_first(bytes: &[u8], at: usize) -> Option<usize> {
    let (year, end) = digits(bytes, at, 4)?;
    if !is_year(year, end - at) || end - at != 4 {
        return None;
    }
    let (month, end) = month(bytes, glue(bytes, end))?;
    let (day, end) = digits(bytes, glue(bytes, end), 2)?;
    calendar(year, month, day).then(|| end + usize::from(byte(bytes, end) == b'.'))
}

/// After a month's name: `20, 1973`, `20th 1973`.
fn month_first(bytes: &[u8], at: usize) -> Option<usize> {
    let (day, end) = digits(bytes, at, 4)?;
    if end - at == 4 {
        return is_year(day, 4).then_some(end);
    }
    let suffix = ["st", "nd", "rd", "th"]
        .iter()
        .any(|suffix| starts_with(bytes, end, suffix));
    let year_at = glue(bytes, if suffix { end + 2 } else { end });
    let (year, year_end) = digits(bytes, year_at, 4)?;
    (is_year(year, year_end - year_at) && (1..=31).contains(&day)).then_some(year_end)
}

/// Skips what stands between the parts of a date in words.
fn glue(bytes: &[u8], mut at: usize) -> usize {
    let blank = |byte: &u8| matches!(byte, b' ' | b',' | b'.' | b'-' | b'/' | b'+');
    at = span_end(bytes, at, blank);
    if !matches!(byte(bytes, at) | 0x20, b'd' | b'o' | b'n' | 0xE0 | 0xF7) {
        return at;
    }
    for word in ["del", "de", "of", "di", "do", "năm", "ב", "พ.ศ.", "ค.ศ."] {
        let joined = matches!(byte(bytes, at + word.len()), b' ' | b'+') || !word.is_ascii();
        if joined && starts_with(bytes, at, word) {
            at += word.len();
        }
    }
    span_end(bytes, at, |&byte| matches!(byte, b' ' | b'+'))
}

/// Where a month's name before the digits at `at` starts.
fn month_before(bytes: &[u8], at: usize, floor: usize) -> Option<usize> {
    let mut floor = floor;
    while floor < at && bytes[floor] & 0xC0 == 0x80 {
        floor += 1;
    }
    if !matches!(
        crate::pii::text::before(bytes, at),
        b' ' | b'.' | b'-' | b'/'
    ) {
        return None;
    }
    let end = at
        - bytes[floor..at]
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'.' | b'-' | b'/'))
            .count();
    let letters = bytes[floor..end]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
        .count();
    let mut start = end - letters;
    if start < end && is_escape_letter(bytes, start) {
        start += 1;
    }
    // Chinese punctuation and words before the name are not part of it.
    let name = std::str::from_utf8(&bytes[start..end]).ok()?;
    start += name
        .char_indices()
        .rfind(|(_, letter)| *letter >= '\u{1000}')
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    let (_, name_end) = month(bytes, start)?;
    (name_end + 1 >= end && start < end).then_some(start)
}

/// The month whose name stands at `at`, and where the name ends.
fn month(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    // Vietnamese months have numbers: `tháng 3`.
    if starts_with(bytes, at, "tháng ") {
        return digits(bytes, at + "tháng ".len(), 2).filter(|(month, _)| *month <= 12);
    }
    // Chinese, Japanese and Korean months are numbers.
    if matches!(byte(bytes, at), 0xE3..=0xED) {
        return None;
    }
    months::named(bytes, at)
}
