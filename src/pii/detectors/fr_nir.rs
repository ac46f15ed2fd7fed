//! France's social security number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::words::Topic;

pub(in crate::pii) const FR_NIR: Detector = Detector {
    name: "FR_NIR",
    what: "French numéro de sécurité sociale (NIR)",
    source: "INSEE, décret n° 82-103: structure and key 97",
    validator: "sex, month and department; key is 97 minus the number modulo 97",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &[
        "mon numéro est le «2 55 08 14 168 025 38»",
        "NIR «255081416802538»",
    ],
    ignores: &["255081416802539", "1234567890123456"],
    looks: &[Look::Number(13, 15, find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = matches!(number.shape, 0x1_222_332 | 0x122_233 | 0xD2)
        && matches!(number.joint, b' ' | b'.' | b'-');
    if !(shaped || number.is_bare()) || number.glued || number.total == 14 {
        return;
    }
    let digits = digits(number, scene);
    let month = checksum::number(&digits[3..5]);
    let plausible =
        matches!(digits[0], 1..=4 | 7 | 8) && matches!(month, 1..=12 | 20..=42 | 50..=99);
    if !plausible {
        return;
    }
    if digits.len() == 13 {
        if shaped && is_named(scene, number.start, &[]) {
            scene.report(
                number.start,
                number.end,
                "structure without key, named by its context",
            );
        }
        return;
    }
    let body = digits[..13]
        .iter()
        .fold(0u64, |body, &digit| body * 10 + u64::from(digit));
    if 97 - body % 97 == u64::from(checksum::number(&digits[13..15]))
        && !scene.is_spoken_against(number.start, 16)
    {
        scene.report(number.start, number.end, "structure and key");
    }
}
