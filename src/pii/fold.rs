//! Folds a text as the reader of context words takes it: small letters, joints as spaces.

use std::ops::Range;
use std::sync::LazyLock;

use wide::u8x16;

use super::scout::{BLOCK, within};

/// A piece of a text as the reader takes it: letters small, the signs that join the parts of a
/// name as spaces.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// Where in the text the piece starts.
    from: usize,
    piece: Vec<u8>,
}

impl Folded {
    /// Starts anew at a place of a text.
    pub(super) fn start(&mut self, from: usize) {
        self.piece.clear();
        self.from = from;
    }

    /// Where in the text the piece starts.
    pub(super) fn from(&self) -> usize {
        self.from
    }

    /// Folds on up to `to` at least, in whole blocks.
    pub(super) fn reach(&mut self, bytes: &[u8], to: usize) {
        let (old, done) = (self.piece.len(), self.from + self.piece.len());
        if to <= done || done >= bytes.len() {
            return;
        }
        let end = bytes.len().min(done + (to - done).next_multiple_of(BLOCK));
        let rest = &bytes[done..end];
        self.piece.resize(old + rest.len(), 0);
        let (from, tail) = rest.as_chunks::<16>();
        let (into, into_tail) = self.piece[old..].as_chunks_mut::<16>();
        let mut wide = u8x16::splat(0);
        for (folded, bytes) in into.iter_mut().zip(from) {
            let bytes = u8x16::new(*bytes);
            wide |= bytes;
            *folded = small(bytes).to_array();
        }
        for (folded, byte) in into_tail.iter_mut().zip(tail) {
            *folded = fold_plain(*byte);
        }
        if wide.to_bitmask() != 0 || !tail.is_ascii() {
            self.fold_letters(bytes, done..end);
        }
    }

    /// Folds the letters beyond ASCII.
    fn fold_letters(&mut self, bytes: &[u8], range: Range<usize>) {
        let folded = &mut self.piece[range.start - self.from..];
        for (at, folded) in range.zip(folded) {
            if !folded.is_ascii() {
                *folded = fold_wide(bytes, at, *folded);
            }
        }
    }

    /// The text from a place on, as far as it is folded.
    pub(super) fn at(&self, place: usize) -> &[u8] {
        let start = place.saturating_sub(self.from);
        self.piece.get(start..).unwrap_or_default()
    }
}

/// Sixteen bytes of ASCII, folded.
fn small(bytes: u8x16) -> u8x16 {
    let is = |sign: u8| bytes.simd_eq(u8x16::splat(sign));
    let joint = is(b'_') | is(b'-') | is(b'.');
    let small = bytes | within(bytes, b'A', b'Z') & u8x16::splat(0x20);
    joint.select(u8x16::splat(b' '), small)
}

fn fold_plain(byte: u8) -> u8 {
    match byte {
        b'_' | b'-' | b'.' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The byte as the reader takes it, also as a part of a letter beyond ASCII.
#[cfg(any(test, fuzzing))]
pub(super) fn fold(bytes: &[u8], at: usize) -> u8 {
    match bytes[at] {
        byte if byte.is_ascii() => fold_plain(byte),
        byte => fold_wide(bytes, at, byte),
    }
}

/// A byte of a letter beyond ASCII.
fn fold_wide(bytes: &[u8], at: usize, byte: u8) -> u8 {
    match byte {
        lead @ FIRST..=LAST if at + 1 < bytes.len() => small_pair(lead, bytes[at + 1])[0],
        rest @ 0x80..=0xBF if at > 0 && matches!(bytes[at - 1], FIRST..=LAST) => {
            small_pair(bytes[at - 1], rest)[1]
        }
        // Vietnamese: of each two letters the first is the large one.
        0x80..=0xBF if matches!(bytes[..at], [.., 0xE1, 0xBA | 0xBB]) => byte | 1,
        byte => byte,
    }
}

/// The first bytes of letters of two bytes that are large or small.
const FIRST: u8 = 0xC3;
const LAST: u8 = 0xD4;

/// The small letter, as two bytes, of a letter of two bytes.
fn small_pair(lead: u8, rest: u8) -> [u8; 2] {
    SMALL[usize::from(lead - FIRST)][usize::from(rest & 0x3F)]
}

/// The small letters by the first and the second byte.
static SMALL: LazyLock<[[[u8; 2]; 64]; (LAST - FIRST) as usize + 1]> = LazyLock::new(|| {
    let small = |lead: u8, rest: u8| {
        let letter = char::from_u32(u32::from(lead & 0x1F) << 6 | u32::from(rest & 0x3F));
        let small = letter.and_then(|letter| letter.to_lowercase().next());
        let mut buffer = [0; 4];
        match small.map(|letter| letter.encode_utf8(&mut buffer).as_bytes()) {
            Some([lead, rest]) => [*lead, *rest],
            _ => [lead, rest],
        }
    };
    std::array::from_fn(|lead| {
        std::array::from_fn(|rest| small(FIRST + lead as u8, 0x80 | rest as u8))
    })
});
