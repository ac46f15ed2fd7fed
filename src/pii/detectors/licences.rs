//! Driving licences whose numbers have a structure of their own.

use std::ops::Range;

use crate::pii::checksum::number as value;
use crate::pii::detector::{Number, Scene, Word};
use crate::pii::text::{Digits, before, byte, span_end};

/// The driver number of the DVLA tells itself: five letters of the surname, the date of birth with
/// fifty added to the month of women, two initials, and three check characters.
pub(super) fn dvla(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    let letters = |part: &[u8]| {
        part.iter()
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'9')
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let written = text.len() == 16
        && text[0].is_ascii_uppercase()
        && letters(&text[1..5])
        && digits(&text[5..11])
        && letters(&text[11..13])
        && digits(&text[13..14])
        && letters(&text[14..]);
    if !written {
        return;
    }
    let born = Digits::of(&text[6..10]);
    let (month, day) = (value(&born[..2]), value(&born[2..]));
    if matches!(month, 1..=12 | 51..=62) && (1..=31).contains(&day) {
        let rule = "the structure of a DVLA driver number";
        scene.report(word.start, word.end, rule);
    }
}

/// `KA05 20158751904`, `MH12/2011/0123456`: where an Indian licence ends, as it is printed: the state,
/// the office, the year, and seven digits (Sarathi, the national register).
pub(super) fn indian_end(bytes: &[u8], start: usize) -> Option<usize> {
    let parted = |at: usize| at + usize::from(matches!(byte(bytes, at), b' ' | b'-' | b'/'));
    let digits = |at: usize| span_end(bytes, at, u8::is_ascii_digit);
    let state = bytes.get(start..start + 2)?;
    let office = parted(start + state.len());
    let office_end = office + 2;
    let is_office = bytes
        .get(office..office_end)?
        .iter()
        .all(u8::is_ascii_digit);
    let year = parted(office_end);
    let (mut end, mut n_digits) = (digits(year), digits(year) - year);
    if n_digits == 4 {
        let serial = parted(end);
        end = digits(serial);
        n_digits += end - serial;
    }
    let whole = !byte(bytes, end).is_ascii_alphanumeric();
    let written = state.iter().all(u8::is_ascii_uppercase) && is_office;
    (written && n_digits == 11 && whole).then_some(end)
}

/// `A1234 56789 01234`, `MORGA 657054 SM9IJ`: where further groups end that spaces join to a word.
pub(super) fn grouped_end(bytes: &[u8], word: &Word) -> Option<usize> {
    const DIGITS: std::ops::RangeInclusive<usize> = 5..=6;
    let mut end = word.end;
    while byte(bytes, end) == b' ' {
        let next = span_end(bytes, end + 1, u8::is_ascii_digit);
        if !DIGITS.contains(&(next - end - 1)) || byte(bytes, next).is_ascii_alphanumeric() {
            break;
        }
        end = next;
    }
    (end > word.end).then_some(end)
}

/// What letters stand around the digits of a licence: those of an Indian state or of an Italian province
/// and its check letter, or of a British surname and its initials.
pub(super) fn around(bytes: &[u8], number: &Number) -> Option<Range<usize>> {
    let letters = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_uppercase))
    };
    let apart = |at: usize| !byte(bytes, at).is_ascii_alphanumeric();
    let starts = |at: usize| !before(bytes, at).is_ascii_alphanumeric();
    let state = number.start.checked_sub(3)?;
    let parted =
        matches!(byte(bytes, state + 2), b' ' | b'-') && letters(state, state + 2) && starts(state);
    if parted && let Some(end) = indian_end(bytes, state) {
        return Some(state..end);
    }
    let check = number.end + 1;
    let seven = number.is_bare() && number.total == 7 && byte(bytes, number.end) == b' ';
    if parted && seven && letters(check, check + 1) && apart(check + 1) {
        return Some(state..check + 1);
    }
    let surname = number.start.checked_sub(6)?;
    let rest = span_end(bytes, check, u8::is_ascii_alphanumeric);
    let british = number.is_bare()
        && number.total == 6
        && letters(surname, surname + 5)
        && starts(surname)
        && byte(bytes, surname + 5) == b' '
        && byte(bytes, number.end) == b' '
        && rest == check + 5
        && letters(check, check + 2);
    british.then_some(surname..rest)
}
