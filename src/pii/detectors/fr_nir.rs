//! France's social security number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Groups},
    exactly,
};
use crate::pii::text::{Digits, byte, left};
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
        "NIR «279012A29325468»",
        "n° de sécu «2 61 05 2B 849 302 27».",
    ],
    ignores: &[
        "255081416802539",
        "1234567890123456",
        "IMEI 359691466224089",
    ],
    looks: &[
        Look::Number(
            &[
                Bare(13, 13),
                Bare(15, 15),
                Groups(&[0x1_222_332, 0x122_233, 0xD2], b" .-"),
            ],
            find,
        ),
        Look::Word(&[exactly("DL"), exactly("DDDDDDLDDDDDDDD")], corsican),
    ],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = !number.is_bare();
    if number.glued {
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
    let key = checksum::number(&digits[13..15]);
    // One long number in a hundred has a right key: people born abroad must be named.
    let usual = digits[0] <= 2 && month <= 42;
    let alone = (shaped || usual) && !scene.is_spoken_against(number.start, 16);
    if has_key(body, key) && (alone || is_named(scene, number.start, &[])) {
        scene.report(number.start, number.end, "structure and key");
    }
}

/// The key is what the number lacks to a multiple of 97.
fn has_key(body: u64, key: u32) -> bool {
    97 - body % 97 == u64::from(key)
}

/// People born in Corsica: the department is `2A` or `2B`, which counts as 19 or 18.
fn corsican(word: &Word, scene: &mut Scene<'_, '_>) {
    const PLACE: usize = 5;
    let bytes = scene.bytes;
    let text = word.of(bytes);
    let (start, end) = if text.len() == 15 {
        (word.start, word.end)
    } else {
        let Some(start) = word.start.checked_sub("1 83 11 ".len()) else {
            return;
        };
        (start, word.end + " 326 658 46".len())
    };
    let Some(span) = bytes.get(start..end) else {
        return;
    };
    let apart =
        !left(bytes, start).is_ascii_alphanumeric() && !byte(bytes, end).is_ascii_alphanumeric();
    let spaces = span.iter().filter(|&&byte| byte == b' ').count();
    let mut letters = span.iter().copied().filter(|&byte| byte != b' ');
    let mut number = [0; 15];
    for place in &mut number {
        let Some(letter) = letters.next() else { return };
        *place = letter;
    }
    let department = match &number[PLACE..PLACE + 2] {
        b"2A" | b"2a" => *b"19",
        b"2B" | b"2b" => *b"18",
        _ => return,
    };
    number[PLACE..PLACE + 2].copy_from_slice(&department);
    let digits = Digits::of(&number);
    if !apart || !matches!(spaces, 0 | 6) || letters.next().is_some() || digits.len() != 15 {
        return;
    }
    let body = digits[..13]
        .iter()
        .fold(0u64, |body, &digit| body * 10 + u64::from(digit));
    if has_key(body, checksum::number(&digits[13..15])) {
        scene.report(start, end, "structure and key, born in Corsica");
    }
}
