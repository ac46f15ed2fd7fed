//! Finds fixed words in a text, each by three of its bytes.

use super::blocks::{BLOCK, Block, each};
use super::gate::Gate;
use super::halves::Halves;
use super::keyed::Keyed;
use super::sieve::Sieve;
use super::text::eight;

/// Words of three bytes and more, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    words: Vec<Literal<T>>,
    sieve: Sieve,
    /// By the three bytes that are looked for.
    by_three: Keyed<Member>,
    /// Their three bytes.
    gate: Gate,
}

/// A word that has three bytes.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// Its first eight bytes, as far as they are known.
    head: u64,
    known: u64,
    /// How far from its start the three stand.
    from: usize,
    /// Where it stands among the words.
    place: usize,
}

#[derive(Debug)]
struct Literal<T> {
    text: &'static str,
    /// It counts only right behind a digit, which is looked for with it.
    behind_digit: bool,
    meaning: T,
}

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            sieve: Sieve::default(),
            by_three: Keyed::of(Vec::new()),
            gate: Gate::default(),
        }
    }
}

impl<T> Literals<T> {
    /// Adds a word that counts wherever it stands, or only right behind a digit.
    pub(super) fn add(&mut self, text: &'static str, behind_digit: bool, meaning: T) {
        self.words.push(Literal {
            text,
            behind_digit,
            meaning,
        });
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
                from,
                place,
            };
            members.extend(literal.threes(from).map(|three| (three, member)));
        }
        for (three, _) in &members {
            self.gate.add(*three);
        }
        self.sieve = sieve;
        self.by_three = Keyed::of(members);
    }

    /// What marks in the blocks of a text where the words may stand.
    pub(super) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// Calls `visit` for each word that stands in the text, with the place where it ends.
    pub(super) fn each(&self, bytes: &[u8], blocks: &[Block], mut visit: impl FnMut(&T, usize)) {
        for (index, block) in blocks.iter().enumerate() {
            each(block.literal, |bit| {
                let at = BLOCK * index + bit as usize;
                let three = three(eight(bytes, at));
                if self.gate.has(three) {
                    self.words_at(bytes, at, three, &mut visit);
                }
            });
        }
    }

    fn words_at(&self, bytes: &[u8], at: usize, three: u64, visit: &mut impl FnMut(&T, usize)) {
        for member in self.by_three.get(three) {
            if let Some(start) = at.checked_sub(member.from)
                && eight(bytes, start) & member.known == member.head
                && let literal = &self.words[member.place]
                && let Some(end) = literal.end(&bytes[start..])
            {
                visit(&literal.meaning, start + end);
            }
        }
    }
}

impl<T> Literal<T> {
    /// The halves of its bytes, and of the digit before it.
    fn halves(&self) -> Vec<Halves> {
        let digit = self.behind_digit.then_some(Halves::DIGITS);
        let bytes = self.text.as_bytes().chunks(1).map(Halves::of);
        digit.into_iter().chain(bytes).collect()
    }

    /// Its first eight bytes, and which of their bits are known.
    fn head(&self) -> (u64, u64) {
        let digit: &[u8] = if self.behind_digit { b"0" } else { b"" };
        let text = [digit, self.text.as_bytes()].concat();
        let unknown = 8 * 8_usize.saturating_sub(text.len()) as u32;
        let known = u64::MAX >> unknown;
        let digit = if self.behind_digit { 0xF } else { 0 };
        (eight(&text, 0), known & !digit)
    }

    /// Every three bytes that may stand at a place of it.
    fn threes(&self, from: usize) -> impl Iterator<Item = u64> {
        let is_digit_among = self.behind_digit && from == 0;
        let digits = if is_digit_among {
            b'0'..=b'9'
        } else {
            b'0'..=b'0'
        };
        let skipped = usize::from(!self.behind_digit);
        digits.map(move |digit| {
            let text = [&[digit], self.text.as_bytes()].concat();
            three(eight(&text, from + skipped))
        })
    }

    /// Where it ends in a text that starts with it, or with a digit and it.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let start = usize::from(self.behind_digit);
        let stands = bytes[start..].starts_with(self.text.as_bytes())
            && (!self.behind_digit || bytes[0].is_ascii_digit());
        stands.then_some(start + self.text.len())
    }
}

/// The first three of eight bytes.
fn three(eight: u64) -> u64 {
    eight & 0xFF_FFFF
}
