//! Where each open trace is, by its id: in many small tables, so that none takes long to grow.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use super::table::Slot;
use super::trace::Id;

/// Tables; a million traces are sixteen thousand in each, moved within a millisecond.
const PARTS: usize = 64;
/// Within a table the lowest bits of a hash choose the bucket and the highest tell its neighbours
/// apart, so that those between choose the table.
const PART_SHIFT: u32 = 32;

/// Slots by trace id, which stands in the trace.
pub(super) struct Places {
    parts: [HashTable<Slot>; PARTS],
    hasher: RandomState,
    len: usize,
}

impl Places {
    /// None yet.
    pub(super) fn new() -> Self {
        Places {
            parts: [const { HashTable::new() }; PARTS],
            hasher: RandomState::default(),
            len: 0,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The slot of an id, whose trace is the one that is the `same`.
    #[inline]
    pub(super) fn find(&self, id: &Id, same: impl Fn(Slot) -> bool) -> Option<Slot> {
        let hash = self.hasher.hash_one(id);
        let part = self.parts.get(part(hash))?;
        part.find(hash, |slot| same(*slot)).copied()
    }

    /// Adds a slot; `id_of` knows the ids of all.
    pub(super) fn add(&mut self, id: &Id, slot: Slot, id_of: impl Fn(Slot) -> Option<Id>) {
        let hasher = &self.hasher;
        let hash = hasher.hash_one(id);
        if let Some(part) = self.parts.get_mut(part(hash)) {
            let hash_of = |slot: &Slot| id_of(*slot).map_or(0, |id| hasher.hash_one(id));
            part.insert_unique(hash, slot, hash_of);
            self.len += 1;
        }
    }

    /// Removes a slot.
    pub(super) fn remove(&mut self, id: &Id, slot: Slot) {
        let hash = self.hasher.hash_one(id);
        let part = self.parts.get_mut(part(hash));
        let found = part.and_then(|part| part.find_entry(hash, |own| *own == slot).ok());
        if let Some(entry) = found {
            entry.remove();
            self.len -= 1;
        }
    }
}

fn part(hash: u64) -> usize {
    (hash >> PART_SHIFT) as usize % PARTS
}
