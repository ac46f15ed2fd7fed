//! Counts what a run found, and prints the counts.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::output;
use crate::pii::{Findings, Scanner};

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    texts: u64,
    touched: u64,
    bytes: u64,
    hidden: u64,
    kinds: BTreeMap<String, u64>,
}

impl Summary {
    pub(super) fn add(&mut self, scanner: &Scanner, text: &str, findings: &Findings) {
        self.texts += 1;
        self.touched += u64::from(!findings.is_empty());
        self.bytes += text.len() as u64;
        for found in findings.iter() {
            self.hidden += (found.end - found.start) as u64;
            *self
                .kinds
                .entry(scanner.name(found.kind).to_owned())
                .or_default() += 1;
        }
    }

    /// Prints the counts to standard error, so that standard output stays for the rows.
    pub(super) fn print(&self, took: Duration) {
        let found: u64 = self.kinds.values().sum();
        output::note(format_args!(
            "{found} findings in {} of {} texts; {} of {} bytes; {took:.2?}",
            self.touched, self.texts, self.hidden, self.bytes,
        ));
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
        for (name, count) in kinds {
            output::note(format_args!("{count:>8}  {name}"));
        }
    }
}
