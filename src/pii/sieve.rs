//! Tells at sixty-four places at once where a fixed word may stand, by four of its bytes.

use std::sync::LazyLock;

use fearless_simd::{prelude::*, u8x64};

use super::blocks::{BLOCK, WINDOW};
use super::halves::{Halves, Sets};

/// So many bytes of a word are looked at.
pub(super) const WIDTH: usize = 4;
/// A word's own four bytes, where no word stands, cost so much more than others of its crowd's.
const HIT: u64 = 8;
/// So many times eight crowds are looked for: with each time fewer places are held up, and each costs
/// as much.
const ROUNDS: usize = 3;
/// Words are looked for in so many crowds; those of a crowd are taken for each other.
const CROWDS: usize = 8 * ROUNDS;

type Four = [Halves; WIDTH];

/// For each of the four bytes the crowds that have it there, eight at a time.
#[derive(Debug)]
pub(super) struct Sieve([[Sets; WIDTH]; ROUNDS]);

/// A sieve that holds nothing, for those who look for no fixed words.
pub(super) static NONE: LazyLock<Sieve> = LazyLock::new(Sieve::default);

impl Default for Sieve {
    fn default() -> Self {
        Self::of_crowds(&[Four::default(); CROWDS])
    }
}

impl Sieve {
    /// A sieve for words, each of three bytes or more, and for each from where four of its bytes are
    /// looked for: those by which the fewest places of a text are held up.
    pub(super) fn of(words: &[Vec<Halves>]) -> (Self, Vec<usize>) {
        let mut crowds = [Four::default(); CROWDS];
        let mut froms = vec![0; words.len()];
        let shares = Shares::new();
        // Common ones first: they spoil the crowd they join, and rare ones find room elsewhere.
        let mut order: Vec<usize> = (0..words.len()).collect();
        let rarest = |word: &[Halves]| fours(word).map(|four| shares.of(&four)).min();
        order.sort_by_cached_key(|&word| std::cmp::Reverse(rarest(&words[word])));
        for word in order {
            let now = crowds.map(|crowd| shares.of(&crowd));
            let choices = fours(&words[word]).enumerate().flat_map(|(from, four)| {
                let (hit, shares) = (HIT * shares.of(&four), &shares);
                crowds
                    .iter()
                    .zip(now)
                    .enumerate()
                    .map(move |(place, (crowd, now))| {
                        let joined = std::array::from_fn(|at| crowd[at].with(four[at]));
                        (shares.of(&joined) - now + hit, from, place, joined)
                    })
            });
            if let Some((_, from, place, joined)) = choices.min_by_key(|choice| choice.0) {
                crowds[place] = joined;
                froms[word] = from;
            }
        }
        (Self::of_crowds(&crowds), froms)
    }

    fn of_crowds(crowds: &[Four; CROWDS]) -> Self {
        let (eights, _) = crowds.as_chunks::<8>();
        Self(std::array::from_fn(|round| {
            std::array::from_fn(|at| Sets::of(eights[round].map(|crowd| crowd[at])))
        }))
    }

    /// Where the four bytes of a word may stand, one bit for each place of the block.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    pub(super) fn sift<S: Simd>(&self, simd: S, window: &[u8; WINDOW]) -> u64 {
        let mut any = u8x64::splat(simd, 0);
        for four in &self.0 {
            let mut held = u8x64::splat(simd, u8::MAX);
            for (at, sets) in four.iter().enumerate() {
                held &= sets.having(u8x64::from_slice(simd, &window[at..at + BLOCK]));
            }
            any |= held;
        }
        any.simd_ne(0).to_bitmask()
    }

    /// The same of one place: the reference.
    #[cfg(test)]
    pub(super) fn holds(&self, four: [u8; WIDTH]) -> bool {
        self.0.iter().any(|sets| {
            let sets = sets.iter().zip(four);
            sets.fold(u8::MAX, |held, (sets, byte)| held & sets.having_one(byte)) != 0
        })
    }
}

/// Every four bytes of a word; behind a shorter one stands anything.
fn fours(word: &[Halves]) -> impl Iterator<Item = Four> {
    let short = std::array::from_fn(|at| word.get(at).copied().unwrap_or(Halves::ANY));
    let is_short = word.len() < WIDTH;
    is_short
        .then_some(short)
        .into_iter()
        .chain(word.array_windows().copied())
}

/// How often bytes stand in texts, in parts of no meaning: for each upper half, of either eight of the
/// lower ones the sum of those that are in a set.
struct Shares(Vec<[[u64; 256]; 2]>);

impl Shares {
    fn new() -> Self {
        let sum = |first: u8, set: usize| {
            let bytes = (0..8).filter(|bit| set >> bit & 1 == 1);
            bytes.map(|bit| 1 << share(first + bit)).sum()
        };
        let sums = |first: u8| std::array::from_fn(|set| sum(first, set));
        Self(
            (0..16)
                .map(|upper| [upper << 4, upper << 4 | 8].map(sums))
                .collect(),
        )
    }

    /// How often four bytes stand where a crowd may.
    fn of(&self, four: &Four) -> u64 {
        four.iter().map(|halves| self.of_byte(*halves)).product()
    }

    fn of_byte(&self, halves: Halves) -> u64 {
        let rows = halves.rows().map(|(upper, [one, other])| {
            let [ones, others] = &self.0[upper];
            ones[usize::from(one)] + others[usize::from(other)]
        });
        rows.sum()
    }
}

/// How often a byte stands in texts, as the logarithm of its share: letters as in English.
fn share(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' => 8,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 7,
        b'h' | b'd' | b'l' | b'c' | b'u' | b'm' => 6,
        b'w' | b'f' | b'g' | b'y' | b'p' | b'b' => 5,
        b'v' | b'k' | b'-' | b'.' | b'0'..=b'9' => 4,
        b'A'..=b'Z' | b'_' | b'/' | b':' | 0x80.. => 3,
        _ => 2,
    }
}
