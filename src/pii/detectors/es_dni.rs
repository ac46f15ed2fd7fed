//! Spain's DNI, NIE and NIF.

use super::national::is_named;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Groups},
    exactly,
};
use crate::pii::text::{Digits, before, byte, left};
use crate::pii::words::Topic;

pub(in crate::pii) const ES_DNI: Detector = Detector {
    name: "ES_DNI",
    what: "Spanish DNI or NIE",
    source: "Real Decreto 1553/2005; Orden INT/2058/2008: letter of control",
    validator: "letter is the number modulo 23",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &[
        "con DNI «12345678Z»",
        "NIE: «X1234567L»",
        "DNI «12345678-Z»",
        "DNI «12.345.678-Z»",
        "NIE «X-1234567-L»",
        "NIE «X-0044706V»",
    ],
    ignores: &[
        "12345678A",
        "X1234567A",
        "X-1234567-A",
        "X-1234567A",
        "1.12345678z-05",
    ],
    looks: &[
        Look::Word(&[exactly("DDDDDDDDL"), exactly("LDDDDDDDL")], find),
        Look::Word(&[exactly("LDDDDDDD")], dashed),
        Look::Word(&[exactly("DDDDDDDL")], behind_letter),
        Look::Number(&[Bare(7, 8), Groups(&[0x233], b".")], number),
    ],
};

const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let [body @ .., check] = word.of(scene.bytes) else {
        return;
    };
    judge(body, *check, word.start, word.end, scene);
}

/// `X1234567-L`: the letter stands apart.
fn dashed(word: &Word, scene: &mut Scene<'_, '_>) {
    if let Some(check) = letter_after(scene.bytes, word.end) {
        judge(word.of(scene.bytes), check, word.start, word.end + 2, scene);
    }
}

/// `X-1234567L`: only the first letter stands apart.
fn behind_letter(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let [digits @ .., check] = word.of(bytes) else {
        return;
    };
    let Some(start) = word.start.checked_sub(2) else {
        return;
    };
    let apart = !left(bytes, start).is_ascii_alphanumeric() && bytes[start + 1] == b'-';
    if apart && matches!(bytes[start], b'X'..=b'Z') && digits.len() == 7 {
        let mut body = [0; 8];
        body[0] = bytes[start];
        body[1..].copy_from_slice(digits);
        judge(&body, *check, start, word.end, scene);
    }
}

/// `12345678-Z` and `12.345.678-Z`; `X-1234567-L`, where a letter leads.
fn number(number: &Number, scene: &mut Scene<'_, '_>) {
    if number.shape == 0x7 {
        return foreigner(number, scene);
    }
    if number.glued {
        return;
    }
    let Some(check) = letter_after(scene.bytes, number.end) else {
        return;
    };
    let digits = Digits::of(&scene.bytes[number.start..number.end]);
    let right = LETTERS[checksum::number(&digits) as usize % 23] == check;
    let dashed = byte(scene.bytes, number.end) == b'-';
    if right && (dashed || is_named(scene, number.start, &[])) {
        scene.report(number.start, number.end + 2, "letter of control");
    }
}

fn foreigner(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let (Some(start), Some(check)) = (number.start.checked_sub(2), letter_after(bytes, number.end))
    else {
        return;
    };
    let apart = !left(bytes, start).is_ascii_alphanumeric() && bytes[start + 1] == b'-';
    if !apart || !matches!(bytes[start], b'X'..=b'Z') {
        return;
    }
    let mut body = [0; 8];
    body[0] = bytes[start];
    body[1..].copy_from_slice(&bytes[number.start..number.end]);
    judge(&body, check, start, number.end + 2, scene);
}

fn letter_after(bytes: &[u8], end: usize) -> Option<u8> {
    let apart =
        matches!(byte(bytes, end), b'-' | b' ') && !byte(bytes, end + 2).is_ascii_alphanumeric();
    let letter = byte(bytes, end + 1);
    (apart && letter.is_ascii_uppercase()).then_some(letter)
}

fn judge(body: &[u8], check: u8, start: usize, end: usize, scene: &mut Scene<'_, '_>) {
    let (lead, rest) = match body.first().map(u8::to_ascii_uppercase) {
        Some(letter @ b'X'..=b'Z') => (letter - b'X', &body[1..]),
        _ => (0, body),
    };
    let digits = Digits::of(rest);
    if digits.len() != rest.len() || rest.len() + usize::from(rest.len() < body.len()) != 8 {
        return;
    }
    let number = u32::from(lead) * 10_000_000 + checksum::number(&digits);
    // Decimals with an exponent: `1.55061907e-05`.
    if before(scene.bytes, start) == b'.' {
        return;
    }
    if LETTERS[number as usize % 23] == check.to_ascii_uppercase()
        && !scene.is_spoken_against(start, 12)
    {
        scene.report(start, end, "letter of control");
    }
}
