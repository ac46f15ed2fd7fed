//! Decisions on disk: an append-only log, rewritten as a snapshot when half of it is forgotten.
//!
//! It is written before what it speaks of leaves the process, so that a crash changes no verdict.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use metrics::counter;

use crate::sampling::decision_log::{Entry, Gap, MAGIC, Read, decode, encode};

/// The log of decisions of one worker.
pub(super) struct DecisionLog {
    /// The processor's name, for people.
    processor: String,
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    len: u64,
    rewrite_at: u64,
    sync: bool,
}

/// A log is left to grow to this size at least.
const REWRITE_MIN: u64 = 1 << 20;

impl DecisionLog {
    /// Opens a worker's log and reads what it says.
    pub(super) fn open(
        processor: &str,
        folder: &Path,
        worker: usize,
        sync: bool,
    ) -> io::Result<(Self, Vec<Entry>)> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("decisions-{worker}.log"));
        let old = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let mut log = DecisionLog {
            processor: processor.to_owned(),
            file: OpenOptions::new().create(true).append(true).open(&path)?,
            path,
            buffer: Vec::new(),
            len: old.len() as u64,
            rewrite_at: REWRITE_MIN.max(2 * old.len() as u64),
            sync,
        };
        let entries = entries(processor, &log.path, &old);
        // What is damaged is told of once, so what was read is written anew.
        log.rewrite(entries.iter())?;
        Ok((log, entries))
    }

    /// Adds an entry; it is written by [`DecisionLog::flush`].
    pub(super) fn add(&mut self, entry: &Entry) {
        encode(entry, &mut self.buffer);
    }

    /// Writes what was added.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.file.write_all(&self.buffer) {
            // It is all written again with what comes.
            self.file.set_len(self.len)?;
            return Err(error);
        }
        self.len += self.buffer.len() as u64;
        self.buffer.clear();
        if self.sync {
            self.file.sync_data()
        } else {
            Ok(())
        }
    }

    /// Whether the log should be rewritten with what is still remembered.
    pub(super) fn is_long(&self) -> bool {
        self.len > self.rewrite_at
    }

    /// What was written, to be sorted out before a rewrite.
    pub(super) fn read(&self) -> io::Result<Vec<Entry>> {
        entries_in(&self.processor, &self.path)
    }

    /// Replaces the log by a snapshot.
    pub(super) fn rewrite<'a>(
        &mut self,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> io::Result<()> {
        let mut snapshot = MAGIC.to_vec();
        entries.for_each(|entry| encode(entry, &mut snapshot));
        let new = self.path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&snapshot)?;
        file.sync_data()?;
        fs::rename(&new, &self.path)?;
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.len = snapshot.len() as u64;
        self.rewrite_at = REWRITE_MIN.max(2 * self.len);
        Ok(())
    }
}

/// What a file says, its name being for people.
pub(super) fn entries_in(processor: &str, path: &Path) -> io::Result<Vec<Entry>> {
    Ok(entries(processor, path, &fs::read(path)?))
}

/// What of it cannot be read is told and counted.
fn entries(processor: &str, path: &Path, file: &[u8]) -> Vec<Entry> {
    let entry = |read| match read {
        Read::Entry(entry) => Some(entry),
        Read::Gap(gap) => {
            miss(processor, path, &gap);
            None
        }
    };
    decode(file).filter_map(entry).collect()
}

fn miss(processor: &str, path: &Path, gap: &Gap) {
    let Gap {
        offset,
        bytes,
        verdicts,
    } = *gap;
    tracing::warn!(%processor, path = %path.display(), offset, bytes,
        verdicts_max = verdicts,
        "a part of the decision log cannot be read; late spans of its traces are decided anew");
    let lost = |what: &'static str, amount: usize| {
        counter!("tollgate_tail_sampling_decision_log_lost_total",
            "processor" => processor.to_owned(), "what" => what)
        .increment(amount as u64);
    };
    lost("bytes", bytes);
    lost("verdicts", verdicts);
}
