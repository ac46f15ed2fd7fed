//! Australia's tax file number.

use super::national::nine;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const AU_TFN: Detector = Detector {
    name: "AU_TFN",
    what: "Australian tax file number",
    source: "Australian Taxation Office, TFN validation algorithm",
    validator: "weights 1 4 3 7 5 8 6 9 10, modulo 11",
    gravity: 71,
    context: &[Topic::AuTfn, Topic::Identity],
    finds: &["TFN «123 456 782»", "tax file number: «123456782»"],
    ignores: &["TFN 123 456 789", "123 456 782", "BSN: 705276120"],
    looks: &[Look::Number(&[Bare(9, 9), Groups(&[0x333], b" -")], find)],
};

const WEIGHTS: [u32; 9] = [1, 4, 3, 7, 5, 8, 6, 9, 10];

/// Whether the check digit holds.
pub(super) fn fits(digits: &[u8]) -> bool {
    checksum::weighted(digits, &WEIGHTS).is_multiple_of(11)
}

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    nine(number, Topic::AuTfn, scene);
}
