//! The United Kingdom's national insurance number.

use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Groups},
    exactly,
};
use crate::pii::text::{before, byte};
use crate::pii::words::Topic;

pub(in crate::pii) const UK_NINO: Detector = Detector {
    name: "UK_NINO",
    what: "United Kingdom national insurance number",
    source: "HM Revenue & Customs, NIM39110: format of a NINO",
    validator: "prefix letters that were issued, six digits, suffix A to D",
    gravity: 70,
    context: &[Topic::UkNino, Topic::Identity],
    finds: &[
        "NI number: «AB 12 34 56 C»",
        "nino «AB123456C»",
        "NINO «AB 123456 C»",
    ],
    ignores: &["BG123456C", "DA123456C", "AB123456E", "SKU AB123456D"],
    looks: &[
        Look::Word(&[exactly("LLDDDDDDL")], joined),
        Look::Number(&[Bare(6, 6), Groups(&[0x222], b" -")], spaced),
        Look::Word(&[exactly("LLDDDDDD")], halved),
    ],
};

/// A word so near before it says that it numbers parts or orders.
const NEAR: usize = 12;

fn joined(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    let part = scene.is_spoken_against(word.start, NEAR);
    if is_prefix(&text[..2]) && is_suffix(text[8]) && !part {
        scene.report(word.start, word.end, "structure");
    }
}

/// `AB123456 C`.
fn halved(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    if is_prefix(&text[..2])
        && let Some(end) = suffix_end(scene.bytes, word.end)
    {
        scene.report(word.start, end, "structure");
    }
}

/// `AB 12 34 56 C` and `AB 123456 C`.
fn spaced(number: &Number, scene: &mut Scene<'_, '_>) {
    let Some(start) = number.start.checked_sub(3) else {
        return;
    };
    let prefix = &scene.bytes[start..start + 2];
    let apart = matches!(scene.bytes[start + 2], b' ' | b'-')
        && !before(scene.bytes, start).is_ascii_alphanumeric();
    if apart
        && is_prefix(prefix)
        && let Some(end) = suffix_end(scene.bytes, number.end)
    {
        scene.report(start, end, "structure");
    }
}

fn suffix_end(bytes: &[u8], end: usize) -> Option<usize> {
    let at = if matches!(byte(bytes, end), b' ' | b'-') {
        end + 1
    } else {
        end
    };
    (is_suffix(byte(bytes, at)) && !byte(bytes, at + 1).is_ascii_alphanumeric()).then_some(at + 1)
}

fn is_prefix(letters: &[u8]) -> bool {
    let [first, second] = [
        letters[0].to_ascii_uppercase(),
        letters[1].to_ascii_uppercase(),
    ];
    let never: [&[u8; 2]; 7] = [b"BG", b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"];
    first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(&first)
        && !b"DFIQUVO".contains(&second)
        && !never.contains(&&[first, second])
        && letters[0].is_ascii_uppercase() == letters[1].is_ascii_uppercase()
}

fn is_suffix(letter: u8) -> bool {
    matches!(letter.to_ascii_uppercase(), b'A'..=b'D')
}
