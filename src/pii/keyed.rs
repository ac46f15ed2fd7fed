//! Keeps things by numbers of eight bytes.

use super::gate::hash;

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
}
