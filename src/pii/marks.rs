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

/// So many blocks are read at a time.
const AHEAD: usize = 8;
/// More runs of letters than so many blocks can have: from each place six, and one that is longer.
pub(super) const RUNS: usize = AHEAD * BLOCK * 8;

/// The runs of letters of the blocks that are being read.
pub(super) type Runs = [Run; RUNS];

/// Where a run of up to seven letters stands, and how many they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run(u16);

impl Run {
    #[inline]
    pub(super) fn new(place: usize, letters: u32) -> Self {
        Self((place as u16) << 3 | letters as u16)
    }

    #[inline]
    pub(super) fn place(self) -> usize {
        usize::from(self.0 >> 3)
    }

    #[inline]
    pub(super) fn letters(self) -> u32 {
        u32::from(self.0 & 7)
    }
}

/// The marks of a text, as far as it was read; reused between texts.
#[derive(Debug)]
pub(super) struct Marks {
    /// As many as the longest text had.
    all: Vec<Mark>,
    /// So many are of this one.
    count: usize,
    /// All topics of them.
    pub(super) topics: u32,
    runs: Box<Runs>,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            count: 0,
            topics: 0,
            runs: Box::new([Run::default(); RUNS]),
        }
    }
}

impl Marks {
    /// Forgets the last text.
    pub(super) fn clear(&mut self) {
        (self.count, self.topics) = (0, 0);
    }

    /// Reads a text up to a place and a little ahead, each block once.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8], blocks: &[Block], place: usize, reader: &Reader) {
        while self.count * BLOCK < place && self.count < blocks.len() {
            self.read_on(bytes, blocks, reader);
        }
    }

    fn read_on(&mut self, bytes: &[u8], blocks: &[Block], reader: &Reader) {
        let first = self.count;
        self.count = blocks.len().min(first + AHEAD);
        if self.all.len() < self.count {
            self.all.resize(self.count, Mark::default());
        }
        let new = &mut self.all[first..self.count];
        reader.mark(bytes, blocks, first, (new, &mut self.runs));
        let new = new.iter();
        self.topics = new.fold(self.topics, |topics, mark| topics | mark.topics);
    }

    /// The topics of what may begin between two places that were read.
    pub(super) fn between(&self, from: usize, to: usize) -> u32 {
        let blocks = self.get(from / BLOCK..to.div_ceil(BLOCK));
        let marks = blocks.unwrap_or_default().iter();
        marks.fold(0, |topics, mark| topics | mark.topics)
    }
}

impl std::ops::Deref for Marks {
    type Target = [Mark];
    fn deref(&self) -> &[Mark] {
        &self.all[..self.count]
    }
}
