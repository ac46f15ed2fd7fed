//! Tells at most places of a text, by a few bytes, that no context word stands there.

use wide::u8x16;

use super::scout::{BLOCK, within};
use super::text::{before, byte};

/// Where in a block a word may start that stands apart: behind no letter, at a capital behind a
/// small letter, behind an escape, and with every letter beyond ASCII.
pub(super) fn openings(bytes: &[u8], base: usize) -> u64 {
    let tail = bytes.get(base..).unwrap_or_default();
    let mut rest = [b' '; BLOCK];
    let block = if let Some(block) = tail.first_chunk() {
        block
    } else {
        rest[..tail.len()].copy_from_slice(tail);
        &rest
    };
    let Letters {
        letters,
        capitals,
        digits,
        wide,
        slashes,
    } = Letters::of(block);
    let last = before(bytes, base);
    let behind = |mask: u64, is: bool| mask << 1 | u64::from(is);
    let behind_letter = behind(letters, last.is_ascii_alphabetic());
    let behind_small = behind(letters & !capitals, last.is_ascii_lowercase());
    let letter_behind =
        letters >> 1 | u64::from(byte(bytes, base + BLOCK).is_ascii_alphabetic()) << (BLOCK - 1);
    let mut open = letters & !behind_letter | capitals & behind_small;
    if slashes != 0 || last == b'\\' || before(bytes, base.saturating_sub(1)) == b'\\' {
        open |= letters & escapes(bytes, base);
    }
    open | digits & letter_behind & !behind_letter | wide
}

/// Places right behind `\n`, `\t` and `\r`.
#[cold]
fn escapes(bytes: &[u8], base: usize) -> u64 {
    (0..BLOCK).fold(0, |mask, bit| {
        mask | u64::from(is_behind_escape(bytes, base + bit)) << bit
    })
}

/// Whether a word that starts here stands behind an escape that is white space.
pub(super) fn is_behind_escape(bytes: &[u8], at: usize) -> bool {
    at >= 2 && matches!(bytes.get(at - 2..at), Some([b'\\', b'n' | b't' | b'r']))
}

/// One bit for each byte of a block.
struct Letters {
    letters: u64,
    capitals: u64,
    digits: u64,
    /// First bytes of letters beyond ASCII.
    wide: u64,
    slashes: u64,
}

impl Letters {
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut all = Self {
            letters: 0,
            capitals: 0,
            digits: 0,
            wide: 0,
            slashes: 0,
        };
        for (index, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let put = |mask: u8x16| u64::from(mask.to_bitmask()) << (16 * index);
            all.letters |= put(within(bytes | u8x16::splat(0x20), b'a', b'z'));
            all.capitals |= put(within(bytes, b'A', b'Z'));
            all.digits |= put(within(bytes, b'0', b'9'));
            all.wide |= put(within(bytes, 0xC0, 0xFF));
            all.slashes |= put(bytes.simd_eq(u8x16::splat(b'\\')));
        }
        all
    }
}

/// A set of four bytes each, by their hashes: it may have more than was added, and never less.
/// As many words as fit into a small part of the nearest cache, a power of two.
pub(super) struct Set<const WORDS: usize = 512>(Box<[u64; WORDS]>);

impl<const WORDS: usize> Default for Set<WORDS> {
    fn default() -> Self {
        Self(Box::new([0; WORDS]))
    }
}

impl<const WORDS: usize> Set<WORDS> {
    /// How many bits a hash has.
    const BITS: u32 = WORDS.ilog2() + u64::BITS.ilog2();

    pub(super) fn add(&mut self, four: u32) {
        let hash = hash(four, Self::BITS);
        self.0[hash / 64] |= 1 << (hash % 64);
    }

    pub(super) fn has(&self, four: u32) -> bool {
        let hash = hash(four, Self::BITS);
        self.0[hash / 64] >> (hash % 64) & 1 == 1
    }
}

/// The upper bits of a product with an odd number near the golden section.
pub(super) fn hash(four: u32, bits: u32) -> usize {
    (four.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize
}
