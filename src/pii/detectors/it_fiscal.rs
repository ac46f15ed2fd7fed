//! Italy's fiscal code.

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::exactly;
use crate::pii::text::{byte, left};
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
        "C.F. «RSS MRA 85T10 A562S», nato a Roma",
    ],
    ignores: &[
        "RSSMRA85T10A562T",
        "RSSMRA85X10A562S",
        "RSS MRA 85T10 A562T",
        "XRSS MRA 85T10 A562S",
    ],
    looks: &[
        Look::Word(&[exactly("LLLLLLXXLXXLXXXL")], find),
        Look::Word(&[exactly("XXLXX")], spaced),
    ],
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
    if is_valid(text) {
        scene.report(word.start, word.end, "structure and check letter");
    }
}

/// `RSS MRA 85T10 A562S`, as it is printed on the card; `word` is the third group.
fn spaced(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let (Some(start), end) = (word.start.checked_sub(8), word.end + 6) else {
        return;
    };
    let apart = !left(bytes, start).is_ascii_alphanumeric()
        && !byte(bytes, end).is_ascii_alphanumeric()
        && [start + 3, start + 7, word.end].map(|at| byte(bytes, at)) == [b' '; 3];
    if !apart {
        return;
    }
    let mut text = [0u8; 16];
    let mut letters = bytes[start..end.min(bytes.len())]
        .iter()
        .filter(|&&byte| byte != b' ');
    text.fill_with(|| letters.next().copied().unwrap_or_default());
    if letters.next().is_none() && is_valid(text) {
        scene.report(start, end, "structure and check letter, in groups");
    }
}

fn is_valid(mut text: [u8; 16]) -> bool {
    text.make_ascii_uppercase();
    let shaped = text.iter().enumerate().all(|(place, byte)| {
        if DIGIT_PLACES.contains(&place) {
            byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte)
        } else {
            byte.is_ascii_uppercase()
        }
    });
    let month = b"ABCDEHLMPRST".contains(&text[8]);
    let sum = |text: &[u8; 16]| -> u32 {
        let places = text[..15].iter().enumerate();
        places.map(|(place, &byte)| value(place, byte)).sum()
    };
    shaped && month && sum(&text) % 26 == u32::from(text[15] - b'A')
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
