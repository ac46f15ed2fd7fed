//! Reads a text once, with the widest registers there are, and notes what stands where.

use fearless_simd::{dispatch, mask8x64, prelude::*, u8x64};

use super::halves::{Halves, Sets};
use super::level::level;
use super::sieve::{self, Sieve};

/// So many bytes are classified at once, one bit for each.
pub(super) const BLOCK: usize = 64;
/// What is read of a block, and of those behind it for the words that start in it.
pub(super) const WINDOW: usize = BLOCK + sieve::WIDTH - 1;

/// One bit for each byte of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) digit: u64,
    /// Letters and digits.
    pub(super) word: u64,
    pub(super) capital: u64,
    /// `@`, `:` and `=`.
    pub(super) mark: u64,
    /// Letters, digits, `_`, `-` and `.`.
    pub(super) token: u64,
    /// Bytes that may start an escape.
    pub(super) escape: u64,
    /// Bytes that may start the wide space of Chinese and Japanese.
    pub(super) wide_space: u64,
    /// First bytes of letters beyond ASCII.
    pub(super) wide: u64,
    /// Where a fixed word may stand.
    pub(super) literal: u64,
}

/// The blocks of a text; reused between texts.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// As many as the longest text had.
    all: Vec<Block>,
    count: usize,
}

impl Block {
    /// Letters of ASCII.
    pub(super) fn letters(&self) -> u64 {
        self.word & !self.digit
    }
}

/// What stands before a text, and behind it.
pub(super) const NOTHING: &Block = &Block {
    digit: 0,
    word: 0,
    capital: 0,
    mark: 0,
    token: 0,
    escape: 0,
    wide_space: 0,
    wide: 0,
    literal: 0,
};

impl Blocks {
    /// Reads a text; `sieve` tells where fixed words may stand.
    pub(super) fn read(&mut self, bytes: &[u8], sieve: &Sieve) {
        self.count = bytes.len().div_ceil(BLOCK);
        if self.all.len() < self.count {
            self.all.resize(self.count, Block::default());
        }
        let blocks = &mut self.all[..self.count];
        dispatch!(level(), simd => read(simd, bytes, sieve, blocks));
    }
}

impl std::ops::Deref for Blocks {
    type Target = [Block];
    fn deref(&self) -> &[Block] {
        &self.all[..self.count]
    }
}

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn read<S: Simd>(simd: S, bytes: &[u8], sieve: &Sieve, blocks: &mut [Block]) {
    let mut last;
    for (index, block) in blocks.iter_mut().enumerate() {
        let rest = &bytes[BLOCK * index..];
        let window = if let Some(window) = rest.first_chunk() {
            window
        } else {
            // Behind the text stands nothing.
            last = [0; WINDOW];
            last[..rest.len()].copy_from_slice(rest);
            &last
        };
        *block = classify(simd, window, sieve);
    }
}

/// Signs by sets that two halves tell exactly, but for some letters that may start an escape.
const SIGNS: Sets = Sets::of([
    Halves::of(b"%&+"),
    Halves::of(b"\\"),
    Halves::of(&[0xC2, 0xD9, 0xDB]),
    Halves::of(&[0xE0, 0xE1, 0xE2, 0xEF]),
    Halves::of(b"-."),
    Halves::of(b"_"),
    Halves::of(b":="),
    Halves::of(b"@"),
]);
/// From this byte on they are the first of letters beyond ASCII.
const FIRST_WIDE: u8 = 0xC0;
const ESCAPES: u8 = 0b0000_1111;
const JOINTS: u8 = 0b0011_0000;
const MARKS: u8 = 0b1100_0000;

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn classify<S: Simd>(simd: S, window: &[u8; WINDOW], sieve: &Sieve) -> Block {
    let bytes = u8x64::from_slice(simd, &window[..BLOCK]);
    let signs = SIGNS.having(bytes);
    let digit = within(bytes, b'0', b'9');
    let word = digit | within(bytes | 0x20, b'a', b'z');
    let token = word | (signs & JOINTS).simd_ne(0);
    Block {
        digit: digit.to_bitmask(),
        word: word.to_bitmask(),
        capital: within(bytes, b'A', b'Z').to_bitmask(),
        mark: (signs & MARKS).simd_ne(0).to_bitmask(),
        token: token.to_bitmask(),
        escape: (signs & ESCAPES).simd_ne(0).to_bitmask(),
        wide_space: bytes.simd_eq(0xE3).to_bitmask(),
        wide: bytes.simd_ge(FIRST_WIDE).to_bitmask(),
        literal: sieve.sift(simd, window),
    }
}

/// Calls `visit` with the place of every bit, the lowest first.
#[inline]
pub(super) fn each(mut bits: u64, mut visit: impl FnMut(u32)) {
    while bits != 0 {
        visit(bits.trailing_zeros());
        bits &= bits - 1;
    }
}

/// So many places are written at least, of which those behind the last one mean nothing: where there are
/// no more, nothing depends on how many there are.
pub(super) const SPREAD: usize = 4;

/// Writes down the place of every bit, the lowest first, counted on from `base`, behind the `count` places
/// that are written; says how many are.
#[inline]
pub(super) fn spread(mut bits: u64, base: usize, places: &mut [u16], count: usize) -> usize {
    let end = count + bits.count_ones() as usize;
    let mut at = count;
    loop {
        let Some(room) = places.get_mut(at..at + SPREAD) else {
            return end.min(places.len());
        };
        for place in room {
            *place = base as u16 + bits.trailing_zeros() as u16;
            bits &= bits.wrapping_sub(1);
        }
        at += SPREAD;
        if at >= end {
            return end;
        }
    }
}

/// The bytes from `first` to `last`.
#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn within<S: Simd>(bytes: u8x64<S>, first: u8, last: u8) -> mask8x64<S> {
    (bytes - first).simd_le(last - first)
}

#[cfg(test)]
mod tests;
