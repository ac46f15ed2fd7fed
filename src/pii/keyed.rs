//! Keeps things by numbers of eight bytes, and tells of most numbers by one bit that there is nothing.

/// Numbers by one bit each: it may have more than were added, and never fewer.
#[derive(Debug)]
pub(super) struct Gate(Box<[u64; 1 << (GATE - 6)]>);

/// So many bits of a hash choose a number's bit: all of them fit into a part of the nearest cache.
const GATE: u32 = 16;

impl Default for Gate {
    fn default() -> Self {
        Self(Box::new([0; 1 << (GATE - 6)]))
    }
}

impl Gate {
    pub(super) fn add(&mut self, number: u64) {
        let bit = hash(number, GATE);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether the number may have been added; if not, it surely was not.
    #[inline]
    pub(super) fn has(&self, number: u64) -> bool {
        let bit = hash(number, GATE);
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// What belongs to numbers of eight bytes each.
#[derive(Debug)]
pub(super) struct Keyed<T> {
    /// In order of their slots.
    all: Vec<(u64, T)>,
    /// Where each slot starts.
    starts: Vec<u16>,
}

/// So many bits of a hash choose a slot.
const SLOTS: u32 = 12;

impl<T> Keyed<T> {
    /// Keeps those of one number in the order in which they come.
    pub(super) fn of(mut all: Vec<(u64, T)>) -> Self {
        let mut starts = vec![0; (1 << SLOTS) + 1];
        for (key, _) in &all {
            starts[hash(*key, SLOTS) + 1] += 1;
        }
        for slot in 1..starts.len() {
            starts[slot] += starts[slot - 1];
        }
        all.sort_by_key(|(key, _)| hash(*key, SLOTS));
        Self { all, starts }
    }

    /// What belongs to the number.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = &T> {
        let slot = hash(key, SLOTS);
        let (start, end) = (self.starts[slot], self.starts[slot + 1]);
        self.all[usize::from(start)..usize::from(end)]
            .iter()
            .filter(move |(known, _)| *known == key)
            .map(|(_, one)| one)
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.all.iter().map(|(_, one)| one)
    }
}

/// The upper bits of a product with an odd number near the golden section.
#[inline]
fn hash(number: u64, bits: u32) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - bits)) as usize
}
