//! Remembers of each block of a text where context words may begin in it, and of what they speak.

use super::blocks::{BLOCK, Block};
use super::reader::Reader;

/// What words may begin in a block; others surely do not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// Where the letters stand by which they are found, one bit for each place.
    pub(super) places: u64,
    /// Their topics, as bits.
    pub(super) topics: u32,
}

/// The marks of a text, as far as it was read; reused between texts.
#[derive(Debug, Default)]
pub(super) struct Marks {
    all: Vec<Mark>,
    /// All topics of them.
    pub(super) topics: u32,
}

impl Marks {
    /// Forgets the last text.
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.topics = 0;
    }

    /// Reads a text up to a place, each block once.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8], blocks: &[Block], place: usize, reader: &Reader) {
        let needed = place.div_ceil(BLOCK).min(blocks.len());
        while self.all.len() < needed {
            let mark = reader.mark(bytes, blocks, self.all.len());
            self.topics |= mark.topics;
            self.all.push(mark);
        }
    }

    /// The topics of what may begin between two places that were read.
    pub(super) fn between(&self, from: usize, to: usize) -> u32 {
        let blocks = self.all.get(from / BLOCK..to.div_ceil(BLOCK));
        let marks = blocks.unwrap_or_default().iter();
        marks.fold(0, |topics, mark| topics | mark.topics)
    }
}

impl std::ops::Deref for Marks {
    type Target = [Mark];
    fn deref(&self) -> &[Mark] {
        &self.all
    }
}
