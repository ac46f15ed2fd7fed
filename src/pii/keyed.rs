//! Keeps things by numbers of eight bytes.

use super::gate::hash;

/// What belongs to numbers of eight bytes each.
#[derive(Debug)]
pub(super) struct Keyed<T> {
    /// In order of their slots.
    all: Vec<(u64, T)>,
    /// Where each slot starts; it ends where the next one does.
    slots: Vec<u16>,
}

/// So many bits of a hash choose a slot: few, so that the slots stay in the nearest cache.
const SLOTS: u32 = 12;

impl<T> Keyed<T> {
    /// Keeps those of one number in the order in which they come.
    pub(super) fn of(mut all: Vec<(u64, T)>) -> Self {
        let slot = |(key, _): &(u64, T)| hash(*key, SLOTS);
        all.sort_by_key(slot);
        let mut slots = vec![0; (1 << SLOTS) + 1];
        for one in &all {
            slots[slot(one) + 1] += 1;
        }
        for at in 1..slots.len() {
            slots[at] += slots[at - 1];
        }
        Self { all, slots }
    }

    /// What belongs to the number.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = &T> {
        let slot = hash(key, SLOTS);
        let (start, end) = (self.slots[slot], self.slots[slot + 1]);
        let all = self.all.get(usize::from(start)..usize::from(end));
        all.unwrap_or_default()
            .iter()
            .filter(move |(known, _)| *known == key)
            .map(|(_, one)| one)
    }
}
