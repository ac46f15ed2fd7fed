//! Canada's social insurance number.

use super::national::{digits, is_named};
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
    ],
    ignores: &["part no. 130-692-545", "130692544"],
    looks: &[Look::Number(&[Bare(9, 9), Groups(&[0x333], b" -")], find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let digits = digits(number, scene);
    if !checksum::luhn(&digits) {
        return;
    }
    if is_named(scene, number.start, &[Topic::CaSin]) {
        scene.report(number.start, number.end, "checksum, named by its context");
    }
}
