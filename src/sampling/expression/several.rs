//! Tests that are put to each span together: most spans have no sign of any of them.

use super::clauses::{Screened, Signs};
use super::reading::Reading;

/// Tests, each with what it stands for.
#[derive(Clone, Debug)]
pub struct Several<T> {
    tests: Vec<(T, Screened)>,
    /// A span that has none of them passes no test.
    signs: Signs,
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Several {
            tests: Vec::new(),
            signs: Signs::NONE,
        }
    }
}

impl<T> Several<T> {
    /// One more.
    pub fn push(&mut self, what: T, test: Screened) {
        self.signs = self.signs.or(test.signs);
        self.tests.push((what, test));
    }

    /// Whether a span has a sign that it passes one.
    #[inline]
    pub fn concern(&self, span: &Reading<'_>) -> bool {
        span.facts.has_any(&self.signs)
    }

    /// Each, with what it stands for.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &(T, Screened)> {
        self.tests.iter()
    }

    /// Whether a span passes the test of this number.
    pub fn passes(&self, number: usize, span: &Reading<'_>) -> bool {
        let test = self.tests.get(number);
        test.is_some_and(|(_, test)| test.holds(span))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tests.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }
}
