//! India's Aadhaar number.

use super::national::{digits, is_measured, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const IN_AADHAAR: Detector = Detector {
    name: "IN_AADHAAR",
    what: "Indian Aadhaar number or virtual id",
    source: "UIDAI, Aadhaar numbering scheme: Verhoeff",
    validator: "Verhoeff; does not start with 0 or 1",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["Aadhaar «2341 2341 2346»", "aadhaar_number: «234123412346»"],
    ignores: &[
        "Aadhaar 2341 2341 2347",
        "234123412346",
        "2341 2341 2346 mAh cells",
    ],
    looks: &[Look::Number(
        &[Bare(12, 12), Bare(16, 16), Groups(&[0x444, 0x4444], b" -")],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    if number.plus || number.is_in_row(scene.bytes) {
        return;
    }
    let digits = digits(number, scene);
    if digits[0] < 2 || !checksum::verhoeff(&digits) {
        return;
    }
    let named = is_named(scene, number.start, &[]);
    let shaped = number.shape == 0x444 && !number.glued && !is_measured(scene.bytes, number.end);
    if named || shaped && !scene.is_spoken_against(number.start, 24) {
        scene.report(number.start, number.end, "checksum");
    }
}
