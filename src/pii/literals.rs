//! Finds fixed words in a text, each by four of its bytes.

use fearless_simd::dispatch;

use super::blocks::{BLOCK, Block, SPREAD, spread};
use super::gate::Gate;
use super::halves::Halves;
use super::keyed::Keyed;
use super::level::level;
use super::sieve::{Sieve, WIDTH};
use super::text::{eight, four};

/// So many blocks are read at a time.
const AHEAD: usize = 8;
/// More places than these have.
const ROOM: usize = AHEAD * BLOCK + SPREAD;

/// Words of three bytes and more, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    words: Vec<Literal<T>>,
    sieve: Sieve,
    /// By the four bytes that are looked for.
    by_four: Keyed<Member>,
    /// Their four bytes.
    gate: Gate,
}

/// A word that has four bytes.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// Its first eight bytes, as far as they are known.
    head: u64,
    known: u64,
    /// How far from its start the four stand.
    from: u8,
    /// Where it stands among the words.
    place: u16,
}

#[derive(Debug)]
struct Literal<T> {
    text: &'static str,
    /// What it stands for: several may look for the same word.
    meanings: Vec<T>,
}

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            sieve: Sieve::default(),
            by_four: Keyed::of(Vec::new()),
            gate: Gate::default(),
        }
    }
}

impl<T> Literals<T> {
    /// Adds a word that counts wherever it stands.
    pub(super) fn add(&mut self, text: &'static str, meaning: T) {
        let known = self.words.iter_mut().find(|word| word.text == text);
        if let Some(word) = known {
            return word.meanings.push(meaning);
        }
        let meanings = vec![meaning];
        self.words.push(Literal { text, meanings });
    }

    /// To be called when all words were added.
    pub(super) fn build(&mut self) {
        let words: Vec<Vec<Halves>> = self.words.iter().map(Literal::halves).collect();
        let (sieve, froms) = Sieve::of(&words);
        let mut members = Vec::new();
        for (place, (literal, from)) in self.words.iter().zip(froms).enumerate() {
            let (head, known) = literal.head();
            let member = Member {
                head,
                known,
                from: from as u8,
                place: place as u16,
            };
            members.extend(literal.fours(from).into_iter().map(|four| (four, member)));
        }
        for (four, _) in &members {
            self.gate.add(*four);
        }
        self.sieve = sieve;
        self.by_four = Keyed::of(members);
    }

    /// What marks in the blocks of a text where the words may stand.
    pub(super) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// Calls `visit` for each word that stands in the text, with the place where it ends.
    pub(super) fn each(&self, bytes: &[u8], blocks: &[Block], mut visit: impl FnMut(&T, usize)) {
        dispatch!(level(), _simd => self.each_with(bytes, blocks, &mut visit));
    }

    /// Whether a place is one of a word nobody could foresee: a jump for each would cost more than all
    /// the rest.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    fn each_with(&self, bytes: &[u8], blocks: &[Block], visit: &mut impl FnMut(&T, usize)) {
        let mut places = [0; ROOM];
        for (round, part) in blocks.chunks(AHEAD).enumerate() {
            let base = AHEAD * BLOCK * round;
            let mut count = 0;
            for (ahead, block) in part.iter().enumerate() {
                count = spread(block.literal, BLOCK * ahead, &mut places, count);
            }
            let mut known = 0;
            for at in 0..count.min(ROOM) {
                let place = places[at];
                places[known % ROOM] = place;
                let four = four(bytes, base + usize::from(place));
                known += self.gate.bit(four) as usize;
            }
            for place in &places[..known.min(ROOM)] {
                self.words_at(bytes, base + usize::from(*place), visit);
            }
        }
    }

    fn words_at(&self, bytes: &[u8], at: usize, visit: &mut impl FnMut(&T, usize)) {
        for member in self.by_four.get(four(bytes, at)) {
            if let Some(start) = at.checked_sub(usize::from(member.from))
                && eight(bytes, start) & member.known == member.head
                && let literal = &self.words[usize::from(member.place)]
                && let Some(end) = literal.end(&bytes[start..])
            {
                for meaning in &literal.meanings {
                    visit(meaning, start + end);
                }
            }
        }
    }
}

impl<T> Literal<T> {
    /// The halves of its bytes.
    fn halves(&self) -> Vec<Halves> {
        self.text.as_bytes().chunks(1).map(Halves::of).collect()
    }

    /// Its first eight bytes, and which of their bits are known.
    fn head(&self) -> (u64, u64) {
        let text = self.text.as_bytes();
        let unknown = 8 * 8_usize.saturating_sub(text.len()) as u32;
        (eight(text, 0), u64::MAX >> unknown)
    }

    /// Every four bytes that may stand at a place of it: anything behind it.
    fn fours(&self, from: usize) -> Vec<u64> {
        let any_of = |halves: Halves| halves.bytes().collect::<Vec<u8>>();
        let bytes = self.halves().into_iter().map(any_of);
        let bytes = bytes.chain(std::iter::repeat(any_of(Halves::ANY)));
        let fours = bytes.skip(from).take(WIDTH).collect::<Vec<_>>();
        fours.iter().rev().fold(vec![0], |fours, any| {
            let with = |four: u64| any.iter().map(move |byte| four << 8 | u64::from(*byte));
            fours.into_iter().flat_map(with).collect()
        })
    }

    /// Where it ends in a text that starts with it.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let stands = bytes.starts_with(self.text.as_bytes());
        stands.then_some(self.text.len())
    }
}
