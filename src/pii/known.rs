//! Remembers what attribute keys say, so that each is read once and not once for every text.

use std::hash::BuildHasher;

use super::blocks::Blocks;
use super::context::{Word, words_of_key};
use super::keys::{Meaning, meaning};
use super::marks::Marks;
use super::words::AGAINST;

/// How many keys are remembered at a time, one for each remainder of their hashes.
const SLOTS: usize = 512;
/// Longer keys are read each time, so that what is remembered stays small.
const REMEMBERED_MAX: usize = 256;

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

    /// Whether a number under the key may be somebody's: the key's words speak of something
    /// personal and none of counts or orders, or all under it is secret.
    pub(super) fn names_persons(&self) -> bool {
        let against = |word: &Word| AGAINST.contains(&word.topic);
        self.meaning.is_some() || !self.words.is_empty() && !self.words.iter().any(against)
    }

    fn read(&mut self, key: &str, reading: (&mut Blocks, &mut Marks)) {
        self.key.clear();
        self.key.push_str(key);
        words_of_key(key, reading, &mut self.words);
        self.meaning = meaning(key.as_bytes());
    }
}

/// The keys that were read last. A new key takes the place, and the memory, of an old one.
#[derive(Debug, Default)]
pub(super) struct Memo {
    slots: Vec<Known>,
    /// The key that was too long to be remembered.
    long: Known,
    hasher: foldhash::fast::RandomState,
    blocks: Blocks,
    marks: Marks,
}

impl Memo {
    /// What `key` says; nothing if it is empty.
    pub(super) fn known(&mut self, key: &str) -> &Known {
        let reading = (&mut self.blocks, &mut self.marks);
        if key.len() > REMEMBERED_MAX {
            self.long = Known::default();
            self.long.read(key, reading);
            return &self.long;
        }
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, Known::default);
        }
        // The empty key has a slot of its own, which stays as it was made; to compare nothing with
        // nothing takes some processors hundreds of cycles.
        if key.is_empty() {
            return &self.slots[0];
        }
        let slot = 1 + self.hasher.hash_one(key) as usize % (SLOTS - 1);
        let known = &mut self.slots[slot];
        if known.key != key {
            known.read(key, reading);
        }
        known
    }
}
