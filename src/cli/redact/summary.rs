//! Counts what a run found, and prints the counts.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::output;
use crate::pii::{Findings, Scanner};

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    texts: u64,
    /// Spans, log records and data points.
    pub(super) items: u64,
    touched: u64,
    bytes: u64,
    hidden: u64,
    kinds: BTreeMap<String, u64>,
}

impl Summary {
    /// A text was read that is no telemetry.
    pub(super) fn read(&mut self, text: &str) {
        self.texts += 1;
        self.bytes += text.len() as u64;
    }

    /// What another worker counted.
    pub(super) fn join(&mut self, other: Summary) {
        self.texts += other.texts;
        self.items += other.items;
        self.touched += other.touched;
        self.bytes += other.bytes;
        self.hidden += other.hidden;
        for (name, count) in other.kinds {
            *self.kinds.entry(name).or_default() += count;
        }
    }

    /// What stood in a text.
    pub(super) fn add(&mut self, scanner: &Scanner, findings: &Findings) {
        self.touched += u64::from(!findings.is_empty());
        for found in findings.iter() {
            self.hidden += (found.end - found.start) as u64;
            let name = scanner.name(found.kind);
            match self.kinds.get_mut(name) {
                Some(count) => *count += 1,
                None => {
                    self.kinds.insert(name.to_owned(), 1);
                }
            }
        }
    }

    /// Prints the counts to standard error, so that standard output stays for the rows.
    /// The input had so many bytes.
    pub(super) fn print(&self, input: u64, took: Duration) {
        let found: u64 = self.kinds.values().sum();
        let texts =
            (self.texts > 0).then(|| format!("{} texts of {} bytes", self.texts, self.bytes));
        let items = (self.items > 0).then(|| format!("{} items of telemetry", self.items));
        let read: Vec<String> = texts.into_iter().chain(items).collect();
        let read = if read.is_empty() {
            "nothing".to_owned()
        } else {
            read.join(" and ")
        };
        let speed = input as f64 / took.as_secs_f64().max(1e-6) / 1e6;
        output::note(format_args!(
            "{found} findings of {} bytes in {} texts; read {read} in {took:.2?}, {speed:.1} MB/s of input",
            self.hidden, self.touched,
        ));
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
        for (name, count) in kinds {
            output::note(format_args!("{count:>8}  {name}"));
        }
    }
}
