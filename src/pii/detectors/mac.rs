//! Hardware addresses of network cards.

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::text::{before, byte, left, word_start};

pub(in crate::pii) const MAC: Detector = Detector {
    name: "MAC",
    what: "MAC address with colons, dashes or in Cisco's form",
    source: "IEEE 802-2014 section 8.1 (EUI-48)",
    validator: "six pairs or three fours with one joint; not all alike, not part of a longer chain",
    gravity: 44,
    context: &[],
    finds: &[
        "-> «a8:57:e6:b3:c1:b8» ok",
        "mac «08-78-59-4F-94-C3»",
        "«0011.22aa.bb3c»",
        "«AA:BB:CC:DD:EE:01»",
        "device MAC «d363.1da4.9af7».",
        "mac:«a8:57:e6:b3:c1:b8»",
    ],
    ignores: &[
        "version 2024.1296.8460",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "12:34:56:78:9a:bc:de:f0",
        "2026-01-02-03-04-05",
        "16:33:36",
    ],
    looks: &[Look::Chain(find)],
};

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    // `[.041FB.0020.0002]`, `[*040D.0020.0002]`: the weights of a character.
    if matches!(before(scene.bytes, word.start), b'*') {
        return;
    }
    let beside = [before(scene.bytes, word.start), byte(scene.bytes, word.end)];
    for joint in beside {
        match (word.end - word.start, joint) {
            (2, b':' | b'-') => chain(word, 2, joint, scene),
            (4, b'.') => chain(word, 4, joint, scene),
            _ => {}
        }
        // The same joint on both sides is tried once.
        if beside[0] == beside[1] {
            return;
        }
    }
}

/// The chain of words of this width with this joint around a word.
fn chain(word: &Word, width: usize, joint: u8, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let (parts, step) = (12 / width, width + 1);
    if !has_most(bytes, word, width, joint) || n_joints(bytes, word, width, joint) < parts - 1 {
        return;
    }
    let mut start = word.start;
    // Of a longer chain no more is read than tells that it is none.
    let floor = start.saturating_sub(parts * step).max(step);
    while start >= floor && bytes[start - 1] == joint && is_part(bytes, start - step, width) {
        start -= step;
    }
    let mut end = start + width;
    let mut count = 1;
    while count <= parts && byte(bytes, end) == joint && is_part(bytes, end + 1, width) {
        end += step;
        count += 1;
    }
    // `mac:` may stand before it, and a full stop or colon of the sentence behind it.
    let opens = before(bytes, start) != joint || ends_word(&bytes[..start - 1]);
    let closes = byte(bytes, end) != joint || !byte(bytes, end + 1).is_ascii_alphanumeric();
    // Versions and counts have such groups too: `2024.1296.8460`.
    let lettered = bytes[start..end].iter().any(u8::is_ascii_alphabetic);
    let whole = count == parts && opens && closes && (width == 2 || lettered);
    if whole && is_card(&bytes[start..end]) {
        scene.chain_end = scene.chain_end.max(end);
        scene.report(start, end, "six bytes with one joint");
    }
}

/// Whether on one side of a word stands the joint that must stand on one of them: the third of the
/// five between pairs, the first of the two between fours.
fn has_most(bytes: &[u8], word: &Word, width: usize, joint: u8) -> bool {
    let far = if width == 2 { 2 * (width + 1) } else { 0 };
    let left = word.start.checked_sub(far + 1);
    byte(bytes, word.end + far) == joint || left.is_some_and(|left| bytes[left] == joint)
}

/// How many joints stand around a word as they would between words of its width.
fn n_joints(bytes: &[u8], word: &Word, width: usize, joint: u8) -> usize {
    const MOST: usize = 6;
    let mut count = 0;
    let mut right = word.end;
    while count < MOST && byte(bytes, right) == joint {
        (count, right) = (count + 1, right + width + 1);
    }
    let mut left = word.start;
    while count < MOST && before(bytes, left) == joint {
        (count, left) = (count + 1, left.saturating_sub(width + 1));
    }
    count
}

/// Whether a word ends here that is no hexadecimal number.
fn ends_word(bytes: &[u8]) -> bool {
    let start = word_start(bytes, bytes.len(), bytes.len().saturating_sub(16));
    bytes[start..].iter().any(|byte| !byte.is_ascii_hexdigit())
}

/// Exactly `width` hexadecimal digits at `at`, and no more.
fn is_part(bytes: &[u8], at: usize, width: usize) -> bool {
    bytes
        .get(at..at + width)
        .is_some_and(|part| part.iter().all(u8::is_ascii_hexdigit))
        && !left(bytes, at).is_ascii_alphanumeric()
        && !byte(bytes, at + width).is_ascii_alphanumeric()
}

fn is_card(text: &[u8]) -> bool {
    let mut digits = text.iter().filter(|byte| byte.is_ascii_hexdigit());
    let first = digits.next();
    let varied = digits.any(|digit| Some(digit) != first);
    let cased =
        !(text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase));
    varied && cased
}
