//! South Korea's resident registration number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const KR_RRN: Detector = Detector {
    name: "KR_RRN",
    what: "Korean resident registration number",
    source: "주민등록법 시행규칙 제2조",
    validator: "a date and a century digit; the old check digit only where it is written without a dash",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["주민등록번호 «850403-2215313»", "«850403-2215313»"],
    ignores: &["851303-2215313", "order 850403-9"],
    looks: &[Look::Number(&[Bare(13, 13), Groups(&[0x67], b"- ")], find)],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = !number.is_bare();
    if number.plus {
        return;
    }
    let digits = digits(number, scene);
    let part = |from: usize| checksum::number(&digits[from..from + 2]);
    if !matches!(digits[6], 1..=8) || !checksum::calendar(part(0), part(2), part(4)) {
        return;
    }
    let rest = checksum::weighted(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
    let checked = (11 - rest) % 10 == u32::from(digits[12]);
    if (shaped && !number.glued && number.joint == b'-')
        || ((checked || shaped) && is_named(scene, number.start, &[]))
    {
        scene.report(number.start, number.end, "a date and a century digit");
    }
}
