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

    /// What belongs to these four bytes, and perhaps others.
    pub(super) fn of_key(&self, four: u32) -> &[T] {
        let slot = hash(four, Self::BITS);
        &self.all[usize::from(self.starts[slot])..usize::from(self.starts[slot + 1])]
    }
}
