//! Poland's PESEL.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::Bare;
use crate::pii::words::Topic;

pub(in crate::pii) const PL_PESEL: Detector = Detector {
    name: "PL_PESEL",
    what: "Polish PESEL",
    source: "Ministerstwo Cyfryzacji, Numer PESEL",
    validator: "weights 1 3 7 9, and a date of birth with the century in the month",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["PESEL: «44051401359»", "numer PESEL to «02070803628»"],
    ignores: &["PESEL: 44051401358", "44051401359"],
    looks: &[Look::Number(&[Bare(11, 11)], find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let digits = digits(number, scene);
    let sum = checksum::weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
    let month = checksum::number(&digits[2..4]) % 20;
    let dated = checksum::calendar(
        2000 + checksum::number(&digits[..2]),
        month,
        checksum::number(&digits[4..6]),
    );
    if sum.is_multiple_of(10) && dated && is_named(scene, number.start, &[]) {
        scene.report(
            number.start,
            number.end,
            "checksum and date, named by its context",
        );
    }
}
