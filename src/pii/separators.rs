//! Counts what may separate the cells of a line, outside its quotes.

use fearless_simd::{dispatch, prelude::*, u8x64};

use super::blocks::BLOCK;
use super::level::level;

/// What separates cells, the most telling sign first; in a string a tab is a backslash and a `t`.
pub(super) const SEPARATORS: [u8; 5] = [b'\t', b'|', b';', b',', ESCAPE];
pub(super) const ESCAPE: u8 = b'\\';

/// How many of each separator stand in a line.
pub(super) type Counts = [usize; SEPARATORS.len()];

/// How many of each separator stand in a line outside quotes.
pub(super) fn count(line: &[u8]) -> Counts {
    dispatch!(level(), simd => count_with(simd, line))
}

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn count_with<S: Simd>(simd: S, line: &[u8]) -> Counts {
    let mut counts = Counts::default();
    let mut quoted = 0;
    let mut last = [0; BLOCK];
    let (blocks, tail) = line.as_chunks::<BLOCK>();
    last[..tail.len()].copy_from_slice(tail);
    for block in blocks.iter().chain(std::iter::once(&last)) {
        let bytes = u8x64::from_slice(simd, block);
        let inside = insides(bytes.simd_eq(b'"').to_bitmask()) ^ quoted;
        // All bits of the last one: whether the next block begins inside quotes.
        quoted = ((inside as i64) >> (BLOCK - 1)) as u64;
        for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
            let signs = bytes.simd_eq(separator).to_bitmask() & !inside;
            *count += signs.count_ones() as usize;
        }
    }
    counts
}

/// The bits from each first one up to the one behind it: each bit tells of an odd number of those up
/// to it.
#[inline]
fn insides(mut quotes: u64) -> u64 {
    for step in [1, 2, 4, 8, 16, 32] {
        quotes ^= quotes << step;
    }
    quotes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::level;

    /// The counts as a reader with one finger takes them.
    fn count_slowly(line: &[u8]) -> Counts {
        let mut quoted = false;
        let mut counts = Counts::default();
        for byte in line {
            quoted ^= *byte == b'"';
            for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                *count += usize::from(*byte == separator && !quoted);
            }
        }
        counts
    }

    proptest::proptest! {
        #[test]
        fn separators_are_counted_outside_quotes(
            line in "[a\",;|\t\\\\]{0,300}",
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
        ) {
            for line in [line.as_bytes(), &bytes] {
                for level in level::every() {
                    let counts = level::at(level, || count(line));
                    assert_eq!(counts, count_slowly(line), "{level:?}");
                }
            }
        }
    }
}
