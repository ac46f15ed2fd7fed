//! Finds fixed words in a text, many bytes at a time.

use aho_corasick::packed;
use memchr::memmem::Finder;

/// Words, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    long: Vec<(&'static str, T)>,
    /// Finds all long words at once.
    searcher: Option<packed::Searcher>,
    /// Each word of fewer than four bytes by itself: among the others it would make the first
    /// look at four bytes one at three, which stops four times as often.
    short: Vec<(Finder<'static>, T)>,
}

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self {
            long: Vec::new(),
            searcher: None,
            short: Vec::new(),
        }
    }
}

impl<T> Literals<T> {
    pub(super) fn add(&mut self, word: &'static str, meaning: T) {
        if word.len() < 4 {
            self.short.push((Finder::new(word), meaning));
        } else {
            self.long.push((word, meaning));
        }
    }

    /// To be called when all words were added.
    pub(super) fn build(&mut self) {
        self.searcher = packed::Config::new()
            .heuristic_pattern_limits(false)
            .builder()
            .extend(self.long.iter().map(|(word, _)| word))
            .build();
    }

    /// Calls `visit` for each word that stands in the text, with the place where it ends.
    pub(super) fn each(&self, bytes: &[u8], mut visit: impl FnMut(&T, usize)) {
        for (word, meaning) in &self.short {
            for start in word.find_iter(bytes) {
                visit(meaning, start + word.needle().len());
            }
        }
        let hits = self.searcher.iter().flat_map(|all| all.find_iter(bytes));
        for hit in hits {
            if let Some((_, meaning)) = self.long.get(hit.pattern().as_usize()) {
                visit(meaning, hit.end());
            }
        }
    }
}
