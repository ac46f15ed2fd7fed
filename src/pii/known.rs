//! Remembers what attribute keys say, so that each is read once and not once for every text.

use std::hash::BuildHasher;

use super::context::{Word, words_of_key};
use super::keys::{Meaning, meaning};

/// How many keys are remembered at a time, one for each remainder of their hashes.
const SLOTS: usize = 512;

/// What an attribute key says of the text under it.
#[derive(Debug, Default)]
pub(super) struct Known {
    key: String,
    words: Vec<Word>,
    pub(super) meaning: Option<Meaning>,
}

impl Known {
    /// The key's context words, nearest to the text first.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    fn read(&mut self, key: &str) {
        self.key.clear();
        self.key.push_str(key);
        words_of_key(key, &mut self.words);
        self.meaning = meaning(key.as_bytes());
    }
}

/// The keys that were read last. A new key takes the place, and the memory, of an old one.
#[derive(Debug, Default)]
pub(super) struct Memo {
    slots: Vec<Known>,
    hasher: foldhash::fast::RandomState,
}

impl Memo {
    /// What `key` says; nothing if it is empty.
    pub(super) fn known(&mut self, key: &str) -> &Known {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, Known::default);
        }
        // The empty key has a slot of its own, which stays as it was made.
        let slot = match key {
            "" => 0,
            _ => 1 + self.hasher.hash_one(key) as usize % (SLOTS - 1),
        };
        let known = &mut self.slots[slot];
        if known.key != key {
            known.read(key);
        }
        known
    }
}
