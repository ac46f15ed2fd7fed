//! Remembers of each block of a text of what the context words may speak that begin in it.

use std::ops::Range;

use super::blocks::{BLOCK, Block};
use super::openings::LEAD;
use super::reader::Reader;

/// What words may begin in a block; others surely do not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// Where the letters stand by which they are found, one bit for each place.
    pub(super) places: u64,
    /// Their topics, as bits.
    pub(super) topics: u32,
    /// The number of the text that it was made for.
    text: u32,
}

/// So many blocks are read at a time, at most.
const AHEAD: usize = 8;
/// More runs of letters than so many blocks can have: from each place six, and one that is longer.
pub(super) const RUNS: usize = AHEAD * BLOCK * 8;

/// The runs of letters of the blocks that are being read.
pub(super) type Runs = [Run; RUNS];

/// Where a run of letters stands, and how many they are: fewer than 64.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run(u16);

impl Run {
    #[inline]
    pub(super) fn new(place: usize, letters: u32) -> Self {
        Self((place as u16) << 6 | letters as u16)
    }

    #[inline]
    pub(super) fn place(self) -> usize {
        usize::from(self.0 >> 6)
    }

    /// How many letters they are, no more than a word has that may stand within another.
    #[inline]
    pub(super) fn letters(self) -> u32 {
        u32::from(self.0 & 63).min(LEAD)
    }
}

/// So many blocks that no number is near are not read.
const FAR: usize = 4;

/// The marks of a text, where it was read; reused between texts.
#[derive(Debug)]
pub(super) struct Marks {
    /// As many as the longest text had; those of other texts are as if there were none.
    all: Vec<Mark>,
    text: u32,
    /// So many blocks were read or passed over, and whether some were passed over.
    count: usize,
    is_patchy: bool,
    /// How many blocks are passed over, and how many are read next.
    far: usize,
    stride: usize,
    /// All topics of what was read.
    topics: u32,
    runs: Box<Runs>,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            text: 1,
            count: 0,
            is_patchy: false,
            far: FAR,
            stride: AHEAD,
            topics: 0,
            runs: Box::new([Run::default(); RUNS]),
        }
    }
}

impl Marks {
    /// Forgets the last text.
    pub(super) fn clear(&mut self) {
        self.text = self.text.wrapping_add(1);
        if self.text == 0 {
            (self.all, self.text) = (Vec::new(), 1);
        }
        (self.count, self.is_patchy, self.topics) = (0, false, 0);
        (self.far, self.stride) = (FAR, AHEAD);
    }

    /// Whether all before a place was read.
    #[inline]
    pub(super) fn has_read(&self, place: usize) -> bool {
        !self.is_patchy && place <= self.count * BLOCK
    }

    /// Whether a place stands near what was read.
    #[inline]
    pub(super) fn is_near(&self, place: usize) -> bool {
        place <= (self.count + FAR) * BLOCK
    }

    /// Reads a part of a text and a little ahead, each block once.
    #[inline]
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        blocks: &[Block],
        part: Range<usize>,
        reader: &Reader,
    ) {
        if !self.has_read(part.end) {
            let blocks_of = part.start / BLOCK..part.end.div_ceil(BLOCK).min(blocks.len());
            self.read_on(bytes, blocks, blocks_of, reader);
        }
    }

    #[inline(never)]
    fn read_on(&mut self, bytes: &[u8], blocks: &[Block], part: Range<usize>, reader: &Reader) {
        if part.start >= self.count.saturating_add(self.far) {
            (self.count, self.is_patchy) = (part.start, true);
            self.stride = part.len();
        }
        while self.count < part.end {
            let first = self.count;
            self.count = blocks.len().min(first + self.stride);
            self.stride = AHEAD.min(2 * self.stride);
            self.read_blocks(bytes, blocks, first..self.count, reader);
        }
        if self.is_patchy {
            self.mend(bytes, blocks, part, reader);
        }
    }

    /// Reads what was passed over, and passes over nothing more: the head of a table may stand there.
    pub(super) fn fill(&mut self, bytes: &[u8], blocks: &[Block], reader: &Reader) {
        if self.is_patchy {
            self.mend(bytes, blocks, 0..self.count, reader);
            (self.is_patchy, self.far) = (false, usize::MAX);
        }
    }

    /// Reads those of these blocks, none behind what was read, that were passed over.
    fn mend(&mut self, bytes: &[u8], blocks: &[Block], part: Range<usize>, reader: &Reader) {
        for index in part {
            if self.all[index].text != self.text {
                self.read_blocks(bytes, blocks, index..index + 1, reader);
            }
        }
    }

    fn read_blocks(&mut self, bytes: &[u8], blocks: &[Block], part: Range<usize>, reader: &Reader) {
        if self.all.len() < part.end {
            self.all.resize(part.end, Mark::default());
        }
        let new = &mut self.all[part.clone()];
        reader.mark(bytes, (blocks, part.start), (new, &mut self.runs));
        for mark in new {
            mark.text = self.text;
            self.topics |= mark.topics;
        }
    }

    /// Where words may begin in a block that was read.
    #[inline]
    pub(super) fn places(&self, index: usize) -> u64 {
        self.all.get(index).map_or(0, |mark| mark.places)
    }

    /// All topics that anything before the places read so far may speak of.
    #[inline]
    pub(super) fn topics(&self) -> u32 {
        if self.is_patchy {
            u32::MAX
        } else {
            self.topics
        }
    }

    /// The topics of what may begin between two places that were read.
    #[inline]
    pub(super) fn between(&self, from: usize, to: usize) -> u32 {
        let part = self.all.get(from / BLOCK..to.div_ceil(BLOCK));
        let marks = part.unwrap_or_default().iter();
        marks.fold(0, |topics, mark| topics | mark.topics)
    }
}
