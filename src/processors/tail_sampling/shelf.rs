//! Where the bytes of open traces lie: chains of small blocks in large segments.
//!
//! A trace grows span by span and leaves as a whole, among a million others. Chains waste half a
//! block each and no more, whatever came and went before, and giving one up costs a few words for
//! each block. The lowest segment with room is filled first, so that the last ones become empty
//! after a rush and go back to the system.

use std::collections::BTreeSet;

/// Bytes of a block: the number of the next one, and what it holds.
const BLOCK: usize = 192;
const LINK: usize = 4;
const PAYLOAD: usize = BLOCK - LINK;
/// Blocks of a segment.
const BLOCKS: u32 = 1024;
/// The number of no block.
const NONE: u32 = u32::MAX;

/// Bytes on the shelf: 16 bytes to hold on to them. Who has one gives it back with
/// [`Shelf::free`]; to drop it is to lose the place until the end.
#[derive(Debug)]
pub(super) struct Chain {
    first: u32,
    last: u32,
    len: u64,
}

impl Default for Chain {
    fn default() -> Self {
        Chain {
            first: NONE,
            last: NONE,
            len: 0,
        }
    }
}

impl Chain {
    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of memory it takes.
    pub(super) fn resident(&self) -> u64 {
        self.len.div_ceil(PAYLOAD as u64) * BLOCK as u64
    }
}

/// One worker's shelf.
#[derive(Default)]
pub(super) struct Shelf {
    segments: Vec<Segment>,
    /// Segments with room, without memory of their own as well.
    roomy: BTreeSet<u32>,
    live: u64,
}

struct Segment {
    /// Empty while no block is in use.
    bytes: Box<[u8]>,
    /// A block that was given back, whose link is the next such.
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

    fn block(&self, place: u32) -> Option<&[u8; BLOCK]> {
        let blocks = self.bytes.as_chunks::<BLOCK>().0;
        blocks.get(place as usize)
    }

    fn block_mut(&mut self, place: u32) -> Option<&mut [u8; BLOCK]> {
        let blocks = self.bytes.as_chunks_mut::<BLOCK>().0;
        blocks.get_mut(place as usize)
    }

    fn is_full(&self) -> bool {
        self.live == BLOCKS
    }

    fn take(&mut self) -> u32 {
        if self.bytes.is_empty() {
            self.bytes = vec![0; BLOCK * BLOCKS as usize].into_boxed_slice();
        }
        self.live += 1;
        let place = self.free;
        if let Some(block) = self.block(place) {
            self.free = link(block);
            return place;
        }
        self.fresh += 1;
        self.fresh - 1
    }

    fn give_back(&mut self, place: u32) {
        let free = std::mem::replace(&mut self.free, place);
        if let Some(block) = self.block_mut(place) {
            set_link(block, free);
        }
        self.live = self.live.saturating_sub(1);
        if self.live == 0 {
            *self = Segment::empty();
        }
    }
}

fn link(block: &[u8; BLOCK]) -> u32 {
    block
        .first_chunk()
        .map_or(NONE, |link| u32::from_le_bytes(*link))
}

fn set_link(block: &mut [u8; BLOCK], next: u32) {
    block[..LINK].copy_from_slice(&next.to_le_bytes());
}

impl Shelf {
    /// Adds bytes to the end of a chain.
    pub(super) fn append(&mut self, chain: &mut Chain, mut bytes: &[u8]) {
        // A block that is exactly full is left as it is.
        let used = (chain.len % PAYLOAD as u64) as usize;
        let mut at = if used == 0 { PAYLOAD } else { used };
        while !bytes.is_empty() {
            if at == PAYLOAD {
                self.lengthen(chain);
                at = 0;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PAYLOAD - at));
            if let Some(block) = self.block_mut(chain.last) {
                let start = LINK + at;
                block[start..start + now.len()].copy_from_slice(now);
            }
            at += now.len();
            chain.len += now.len() as u64;
            bytes = later;
        }
    }

    /// All bytes of a chain, in one piece.
    pub(super) fn read(&self, chain: &Chain) -> Vec<u8> {
        let mut all = Vec::with_capacity(chain.len as usize);
        let mut number = chain.first;
        while let Some(block) = self.block(number) {
            let left = chain.len as usize - all.len();
            all.extend_from_slice(&block[LINK..LINK + left.min(PAYLOAD)]);
            number = link(block);
        }
        all
    }

    /// Takes the place of a chain back; it is empty then.
    pub(super) fn free(&mut self, chain: &mut Chain) {
        let mut number = std::mem::take(chain).first;
        while let Some(block) = self.block(number) {
            let next = link(block);
            self.give_back(number);
            number = next;
        }
    }

    /// Blocks in use.
    #[cfg(test)]
    pub(super) fn live(&self) -> u64 {
        self.live
    }

    /// Memory that is held for blocks, in bytes.
    #[cfg(test)]
    pub(super) fn resident(&self) -> u64 {
        let segments = self.segments.iter();
        segments.map(|segment| segment.bytes.len() as u64).sum()
    }

    /// Adds a block to a chain.
    fn lengthen(&mut self, chain: &mut Chain) {
        let number = self.take();
        match self.block_mut(chain.last) {
            Some(last) => set_link(last, number),
            None => chain.first = number,
        }
        chain.last = number;
        if let Some(block) = self.block_mut(number) {
            set_link(block, NONE);
        }
    }

    fn take(&mut self) -> u32 {
        let place = self.roomy.first().copied().unwrap_or_else(|| {
            self.segments.push(Segment::empty());
            let place = self.segments.len() as u32 - 1;
            self.roomy.insert(place);
            place
        });
        let Some(segment) = self.segments.get_mut(place as usize) else {
            return NONE;
        };
        self.live += 1;
        let block = segment.take();
        if segment.is_full() {
            self.roomy.remove(&place);
        }
        place * BLOCKS + block
    }

    fn give_back(&mut self, number: u32) {
        let place = number / BLOCKS;
        if let Some(segment) = self.segments.get_mut(place as usize) {
            self.live -= 1;
            if segment.is_full() {
                self.roomy.insert(place);
            }
            segment.give_back(number % BLOCKS);
        }
    }

    fn block(&self, number: u32) -> Option<&[u8; BLOCK]> {
        let segment = self.segments.get((number / BLOCKS) as usize)?;
        segment.block(number % BLOCKS)
    }

    fn block_mut(&mut self, number: u32) -> Option<&mut [u8; BLOCK]> {
        let segment = self.segments.get_mut((number / BLOCKS) as usize)?;
        segment.block_mut(number % BLOCKS)
    }
}
