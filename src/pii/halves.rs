//! Tells of sixty-four bytes at once which of eight sets have them.

use fearless_simd::{prelude::*, u8x64};

use super::blocks::BLOCK;

/// A set of bytes: those of its lower halves with any of its upper ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Halves {
    lower: u16,
    upper: u16,
}

impl Halves {
    /// Every byte.
    pub(super) const ANY: Self = Self {
        lower: u16::MAX,
        upper: u16::MAX,
    };

    /// The least set that has these bytes.
    pub(super) const fn of(bytes: &[u8]) -> Self {
        let mut set = Self { lower: 0, upper: 0 };
        let mut at = 0;
        while at < bytes.len() {
            set.lower |= 1 << (bytes[at] & 15);
            set.upper |= 1 << (bytes[at] >> 4);
            at += 1;
        }
        set
    }

    /// The least set that has the bytes of two.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            lower: self.lower | other.lower,
            upper: self.upper | other.upper,
        }
    }

    /// Its upper halves, each with the set of the lower ones, eight by eight.
    pub(super) fn rows(self) -> impl Iterator<Item = (usize, [u8; 2])> {
        let lower = self.lower.to_le_bytes();
        let mut rest = self.upper;
        std::iter::from_fn(move || {
            let upper = rest.trailing_zeros() as usize;
            let row = (rest != 0).then_some((upper, lower));
            rest &= rest.wrapping_sub(1);
            row
        })
    }

    pub(super) fn bytes(self) -> impl Iterator<Item = u8> {
        let uppers = (0..16).filter(move |half| self.upper >> half & 1 == 1);
        uppers.flat_map(move |upper| {
            let lowers = (0..16).filter(move |half| self.lower >> half & 1 == 1);
            lowers.map(move |lower| upper << 4 | lower)
        })
    }
}

/// Eight sets of bytes: for each half of a byte the sets that have it, one bit each.
#[derive(Clone, Debug)]
pub(super) struct Sets {
    lower: [u8; BLOCK],
    upper: [u8; BLOCK],
}

impl Sets {
    pub(super) const fn of(sets: [Halves; 8]) -> Self {
        let (mut lower, mut upper) = ([0; BLOCK], [0; BLOCK]);
        let mut at = 0;
        while at < BLOCK * sets.len() {
            let (half, set) = (at % BLOCK, at / BLOCK);
            lower[half] |= ((sets[set].lower >> (half % 16) & 1) as u8) << set;
            upper[half] |= ((sets[set].upper >> (half % 16) & 1) as u8) << set;
            at += 1;
        }
        Self { lower, upper }
    }

    /// The sets that have each of the bytes.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    pub(super) fn having<S: Simd>(&self, bytes: u8x64<S>) -> u8x64<S> {
        let lower = u8x64::from_slice(bytes.simd, &self.lower);
        let upper = u8x64::from_slice(bytes.simd, &self.upper);
        lower.swizzle_dyn_within_blocks(bytes & 15) & upper.swizzle_dyn_within_blocks(bytes >> 4)
    }

    /// The sets that have one byte: the reference.
    #[cfg(test)]
    pub(super) fn having_one(&self, byte: u8) -> u8 {
        self.lower[usize::from(byte & 15)] & self.upper[usize::from(byte >> 4)]
    }
}
