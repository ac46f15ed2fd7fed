//! The keys of the maps around a text: a sensitive one covers all that stands below it.

use crate::pii::{self, Scanner};

/// The way from an attribute down to the text at hand.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The keys of the maps that were entered, joined by dots; perhaps one key more.
    path: String,
    /// For each map how much of the path leads to it, and how much of that is sensitive.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Step {
    length: usize,
    covered: usize,
}

impl Way {
    pub(super) fn clear(&mut self) {
        self.path.clear();
        self.steps.clear();
    }

    /// A map or list under this key begins.
    pub(super) fn enter(&mut self, key: &str, scanner: &Scanner) {
        let above = self.here();
        self.append(key);
        let length = self.path.len();
        let covered = match above.covered {
            0 if pii::is_sensitive(key) || scanner.covers(&self.path) => length,
            covered => covered,
        };
        self.steps.push(Step { length, covered });
    }

    /// The one that was entered last ends.
    pub(super) fn leave(&mut self) {
        self.steps.pop();
    }

    /// The name that says what stands under a key here: that of the sensitive map around it, the way
    /// to it if the user named that, or the key alone.
    pub(super) fn name<'a>(&'a mut self, key: &'a str, scanner: &Scanner) -> Option<&'a str> {
        let here = self.here();
        if here.covered > 0 {
            return self.path.get(..here.covered);
        }
        if here.length > 0 && scanner.has_own_keys() {
            self.append(key);
            if scanner.covers(&self.path) {
                return Some(&self.path);
            }
        }
        Some(key)
    }

    /// The whole way to a key, for people.
    pub(super) fn full(&self, key: &str) -> String {
        let path = self.path.get(..self.here().length).unwrap_or_default();
        // Items of a list stand under the key of the list.
        match path.strip_suffix(key) {
            Some(above) if above.is_empty() || above.ends_with('.') => path.to_owned(),
            _ if path.is_empty() => key.to_owned(),
            _ => format!("{path}.{key}"),
        }
    }

    fn here(&self) -> Step {
        self.steps.last().copied().unwrap_or_default()
    }

    /// Puts a key behind the way to the map at hand.
    fn append(&mut self, key: &str) {
        self.path.truncate(self.here().length);
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
    }
}
