//! Driving licences whose numbers have a structure of their own.

use crate::pii::checksum::number;
use crate::pii::detector::{Scene, Word};
use crate::pii::text::{Digits, byte, span_end, starts_with};

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
    let (month, day) = (number(&born[..2]), number(&born[2..]));
    if matches!(month, 1..=12 | 51..=62) && (1..=31).contains(&day) {
        let rule = "the structure of a DVLA driver number";
        scene.report(word.start, word.end, rule);
    }
}

/// `KA05 20158751904`, `KA-05-2015 8751904`: where an Indian licence ends, as it is printed: the state,
/// the office, the year, and seven digits (Sarathi, the national register).
pub(super) fn indian_end(bytes: &[u8], word: &Word) -> Option<usize> {
    let parted = |at: usize| at + usize::from(matches!(byte(bytes, at), b' ' | b'-'));
    let digits = |at: usize| span_end(bytes, at, u8::is_ascii_digit);
    let state = bytes.get(word.start..word.start + 2)?;
    let office = parted(word.start + state.len());
    let office_end = digits(office);
    let year = parted(office_end);
    let (mut end, mut n_digits) = (digits(year), digits(year) - year);
    if n_digits == 4 {
        let serial = parted(end);
        end = digits(serial);
        n_digits += end - serial;
    }
    let dated = ["19", "20"]
        .iter()
        .any(|lead| starts_with(bytes, year, lead));
    let whole = !byte(bytes, end).is_ascii_alphanumeric();
    let written = state.iter().all(u8::is_ascii_uppercase) && office_end - office == 2;
    (written && n_digits == 11 && dated && whole).then_some(end)
}
