//! Germany's tax identification number.

use super::national::{digits, is_named};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::words::Topic;

pub(in crate::pii) const DE_TAX_ID: Detector = Detector {
    name: "DE_TAX_ID",
    what: "German Steuer-Identifikationsnummer",
    source: "Bundeszentralamt für Steuern; ISO 7064 MOD 11,10",
    validator: "MOD 11,10; one digit repeated in the first ten; does not start with 0",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &[
        "Meine Steuer-ID lautet «86095742719»",
        "IdNr.: «86 095 742 719»",
        "tin: «24 598 196 733»",
    ],
    ignores: &["Steuer-ID 86095742718", "86095742719"],
    looks: &[Look::Number(
        &[Bare(11, 11), Groups(&[0x2333], b" /")],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let digits = digits(number, scene);
    if digits[0] == 0 || !repeats_one_digit(&digits[..10]) || !checksum::mod11_10(&digits) {
        return;
    }
    if is_named(scene, number.start, &[]) {
        scene.report(number.start, number.end, "checksum, named by its context");
    }
}

/// Of the first ten digits one stands twice or three times, so that at least one is missing.
fn repeats_one_digit(digits: &[u8]) -> bool {
    let mut counts = [0u8; 10];
    for &digit in digits {
        if let Some(count) = counts.get_mut(usize::from(digit)) {
            *count += 1;
        }
    }
    let repeated = counts.iter().filter(|&&count| count > 1).count();
    repeated == 1 && counts.iter().all(|&count| count <= 3)
}
