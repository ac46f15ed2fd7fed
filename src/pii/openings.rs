//! Tells where in a piece of text a context word may begin, and how long its first letters are.

use wide::u8x16;

use super::blocks::{BLOCK, each};
use super::text::before;

/// Words that begin with so many letters may stand within others: `kreditkartennummer`.
pub(super) const LEAD: u32 = 7;
/// Of a block so many bytes are looked at as openings; the others are what follows those.
pub(super) const STEP: usize = BLOCK - 8;

/// A block of text, one bit for each of its bytes.
pub(super) struct Openings<'t> {
    bytes: &'t [u8],
    base: usize,
    block: [u8; BLOCK],
    letters: u64,
    capitals: u64,
    /// First bytes of letters beyond ASCII.
    wide: u64,
    slashes: u64,
}

/// The bits of the bytes that are looked at as openings.
const OPENINGS: u64 = u64::MAX >> (BLOCK - STEP);

impl<'t> Openings<'t> {
    /// Those of the block at a place, with spaces behind the end of the text.
    pub(super) fn at(bytes: &'t [u8], base: usize) -> Self {
        let rest = bytes.get(base..).unwrap_or_default();
        let block = rest.first_chunk().copied().unwrap_or_else(|| {
            let mut block = [b' '; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            block
        });
        let (mut letters, mut capitals, mut wide, mut slashes) = (0, 0, 0, 0);
        for (index, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let put = |mask: u8x16| u64::from(mask.to_bitmask()) << (16 * index);
            letters |= put(within(bytes | u8x16::splat(0x20), b'a', b'z'));
            capitals |= put(within(bytes, b'A', b'Z'));
            wide |= put(within(bytes, 0xC0, 0xFF));
            slashes |= put(bytes.simd_eq(u8x16::splat(b'\\')));
        }
        Self {
            bytes,
            base,
            block,
            letters,
            capitals,
            wide,
            slashes,
        }
    }

    /// Eight bytes from an opening on.
    #[inline]
    pub(super) fn eight(&self, bit: u32) -> u64 {
        let eight = self.block.get(bit as usize..).and_then(<[u8]>::first_chunk);
        eight.map_or(0, |eight| u64::from_le_bytes(*eight))
    }

    /// Calls `visit` with every opening of ASCII, and with each number of letters from there on, up
    /// to `LEAD`, after which a word may end.
    #[inline]
    pub(super) fn runs(&self, mut visit: impl FnMut(u32, u32)) {
        let last = before(self.bytes, self.base);
        let is_behind = last.is_ascii_alphabetic();
        let behind = self.letters << 1 | u64::from(is_behind);
        let hump = self.capitals & u64::from(last.is_ascii_lowercase());
        let is_escaped = self.slashes != 0
            || last == b'\\'
            || before(self.bytes, self.base.saturating_sub(1)) == b'\\';
        let starts = self.letters & !behind & OPENINGS;
        if self.humps() | hump == 0 && !is_escaped {
            // Each opening has its own end, but for a run that goes on from before the block.
            let mut stops = !self.letters & self.letters << 1;
            if is_behind && self.letters & 1 == 1 {
                stops &= stops.wrapping_sub(1);
            }
            return each(starts, |bit| {
                let run = stops.trailing_zeros() - bit;
                stops &= stops.wrapping_sub(1);
                if run <= LEAD {
                    visit(bit, run);
                }
            });
        }
        let escaped = if is_escaped { self.behind_escapes() } else { 0 };
        let others = self.letters & (self.humps() | hump | escaped) & OPENINGS;
        each(starts | others, |bit| self.ends(bit, |run| visit(bit, run)));
    }

    /// Capitals behind a small letter of the block.
    fn humps(&self) -> u64 {
        self.capitals & (self.letters & !self.capitals) << 1
    }

    /// Places right behind `\n`, `\t` and `\r`.
    fn behind_escapes(&self) -> u64 {
        let behind = |bit: usize| {
            u64::from(bit < BLOCK && is_behind_escape(self.bytes, self.base + bit)) << (bit % BLOCK)
        };
        let mut slashes = self.slashes;
        let mut mask = behind(0) | behind(1);
        while slashes != 0 {
            mask |= behind(slashes.trailing_zeros() as usize + 2);
            slashes &= slashes - 1;
        }
        mask
    }

    /// Where as many letters follow as a word has that may stand within another.
    pub(super) fn leads(&self) -> u64 {
        let two = self.letters & self.letters >> 1;
        let four = two & two >> 2;
        four & four >> 3 & OPENINGS
    }

    /// First bytes of letters beyond ASCII.
    pub(super) fn wides(&self) -> u64 {
        self.wide & OPENINGS
    }

    /// Calls `visit` with the numbers of letters from an opening on after which a word may end: at a
    /// capital behind a small letter, and where the letters end.
    fn ends(&self, bit: u32, mut visit: impl FnMut(u32)) {
        let letters = self.letters >> bit >> 1;
        let mut stops = !letters | self.humps() >> bit >> 1;
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
}

/// Whether a word that starts here stands behind an escape that is white space.
pub(super) fn is_behind_escape(bytes: &[u8], at: usize) -> bool {
    at >= 2 && matches!(bytes.get(at - 2..at), Some([b'\\', b'n' | b't' | b'r']))
}

/// All bits of the bytes from `first` to `last`.
fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let from = bytes - u8x16::splat(first);
    from.min(u8x16::splat(last - first)).simd_eq(from)
}
