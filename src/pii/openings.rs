//! Tells where in a block of text a context word may begin, and how long its first letters are.

use super::blocks::{BLOCK, Block, NOTHING, each};

/// Words that begin with so many letters may stand within others: `kreditkartennummer`.
pub(super) const LEAD: u32 = 7;
/// The bytes of a block, and those behind it that belong to the words that begin in it.
pub(super) const WINDOW: usize = BLOCK + 8;

/// A block of text with what stands around it, one bit for each of its bytes.
pub(super) struct Openings<'t> {
    bytes: &'t [u8],
    base: usize,
    window: &'t [u8; WINDOW],
    now: &'t Block,
    next: &'t Block,
    /// Letters, and places right behind one.
    letters: u64,
    behind: u64,
    /// Capitals behind a small letter.
    humps: u64,
    /// Letters that may stand right behind an escape.
    escaped: u64,
}

impl<'t> Openings<'t> {
    /// Those of a block; `last` holds what is read of it where the text ends.
    pub(super) fn of(
        bytes: &'t [u8],
        blocks: &'t [Block],
        index: usize,
        last: &'t mut [u8; WINDOW],
    ) -> Self {
        let block = |index: Option<usize>| index.and_then(|index| blocks.get(index));
        let [before, now, next] = [index.checked_sub(1), Some(index), Some(index + 1)]
            .map(|index| block(index).unwrap_or(NOTHING));
        let base = BLOCK * index;
        let rest = bytes.get(base..).unwrap_or_default();
        let window = rest.first_chunk().unwrap_or_else(|| {
            last[..rest.len()].copy_from_slice(rest);
            last
        });
        let letters = now.letters();
        Self {
            bytes,
            base,
            window,
            now,
            next,
            letters,
            behind: letters << 1 | before.letters() >> (BLOCK - 1),
            humps: humps(before, now),
            escaped: letters & (now.escape << 2 | before.escape >> (BLOCK - 2)),
        }
    }

    /// Eight bytes from an opening on.
    #[inline]
    pub(super) fn eight(&self, bit: u32) -> u64 {
        let from = bit as usize % BLOCK;
        let eight = self.window[from..from + 8].first_chunk();
        eight.map_or(0, |eight| u64::from_le_bytes(*eight))
    }

    /// Calls `visit` with every opening of ASCII, and with each number of letters from there on, up
    /// to `LEAD`, after which a word may end.
    #[inline]
    pub(super) fn runs(&self, mut visit: impl FnMut(u32, u32)) {
        let mut starts = self.letters & !self.behind;
        if self.humps | self.escaped != 0 {
            starts |= self.humps | self.behind_escapes();
            return each(starts, |bit| self.ends(bit, |run| visit(bit, run)));
        }
        // Each opening has its own end, but for a run that goes on from before the block and one
        // that goes on behind it.
        let mut stops = !self.letters & self.behind;
        if self.behind & 1 == 1 {
            stops &= stops.wrapping_sub(1);
        }
        while stops != 0 {
            let bit = starts.trailing_zeros();
            let run = stops.trailing_zeros() - bit;
            starts &= starts.wrapping_sub(1);
            stops &= stops - 1;
            if run <= LEAD {
                visit(bit, run);
            }
        }
        each(starts, |bit| self.ends(bit, |run| visit(bit, run)));
    }

    /// Calls `visit` with the numbers of letters from an opening on after which a word may end: at a
    /// capital behind a small letter, and where the letters end.
    pub(super) fn ends(&self, bit: u32, mut visit: impl FnMut(u32)) {
        let from = |now: u64, next: u64| now >> bit >> 1 | next << (BLOCK as u32 - 1 - bit);
        let letters = from(self.letters, self.next.letters());
        let mut stops = !letters | from(self.humps, humps(self.now, self.next));
        loop {
            let stop = stops.trailing_zeros();
            if stop >= LEAD {
                return;
            }
            visit(stop + 1);
            if letters >> stop & 1 == 0 {
                return;
            }
            stops &= stops - 1;
        }
    }

    /// Where as many letters follow as a word has that may stand within another.
    pub(super) fn leads(&self) -> u64 {
        let both = |(now, next): (u64, u64), by: u32| {
            (
                now & (now >> by | next << (BLOCK as u32 - by)),
                next & next >> by,
            )
        };
        let two = both((self.letters, self.next.letters()), 1);
        both(both(two, 2), 3).0
    }

    /// First bytes of letters beyond ASCII.
    pub(super) fn wides(&self) -> u64 {
        self.now.wide
    }

    /// Letters right behind `\n`, `\t` and `\r`.
    fn behind_escapes(&self) -> u64 {
        let mut mask = 0;
        each(self.escaped, |bit| {
            mask |= u64::from(is_behind_escape(self.bytes, self.base + bit as usize)) << bit;
        });
        mask
    }
}

/// Capitals of a block behind a small letter.
fn humps(before: &Block, now: &Block) -> u64 {
    let small = |block: &Block| block.letters() & !block.capital;
    now.capital & (small(now) << 1 | small(before) >> (BLOCK - 1))
}

/// Whether a word that starts here stands behind an escape that is white space.
pub(super) fn is_behind_escape(bytes: &[u8], at: usize) -> bool {
    at >= 2 && matches!(bytes.get(at - 2..at), Some([b'\\', b'n' | b't' | b'r']))
}
