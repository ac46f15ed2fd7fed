//! Singapore's NRIC and FIN.

use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::exactly;
use crate::pii::text::Digits;
use crate::pii::words::Topic;

pub(in crate::pii) const SG_NRIC: Detector = Detector {
    name: "SG_NRIC",
    what: "Singaporean NRIC or FIN",
    source: "Immigration & Checkpoints Authority; check letters as published by the NRIC weighted sum",
    validator: "weights 2 7 6 5 4 3 2, letter tables of S/T, F/G and M",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["NRIC «S1234567D»", "fin: «F1234567N»"],
    ignores: &["S1234567A", "X1234567D"],
    looks: &[Look::Word(&[exactly("LDDDDDDDL")], find)],
};

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let [prefix, body @ .., check] = word.of(scene.bytes) else {
        return;
    };
    let digits = Digits::of(body);
    let (offset, letters): (u32, &[u8; 11]) = match prefix.to_ascii_uppercase() {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return,
    };
    let sum = offset + checksum::weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]);
    let place = if prefix.eq_ignore_ascii_case(&b'M') {
        10 - sum as usize % 11
    } else {
        sum as usize % 11
    };
    if letters[place] == check.to_ascii_uppercase() {
        scene.report(word.start, word.end, "prefix and check letter");
    }
}
