//! Tells where in a block of text a context word may begin, and how long its first letters are.

use super::blocks::{BLOCK, Block, NOTHING, each};

/// Words that begin with so many letters may stand within others: `kreditkartennummer`.
pub(super) const LEAD: u32 = 7;

/// A block of text with what stands around it, one bit for each of its bytes.
pub(super) struct Openings<'t> {
    bytes: &'t [u8],
    base: usize,
    now: Letters,
    next: Letters,
    /// Places right behind a letter.
    behind: u64,
    /// Letters that may stand right behind an escape.
    escaped: u64,
    /// First bytes of letters beyond ASCII.
    pub(super) wides: u64,
}

/// The letters of ASCII in a block, and capitals behind a small one.
#[derive(Clone, Copy)]
struct Letters {
    all: u64,
    humps: u64,
}

impl Letters {
    fn of(before: &Block, now: &Block) -> Self {
        let small = |block: &Block| block.letters() & !block.capital;
        Self {
            all: now.letters(),
            humps: now.capital & (small(now) << 1 | small(before) >> (BLOCK - 1)),
        }
    }
}

/// The bytes of a block, and those behind it that belong to the words that begin in it.
pub(super) const WINDOW: usize = BLOCK + 8;

/// What is read of a text from the base of a block on; behind its end stands nothing.
#[inline]
pub(super) fn window<'t>(
    bytes: &'t [u8],
    index: usize,
    last: &'t mut [u8; WINDOW],
) -> &'t [u8; WINDOW] {
    let rest = bytes.get(BLOCK * index..).unwrap_or_default();
    rest.first_chunk().unwrap_or_else(|| {
        *last = [0; WINDOW];
        last[..rest.len()].copy_from_slice(rest);
        last
    })
}

/// Eight bytes from a place of the block on.
#[inline]
pub(super) fn eight(window: &[u8; WINDOW], bit: u32) -> u64 {
    let from = bit as usize % BLOCK;
    let eight = window[from..from + 8].first_chunk();
    eight.map_or(0, |eight| u64::from_le_bytes(*eight))
}

impl<'t> Openings<'t> {
    /// Those of a block.
    #[inline]
    pub(super) fn of(bytes: &'t [u8], blocks: &'t [Block], index: usize) -> Self {
        let block = |index: usize| blocks.get(index).unwrap_or(NOTHING);
        let (before, now) = (block(index.wrapping_sub(1)), block(index));
        let letters = Letters::of(before, now);
        Self {
            bytes,
            base: BLOCK * index,
            next: Letters::of(now, block(index + 1)),
            behind: letters.all << 1 | before.letters() >> (BLOCK - 1),
            escaped: letters.all & (now.escape << 2 | before.escape >> (BLOCK - 2)),
            wides: now.wide,
            now: letters,
        }
    }

    /// Goes on to the next block.
    #[inline]
    pub(super) fn step(&mut self, blocks: &[Block]) {
        let index = self.base / BLOCK;
        let block = |index: usize| blocks.get(index).unwrap_or(NOTHING);
        let (before, now) = (block(index), block(index + 1));
        self.base += BLOCK;
        self.behind = self.next.all << 1 | self.now.all >> (BLOCK - 1);
        self.now = self.next;
        self.next = Letters::of(now, block(index + 2));
        self.escaped = self.now.all & (now.escape << 2 | before.escape >> (BLOCK - 2));
        self.wides = now.wide;
    }

    /// Calls `visit` with every opening of ASCII and each number of letters from there on, or one from
    /// `LEAD` on, after which a word may end; and with every place that as many letters follow as a
    /// word has that may stand within another.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    pub(super) fn runs(&self, mut visit: impl FnMut(u32, u32)) {
        let Letters { all, humps } = self.now;
        let mut starts = all & !self.behind;
        let leads = self.leads();
        if humps | self.escaped != 0 {
            starts |= humps | self.behind_escapes();
            each(starts, |bit| self.ends(bit, |run| visit(bit, run)));
            return each(leads, |bit| visit(bit, LEAD));
        }
        // Each opening has its own end, but for a run that goes on from before the block and one
        // that goes on behind it.
        let mut stops = !all & self.behind;
        if self.behind & 1 == 1 {
            stops &= stops.wrapping_sub(1);
        }
        let others = leads & !starts;
        while stops != 0 {
            let bit = starts.trailing_zeros();
            let run = stops.trailing_zeros() - bit;
            starts &= starts.wrapping_sub(1);
            stops &= stops - 1;
            visit(bit, run);
        }
        each(others | leads & starts, |bit| visit(bit, LEAD));
        if starts >> (BLOCK as u32 - LEAD) != 0 {
            let bit = starts.trailing_zeros();
            self.ends(bit, |run| visit(bit, run));
        }
    }

    /// Calls `visit` with the numbers of letters from an opening on, fewer than `LEAD`, after which a
    /// word may end: at a capital behind a small letter, and where the letters end.
    #[inline]
    pub(super) fn ends(&self, bit: u32, mut visit: impl FnMut(u32)) {
        let from = |now: u64, next: u64| now >> bit >> 1 | next << (BLOCK as u32 - 1 - bit);
        let letters = from(self.now.all, self.next.all);
        let mut stops = !letters | from(self.now.humps, self.next.humps);
        loop {
            let stop = stops.trailing_zeros();
            if stop + 1 >= LEAD {
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
    #[inline]
    pub(super) fn leads(&self) -> u64 {
        let both = |(now, next): (u64, u64), by: u32| {
            (
                now & (now >> by | next << (BLOCK as u32 - by)),
                next & next >> by,
            )
        };
        let two = both((self.now.all, self.next.all), 1);
        both(both(two, 2), 3).0
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

/// Whether a word that starts here stands behind an escape that is white space.
pub(super) fn is_behind_escape(bytes: &[u8], at: usize) -> bool {
    at >= 2 && matches!(bytes.get(at - 2..at), Some([b'\\', b'n' | b't' | b'r']))
}
