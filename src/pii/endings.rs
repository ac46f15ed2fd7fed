//! Tells of most keys, by how they end, that they mean nothing.

use std::sync::LazyLock;

use super::gate::Gate;
use super::keys::words;
use super::text::{before, byte, is_escape_letter};

/// How those segments end that matter.
static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    let mut endings = Endings {
        pairs: [0; 32],
        fours: Gate::default(),
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
    fours: Gate<512>,
}

/// A number for the last four bytes, the case of ASCII letters aside.
fn ending(word: &[u8]) -> u64 {
    let from = word.len().saturating_sub(4);
    word[from..]
        .iter()
        .fold(0, |last, byte| last << 8 | u64::from(byte | 0x20))
}

/// Whether a key, of segments with such joints, may mean anything: few do, and this tells most.
#[inline]
pub(super) fn may_mean(key: &[u8], is_joint: impl Fn(&u8) -> bool) -> bool {
    let mut end = key.len();
    // Numbers may follow, by themselves or as a part of the last word.
    for _ in 0..4 {
        if may_end(&key[..end]) && ends_known(&key[..end]) {
            return true;
        }
        let bare = back(key, end, u8::is_ascii_digit);
        if bare == end {
            return false;
        }
        end = back(key, bare, &is_joint);
    }
    false
}

/// Whether the last two letters tell at once that the key they end means nothing.
#[inline]
pub(super) fn is_told(key: &[u8]) -> bool {
    key.last().is_some_and(u8::is_ascii_alphabetic) && !may_end(key)
}

/// Where the few bytes that belong together and end at a place start.
#[inline]
fn back(key: &[u8], mut end: usize, belongs: impl Fn(&u8) -> bool) -> usize {
    while end > 0 && belongs(&key[end - 1]) {
        end -= 1;
    }
    end
}

/// Whether the last two bytes may be those of a known segment: of most keys they are not.
#[inline]
fn may_end(key: &[u8]) -> bool {
    match key {
        [.., last, end] => {
            !last.is_ascii()
                || !end.is_ascii()
                || ENDINGS.pairs[usize::from(last % 32)] >> (end % 32) & 1 == 1
        }
        [end] => !end.is_ascii(),
        [] => false,
    }
}

/// Whether the last segment may be one of the known ones, its last two bytes being so.
fn ends_known(key: &[u8]) -> bool {
    let endings = &*ENDINGS;
    let four = &key[key.len().saturating_sub(4)..];
    if !four.is_ascii() {
        return true;
    }
    let four = ending(four);
    // A segment of two or three bytes may follow another one.
    let short = |length: usize| {
        endings.fours.has(four & !(u64::MAX << (8 * length)))
            && may_start(key, key.len().saturating_sub(length))
    };
    endings.fours.has(four) || short(2) || short(3)
}

/// Whether a segment may start here: behind a sign, at a capital, or behind an escape.
fn may_start(key: &[u8], at: usize) -> bool {
    !before(key, at).is_ascii_alphanumeric()
        || byte(key, at).is_ascii_uppercase()
        || is_escape_letter(key, at.saturating_sub(1))
}
