//! Blocks of one size in segments: taken and given back one by one, in any order.

use super::vacant::Vacant;

/// Blocks of a segment.
const BLOCKS: u32 = 256;
/// The number of no block.
pub(super) const NONE: u32 = u32::MAX;

/// Blocks of one size.
pub(super) struct Pool {
    size: usize,
    segments: Vec<Segment>,
    vacant: Vacant,
    /// A segment that has become empty and keeps its memory: else a block that comes and goes alone
    /// would take a whole segment with it each time.
    spare: Option<u32>,
}

struct Segment {
    /// Empty while no block is in use.
    bytes: Box<[u8]>,
    /// A block that was given back, whose first bytes are the number of the next such.
    free: u32,
    /// The first block that was never in use.
    fresh: u32,
    /// Blocks in use.
    live: u32,
}

impl Segment {
    fn empty() -> Self {
        Segment {
            bytes: Box::default(),
            free: NONE,
            fresh: 0,
            live: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.live == BLOCKS
    }

    fn take(&mut self, size: usize) -> u32 {
        if self.bytes.is_empty() {
            self.bytes = vec![0; size * BLOCKS as usize].into_boxed_slice();
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

    fn give_back(&mut self, place: u32, size: usize) {
        let free = std::mem::replace(&mut self.free, place);
        if let Some(block) = part_mut(&mut self.bytes, place, size) {
            set_link(block, free);
        }
        self.live = self.live.saturating_sub(1);
    }
}

impl Pool {
    /// No blocks yet, of so many bytes each.
    pub(super) fn new(size: usize) -> Self {
        Pool {
            size,
            segments: Vec::new(),
            vacant: Vacant::default(),
            spare: None,
        }
    }

    /// Takes a block into use; its bytes are anything.
    pub(super) fn take(&mut self) -> u32 {
        let number = self.vacant.first(|| {
            self.segments.push(Segment::empty());
            self.segments.len() as u32 - 1
        });
        let Some(segment) = self.segments.get_mut(number as usize) else {
            return NONE;
        };
        let block = segment.take(self.size);
        if segment.is_full() {
            self.vacant.filled(number);
        }
        self.spare = self.spare.filter(|spare| *spare != number);
        number * BLOCKS + block
    }

    /// Gives a block back.
    pub(super) fn give_back(&mut self, number: u32) {
        let place = number / BLOCKS;
        if let Some(segment) = self.segments.get_mut(place as usize) {
            if segment.is_full() {
                self.vacant.opened(place);
            }
            segment.give_back(number % BLOCKS, self.size);
            if segment.live == 0 {
                self.emptied(place);
            }
        }
    }

    /// Keeps the memory of one empty segment, the lowest, which is the next to be filled.
    fn emptied(&mut self, place: u32) {
        let spare = self.spare.map_or(place, |spare| spare.min(place));
        let other = self.spare.replace(spare).map(|before| before.max(place));
        let other = other.and_then(|other| self.segments.get_mut(other as usize));
        if let Some(other) = other {
            *other = Segment::empty();
        }
    }

    /// A block in use.
    pub(super) fn block(&self, number: u32) -> Option<&[u8]> {
        let segment = self.segments.get((number / BLOCKS) as usize)?;
        part(&segment.bytes, number % BLOCKS, self.size)
    }

    /// The same, to be written.
    pub(super) fn block_mut(&mut self, number: u32) -> Option<&mut [u8]> {
        let segment = self.segments.get_mut((number / BLOCKS) as usize)?;
        part_mut(&mut segment.bytes, number % BLOCKS, self.size)
    }

    /// Bytes of the blocks in use.
    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        let live = self.segments.iter().map(|segment| u64::from(segment.live));
        live.sum::<u64>() * self.size as u64
    }

    /// Memory that is held for blocks, in bytes.
    #[cfg(test)]
    pub(super) fn resident(&self) -> u64 {
        let segments = self.segments.iter();
        segments.map(|segment| segment.bytes.len() as u64).sum()
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
