//! Where the bytes of open traces lie: chains of blocks, all but the last of one size.
//!
//! A trace grows span by span and leaves as a whole, among a million others. The last block of a
//! chain is only as large as what it holds and moves to a larger one as that grows, so that a chain
//! wastes half a step and a link for each block, whatever came and went before; giving it up costs
//! a few words for each block.

use std::array;

use super::pool::{NONE, Pool, link, set_link};

/// Blocks have sizes in steps of so many bytes, up to [`BLOCK`].
const STEP: usize = 32;
/// Bytes of the largest block: the number of the one before, and what it holds.
const BLOCK: usize = 512;
const LINK: usize = 4;
const PAYLOAD: usize = BLOCK - LINK;
const SIZES: usize = BLOCK / STEP;

/// Bytes on the shelf: 12 bytes to hold on to them. Who has one gives it back with
/// [`Shelf::free`]; to drop it is to lose the place until the end.
#[derive(Debug)]
#[repr(C, packed(4))]
pub(super) struct Chain {
    last: u32,
    len: u64,
}

impl Default for Chain {
    fn default() -> Self {
        Chain { last: NONE, len: 0 }
    }
}

impl Chain {
    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of memory it takes.
    pub(super) fn resident(&self) -> u64 {
        if self.is_empty() {
            return 0;
        }
        let full = (self.len - 1) / PAYLOAD as u64;
        full * BLOCK as u64 + ((size(self.held()) + 1) * STEP) as u64
    }

    /// Bytes in the last block.
    fn held(&self) -> usize {
        match (self.len % PAYLOAD as u64) as usize {
            0 if self.len > 0 => PAYLOAD,
            held => held,
        }
    }
}

/// Which size of block holds so many bytes.
fn size(bytes: usize) -> usize {
    (LINK + bytes).saturating_sub(1) / STEP
}

/// One worker's shelf.
pub(super) struct Shelf {
    /// By size.
    pools: [Pool; SIZES],
}

impl Default for Shelf {
    fn default() -> Self {
        Shelf {
            pools: array::from_fn(|size| Pool::new((size + 1) * STEP)),
        }
    }
}

impl Shelf {
    /// Adds bytes, in several parts, to the end of a chain.
    pub(super) fn append(&mut self, chain: &mut Chain, parts: &[&[u8]]) {
        let mut left: usize = parts.iter().map(|part| part.len()).sum();
        let mut parts = parts.iter().copied();
        let mut part: &[u8] = &[];
        while left > 0 {
            let Some(mut room) = self.room(chain, left) else {
                return;
            };
            left -= room.len();
            while !room.is_empty() {
                if part.is_empty() {
                    part = parts.next().unwrap_or_default();
                }
                let (now, later) = part.split_at(part.len().min(room.len()));
                let (here, rest) = room.split_at_mut(now.len());
                here.copy_from_slice(now);
                (part, room) = (later, rest);
            }
        }
    }

    /// All bytes of a chain, in one piece.
    pub(super) fn read(&self, chain: &Chain) -> Vec<u8> {
        let mut all = vec![0; chain.len as usize];
        let (mut left, mut number, mut held) = (all.as_mut_slice(), chain.last, chain.held());
        // From the last block to the first.
        while let Some((before, here)) = left.split_at_mut_checked(left.len().wrapping_sub(held)) {
            let pool = self.pools.get(size(held));
            let block = pool.and_then(|pool| pool.block(number));
            let Some((block, bytes)) =
                block.and_then(|block| Some((block, block.get(LINK..LINK + held)?)))
            else {
                break;
            };
            here.copy_from_slice(bytes);
            (left, number, held) = (before, link(block), PAYLOAD);
        }
        all
    }

    /// Takes the place of a chain back; it is empty then.
    pub(super) fn free(&mut self, chain: &mut Chain) {
        let chain = std::mem::take(chain);
        let (mut number, mut held) = (chain.last, chain.held());
        while number != NONE
            && let Some(pool) = self.pools.get_mut(size(held))
        {
            let before = pool.block(number).map_or(NONE, link);
            pool.give_back(number);
            (number, held) = (before, PAYLOAD);
        }
    }

    /// Bytes of the blocks in use.
    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        self.pools.iter().map(Pool::used).sum()
    }

    /// Memory that is held for blocks, in bytes.
    #[cfg(test)]
    pub(super) fn resident(&self) -> u64 {
        self.pools.iter().map(Pool::resident).sum()
    }

    /// The next bytes of a chain, at most so many, for the caller to fill: they belong to it now.
    fn room(&mut self, chain: &mut Chain, wanted: usize) -> Option<&mut [u8]> {
        let held = (chain.len % PAYLOAD as u64) as usize;
        let more = wanted.min(PAYLOAD - held);
        let (from, to) = (size(held), size(held + more));
        if held == 0 {
            let pool = self.pools.get_mut(to)?;
            let number = pool.take();
            set_link(pool.block_mut(number)?, chain.last);
            chain.last = number;
        } else if from != to {
            let [from, to] = self.pools.get_disjoint_mut([from, to]).ok()?;
            let number = to.take();
            let old = from.block(chain.last)?.get(..LINK + held)?;
            to.block_mut(number)?
                .get_mut(..LINK + held)?
                .copy_from_slice(old);
            from.give_back(chain.last);
            chain.last = number;
        }
        chain.len += more as u64;
        let block = self.pools.get_mut(to)?.block_mut(chain.last)?;
        block.get_mut(LINK + held..LINK + held + more)
    }
}
