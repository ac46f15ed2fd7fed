//! India's Aadhaar number.

use super::national::{digits, is_measured, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::lists::Phrases;
use crate::pii::text::{before, span_start};
use crate::pii::words::Topic;

pub(in crate::pii) const IN_AADHAAR: Detector = Detector {
    name: "IN_AADHAAR",
    what: "Indian Aadhaar number or virtual id",
    source: "UIDAI, Aadhaar numbering scheme: Verhoeff",
    validator: "Verhoeff; does not start with 0 or 1",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &[
        "Aadhaar «2341 2341 2346»",
        "aadhaar_number: «234123412346»",
        "pan=XLAHQ2450W&uid=«2341-2341-2346»&purpose=ekyc",
        "{\"panNumber\":\"XLAPQ2450W\",\"uid\":\"«234123412346»\"}",
    ],
    ignores: &[
        "Aadhaar 2341 2341 2347",
        "234123412346",
        "2341 2341 2346 mAh cells",
        "uid=234123412346 gid=1000",
        "pan=XLAPQ2450W&uid=234123412347",
        "kyc passed, buid=234123412346",
    ],
    looks: &[Look::Number(
        &[Bare(12, 12), Bare(16, 16), Groups(&[0x444, 0x4444], b" -")],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    if number.plus || number.is_in_row(scene.bytes) {
        return;
    }
    let digits = digits(number, scene);
    if digits[0] < 2 || !checksum::verhoeff(&digits) {
        return;
    }
    let named = is_named(scene, number.start, &[]);
    let shaped = number.shape == 0x444 && !number.glued && !is_measured(scene.bytes, number.end);
    if named || shaped && !scene.is_spoken_against(number.start, 24) {
        scene.report(number.start, number.end, "checksum");
    } else if is_uid(scene.bytes, number.start) && is_indian(scene.bytes, number) {
        let rule = "checksum, behind `uid` beside a PAN or a word for its checks";
        scene.report(number.start, number.end, rule);
    }
}

/// `uid=`, `"uid": "`, `UID No. `: what the authority calls the number itself.
fn is_uid(bytes: &[u8], start: usize) -> bool {
    const REACH: usize = 8;
    const NAMES: Phrases = Phrases::of(&[
        "uid",
        "uid no",
        "uid_no",
        "uidno",
        "uid number",
        "uid_number",
    ]);
    let sign = |byte: &u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'>' | b'.' | b'#');
    let end = span_start(bytes, start, start.saturating_sub(REACH), sign);
    let Some(name) = NAMES.before(bytes, end) else {
        return false;
    };
    // `buid=` is another name.
    end < start && !before(bytes, end - name.len()).is_ascii_alphanumeric()
}

/// Whether a PAN stands near, or a word for what both are asked for.
fn is_indian(bytes: &[u8], number: &Number) -> bool {
    const REACH: usize = 96;
    const WORDS: Phrases = Phrases::of(&["kyc", "uidai", "aadhaar", "aadhar", "pan_", "pan="]);
    let from = number.start.saturating_sub(REACH);
    let near = &bytes[from..bytes.len().min(number.end + REACH)];
    let is_pan = |ten: &[u8]| {
        ten[..5].iter().all(u8::is_ascii_uppercase)
            && ten[5..9].iter().all(u8::is_ascii_digit)
            && ten[9].is_ascii_uppercase()
    };
    WORDS.are_in_any_case(near) || near.windows(10).any(is_pan)
}
