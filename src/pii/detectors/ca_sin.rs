//! Canada's social insurance number.

use super::national::nine;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const CA_SIN: Detector = Detector {
    name: "CA_SIN",
    what: "Canadian social insurance number",
    source: "Employment and Social Development Canada, SIN Code of Practice",
    validator: "Luhn, and a word that names it",
    gravity: 70,
    context: &[Topic::CaSin, Topic::Identity],
    finds: &[
        "SIN: «130 692 544»",
        "national id number: «130-692-544», name",
        "S.I.N. «670 722 495» confirmed",
    ],
    ignores: &[
        "part no. 130-692-545",
        "130692544",
        "身分證字號是A123456789,手機+886 926 732 621",
        "id 130 692 544 621",
        "\"bsn\":\"423435346\"",
        "S.I.N. 670 722 496",
    ],
    looks: &[Look::Number(&[Bare(9, 9), Groups(&[0x333], b" -")], find)],
};

/// Whether the check digit holds.
pub(super) fn fits(digits: &[u8]) -> bool {
    checksum::luhn(digits)
}

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    nine(number, Topic::CaSin, scene);
}
