//! Tells at most places of a text, by a few bytes, that nothing known stands there.

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
