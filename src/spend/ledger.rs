//! The spend ledger on disk: an embedded database, one writer, sums by line.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::entry::{Amount, Entry};

/// Sums by line.
const LINES: TableDefinition<'_, &str, (i64, i64, i64)> = TableDefinition::new("lines");
/// Thresholds that were crossed, so that each is told once per window, whatever restarts.
const TOLD: TableDefinition<'_, &str, u64> = TableDefinition::new("told");

/// The ledger could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[error("spend ledger: {0}")]
pub struct SpendError(String);

impl<E: Into<redb::Error>> From<E> for SpendError {
    fn from(error: E) -> Self {
        SpendError(error.into().to_string())
    }
}

/// The ledger on disk. One process at a time may hold it open.
pub struct Ledger {
    database: Database,
}

impl Ledger {
    /// Opens a ledger, or makes one with the folders above it.
    pub fn open(path: &Path) -> Result<Self, SpendError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| SpendError(format!("{}: {error}", folder.display())))?;
        }
        let database = Database::create(path)?;
        let begin = database.begin_write()?;
        begin.open_table(LINES)?;
        begin.open_table(TOLD)?;
        begin.commit()?;
        Ok(Ledger { database })
    }

    /// Adds amounts to their lines, all or none of them.
    pub fn add(&self, amounts: &HashMap<Entry, Amount>) -> Result<(), SpendError> {
        let write = self.database.begin_write()?;
        {
            let mut lines = write.open_table(LINES)?;
            for (entry, more) in amounts {
                let key = entry.key();
                let known = lines
                    .get(key.as_str())?
                    .map(|value| value.value())
                    .unwrap_or_default();
                let mut sum = Amount {
                    nanos: known.0,
                    tokens: known.1,
                    calls: known.2,
                };
                sum.add(*more);
                if sum.is_zero() {
                    lines.remove(key.as_str())?;
                } else {
                    lines.insert(key.as_str(), (sum.nanos, sum.tokens, sum.calls))?;
                }
            }
        }
        write.commit()?;
        Ok(())
    }

    /// Every line of these hours, in order of time.
    pub fn lines(&self, hours: Range<u64>) -> Result<Vec<(Entry, Amount)>, SpendError> {
        let read = self.database.begin_read()?;
        let lines = read.open_table(LINES)?;
        let (from, to) = (format!("{:012}", hours.start), format!("{:012}", hours.end));
        let mut found = Vec::new();
        for line in lines.range(from.as_str()..to.as_str())? {
            let (key, value) = line?;
            let (nanos, tokens, calls) = value.value();
            found.extend(Entry::from_key(key.value()).map(|entry| {
                (
                    entry,
                    Amount {
                        nanos,
                        tokens,
                        calls,
                    },
                )
            }));
        }
        Ok(found)
    }

    /// Marks something as told; `false` if it was told before.
    pub fn tell_once(&self, what: &str, hour: u64) -> Result<bool, SpendError> {
        let write = self.database.begin_write()?;
        let fresh = write.open_table(TOLD)?.insert(what, hour)?.is_none();
        write.commit()?;
        Ok(fresh)
    }

    /// Forgets everything before an hour.
    pub fn forget_before(&self, hour: u64) -> Result<(), SpendError> {
        let write = self.database.begin_write()?;
        {
            let mut lines = write.open_table(LINES)?;
            let end = format!("{hour:012}");
            lines.retain_in(..end.as_str(), |_, _| false)?;
            let mut told = write.open_table(TOLD)?;
            told.retain(|_, when| when >= hour)?;
        }
        write.commit()?;
        Ok(())
    }
}
