//! India's permanent account number.

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::exactly;
use crate::pii::words::Topic;

pub(in crate::pii) const IN_PAN: Detector = Detector {
    name: "IN_PAN",
    what: "Indian PAN",
    source: "Income Tax Department, Rule 114: structure of the PAN",
    validator: "five letters, of which the fourth names the holder's kind, four digits, a letter",
    gravity: 70,
    context: &[Topic::Identity],
    finds: &["PAN: «ABCPE1234F»", "pan card «AAAPL1234C»"],
    ignores: &["ABCDE1234F", "ABCPE12345", "ref ABCPE1234F"],
    looks: &[Look::Word(&[exactly("LLLLLDDDDL")], find)],
};

/// A word so near before it says that it numbers parts or orders.
const NEAR: usize = 12;

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    let upper = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    let shaped = upper(&text[..5]) && upper(&text[9..]);
    let holder = b"PCHFATBLJGK".contains(&text[3]);
    let part = scene.is_spoken_against(word.start, NEAR);
    if shaped && holder && &text[5..9] != b"0000" && !part {
        scene.report(word.start, word.end, "structure and holder letter");
    }
}
