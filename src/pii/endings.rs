//! Tells of most keys, by how they end, that they mean nothing.

use std::sync::LazyLock;

use super::gate::Set;
use super::keys::{span_end_of_name, words};
use super::text::span_start;

/// How those segments end that matter: their last four bytes, or all.
static ENDINGS: LazyLock<Set<64>> = LazyLock::new(|| {
    let mut endings = Set::default();
    words().for_each(|word| endings.add(ending(word.as_bytes())));
    endings
});

/// A number for the last four bytes, the case of ASCII letters aside.
fn ending(word: &[u8]) -> u32 {
    let from = word.len().saturating_sub(4);
    word[from..]
        .iter()
        .fold(0, |last, byte| last << 8 | u32::from(byte | 0x20))
}

/// Whether a key, of segments with such joints, may mean anything: few do, and this tells most.
pub(super) fn may_mean(mut key: &[u8], is_joint: impl Fn(&u8) -> bool) -> bool {
    // Numbers may follow, by themselves or as a part of the last word.
    for _ in 0..4 {
        if ends_known(key) {
            return true;
        }
        let bare = &key[..span_end_of_name(key)];
        if bare.len() == key.len() {
            return false;
        }
        key = &bare[..span_start(bare, bare.len(), 0, &is_joint)];
    }
    false
}

/// Whether the last segment may be one of the known ones.
fn ends_known(key: &[u8]) -> bool {
    let last = &key[key.len().saturating_sub(4)..];
    let known = |word: &[u8]| ENDINGS.has(ending(word));
    // A segment of two or three bytes may follow another one.
    !last.is_ascii() || (2..=4).any(|length| known(&last[last.len().saturating_sub(length)..]))
}
