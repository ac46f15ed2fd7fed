//! Telephone numbers that are said digit by digit, with pauses: `2 1 3, 3 9 6, 2 0 2 8`.

use crate::pii::detector::{Number, Scene};
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, span_start, starts_with};
use crate::pii::words::Topic;

/// What is heard between the digits, a pause or none.
const PAUSES: &[&str] = &[
    ", ", " ... ", "... ", " … ", "… ", " - ", " – ", ". ", " . ",
];

/// Words that lead to what is said.
const LEADS: Phrases = Phrases::of(&[
    "it's ",
    "it’s ",
    "it is ",
    "its ",
    "that's ",
    "number is ",
    "number's ",
    "nummer ist ",
    "das ist die ",
    "c'est le ",
    "es el ",
    "è il ",
    "é o ",
    "is het ",
    "to ",
    "это ",
]);

/// How far back a word of telephones may stand.
const REACH: usize = 40;

/// The digits that start with a row of single ones.
pub(super) fn digits(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let blank = |byte: &u8| matches!(byte, b' ' | b',' | b'.' | b'-');
    let last = span_start(bytes, number.start, number.start.saturating_sub(6), blank);
    if last < number.start && before(bytes, last).is_ascii_digit() {
        return;
    }
    let Some(said) = read(bytes, number.start) else {
        return;
    };
    let word = scene.last_word(number.start, REACH);
    let called = word.is_some_and(|word| word.topic == Topic::Phone);
    let led = word.is_none() && LEADS.before(bytes, number.start).is_some();
    let whole = (9..=12).contains(&said.total) && said.pauses > 1;
    if called && said.pauses > 0 || led && whole {
        scene.report(number.start, said.end, "said digit by digit");
    }
}

/// Digits that were said, and how many pauses.
struct Said {
    end: usize,
    total: usize,
    pauses: usize,
}

/// Reads single digits with spaces or pauses between them, as many as telephones' numbers have.
fn read(bytes: &[u8], start: usize) -> Option<Said> {
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=13;
    let value = |at: usize| byte(bytes, at).wrapping_sub(b'0');
    let (mut at, mut total, mut pauses, mut rises) = (start, 0, 0, true);
    while total <= *DIGITS.end() {
        let next = at + 1;
        if !byte(bytes, at).is_ascii_digit() || byte(bytes, next).is_ascii_alphanumeric() {
            return None;
        }
        total += 1;
        let pause = PAUSES.iter().find(|pause| starts_with(bytes, next, pause));
        let behind = pause.map_or(next + 1, |pause| next + pause.len());
        let goes_on =
            (pause.is_some() || byte(bytes, next) == b' ') && byte(bytes, behind).is_ascii_digit();
        if !goes_on {
            let decimal = byte(bytes, next) == b'.' && byte(bytes, next + 1).is_ascii_digit();
            let fits = DIGITS.contains(&total) && !rises && !decimal;
            return fits.then_some(Said {
                end: next,
                total,
                pauses,
            });
        }
        // `1 2 3, 4 5 6`: somebody counts.
        rises &= value(behind) == (value(at) + 1) % 10;
        pauses += usize::from(pause.is_some());
        at = behind;
    }
    None
}
