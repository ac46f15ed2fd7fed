//! Finds context words in a text, whatever their case and joints.

use std::ops::Range;
use std::sync::LazyLock;

use super::blocks::{BLOCK, Block, each};
use super::context::Word;
use super::entry::{BEHIND, Clue, Entry, SMALL, WIDE_MAX, lead_key, letters, wide_key};
use super::gate::Gate;
use super::keyed::Keyed;
use super::marks::Mark;
use super::openings::{Openings, WINDOW};
use super::spellings::{Spelling, spellings};

/// Finds the words of a text.
///
/// A word of ASCII is found by its first run of letters: by all of it, or by the first seven where
/// there are as many, because such a word may stand within another. Any other word is found by its
/// first bytes.
pub(super) struct Reader {
    /// The first runs of letters, and all other numbers by which words are found.
    gate: Gate,
    /// The words by those numbers.
    clues: Keyed<Clue>,
    entries: Vec<Entry>,
    /// By so many bytes words are found that begin beyond ASCII: as many as the shortest has.
    n_wide: usize,
    /// How many bytes the longest word has.
    pub(super) longest: usize,
}

impl Reader {
    fn of(mut spellings: Vec<Spelling>) -> Self {
        // Of one number the shortest stand first; of two alike the later one counts first.
        spellings.reverse();
        spellings.sort_by_key(|spelling| spelling.text.len());
        let longest = spellings.last().map_or(0, |spelling| spelling.text.len());
        let wide = spellings.iter().map(|spelling| spelling.text.as_bytes());
        let wide = wide.filter(|text| !text[0].is_ascii()).map(<[u8]>::len);
        let n_wide = wide.min().unwrap_or_default().min(WIDE_MAX);
        let entries = spellings.into_iter().map(|one| Entry::new(one, n_wide));
        let entries: Vec<Entry> = entries.collect();
        let clues = (0..).zip(&entries).flat_map(|(place, entry)| {
            let keys = entry.keys(n_wide).into_iter();
            keys.map(move |key| (key, entry.clue(place)))
        });
        let clues: Vec<_> = clues.collect();
        let mut gate = Gate::default();
        for (key, _) in &clues {
            gate.add(*key);
        }
        Self {
            gate,
            clues: Keyed::of(clues),
            entries,
            n_wide,
            longest,
        }
    }

    /// What words may begin in a block of a text.
    pub(super) fn mark(&self, bytes: &[u8], blocks: &[Block], index: usize) -> Mark {
        let mut last = [0; WINDOW];
        let openings = Openings::of(bytes, blocks, index, &mut last);
        let mut mark = Mark::default();
        openings.runs(|bit, run| {
            let head = openings.eight(bit);
            let key = letters(head, run);
            if self.gate.has(key) {
                self.note(&mut mark, bit, key, (head, run));
            }
        });
        each(openings.leads(), |bit| {
            let head = openings.eight(bit);
            let key = lead_key(head);
            if self.gate.has(key) {
                self.note(&mut mark, bit, key, (head, 0));
            }
        });
        each(openings.wides(), |bit| {
            let key = self.wide_key(bytes, BLOCK * index + bit as usize);
            if self.gate.has(key) {
                self.note(&mut mark, bit, key, (0, 0));
            }
        });
        mark
    }

    /// Notes what the words of one number that may stand at a place speak of.
    #[inline(never)]
    fn note(&self, mark: &mut Mark, bit: u32, key: u64, (head, run): (u64, u32)) {
        let topics = self
            .fitting(key, (head, run))
            .fold(0, |topics, clue| topics | clue.topic);
        mark.topics |= topics;
        mark.places |= u64::from(topics != 0) << bit;
    }

    /// Calls `visit` with every word that is found between two places, where marks tell.
    pub(super) fn words(
        &self,
        bytes: &[u8],
        (blocks, marks): (&[Block], &[Mark]),
        range: Range<usize>,
        mut visit: impl FnMut(Word),
    ) {
        let blocks_of = range.start / BLOCK..range.end.div_ceil(BLOCK).min(marks.len());
        for index in blocks_of {
            let base = BLOCK * index;
            let from = u64::MAX << range.start.saturating_sub(base);
            let behind = u64::MAX.checked_shl((range.end - base) as u32).unwrap_or(0);
            let places = marks[index].places & from & !behind;
            if places != 0 {
                let mut last = [0; WINDOW];
                let openings = Openings::of(bytes, blocks, index, &mut last);
                each(places, |bit| {
                    self.words_at(bytes, base, (&openings, bit), &mut visit);
                });
            }
        }
    }

    /// The words that are found at a place of a block.
    fn words_at(
        &self,
        bytes: &[u8],
        base: usize,
        (openings, bit): (&Openings<'_>, u32),
        visit: &mut impl FnMut(Word),
    ) {
        let at = base + bit as usize;
        let mut found = |key: u64, head: (u64, u32)| {
            let words = self.fitting(key, head);
            words
                .filter_map(|clue| self.entries[usize::from(clue.place)].whole_at(bytes, at))
                .for_each(&mut *visit);
        };
        if openings.wides() >> bit & 1 == 1 {
            return found(self.wide_key(bytes, at), (0, 0));
        }
        let head = openings.eight(bit);
        openings.ends(bit, |run| found(letters(head, run), (head, run)));
        if openings.leads() >> bit & 1 == 1 {
            found(lead_key(head), (head, 0));
        }
    }

    /// The words of one number that the eight bytes from their place on do not rule out; `run` is
    /// where what stands behind their first letters is to be looked at.
    #[inline]
    fn fitting(&self, key: u64, (head, run): (u64, u32)) -> impl Iterator<Item = &Clue> {
        let behind = BEHIND[usize::from((head >> (8 * run)) as u8)];
        let head = head | SMALL;
        let clues = self.clues.get(key);
        clues.filter(move |clue| clue.fits(head, behind))
    }

    fn wide_key(&self, bytes: &[u8], at: usize) -> u64 {
        wide_key(bytes, at, self.n_wide.min(bytes.len() - at))
    }

    /// The words that start at a place, found by trying all.
    #[cfg(any(test, fuzzing))]
    pub(super) fn words_slowly(&self, bytes: &[u8], at: usize, mut visit: impl FnMut(Word)) {
        for entry in &self.entries {
            let whole = 0..entry.spelling.text.len();
            let word = entry.whole_at(bytes, at + entry.back);
            let word = word.filter(|_| entry.is_at(bytes, at, whole));
            word.into_iter().for_each(&mut visit);
        }
    }
}

pub(super) static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(spellings()));
