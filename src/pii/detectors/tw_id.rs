//! Taiwan's national identification number.

use super::policies::POLICY_NUMBER;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Kind, Look, Scene, Word};
use crate::pii::forms::exactly;
use crate::pii::text::Digits;
use crate::pii::words::Topic;

pub(in crate::pii) const TW_ID: Detector = Detector {
    name: "TW_ID",
    what: "Taiwanese national or resident id number",
    source: "內政部戶政司: 國民身分證統一編號 check",
    validator: "area letter, weights, modulo 10",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["身分證 «A123456789»", "ID: «D145543480»"],
    ignores: &["A123456788", "B23456789"],
    looks: &[Look::Word(&[exactly("LXDDDDDDDD")], find)],
};

/// The letters' numbers, A to Z.
const AREA: [u32; 26] = [
    10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30,
    31, 33,
];

/// So far back stands a label right before a number.
const LABEL_REACH: usize = 4;

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let [
        letter @ b'A'..=b'Z',
        kind @ (b'1' | b'2' | b'8' | b'9' | b'A'..=b'D'),
        rest @ ..,
    ] = word.of(scene.bytes)
    else {
        return;
    };
    let digits = Digits::of(rest);
    let area = AREA[usize::from(letter - b'A')];
    let kind = if kind.is_ascii_digit() {
        u32::from(kind - b'0')
    } else {
        AREA[usize::from(kind - b'A')] % 10
    };
    let sum = area / 10
        + area % 10 * 9
        + kind * 8
        + checksum::weighted(&digits, &[7, 6, 5, 4, 3, 2, 1, 1]);
    if !sum.is_multiple_of(10) {
        return;
    }
    // `policy number P234830008`: one in ten of such numbers has the checksum by chance.
    let label = scene.last_word(word.start, LABEL_REACH);
    if label.is_some_and(|label| label.topic == Topic::Policy) {
        let rule = "letters and digits behind a word for policies";
        scene.report_as(Kind::Known(&POLICY_NUMBER), word.start, word.end, rule);
    } else {
        scene.report(word.start, word.end, "area letter and checksum");
    }
}
