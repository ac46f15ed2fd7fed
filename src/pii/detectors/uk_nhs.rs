//! England's and Wales's NHS number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const UK_NHS: Detector = Detector {
    name: "UK_NHS",
    what: "NHS number",
    source: "NHS Data Dictionary, NHS NUMBER: modulus 11",
    validator: "weights 10 to 2, check digit 11 minus the rest",
    gravity: 70,
    context: &[Topic::UkNhs, Topic::Identity],
    finds: &[
        "NHS number: «943 476 5919»",
        "{\"nhs_number\":\"«9434765919»\"}",
    ],
    ignores: &[
        "NHS number: 943 476 5918",
        "9434765919",
        "ID on file, phone 416-555-8605",
    ],
    looks: &[Look::Number(&[Bare(10, 10), Groups(&[0x334], b" -")], find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    if number.plus {
        return;
    }
    let digits = digits(number, scene);
    let rest = checksum::weighted(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if (11 - rest) % 11 != u32::from(digits[9]) || digits.iter().all(|&digit| digit == digits[0]) {
        return;
    }
    if is_named(scene, number.start, &[Topic::UkNhs]) {
        scene.report(number.start, number.end, "checksum, named by its context");
    }
}
