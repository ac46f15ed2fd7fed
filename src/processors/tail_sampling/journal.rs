//! What survives a restart, on disk: decisions as an append-only log, open traces as they came.
//!
//! Both are written before what they speak of leaves the process, so that a crash changes no
//! verdict. The decision log is rewritten when half of it is forgotten. Between the pending
//! requests stands which of their spans have met their fate, so that they are not taken in again;
//! a file of them is deleted when every trace that was open in its time has been decided.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hashbrown::HashMap;

use super::trace::Id;
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
    settled: Vec<u8>,
    settled_last: Option<(Id, usize)>,
}

/// A file is closed beyond this size.
const FILE_BYTES: u64 = 64 << 20;
/// Length, arrival and check before each request.
const HEAD: usize = 16;
/// In the length: what follows is no request but a list of traces and how far they are settled.
const SETTLED: u32 = 1 << 31;
/// An id, and how many spans of the request before are meant.
const SETTLED_BYTES: usize = 20;

/// What the process before had not finished.
#[derive(Default)]
pub(super) struct Unfinished {
    /// Requests, with their times of arrival.
    pub requests: Vec<(u64, Bytes)>,
    /// By trace: its spans before this request, and so many of it, have met their fate.
    settled: HashMap<Id, (usize, u32), std::hash::RandomState>,
}

impl Unfinished {
    /// Whether a span, by its place, has met its fate.
    pub(super) fn is_settled(&self, id: &Id, request: usize, index: u32) -> bool {
        let upto = self.settled.get(id);
        upto.is_some_and(|upto| (request, index) < *upto)
    }

    /// Reads a file up to a torn or damaged frame; says when the last of it was written.
    fn read(&mut self, file: &Bytes) -> u64 {
        let (mut at, mut latest_ms) = (0, 0);
        while let Some((len, ms, sum)) = file.get(at..at + HEAD).and_then(head) {
            let body = at + HEAD..at + HEAD + (len & !SETTLED) as usize;
            let Some(bytes) = file.get(body.clone()).filter(|body| check(body) == sum) else {
                break;
            };
            if len & SETTLED == 0 {
                self.requests.push((ms, file.slice(body.clone())));
            } else {
                self.settle(bytes);
            }
            latest_ms = ms;
            at = body.end;
        }
        latest_ms
    }

    fn settle(&mut self, list: &[u8]) {
        let Some(last) = self.requests.len().checked_sub(1) else {
            return;
        };
        for entry in list.as_chunks::<SETTLED_BYTES>().0 {
            if let Some((id, upto)) = entry.split_first_chunk::<16>()
                && let Some(upto) = upto.first_chunk::<4>()
            {
                self.settled.insert(*id, (last, u32::from_le_bytes(*upto)));
            }
        }
    }
}

fn head(head: &[u8]) -> Option<(u32, u64, u32)> {
    let (len, rest) = head.split_first_chunk::<4>()?;
    let (ms, rest) = rest.split_first_chunk::<8>()?;
    let sum = rest.first_chunk::<4>()?;
    Some((
        u32::from_le_bytes(*len),
        u64::from_le_bytes(*ms),
        u32::from_le_bytes(*sum),
    ))
}

impl PendingLog {
    /// Opens a worker's files and says what they hold, by time of arrival.
    pub(super) fn open(folder: &Path, worker: usize, sync: bool) -> io::Result<(Self, Unfinished)> {
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
        let mut unfinished = Unfinished::default();
        let mut closed = VecDeque::new();
        for (_, path) in &files {
            let latest_ms = unfinished.read(&Bytes::from(fs::read(path)?));
            closed.push_back((path.clone(), latest_ms));
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
            settled: Vec::new(),
            settled_last: None,
        };
        Ok((log, unfinished))
    }

    /// Writes a request.
    pub(super) fn add(&mut self, now_ms: u64, request: &[u8]) -> io::Result<()> {
        self.write(now_ms, request, 0)
    }

    /// Notes that the spans of a trace have met their fate, up to so many of the latest request;
    /// it is written by [`PendingLog::flush`].
    pub(super) fn settle(&mut self, id: &Id, upto: u32) {
        let place = match self.settled_last {
            Some((last, place)) if last == *id => place,
            _ => self.settled.len(),
        };
        self.settled.truncate(place);
        self.settled.extend(id);
        self.settled.extend(upto.to_le_bytes());
        self.settled_last = Some((*id, place));
    }

    /// Writes what was settled.
    pub(super) fn flush(&mut self, now_ms: u64) -> io::Result<()> {
        if self.settled.is_empty() {
            return Ok(());
        }
        let mut settled = std::mem::take(&mut self.settled);
        let written = self.write(now_ms, &settled, SETTLED);
        settled.clear();
        self.settled = settled;
        self.settled_last = None;
        written
    }

    fn write(&mut self, now_ms: u64, body: &[u8], kind: u32) -> io::Result<()> {
        if self.current.is_none() || self.len > FILE_BYTES {
            self.turn()?;
        }
        let Some((_, file)) = &mut self.current else {
            return Ok(());
        };
        let mut frame = Vec::with_capacity(HEAD + body.len());
        frame.extend((body.len() as u32 | kind).to_le_bytes());
        frame.extend(now_ms.to_le_bytes());
        frame.extend(check(body).to_le_bytes());
        frame.extend(body);
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
