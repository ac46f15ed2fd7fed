//! China's resident identity number.

use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    JOINTS,
    Numeral::{Bare, Groups},
    exactly,
};
use crate::pii::text::Digits;
use crate::pii::words::Topic;

pub(in crate::pii) const CN_ID: Detector = Detector {
    name: "CN_ID",
    what: "Chinese resident identity number",
    source: "GB 11643-1999; ISO 7064 MOD 11-2",
    validator: "province, date of birth, MOD 11-2 check character",
    gravity: 72,
    context: &[Topic::Identity],
    finds: &["身份证 «11010519491231002X»", "id=«440305198207188247»"],
    ignores: &["440305198207188246", "order 440305199902308240"],
    looks: &[
        Look::Number(&[Bare(18, 18), Groups(&[0x684, 0x6444], JOINTS)], number),
        Look::Word(&[exactly("DDDDDDDDDDDDDDDDDL")], word),
    ],
};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn number(number: &Number, scene: &mut Scene<'_, '_>) {
    let digits = Digits::of(&scene.bytes[number.start..number.end]);
    let check = u32::from(digits[17]);
    judge(&digits[..17], check, number.start, number.end, scene);
}

/// Seventeen digits and an `X`.
fn word(word: &Word, scene: &mut Scene<'_, '_>) {
    if let [body @ .., b'X' | b'x'] = word.of(scene.bytes) {
        judge(&Digits::of(body), 10, word.start, word.end, scene);
    }
}

fn judge(body: &[u8], check: u32, start: usize, end: usize, scene: &mut Scene<'_, '_>) {
    let part = |from: usize, to: usize| checksum::number(&body[from..to]);
    let (province, year) = (part(0, 2), part(6, 10));
    let plausible = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
        && (1880..=2100).contains(&year)
        && checksum::calendar(year, part(10, 12), part(12, 14));
    let sum = checksum::weighted(body, &WEIGHTS);
    if plausible && (12 - sum % 11) % 11 == check {
        scene.report(start, end, "province, date and checksum");
    }
}
