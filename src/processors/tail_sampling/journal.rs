//! What survives a restart, on disk: decisions as an append-only log, open traces as they came.
//!
//! Both are written before what they speak of leaves the process, so that a crash changes no
//! verdict. The decision log is rewritten when half of it is forgotten; a file of pending requests
//! is deleted when every trace that was open in its time has been decided.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::sampling::decision_log::{Entry, MAGIC, decode, encode};

/// The log of decisions of one worker.
pub(super) struct DecisionLog {
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
    pub(super) fn open(folder: &Path, worker: usize, sync: bool) -> io::Result<(Self, Vec<Entry>)> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("decisions-{worker}.log"));
        let old = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let entries: Vec<Entry> = decode(&old).collect();
        let mut log = DecisionLog {
            file: OpenOptions::new().create(true).append(true).open(&path)?,
            path,
            buffer: Vec::new(),
            len: old.len() as u64,
            rewrite_at: REWRITE_MIN.max(2 * old.len() as u64),
            sync,
        };
        // A torn tail would hide what is appended after it, so what was read is written anew.
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
        self.file.write_all(&self.buffer)?;
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
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
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

/// Requests whose traces may still be open, in the order they came.
pub(super) struct PendingLog {
    folder: PathBuf,
    worker: usize,
    next: u64,
    /// Closed files, with the latest arrival in each.
    closed: VecDeque<(PathBuf, u64)>,
    current: Option<(PathBuf, File)>,
    latest_ms: u64,
    len: u64,
    sync: bool,
}

/// A file is closed beyond this size.
const FILE_BYTES: u64 = 64 << 20;
/// Length, arrival and check before each request.
const HEAD: usize = 16;

impl PendingLog {
    /// Opens a worker's files and says what they hold, by time of arrival.
    pub(super) fn open(
        folder: &Path,
        worker: usize,
        sync: bool,
    ) -> io::Result<(Self, Vec<(u64, Bytes)>)> {
        fs::create_dir_all(folder)?;
        let own = format!("pending-{worker}-");
        let mut files: Vec<(u64, PathBuf)> = fs::read_dir(folder)?
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name();
                let number = name.to_str()?.strip_prefix(&own)?.strip_suffix(".log")?;
                Some((number.parse().ok()?, entry.path()))
            })
            .collect();
        files.sort();
        let mut requests = Vec::new();
        let mut closed = VecDeque::new();
        for (_, path) in &files {
            let before = requests.len();
            read_requests(Bytes::from(fs::read(path)?), &mut requests);
            let latest = requests
                .get(before..)
                .and_then(<[_]>::last)
                .map_or(0, |(ms, _)| *ms);
            closed.push_back((path.clone(), latest));
        }
        let next = files.last().map_or(0, |(number, _)| number + 1);
        let folder = folder.to_owned();
        let log = PendingLog {
            folder,
            worker,
            next,
            closed,
            current: None,
            latest_ms: 0,
            len: 0,
            sync,
        };
        Ok((log, requests))
    }

    /// Writes a request.
    pub(super) fn add(&mut self, now_ms: u64, request: &[u8]) -> io::Result<()> {
        if self.current.is_none() || self.len > FILE_BYTES {
            self.turn()?;
        }
        let Some((_, file)) = &mut self.current else {
            return Ok(());
        };
        let mut frame = Vec::with_capacity(HEAD + request.len());
        frame.extend((request.len() as u32).to_le_bytes());
        frame.extend(now_ms.to_le_bytes());
        frame.extend(check(request).to_le_bytes());
        frame.extend(request);
        file.write_all(&frame)?;
        self.latest_ms = now_ms;
        self.len += frame.len() as u64;
        if self.sync { file.sync_data() } else { Ok(()) }
    }

    /// Deletes files from before the first arrival of the oldest open trace.
    pub(super) fn trim(&mut self, oldest_ms: u64) {
        while let Some((path, latest)) = self.closed.front() {
            if *latest >= oldest_ms {
                return;
            }
            if let Err(error) = fs::remove_file(path) {
                tracing::warn!(%error, path = %path.display(), "pending file not removed");
            }
            self.closed.pop_front();
        }
    }

    fn turn(&mut self) -> io::Result<()> {
        if let Some((path, _)) = self.current.take() {
            self.closed.push_back((path, self.latest_ms));
        }
        let path = self
            .folder
            .join(format!("pending-{}-{}.log", self.worker, self.next));
        self.next += 1;
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        self.current = Some((path, file));
        self.len = 0;
        Ok(())
    }
}

/// Reads requests up to a torn or damaged one.
fn read_requests(file: Bytes, requests: &mut Vec<(u64, Bytes)>) {
    let mut at = 0;
    while let Some(head) = file.get(at..at + HEAD) {
        let (Some(len), Some(ms), Some(sum)) = (
            head.first_chunk::<4>(),
            head.get(4..12),
            head.last_chunk::<4>(),
        ) else {
            return;
        };
        let len = u32::from_le_bytes(*len) as usize;
        let ms = ms
            .iter()
            .rev()
            .fold(0, |ms, byte| ms << 8 | u64::from(*byte));
        let body = at + HEAD..at + HEAD + len;
        if file.get(body.clone()).map(check) != Some(u32::from_le_bytes(*sum)) {
            return;
        }
        requests.push((ms, file.slice(body)));
        at += HEAD + len;
    }
}

fn check(bytes: &[u8]) -> u32 {
    // Word by word: requests are large, and this only has to notice a torn or stale page.
    let (words, rest) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| {
        (sum ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| {
        mix(sum, u64::from_le_bytes(*word))
    });
    let sum = rest
        .iter()
        .fold(sum, |sum, byte| mix(sum, u64::from(*byte)));
    (sum >> 32) as u32 ^ sum as u32
}
