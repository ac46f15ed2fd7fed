//! Tells what programs write with many digits that are nobody's: times of day, and UUIDs.

use super::detector::Word;
use super::scout::is_token;
use super::text::{before, byte, digits_end, is_uuid};

/// What begins with a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// Whether the word itself may be of somebody's: with a day it may end a date of birth.
    pub(super) is_open: bool,
    /// Where it ends, if a program wrote it.
    pub(super) end: Option<usize>,
}

/// What a program wrote that begins with a word.
#[inline]
pub(super) fn written(bytes: &[u8], word: &Word) -> Written {
    let length = word.end - word.start;
    let end = match (byte(bytes, word.end), length) {
        (b':', 2 | 4 | 5) => time(bytes, word),
        (b'-', 8) => uuid(bytes, word),
        _ => None,
    };
    Written {
        is_open: end.is_none() || length > 2 && length < 8,
        end,
    }
}

/// Where the time ends that begins with a word: with an hour, or with the last part of the date before
/// it (`01T08:04:34`, `4/May/2026:22:45:46`).
#[inline(never)]
fn time(bytes: &[u8], word: &Word) -> Option<usize> {
    let (hour, is_open) = match word.end - word.start {
        2 => (word.start, !goes_on(before(bytes, word.start))),
        4 => (word.end + 1, is_year(bytes, word)),
        _ => {
            let is_day = bytes[word.start + 2] == b'T' && two(bytes, word.start) <= 31;
            (word.start + 3, is_day)
        }
    };
    let [hours, minutes, seconds] = [0, 3, 6].map(|from| two(bytes, hour + from));
    let joined = byte(bytes, hour + 5) == b':';
    let behind = byte(bytes, hour + 8);
    if !is_open || !joined || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let parts = match behind {
        b'.' | b',' => digits_end(bytes, hour + 9) - (hour + 9),
        _ => 0,
    };
    let end = if parts == 0 {
        hour + 8
    } else {
        hour + 9 + parts
    };
    let end = zone(bytes, end);
    (parts <= 9 && !goes_on(byte(bytes, end))).then_some(end)
}

/// The year of a date whose month is a name.
fn is_year(bytes: &[u8], word: &Word) -> bool {
    let sign = before(bytes, word.start);
    let month = word.start.checked_sub(2).and_then(|at| bytes.get(at));
    matches!(sign, b'/' | b'-')
        && month.is_some_and(u8::is_ascii_lowercase)
        && two(bytes, word.start) < 100
        && two(bytes, word.start + 2) < 100
}

/// Signs over which digits go on to something else: an address, a name, a number.
fn goes_on(sign: u8) -> bool {
    sign.is_ascii_alphanumeric()
        || !sign.is_ascii()
        || matches!(
            sign,
            b':' | b'_' | b'-' | b'+' | b'/' | b'@' | b'%' | b'=' | b'#'
        )
}

/// Where a time ends with its zone.
fn zone(bytes: &[u8], end: usize) -> usize {
    match byte(bytes, end) {
        b'Z' => end + 1,
        b'+' | b'-' if two(bytes, end + 1) <= 14 => {
            let minutes = end + 3 + usize::from(byte(bytes, end + 3) == b':');
            if two(bytes, minutes) <= 59 {
                minutes + 2
            } else {
                end
            }
        }
        _ => end,
    }
}

/// The number of two digits at a place, or a greater one.
fn two(bytes: &[u8], at: usize) -> u8 {
    let [tens, ones] = [at, at + 1].map(|at| byte(bytes, at).wrapping_sub(b'0'));
    if tens < 10 && ones < 10 {
        10 * tens + ones
    } else {
        u8::MAX
    }
}

#[inline(never)]
fn uuid(bytes: &[u8], word: &Word) -> Option<usize> {
    let end = word.start + 36;
    let value = bytes.get(word.start..end)?;
    let whole = !is_token(before(bytes, word.start)) && !is_token(byte(bytes, end));
    (whole && is_uuid(value)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written at the first digit of a text.
    fn at_first_digit(text: &str) -> Option<&str> {
        let bytes = text.as_bytes();
        let start = bytes.iter().position(u8::is_ascii_digit)?;
        let word = bytes[start..].iter();
        let length = word.take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let end = start + length;
        text.get(start..written(bytes, &Word { start, end }).end?)
    }

    #[test]
    fn times_and_uuids_are_of_programs() {
        let cases = [
            "«08:04:34» ERROR",
            "[«08:04:34.238Z»]",
            "at «17:59:12.677066», 1",
            "\"«02:48:12,915»\"",
            " «23:59:60+02:00»",
            "«01T08:04:34.238Z» WARN",
            "«05T00:00:00-0530»",
            "[Fri/May/«2026:22:45:46» +0000]",
            "run=«0195323f-f0af-770f-9da2-363c9e185c5a»\n",
        ];
        for case in cases {
            let wanted = case.split(['«', '»']).nth(1);
            assert_eq!(
                at_first_digit(&case.replace(['«', '»'], "")),
                wanted,
                "{case}"
            );
        }
    }

    #[test]
    fn what_goes_on_or_is_no_time_is_not() {
        let cases = [
            "08:04:34:9a:bc:de",
            "2026:22:45:46",
            "::08:04:34",
            "-08:04:34",
            "25:04:34",
            "08:61:34",
            "08:04:344",
            "08:04",
            "08:04:34@host",
            "08:04:34+4915112345678",
            "08:04:34-56-78",
            "32T08:04:34",
            "1:08:04:34",
            "0195323f-f0af-770f-9da2-363c9e185c5",
            "0195323f-f0af-770f-9da2-363c9e185c5a1",
            "x-0195323f-f0af-770f-9da2-363c9e185c5a-y",
        ];
        for case in cases {
            assert_eq!(at_first_digit(case), None, "{case}");
        }
    }
}
