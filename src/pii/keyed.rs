//! Keeps things by numbers of eight bytes.

use std::ops::Range;

use super::gate::hash;

/// What belongs to numbers of eight bytes each.
#[derive(Debug)]
pub(super) struct Keyed<T> {
    /// In order of their slots.
    all: Vec<(u64, T)>,
    /// What stands in each slot.
    slots: Vec<Range<u16>>,
}

/// So many bits of a hash choose a slot.
const SLOTS: u32 = 13;

impl<T> Keyed<T> {
    /// Keeps those of one number in the order in which they come.
    pub(super) fn of(mut all: Vec<(u64, T)>) -> Self {
        let slot = |(key, _): &(u64, T)| hash(*key, SLOTS);
        all.sort_by_key(slot);
        let mut slots = vec![0..0; 1 << SLOTS];
        let mut end = 0;
        for together in all.chunk_by(|one, other| slot(one) == slot(other)) {
            let start = end;
            end += together.len() as u16;
            slots[slot(&together[0])] = start..end;
        }
        Self { all, slots }
    }

    /// What belongs to the number.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = &T> {
        let Range { start, end } = self.slots[hash(key, SLOTS)];
        self.all[usize::from(start)..usize::from(end)]
            .iter()
            .filter(move |(known, _)| *known == key)
            .map(|(_, one)| one)
    }
}
