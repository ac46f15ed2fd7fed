//! Keeps what a context has read, in memory that is used from text to text.

use std::ops::Range;

use super::context::Word;
use super::marks::Marks;
use super::words::Topic;

/// How many words are remembered; more than fit into the reach and one block ahead.
const REMEMBERED: usize = 128;
/// How many words of a column's head are remembered.
pub(super) const HEADING: usize = 8;

const NOTHING: Word = Word {
    topic: Topic::Count,
    start: isize::MIN,
    end: isize::MIN,
};

/// What a context has read.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) seen: Seen,
    pub(super) heading: [Word; HEADING],
    pub(super) heads: Heads,
    pub(super) marks: Marks,
    /// Words are looked for at every place, none is skipped: for the reference.
    #[cfg(any(test, fuzzing))]
    pub(super) is_slow: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            seen: Seen::default(),
            heading: [NOTHING; HEADING],
            heads: Heads::default(),
            marks: Marks::default(),
            #[cfg(any(test, fuzzing))]
            is_slow: false,
        }
    }
}

impl Memory {
    #[cfg(any(test, fuzzing))]
    pub(super) fn slow() -> Self {
        Self {
            is_slow: true,
            ..Self::default()
        }
    }

    /// Forgets the last text.
    pub(super) fn clear(&mut self) {
        self.seen.clear();
        self.heads.clear();
        self.marks.clear();
    }
}

/// The words read last, in the order in which they end, of two that end together the longer last.
#[derive(Debug)]
pub(super) struct Seen {
    words: [Word; REMEMBERED],
    count: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            words: [NOTHING; REMEMBERED],
            count: 0,
        }
    }
}

impl Seen {
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    pub(super) fn add(&mut self, word: Word) {
        let mut at = self.count;
        while at > 0 && self.count - at + 1 < REMEMBERED {
            let last = self.words[(at - 1) % REMEMBERED];
            if (last.end, word.start) <= (word.end, last.start) {
                break;
            }
            self.words[at % REMEMBERED] = last;
            at -= 1;
        }
        self.words[at % REMEMBERED] = word;
        self.count += 1;
    }

    /// The words that end at a place or behind it, the last first.
    pub(super) fn since(&self, oldest: isize) -> impl Iterator<Item = Word> {
        let kept = self.count.min(REMEMBERED);
        (0..kept)
            .map(|back| self.words[(self.count - 1 - back) % REMEMBERED])
            .take_while(move |word| word.end >= oldest)
    }
}

/// The words of the columns' heads that were read last.
#[derive(Debug, Default)]
pub(super) struct Heads {
    /// Where each head starts, and its words.
    read: Vec<(usize, Range<usize>)>,
    words: Vec<Word>,
}

impl Heads {
    /// So many heads are remembered.
    const MAX: usize = 32;

    /// Forgets the last text.
    fn clear(&mut self) {
        self.read.clear();
    }

    /// The words of a head, which `read` reads if it was not read before.
    pub(super) fn words(
        &mut self,
        head: &Range<usize>,
        read: impl FnOnce(&Range<usize>, &mut dyn FnMut(Word)),
    ) -> &[Word] {
        let known = self.read.iter().find(|(start, _)| *start == head.start);
        if let Some((_, words)) = known {
            return &self.words[words.clone()];
        }
        if self.read.is_empty() || self.read.len() == Self::MAX {
            self.read.clear();
            self.words.clear();
        }
        let from = self.words.len();
        let within = head.start as isize..=head.end as isize;
        read(head, &mut |word| {
            if within.contains(&word.start) && within.contains(&word.end) {
                self.words.push(word);
            }
        });
        self.read.push((head.start, from..self.words.len()));
        &self.words[from..]
    }
}
