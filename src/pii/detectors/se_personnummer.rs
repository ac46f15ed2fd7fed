//! Sweden's personal identity number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const SE_PERSONNUMMER: Detector = Detector {
    name: "SE_PERSONNUMMER",
    what: "Swedish personnummer or samordningsnummer",
    source: "Skatteverket, SKV 704",
    validator: "Luhn over the last ten digits, and a date (days from 61 for co-ordination numbers)",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &[
        "personnummer «811228-9874»",
        "ID «19811228-9874»",
        "«811228-9874»",
    ],
    ignores: &["811228-9875", "811328-9874", "8112289874"],
    looks: &[Look::Number(
        &[Bare(10, 10), Bare(12, 12), Groups(&[0x64, 0x84], b"-")],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = !number.is_bare();
    if number.plus {
        return;
    }
    let digits = digits(number, scene);
    let ten = &digits[digits.len() - 10..];
    let day = checksum::number(&ten[4..6]) % 60;
    let dated = checksum::calendar(
        checksum::number(&ten[..2]),
        checksum::number(&ten[2..4]),
        day,
    );
    let century = digits.len() == 10 || matches!(checksum::number(&digits[..2]), 18..=20);
    if !dated || !century || !checksum::luhn(ten) {
        return;
    }
    if shaped && !number.glued || is_named(scene, number.start, &[]) {
        scene.report(number.start, number.end, "checksum and date");
    }
}
