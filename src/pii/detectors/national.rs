//! What the detectors of national numbers share: which context counts as near enough.

use crate::pii::detector::{Number, Scene};
use crate::pii::text::Digits;
use crate::pii::words::{AGAINST, Topic};

/// How far back a word that names an identity number may stand, in bytes.
const REACH: usize = 40;

/// Whether the words before a number speak of an identity number, or of this one (`own`).
pub(super) fn is_named(scene: &mut Scene<'_, '_>, start: usize, own: &[Topic]) -> bool {
    let speaks = |topic: &Topic| *topic == Topic::Identity || own.contains(topic);
    let near = scene.context.nearest(start, REACH, |word| {
        speaks(&word.topic) || AGAINST.contains(&word.topic)
    });
    near.is_some_and(|word| speaks(&word.topic))
}

/// The digits of a number.
pub(super) fn digits(number: &Number, scene: &Scene<'_, '_>) -> Digits {
    Digits::of(&scene.bytes[number.start..number.end])
}
