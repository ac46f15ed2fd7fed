//! Remembers what was found clean, whole and byte for byte, so that it is looked into once.
//!
//! Most texts of a span come by again and again under the same keys: names of models, tools and
//! services. What is held here was scanned under the policy that this memory belongs to and had
//! nothing in it, not even what an exception pardons; it is held only if it came by twice, and
//! never more of it than [`BYTES_MAX`] for a worker. A hash only says where to look: the bytes
//! themselves are compared, so that no text can pass for another.

use std::hash::BuildHasher;

/// What the bytes are; the same may be clean as one and not as another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum What {
    /// A text without a key, for which no limit of length counts.
    #[default]
    Text,
    /// An encoded attribute.
    Attribute,
    /// A resource's encoded message.
    Resource,
    /// A scope's encoded message.
    Scope,
}

/// How many entries of which length: many names, and a few prompts and tool definitions.
const SHELVES: [(usize, usize); 2] = [(2048, 128), (64, 4096)];

/// So many bytes of telemetry are held at most.
#[cfg(test)]
pub(super) const BYTES_MAX: usize = SHELVES[0].0 * SHELVES[0].1 + SHELVES[1].0 * SHELVES[1].1;

/// What one worker remembers under one policy.
#[derive(Debug)]
pub(super) struct Clean {
    shelves: [Shelf; 2],
    hasher: foldhash::quality::RandomState,
}

impl Default for Clean {
    fn default() -> Self {
        Clean {
            shelves: SHELVES.map(|(entries, longest)| Shelf {
                entries,
                longest,
                ..Shelf::default()
            }),
            hasher: foldhash::quality::RandomState::default(),
        }
    }
}

impl Clean {
    /// Whether exactly these bytes were found clean before.
    pub(super) fn holds(&mut self, what: What, bytes: &[u8]) -> bool {
        self.shelf(what, bytes)
            .is_some_and(|(shelf, hash)| shelf.holds(hash, what, bytes))
    }

    /// Learns that these bytes are clean.
    pub(super) fn learn(&mut self, what: What, bytes: &[u8]) {
        if let Some((shelf, hash)) = self.shelf(what, bytes) {
            shelf.learn(hash, what, bytes);
        }
    }

    /// Where they may stand, with their hash; nowhere if they are too long.
    fn shelf(&mut self, what: What, bytes: &[u8]) -> Option<(&mut Shelf, u64)> {
        let mut shelves = self.shelves.iter_mut();
        let shelf = shelves.find(|shelf| bytes.len() <= shelf.longest)?;
        Some((shelf, self.hasher.hash_one((what as u8, bytes))))
    }

    /// Bytes of telemetry that are held, with the memory that is kept for more.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        let slots = self.shelves.iter().flat_map(|shelf| &shelf.pairs).flatten();
        slots.map(|slot| slot.bytes.capacity()).sum()
    }
}

/// Entries up to some length. It takes memory with the first thing it learns.
#[derive(Debug, Default)]
struct Shelf {
    entries: usize,
    longest: usize,
    /// Where an entry may stand follows from its hash; the one used last stands first.
    pairs: Vec<[Slot; 2]>,
    /// Traces of what came by once. What never comes again, ids and answers, ends here and drives
    /// nothing out.
    once: Vec<u32>,
}

#[derive(Debug, Default)]
struct Slot {
    what: What,
    bytes: Vec<u8>,
}

impl Slot {
    fn is(&self, what: What, bytes: &[u8]) -> bool {
        self.what == what && self.bytes == bytes && !bytes.is_empty()
    }
}

impl Shelf {
    fn holds(&mut self, hash: u64, what: What, bytes: &[u8]) -> bool {
        let place = self.place(hash);
        let Some(pair) = self.pairs.get_mut(place) else {
            return false;
        };
        if pair[0].is(what, bytes) {
            return true;
        }
        let is_second = pair[1].is(what, bytes);
        if is_second {
            pair.swap(0, 1);
        }
        is_second
    }

    fn learn(&mut self, hash: u64, what: What, bytes: &[u8]) {
        if self.pairs.is_empty() {
            self.pairs.resize_with(self.entries / 2, Default::default);
            self.once.resize(2 * self.entries, 0);
        }
        let trace = (hash >> 32) as u32;
        let at = hash as usize % self.once.len();
        if self.once[at] != trace {
            self.once[at] = trace;
            return;
        }
        let place = self.place(hash);
        let pair = &mut self.pairs[place];
        // The one that was used last stays, at least until this one is used.
        let slot = &mut pair[usize::from(!pair[0].bytes.is_empty())];
        slot.what = what;
        slot.bytes.clear();
        slot.bytes.reserve_exact(bytes.len());
        slot.bytes.extend_from_slice(bytes);
    }

    fn place(&self, hash: u64) -> usize {
        hash as usize % (self.entries / 2)
    }
}

#[cfg(test)]
mod tests;
