//! Italy's fiscal code.

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::words::Topic;

pub(in crate::pii) const IT_FISCAL: Detector = Detector {
    name: "IT_FISCAL",
    what: "Italian codice fiscale",
    source: "Decreto Ministeriale 23 dicembre 1976, n. 13813",
    validator: "structure with replaced digits (omocodia), month letter, check letter",
    gravity: 71,
    context: &[Topic::Identity],
    finds: &[
        "CF «RSSMRA85T10A562S»",
        "codice fiscale: «rssmra85t10a562s»",
    ],
    ignores: &["RSSMRA85T10A562T", "RSSMRA85X10A562S"],
    looks: &[Look::Word(16, 16, find)],
};

/// Values of 0-9 and A-Z in odd places.
const ODD: [u32; 36] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6,
    8, 12, 14, 16, 10, 22, 25, 24, 23,
];
/// Where digits stand, unless replaced by letters to tell namesakes apart.
const DIGIT_PLACES: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let mut text = [0u8; 16];
    text.copy_from_slice(word.of(scene.bytes));
    text.make_ascii_uppercase();
    let shaped = text.iter().enumerate().all(|(place, byte)| {
        if DIGIT_PLACES.contains(&place) {
            byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte)
        } else {
            byte.is_ascii_uppercase()
        }
    });
    if !shaped || !b"ABCDEHLMPRST".contains(&text[8]) {
        return;
    }
    let sum: u32 = text[..15]
        .iter()
        .enumerate()
        .map(|(place, &byte)| value(place, byte))
        .sum();
    if sum % 26 == u32::from(text[15] - b'A') {
        scene.report(word.start, word.end, "structure and check letter");
    }
}

fn value(place: usize, byte: u8) -> u32 {
    let (index, even) = match byte {
        b'0'..=b'9' => (usize::from(byte - b'0'), u32::from(byte - b'0')),
        _ => (usize::from(byte - b'A') + 10, u32::from(byte - b'A')),
    };
    if place.is_multiple_of(2) {
        ODD[index]
    } else {
        even
    }
}
