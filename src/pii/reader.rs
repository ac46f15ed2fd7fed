//! Finds context words in a text, whatever their case and joints.

use std::ops::Range;
use std::sync::LazyLock;

use fearless_simd::{dispatch, prelude::*};

use super::blocks::{BLOCK, Block, each};
use super::context::Word;
use super::entry::{BEHIND, Clue, Entry, SMALL, WIDE_MAX, folded_eight, letters, sign, wide_key};
use super::gate::Gate;
use super::keyed::Slots;
use super::level::level;
use super::marks::{Mark, Marks, RUNS, Run, Runs};
use super::openings::{self, LEAD, Openings, WINDOW, window};
use super::spellings::{Spelling, spellings};
use super::text::eight;

/// Finds the words of a text.
///
/// A word of ASCII is found by its first run of letters: by all of it, or by the first seven where
/// there are as many, because such a word may stand within another. Any other word is found by its
/// first bytes.
pub(super) struct Reader {
    /// The first runs of letters, and all other numbers by which words are found.
    gate: Gate,
    /// The words by those numbers.
    groups: Slots<Group>,
    clues: Vec<Clue>,
    entries: Vec<Entry>,
    /// By so many bytes words are found that begin beyond ASCII: as many as the shortest has.
    n_wide: usize,
    /// How many bytes the longest word has.
    pub(super) longest: usize,
}

/// The words of one number.
#[derive(Clone, Debug, Default)]
struct Group {
    /// What those speak of that may end with their first run of letters, as bits.
    topics: u32,
    /// What stands behind it where others go on, folded, and what behind that: both by their last six
    /// bits.
    behind: u64,
    next: u64,
    /// All of them, the shortest first.
    clues: Range<u16>,
}

