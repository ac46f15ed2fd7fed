//! Tells of most keys, by how they end, that they mean nothing.

use std::sync::LazyLock;

use super::gate::Set;
use super::keys::{span_end_of_name, words};
use super::text::{before, byte, is_escape_letter, span_start};

/// How those segments end that matter.
static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    let mut endings = Endings {
        pairs: [0; 32],
        fours: Set::default(),
    };
    for word in words() {
        if let [.., last, end] = word.as_bytes() {
            endings.pairs[usize::from(last % 32)] |= 1 << (end % 32);
        }
        endings.fours.add(ending(word.as_bytes()));
    }
    endings
});

struct Endings {
    /// The last two bytes, by five bits of each.
    pairs: [u32; 32],
    /// The last four bytes, or all.
    fours: Set<64>,
}

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
    let &[.., last, end] = key else {
        return key.first().is_some_and(|byte| !byte.is_ascii());
    };
    let endings = &*ENDINGS;
    let pair = endings.pairs[usize::from(last % 32)] >> (end % 32) & 1;
    if pair == 0 && last.is_ascii() && end.is_ascii() {
        return false;
    }
    let four = &key[key.len().saturating_sub(4)..];
    let known = |length: usize| {
        let at = key.len().saturating_sub(length);
        // A segment of two or three bytes may follow another one.
        (length == 4 || may_start(key, at)) && endings.fours.has(ending(&key[at..]))
    };
    !four.is_ascii() || (2..=4).any(known)
}

/// Whether a segment may start here: behind a sign, at a capital, or behind an escape.
fn may_start(key: &[u8], at: usize) -> bool {
    !before(key, at).is_ascii_alphanumeric()
        || byte(key, at).is_ascii_uppercase()
        || is_escape_letter(key, at.saturating_sub(1))
}
