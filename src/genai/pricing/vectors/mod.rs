//! Vector files: recorded calls with the price each must have, to audit a catalogue or this code.
//!
//! Three forms, told apart row by row: *strict* (provider, model, usage), *span attributes*, and
//! *overrides* (a user's own price list on the first line).

mod own;
mod span;
mod strict;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::super::dialect::Dialects;
use super::catalogue::Catalogue;
use super::file::unpack;
use super::money::PicoUsd;
use super::pricer::{Book, Pricer};

/// How many differences are kept word for word.
const DIFFERENCES_MAX: usize = 100;

/// What a run over vector files found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Counts by category, in alphabetical order.
    pub categories: BTreeMap<String, Tally>,
    /// The first rows that differ, in file order.
    pub differences: Vec<Difference>,
}

/// How the rows of one category fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows that came out as expected.
    pub passed: u64,
    /// Rows that did not.
    pub failed: u64,
    /// Rows the file itself marks as contested.
    pub skipped: u64,
}

/// One row that did not come out as expected.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The row's id, or its line number.
    pub id: String,
    /// Its category.
    pub category: String,
    /// What the file expects.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Report {
    /// All categories together.
    pub fn total(&self) -> Tally {
        self.categories
            .values()
            .fold(Tally::default(), |all, tally| Tally {
                passed: all.passed + tally.passed,
                failed: all.failed + tally.failed,
                skipped: all.skipped + tally.skipped,
            })
    }

    fn note(&mut self, row: &Row<'_>, verdict: Verdict) {
        let category = row.text("cat").unwrap_or(row.kind);
        let tally = self.categories.entry(category.to_owned()).or_default();
        match verdict {
            Verdict::Passed => tally.passed += 1,
            Verdict::Skipped => tally.skipped += 1,
            Verdict::Failed { expected, found } => {
                tally.failed += 1;
                if self.differences.len() < DIFFERENCES_MAX {
                    let line = || format!("line {}", row.line);
                    let id = row.text("id").map_or_else(line, str::to_owned);
                    let category = category.to_owned();
                    self.differences.push(Difference {
                        id,
                        category,
                        expected,
                        found,
                    });
                }
            }
        }
    }
}

/// One line of a vector file.
struct Row<'a> {
    value: &'a Value,
    kind: &'static str,
    line: usize,
}

impl<'a> Row<'a> {
    fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }
}

enum Verdict {
    Passed,
    Skipped,
    Failed { expected: String, found: String },
}

/// Evaluates vector files, one after the other.
pub struct Checker {
    /// Prices by the catalogue alone.
    pricer: Pricer,
    dialects: Dialects,
    /// Prices by the price list of the file's first line.
    own: Option<Pricer>,
    report: Report,
}

impl Checker {
    /// Checks against a catalogue.
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        let book = Book {
            catalogue,
            ..Book::default()
        };
        Checker {
            pricer: Pricer::new(Arc::new(book)),
            dialects: Dialects::builtin(),
            own: None,
            report: Report::default(),
        }
    }

    /// Evaluates one file, plain or gzip: a JSON object on each line.
    pub fn file(&mut self, bytes: &[u8]) -> Result<(), String> {
        let bytes = unpack(bytes.to_vec())?;
        let text = std::str::from_utf8(&bytes).map_err(|error| format!("not text: {error}"))?;
        self.own = None;
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let value: Value = serde_json::from_str(line)
                .map_err(|error| format!("line {}: not a JSON object: {error}", at + 1))?;
            self.row(&value, at + 1)?;
        }
        Ok(())
    }

    /// What was found in all files so far.
    pub fn report(self) -> Report {
        self.report
    }

    fn row(&mut self, value: &Value, line: usize) -> Result<(), String> {
        if let Some(config) = value.get("config") {
            self.own = Some(own::pricer(config).map_err(|fault| format!("line {line}: {fault}"))?);
            return Ok(());
        }
        let has = |key: &str| value.get(key).is_some();
        let kind = match self.own {
            _ if has("attributes") => "span",
            Some(_) if !has("timestamp") => "override",
            _ => "strict",
        };
        let row = Row { value, kind, line };
        let contested = value.get("contested").and_then(Value::as_bool) == Some(true);
        let verdict = match (&mut self.own, kind) {
            _ if contested => Verdict::Skipped,
            (_, "span") => span::check(&self.dialects, &mut self.pricer, &row),
            (Some(own), "override") => own::check(own, &row),
            _ => strict::check(&self.pricer.book().catalogue, &row),
        };
        self.report.note(&row, verdict);
        Ok(())
    }
}

/// Whether an amount is what a decimal string says, to 10⁻¹² dollars or 10⁻⁹ of it.
fn same(found: PicoUsd, expected: &str) -> bool {
    PicoUsd::parse(expected).is_some_and(|expected| {
        let gap = (found - expected).0.abs();
        gap <= 1 || gap <= expected.0.abs() / 1_000_000_000
    })
}

/// Nanoseconds since 1970 of an RFC 3339 time.
fn nanos(text: &str) -> Option<u64> {
    let time: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(time.as_nanosecond()).ok()
}