impl Group {
    fn of(clues: &[Clue], first: u16) -> Self {
        let whole = clues.iter().filter(|clue| clue.behind == 0);
        let others = clues.iter().filter(|clue| clue.behind != 0);
        Self {
            topics: whole.fold(0, |topics, clue| topics | clue.topic),
            behind: others
                .clone()
                .fold(0, |bits, clue| bits | 1 << (clue.behind % 64)),
            next: others.fold(0, |bits, clue| bits | clue.next()),
            clues: first..first + clues.len() as u16,
        }
    }
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
            keys.map(move |key| (key, entry.clue(place, n_wide)))
        });
        let mut keyed: Vec<(u64, Clue)> = clues.collect();
        keyed.sort_by_key(|(key, _)| *key);
        let mut gate = Gate::default();
        let signs = entries.iter().flat_map(|entry| entry.signs(n_wide));
        signs.for_each(|sign| gate.add(sign));
        let (mut groups, mut clues) = (Vec::new(), Vec::new());
        for group in keyed.chunk_by(|one, other| one.0 == other.0) {
            let (key, first) = (group[0].0, clues.len());
            clues.extend(group.iter().map(|(_, clue)| *clue));
            groups.push((key, Group::of(&clues[first..], first as u16)));
        }
        Self {
            gate,
            groups: Slots::of(&groups),
            clues,
            entries,
            n_wide,
            longest,
        }
    }

    /// Makes the marks of the blocks of a text from one on, of as many as there is room for.
    pub(super) fn mark(
        &self,
        bytes: &[u8],
        (blocks, first): (&[Block], usize),
        (marks, runs): (&mut [Mark], &mut Runs),
    ) {
        dispatch!(level(), simd => {
            self.mark_with(simd, bytes, (blocks, first), (marks, runs));
        });
    }

    /// No jump depends on a single word: most of them nobody could foresee.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    fn mark_with<S: Simd>(
        &self,
        _: S,
        bytes: &[u8],
        (blocks, first): (&[Block], usize),
        (marks, runs): (&mut [Mark], &mut Runs),
    ) {
        let (mut known, mut last) = (0, [0; WINDOW]);
        let mut openings = Openings::of(bytes, blocks, first);
        for (ahead, mark) in marks.iter_mut().enumerate() {
            let window = window(bytes, first + ahead, &mut last);
            openings.runs(|bit, run| {
                let sign = sign(openings::eight(window, bit), run);
                runs[known % RUNS] = Run::new(BLOCK * ahead + bit as usize, run);
                known += self.gate.bit(sign) as usize;
            });
            *mark = Mark::default();
            each(openings.wides, |bit| {
                let key = self.wide_key(bytes, BLOCK * (first + ahead) + bit as usize);
                if self.gate.has(key) {
                    self.note(mark, bit, key, (0, 0));
                }
            });
            openings.step(blocks);
        }
        for run in &runs[..known.min(RUNS)] {
            let head = eight(bytes, BLOCK * first + run.place());
            let key = letters(head, run.letters());
            let (mark, bit) = (&mut marks[run.place() / BLOCK], run.place() % BLOCK);
            self.note(mark, bit as u32, key, (head, run.letters()));
        }
    }

    /// Notes what the words of one number that may stand at a place speak of; `head` are the eight
    /// bytes from there on.
    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    fn note(&self, mark: &mut Mark, bit: u32, key: u64, (head, run): (u64, u32)) {
        if let Some(group) = self.groups.get(key) {
            let mut topics = group.topics;
            let behind = BEHIND[usize::from((head >> (8 * run)) as u8)];
            let next = (head | SMALL) >> (8 * run) >> 8;
            if group.behind >> (behind % 64) & group.next >> (next % 64) & 1 == 1 {
                let clues = self.clues_of(group);
                let fitting = clues.filter(|clue| clue.fits(head | SMALL, behind));
                topics |= fitting.fold(0, |topics, clue| topics | clue.topic);
            }
            mark.topics |= topics;
            mark.places |= u64::from(topics != 0) << bit;
        }
    }

    fn clues_of(&self, group: &Group) -> impl Iterator<Item = &Clue> {
        self.clues[usize::from(group.clues.start)..usize::from(group.clues.end)].iter()
    }

    /// Calls `visit` with every word that is found between two places, where marks tell.
    pub(super) fn words(
        &self,
        bytes: &[u8],
        (blocks, marks): (&[Block], &Marks),
        range: Range<usize>,
        mut visit: impl FnMut(Word),
    ) {
        for index in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            let base = BLOCK * index;
            let from = u64::MAX << range.start.saturating_sub(base);
            let behind = u64::MAX.checked_shl((range.end - base) as u32).unwrap_or(0);
            let places = marks.places(index) & from & !behind;
            if places != 0 {
                let openings = Openings::of(bytes, blocks, index);
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
        let mut found = |key: u64, head: (u64, u32), ended: u32| {
            let clues = self.fitting(key, head);
            let words =
                clues.filter_map(|clue| self.entries[usize::from(clue.place)].whole_at(bytes, at));
            for word in words {
                if !has_bit(ended, word.end as usize - at) {
                    visit(word);
                }
            }
        };
        if openings.wides >> bit & 1 == 1 {
            let head = folded_eight(bytes, at + self.n_wide);
            return found(self.wide_key(bytes, at), (head, 0), 0);
        }
        let head = eight(bytes, at);
        // What ends before a capital may also be found by its plural, and by a lead that spells that:
        // `MsS`, `parentSSN`.
        let mut ended = 0;
        openings.ends(bit, |run| {
            found(letters(head, run), (head, run), ended);
            ended |= 1 << run;
        });
        if openings.leads() >> bit & 1 == 1 {
            found(letters(head, LEAD), (head, LEAD), ended);
        }
    }

    /// The words of one number that the eight bytes from their place on do not rule out; `run` is
    /// where what stands behind their first letters is to be looked at.
    #[inline]
    fn fitting(&self, key: u64, (head, run): (u64, u32)) -> impl Iterator<Item = &Clue> {
        let behind = BEHIND[usize::from((head >> (8 * run)) as u8)];
        let head = head | SMALL;
        let group = self.groups.get(key);
        let clues = group.into_iter().flat_map(|group| self.clues_of(group));
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

fn has_bit(bits: u32, bit: usize) -> bool {
    bits.checked_shr(bit as u32).unwrap_or(0) & 1 == 1
}
