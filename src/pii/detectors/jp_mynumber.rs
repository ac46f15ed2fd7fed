//! Japan's individual number.

use super::digit_groups::are_code_points;
use super::national::{digits, is_measured, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const JP_MYNUMBER: Detector = Detector {
    name: "JP_MYNUMBER",
    what: "Japanese Individual Number (My Number)",
    source: "総務省令第85号: check digit of the Individual Number",
    validator: "weights 6 5 4 3 2 7 6 5 4 3 2, modulo 11",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["マイナンバー：«1234 5678 9018»", "個人番号 «123456789018»"],
    ignores: &[
        "1F14E <square> 0050 0050 0056",
        "マイナンバー：1234 5678 9012",
        "123456789018",
        "1234 5678 9018 kWh",
    ],
    looks: &[Look::Number(&[Bare(12, 12), Groups(&[0x444], b" -")], find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = !number.is_bare() && !is_measured(scene.bytes, number.end);
    if number.is_in_row(scene.bytes)
        || are_code_points(number, &scene.bytes[number.start..number.end])
    {
        return;
    }
    let digits = digits(number, scene);
    let rest = checksum::weighted(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest <= 1 { 0 } else { 11 - rest };
    if check != u32::from(digits[11]) {
        return;
    }
    let named = is_named(scene, number.start, &[]);
    if named || (shaped && !number.glued && !scene.is_spoken_against(number.start, 24)) {
        scene.report(number.start, number.end, "checksum");
    }
}
