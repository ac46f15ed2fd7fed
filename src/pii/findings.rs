//! What one text holds, in memory that is used from text to text.

use super::beginning::Course;
use super::blocks::Blocks;
use super::decode::Decoded;
use super::detector::Found;
use super::known::Memo;
use super::memory::Memory;
use super::overlap::Lost;

/// What one text holds; reuse it from text to text, a clean text allocates nothing.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) found: Vec<Found>,
    pub(super) lost: Vec<Lost>,
    pub(super) explain: bool,
    pub(super) is_spotless: bool,
    pub(super) blocks: Blocks,
    pub(super) decoded: Decoded,
    pub(super) keys: Memo,
    pub(super) memory: Memory,
    pub(super) course: Course,
}

impl Findings {
    /// Findings that also remember which proposals gave way and why.
    pub fn explained() -> Self {
        Self {
            explain: true,
            ..Self::default()
        }
    }

    /// Forgets the last text; says whether there is anything to read in this one.
    pub(super) fn start(&mut self, text: &str) -> bool {
        self.found.clear();
        self.lost.clear();
        !text.is_empty()
    }

    /// What was found and what gave way, without the memory of the scan.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            found: self.found.clone(),
            lost: self.lost.clone(),
            explain: self.explain,
            is_spotless: self.is_spotless,
            ..Self::default()
        }
    }

    /// What was found, in order of place, none overlapping.
    #[expect(clippy::iter_without_into_iter, reason = "always asked by name")]
    pub fn iter(&self) -> std::slice::Iter<'_, Found> {
        self.found.iter()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether there was nothing in the text, which was not empty, that was scanned last: nothing
    /// that an option pardons either.
    pub fn is_spotless(&self) -> bool {
        self.is_spotless
    }

    /// How many things were found.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The proposals that gave way; only for `explained` findings.
    pub fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// Keeps only the findings that `keep` accepts.
    pub fn retain(&mut self, keep: impl FnMut(&Found) -> bool) {
        self.found.retain(keep);
    }

    /// Whether a number under the key may be somebody's: the key speaks of something personal and
    /// of no counts or orders, or all under it is secret. Keys are remembered as for a scan.
    pub fn key_names_persons(&mut self, key: &str) -> bool {
        self.keys.known(key).names_persons()
    }
}
