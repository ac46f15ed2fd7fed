//! One-time codes and personal identification numbers.

use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const OTP: Detector = Detector {
    name: "OTP",
    what: "one-time code or PIN",
    source: "RFC 4226 and RFC 6238 (six to eight digits); ISO 9564-1 (PIN, four to twelve digits)",
    validator: "four to eight digits right after a word that names the code",
    gravity: 67,
    context: &[Topic::Otp],
    finds: &[
        "your verification code is «482913».",
        "OTP: «1234»",
        "验证码：«482913»，",
        "pin «123 456»",
    ],
    ignores: &[
        "code 200",
        "pin 12",
        "pin the version to 2026.1",
        "482913",
        "product code 532 547 9096",
    ],
    looks: &[Look::NumberNear(
        Topic::Otp,
        &[Bare(4, 8), Groups(&[0x33, 0x44], b" -")],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let part = number.is_in_row(scene.bytes) || is_followed(scene.bytes, number);
    if number.plus || part {
        return;
    }
    let after = crate::pii::text::byte(scene.bytes, number.end);
    let part = matches!(after, b'.' | b':')
        && crate::pii::text::byte(scene.bytes, number.end + 1).is_ascii_digit();
    if !part && super::document::near(scene, number.start, Topic::Otp, 20) {
        // `G-123456`: the sender's letter belongs to the code.
        let bytes = scene.bytes;
        let lettered = number.start >= 2
            && bytes[number.start - 1] == b'-'
            && bytes[number.start - 2].is_ascii_uppercase();
        let start = number.start - if lettered { 2 } else { 0 };
        scene.report(start, number.end, "right after a word for the code");
    }
}

/// Further digits follow the groups: the number is a longer one.
fn is_followed(bytes: &[u8], number: &Number) -> bool {
    use crate::pii::text::byte;
    !number.is_bare()
        && byte(bytes, number.end) == number.joint
        && byte(bytes, number.end + 1).is_ascii_digit()
}
