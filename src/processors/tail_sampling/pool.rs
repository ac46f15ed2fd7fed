//! Blocks of one size: taken and given back one by one, in any order.

use super::segments::{PLACES, Segment, Segments, segment_of};

pub(super) use super::segments::NONE;

/// Blocks of one size.
pub(super) struct Pool {
    size: usize,
    segments: Segments<Blocks>,
    /// A segment that has become empty and keeps its memory: else a block that comes and goes alone
    /// would take a whole segment with it each time.
    spare: Option<u32>,
}

struct Blocks {
    /// Empty while no block is in use.
    bytes: Box<[u8]>,
    /// A block that was given back, whose first bytes are the number of the next such.
    free: u32,
    /// The first block that was never in use.
    fresh: u32,
    /// Blocks in use.
    live: u32,
}

impl Segment for Blocks {
    fn empty() -> Self {
        Blocks {
            bytes: Box::default(),
            free: NONE,
            fresh: 0,
            live: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.live == PLACES
    }
}

impl Blocks {
    fn take(&mut self, size: usize) -> u32 {
        if self.bytes.is_empty() {
            self.bytes = vec![0; size * PLACES as usize].into_boxed_slice();
        }
        self.live += 1;
        let place = self.free;
        if let Some(block) = part(&self.bytes, place, size) {
            self.free = link(block);
            return place;
        }
        self.fresh += 1;
        self.fresh - 1
    }

    /// Says whether no block is in use any more.
    fn give_back(&mut self, place: u32, size: usize) -> bool {
        let free = std::mem::replace(&mut self.free, place);
        if let Some(block) = part_mut(&mut self.bytes, place, size) {
            set_link(block, free);
        }
        self.live = self.live.saturating_sub(1);
        self.live == 0
    }
}

impl Pool {
    /// No blocks yet, of so many bytes each.
    pub(super) fn new(size: usize) -> Self {
        Pool {
            size,
            segments: Segments::new(),
            spare: None,
        }
    }

    /// Takes a block into use; its bytes are anything.
    pub(super) fn take(&mut self) -> u32 {
        let size = self.size;
        let number = self.segments.put(|blocks| blocks.take(size));
        self.spare = self.spare.filter(|spare| *spare != segment_of(number));
        number
    }

    /// Gives a block back.
    pub(super) fn give_back(&mut self, number: u32) {
        let size = self.size;
        let give_back = |blocks: &mut Blocks, place| blocks.give_back(place, size);
        if self.segments.take(number, give_back) == Some(true) {
            self.emptied(segment_of(number));
        }
    }

    /// Keeps the memory of one empty segment, the lowest, which is the next to be filled.
    fn emptied(&mut self, number: u32) {
        let spare = self.spare.map_or(number, |spare| spare.min(number));
        let other = self.spare.replace(spare).map(|before| before.max(number));
        if let Some(other) = other {
            self.segments.release(other);
        }
    }

    /// A block in use.
    pub(super) fn block(&self, number: u32) -> Option<&[u8]> {
        let (blocks, place) = self.segments.get(number)?;
        part(&blocks.bytes, place, self.size)
    }

    /// The same, to be written.
    pub(super) fn block_mut(&mut self, number: u32) -> Option<&mut [u8]> {
        let (blocks, place) = self.segments.get_mut(number)?;
        part_mut(&mut blocks.bytes, place, self.size)
    }

    /// Bytes of the blocks in use.
    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        let live = self.segments.iter().map(|blocks| u64::from(blocks.live));
        live.sum::<u64>() * self.size as u64
    }

    /// Memory that is held for blocks, in bytes.
    #[cfg(test)]
    pub(super) fn resident(&self) -> u64 {
        let segments = self.segments.iter();
        segments.map(|blocks| blocks.bytes.len() as u64).sum()
    }
}

fn part(bytes: &[u8], place: u32, size: usize) -> Option<&[u8]> {
    let start = place as usize * size;
    bytes.get(start..start + size)
}

fn part_mut(bytes: &mut [u8], place: u32, size: usize) -> Option<&mut [u8]> {
    let start = place as usize * size;
    bytes.get_mut(start..start + size)
}

/// The number a block begins with.
pub(super) fn link(block: &[u8]) -> u32 {
    let number = block.first_chunk().copied();
    number.map_or(NONE, u32::from_le_bytes)
}

/// Has a block begin with a number.
pub(super) fn set_link(block: &mut [u8], number: u32) {
    if let Some(link) = block.first_chunk_mut() {
        *link = number.to_le_bytes();
    }
}
