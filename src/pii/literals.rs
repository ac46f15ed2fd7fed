//! Finds fixed words in a text, many bytes at a time.

use aho_corasick::{Span, packed};
use memchr::memmem::Finder;

/// Words, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    words: Vec<(&'static str, T)>,
    /// Finds all words at once.
    all: Option<packed::Searcher>,
    /// Finds those of four bytes and more, with their places among all.
    long: (Option<packed::Searcher>, Vec<usize>),
    /// Finds each shorter one by itself: among the others it would make of their first look at
    /// four bytes one at three, which stops four times as often.
    short: Vec<(Finder<'static>, usize)>,
}

/// In shorter texts one search for all words is quicker than several.
const SHORT_TEXT: usize = 128;

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            all: None,
            long: (None, Vec::new()),
            short: Vec::new(),
        }
    }
}

impl<T> Literals<T> {
    pub(super) fn add(&mut self, word: &'static str, meaning: T) {
        self.words.push((word, meaning));
    }

    /// To be called when all words were added.
    pub(super) fn build(&mut self) {
        let searcher = |places: &[usize]| {
            packed::Config::new()
                .heuristic_pattern_limits(false)
                .builder()
                .extend(places.iter().map(|&place| self.words[place].0))
                .build()
        };
        let all: Vec<usize> = (0..self.words.len()).collect();
        let is_long = |place: &usize| self.words[*place].0.len() >= 4;
        let (long, short): (Vec<usize>, Vec<usize>) = all.iter().partition(|place| is_long(place));
        self.all = searcher(&all);
        self.long = (searcher(&long), long);
        let finder = |place: usize| (Finder::new(self.words[place].0), place);
        self.short = short.into_iter().map(finder).collect();
    }

    /// Calls `visit` for each word that stands in the text, with the place where it ends.
    pub(super) fn each(&self, bytes: &[u8], mut visit: impl FnMut(&T, usize)) {
        let mut hit = |place: usize, end: usize| {
            if let Some((_, meaning)) = self.words.get(place) {
                visit(meaning, end);
            }
        };
        if bytes.len() < SHORT_TEXT {
            return each_hit(self.all.as_ref(), bytes, hit);
        }
        for (word, place) in &self.short {
            for start in word.find_iter(bytes) {
                hit(*place, start + word.needle().len());
            }
        }
        let (searcher, places) = &self.long;
        each_hit(searcher.as_ref(), bytes, |place, end| {
            hit(places.get(place).copied().unwrap_or(usize::MAX), end);
        });
    }
}

/// Calls `visit` with each word that is found and where it ends, also when it overlaps another.
fn each_hit(
    searcher: Option<&packed::Searcher>,
    bytes: &[u8],
    mut visit: impl FnMut(usize, usize),
) {
    let mut rest = Span::from(0..bytes.len());
    while let Some(hit) = searcher.and_then(|searcher| searcher.find_in(bytes, rest)) {
        visit(hit.pattern().as_usize(), hit.end());
        rest.start = hit.start() + 1;
    }
}
