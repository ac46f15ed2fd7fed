//! Finland's personal identity code.

use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{Numeral::Groups, exactly};
use crate::pii::text::{Digits, left};
use crate::pii::words::Topic;

pub(in crate::pii) const FI_HETU: Detector = Detector {
    name: "FI_HETU",
    what: "Finnish henkilötunnus",
    source: "Digi- ja väestötietovirasto; Valtioneuvoston asetus 128/2010",
    validator: "a date and the check character, the number modulo 31",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["hetu «131052-308T»", "ID: «131052A308T»"],
    ignores: &["131052-308U", "321352-308T"],
    looks: &[
        Look::Word(&[exactly("DDDDDDLDDDX")], find),
        Look::Word(&[exactly("DDDL")], tail),
        Look::Number(&[Groups(&[0x64], b"-")], number),
    ],
};

const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// Written with a century letter: `131052A308T`.
fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    if matches!(text[6].to_ascii_uppercase(), b'A'..=b'F' | b'U'..=b'Y') {
        judge(&text[..6], &text[7..], word.start, word.end, scene);
    }
}

/// Written with a dash or plus: the last four characters are a word of their own.
fn tail(word: &Word, scene: &mut Scene<'_, '_>) {
    let Some(start) = word.start.checked_sub(7) else {
        return;
    };
    if matches!(scene.bytes[word.start - 1], b'-' | b'+')
        && !left(scene.bytes, start).is_ascii_alphanumeric()
    {
        judge(
            &scene.bytes[start..start + 6],
            word.of(scene.bytes),
            start,
            word.end,
            scene,
        );
    }
}

/// The check character may be a digit too: `110782-8444`.
fn number(number: &Number, scene: &mut Scene<'_, '_>) {
    let text = &scene.bytes[number.start..number.end];
    judge(&text[..6], &text[7..], number.start, number.end, scene);
}

fn judge(date: &[u8], individual: &[u8], start: usize, end: usize, scene: &mut Scene<'_, '_>) {
    let digits = Digits::of(date);
    let serial = Digits::of(&individual[..3]);
    if digits.len() != 6 || serial.len() != 3 {
        return;
    }
    let part = |from: usize| checksum::number(&digits[from..from + 2]);
    let number = checksum::number(&digits) * 1000 + checksum::number(&serial);
    let check = CHECK.get(number as usize % 31).copied();
    if checksum::calendar(part(4), part(2), part(0))
        && check == Some(individual[3].to_ascii_uppercase())
    {
        scene.report(start, end, "a date and the check character");
    }
}
