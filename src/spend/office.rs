//! How workers hand in what was spent without a lock: one mailbox each, emptied from outside.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;

use super::entry::{Amount, Entry};

/// Lines a worker gathers before it forgets who spent and keeps only the sum.
const LINES_MAX: usize = 100_000;

type Letter = HashMap<Entry, Amount>;

/// All mailboxes. Lent to the workers while the service is built.
#[derive(Default)]
pub struct Office {
    boxes: Mutex<Vec<Arc<ArcSwapOption<Letter>>>>,
}

impl Office {
    /// A mailbox of one's own.
    pub fn rent(&self) -> Mailbox {
        let slot = Arc::new(ArcSwapOption::empty());
        self.boxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&slot));
        Mailbox {
            slot,
            draft: Letter::new(),
        }
    }

    /// Empties every mailbox.
    pub fn collect(&self) -> HashMap<Entry, Amount> {
        let boxes = self
            .boxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut all = Letter::new();
        for letter in boxes.iter().filter_map(|slot| slot.swap(None)) {
            for (entry, amount) in letter.iter() {
                all.entry(entry.clone()).or_default().add(*amount);
            }
        }
        all
    }
}

/// One worker's mailbox: a draft of its own, and a slot that is emptied from outside.
pub struct Mailbox {
    slot: Arc<ArcSwapOption<Letter>>,
    draft: Letter,
}

impl Mailbox {
    /// Adds to the draft.
    pub fn add(&mut self, entry: Entry, amount: Amount) {
        let entry = if self.draft.len() < LINES_MAX {
            entry
        } else {
            anonymous(entry)
        };
        self.draft.entry(entry).or_default().add(amount);
    }

    /// Takes away from the draft: a late span showed that it was too much.
    pub fn subtract(&mut self, entry: Entry, amount: Amount) {
        self.draft.entry(entry).or_default().subtract(amount);
    }

    /// Puts the draft in the slot if the last letter was collected; otherwise keeps writing on it.
    pub fn post(&mut self) {
        if !self.draft.is_empty() && self.slot.load().is_none() {
            self.slot
                .store(Some(Arc::new(std::mem::take(&mut self.draft))));
        }
    }
}

fn anonymous(entry: Entry) -> Entry {
    let other = || Box::from("(other)");
    Entry {
        tenant: other(),
        project: other(),
        user: other(),
        agent: other(),
        tool: entry.tool,
        ..entry
    }
}

impl Drop for Mailbox {
    /// A chain that ends leaves its last letter, merged with one that was not collected yet.
    fn drop(&mut self) {
        if self.draft.is_empty() {
            return;
        }
        let mut last = std::mem::take(&mut self.draft);
        for (entry, amount) in self.slot.swap(None).iter().flat_map(|letter| letter.iter()) {
            last.entry(entry.clone()).or_default().add(*amount);
        }
        self.slot.store(Some(Arc::new(last)));
    }
}
