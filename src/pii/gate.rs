//! Tells at most places of a text, by a few bytes, that no context word stands there.

use wide::u8x16;

use super::scout::{BLOCK, within};
use super::text::{before, byte};

/// Where in a block a word may start: behind no letter, at a capital behind a small letter, behind
/// an escape, with every letter beyond ASCII, and where so many letters follow as `run` says.
pub(super) fn openings(bytes: &[u8], base: usize, run: u32) -> u64 {
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
        beyond,
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
        open |= letters & escapes(bytes, base, slashes);
    }
    open | digits & letter_behind & !behind_letter | wide | letters & runs(letters | beyond, run)
}

/// Where so many bits follow each other; behind the last one stand any number.
fn runs(bits: u64, run: u32) -> u64 {
    (1..run).fold(bits, |runs, step| {
        runs & (bits >> step | u64::MAX << (BLOCK as u32 - step))
    })
}

/// Places right behind `\n`, `\t` and `\r`; `slashes` are those of the block.
fn escapes(bytes: &[u8], base: usize, mut slashes: u64) -> u64 {
    let behind = |bit: usize| u64::from(is_behind_escape(bytes, base + bit)) << bit;
    let mut mask = behind(0) | behind(1);
    while slashes != 0 {
        let bit = slashes.trailing_zeros() as usize + 2;
        slashes &= slashes - 1;
        mask |= if bit < BLOCK { behind(bit) } else { 0 };
    }
    mask
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
    /// Bytes of letters beyond ASCII, and their first bytes.
    beyond: u64,
    wide: u64,
    slashes: u64,
}

impl Letters {
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut all = Self {
            letters: 0,
            capitals: 0,
            digits: 0,
            beyond: 0,
            wide: 0,
            slashes: 0,
        };
        for (index, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let put = |mask: u8x16| u64::from(mask.to_bitmask()) << (16 * index);
            all.letters |= put(within(bytes | u8x16::splat(0x20), b'a', b'z'));
            all.capitals |= put(within(bytes, b'A', b'Z'));
            all.digits |= put(within(bytes, b'0', b'9'));
            all.beyond |= put(bytes);
            all.wide |= put(within(bytes, 0xC0, 0xFF));
            all.slashes |= put(bytes.simd_eq(u8x16::splat(b'\\')));
        }
        all
    }
}

/// A set of four bytes each, by their hashes: it may have more than was added, and never less.
/// As many words as fit into a small part of the nearest cache, a power of two.
#[derive(Debug)]
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

/// Words of two and three bytes, by five bits of each byte: by the first two which third ones follow.
pub(super) struct Heads(Box<[u32; 1 << 10]>);

impl Default for Heads {
    fn default() -> Self {
        Self(Box::new([0; 1 << 10]))
    }
}

impl Heads {
    /// Adds a word; after one of two bytes anything may follow.
    pub(super) fn add(&mut self, word: &[u8]) {
        if let [first, second, third @ ..] = word {
            let pair = usize::from(first % 32) << 5 | usize::from(second % 32);
            self.0[pair] |= third.first().map_or(u32::MAX, |third| 1 << (third % 32));
        }
    }

    /// Whether one of the words may stand before these four bytes' fourth.
    pub(super) fn has(&self, four: u32) -> bool {
        let [first, second, third, _] = four.to_le_bytes();
        let pair = usize::from(first % 32) << 5 | usize::from(second % 32);
        self.0[pair] >> (third % 32) & 1 == 1
    }
}

/// What belongs to four bytes each, by their hashes: others may be among it.
#[derive(Debug)]
pub(super) struct Slots<T> {
    /// In order of their slots.
    all: Vec<T>,
    /// Where each slot starts.
    starts: Vec<u16>,
}

impl<T> Slots<T> {
    /// How many slots there are, as a power of two.
    const BITS: u32 = 12;

    /// Keeps in each slot the order in which its members come.
    pub(super) fn of(mut members: Vec<(u32, T)>) -> Self {
        let slot = |four: u32| hash(four, Self::BITS);
        members.sort_by_key(|(four, _)| slot(*four));
        let mut starts = vec![0; (1 << Self::BITS) + 1];
        for (four, _) in &members {
            starts[slot(*four) + 1] += 1;
        }
        for slot in 1..starts.len() {
            starts[slot] += starts[slot - 1];
        }
        Self {
            all: members.into_iter().map(|(_, member)| member).collect(),
            starts,
        }
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn all(&self) -> &[T] {
        &self.all
    }

    /// What belongs to these four bytes, and perhaps others.
    pub(super) fn of_key(&self, four: u32) -> &[T] {
        let slot = hash(four, Self::BITS);
        &self.all[usize::from(self.starts[slot])..usize::from(self.starts[slot + 1])]
    }
}
