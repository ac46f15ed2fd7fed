//! Tells of most numbers, by two bits each, that nothing known belongs to them.

/// Numbers by two bits each of one word: it may have more than were added, and never fewer. As many words
/// as fit into a small part of the nearest cache, a power of two.
#[derive(Debug)]
pub(super) struct Gate<const WORDS: usize = 1024>([u64; WORDS]);

impl<const WORDS: usize> Default for Gate<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl<const WORDS: usize> Gate<WORDS> {
    /// How many bits of a hash choose a number's word and the two bits in it.
    const BITS: u32 = WORDS.ilog2() + 2 * u64::BITS.ilog2();

    pub(super) fn add(&mut self, number: u64) {
        let [word, one, other] = Self::places(number);
        self.0[word] |= 1 << one | 1 << other;
    }

    /// Whether the number may have been added; if not, it surely was not.
    #[inline]
    pub(super) fn has(&self, number: u64) -> bool {
        self.bit(number) == 1
    }

    /// The same as a number, for those who do not want to jump.
    #[inline]
    pub(super) fn bit(&self, number: u64) -> u64 {
        let [word, one, other] = Self::places(number);
        self.0[word] >> one & self.0[word] >> other & 1
    }

    #[inline]
    fn places(number: u64) -> [usize; 3] {
        let hash = hash(number, Self::BITS);
        [hash >> 12, hash >> 6 & 63, hash & 63]
    }
}

/// The upper bits of a product with an odd number near the golden section.
#[inline]
pub(super) const fn hash(number: u64, bits: u32) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - bits)) as usize
}
