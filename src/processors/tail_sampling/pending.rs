//! Open traces as they came, on disk: requests, and between them which of their spans have met
//! their fate, so that they are not taken in again.
//!
//! A request is written before its spans are taken in, what settles them before they leave, so that
//! a crash changes no verdict. A file is deleted when every trace that was open in its time has
//! been decided, or when there is no room for it any more.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hashbrown::HashMap;
use metrics::counter;

use super::frames::{self, Found, Kind, frames};
use super::trace::Id;
use crate::otlp::{Batch, Limits, Parsed, Signal, Span, Telemetry};

/// A file is closed beyond this size at the latest.
const FILE_BYTES: u64 = 64 << 20;
/// Parts of all there may be on disk that may go at once.
const PARTS: u64 = 8;
/// Of what could not be written about settled traces so much is kept for another try.
const SETTLED_MAX: usize = 16 << 20;
/// An id, and how many spans of the request before are meant.
const SETTLED_BYTES: usize = 20;

/// A file is closed beyond this size, where all may have so many bytes.
pub(super) fn file_bytes(bytes_max: u64) -> u64 {
    FILE_BYTES.min(bytes_max / PARTS)
}

/// What the process before had not finished.
pub(super) struct Unfinished {
    files: Vec<PathBuf>,
    /// By trace: its spans before this request, and so many of it, have met their fate.
    settled: HashMap<Id, (usize, u32), std::hash::RandomState>,
}

/// A request of the process before.
pub(super) struct Request {
    /// Its place among all of them.
    pub number: usize,
    /// When it came, in milliseconds since 1970.
    pub arrived_ms: u64,
    /// OTLP.
    pub bytes: Bytes,
}

impl Request {
    /// Its spans. That it cannot be read is told and counted.
    pub(super) fn spans(&self, processor: &str) -> Option<Batch<Span>> {
        // They came in under the receivers' limits.
        match Telemetry::parse(Signal::Traces, self.bytes.clone(), &Limits::OWN) {
            Ok(Parsed {
                telemetry: Telemetry::Traces(batch),
                ..
            }) => Some(batch),
            Ok(_) => None,
            Err(error) => {
                let bytes = self.bytes.len();
                tracing::warn!(processor, %error, bytes,
                    "a request that was written down cannot be read; its spans are lost");
                count_lost(processor, bytes);
                None
            }
        }
    }
}

impl Unfinished {
    /// The requests, in the order they came; one file at a time is in memory.
    pub(super) fn requests(&self) -> impl Iterator<Item = io::Result<Request>> {
        let of_file = |path| match fs::read(path) {
            Ok(file) => frames(&Bytes::from(file)).map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        let mut number = 0;
        let request = move |found| {
            let request = match found {
                Ok(Found::Frame(Kind::Request, arrived_ms, bytes)) => Some(Ok(Request {
                    number,
                    arrived_ms,
                    bytes,
                })),
                Ok(Found::Frame(Kind::Settled, ..)) => return None,
                Ok(Found::Gap(..)) => None,
                Err(error) => Some(Err(error)),
            };
            number += 1;
            request
        };
        self.files.iter().flat_map(of_file).filter_map(request)
    }

    /// Whether a span, by its place in its request, has met its fate.
    pub(super) fn is_settled(&self, id: &Id, request: &Request, index: u32) -> bool {
        let upto = self.settled.get(id);
        upto.is_some_and(|upto| (request.number, index) < *upto)
    }

    fn settle(&mut self, last: usize, list: &[u8]) {
        for entry in list.as_chunks::<SETTLED_BYTES>().0 {
            if let Some((id, upto)) = entry.split_first_chunk::<16>()
                && let Some(upto) = upto.first_chunk::<4>()
            {
                self.settled.insert(*id, (last, u32::from_le_bytes(*upto)));
            }
        }
    }
}

/// Counts a request, or what may have been one, that cannot be read.
fn count_lost(processor: &str, bytes: usize) {
    let lost = |what: &'static str, amount: usize| {
        counter!("tollgate_tail_sampling_pending_lost_total",
            "processor" => processor.to_owned(), "what" => what)
        .increment(amount as u64);
    };
    lost("bytes", bytes);
    lost("requests", 1);
}

/// Requests whose traces may still be open, in the order they came.
pub(super) struct PendingLog {
    /// The processor's name, for people.
    processor: String,
    folder: PathBuf,
    worker: usize,
    next: u64,
    /// The oldest first.
    closed: VecDeque<Closed>,
    current: Option<(PathBuf, File)>,
    latest_ms: u64,
    len: u64,
    bytes_max: u64,
    sync: bool,
    settled: Vec<u8>,
    settled_last: Option<(Id, usize)>,
}

struct Closed {
    path: PathBuf,
    /// The latest arrival in it.
    latest_ms: u64,
    len: u64,
}

impl PendingLog {
    /// Opens a worker's files, which may have so many bytes, and says what they hold.
    pub(super) fn open(
        processor: &str,
        folder: &Path,
        worker: usize,
        bytes_max: u64,
        sync: bool,
    ) -> io::Result<(Self, Unfinished)> {
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
        let mut log = PendingLog {
            processor: processor.to_owned(),
            folder: folder.to_owned(),
            worker,
            next: files.last().map_or(0, |(number, _)| number + 1),
            closed: VecDeque::new(),
            current: None,
            latest_ms: 0,
            len: 0,
            bytes_max,
            sync,
            settled: Vec::new(),
            settled_last: None,
        };
        let mut unfinished = Unfinished {
            files: files.into_iter().map(|(_, path)| path).collect(),
            settled: HashMap::default(),
        };
        log.survey(&mut unfinished)?;
        Ok((log, unfinished))
    }

    /// Reads how far everything is settled.
    fn survey(&mut self, unfinished: &mut Unfinished) -> io::Result<()> {
        let mut requests = 0_usize;
        for path in unfinished.files.clone() {
            let file = Bytes::from(fs::read(&path)?);
            let mut latest_ms = 0;
            for found in frames(&file) {
                match found {
                    Found::Frame(Kind::Request, ms, _) => {
                        requests += 1;
                        latest_ms = ms;
                    }
                    Found::Frame(Kind::Settled, ms, body) => {
                        requests
                            .checked_sub(1)
                            .into_iter()
                            .for_each(|last| unfinished.settle(last, &body));
                        latest_ms = ms;
                    }
                    // It may have been a request, and what is settled behind it speaks of that.
                    Found::Gap(offset, bytes) => {
                        requests += 1;
                        self.miss(&path, offset, bytes);
                    }
                }
            }
            self.closed.push_back(Closed {
                path,
                latest_ms,
                len: file.len() as u64,
            });
        }
        Ok(())
    }

    /// Bytes on disk.
    pub(super) fn bytes(&self) -> u64 {
        let closed: u64 = self.closed.iter().map(|file| file.len).sum();
        closed + self.len
    }

    /// Writes a request.
    pub(super) fn add(&mut self, now_ms: u64, request: &[u8]) -> io::Result<()> {
        // What was settled before speaks of the request before.
        self.flush(now_ms)?;
        self.write(now_ms, request, Kind::Request)
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
        let settled = std::mem::take(&mut self.settled);
        let written = self.write(now_ms, &settled, Kind::Settled);
        self.settled = settled;
        if written.is_ok() {
            self.settled.clear();
        } else if self.settled.len() > SETTLED_MAX {
            self.settled
                .drain(..SETTLED_MAX / 2 / SETTLED_BYTES * SETTLED_BYTES);
        }
        self.settled_last = None;
        written
    }

    fn write(&mut self, now_ms: u64, body: &[u8], kind: Kind) -> io::Result<()> {
        if self.current.is_none() || self.len > file_bytes(self.bytes_max) {
            self.turn()?;
        }
        let Some((_, file)) = &mut self.current else {
            return Ok(());
        };
        let frame = frames::encode(kind, now_ms, body);
        if let Err(error) = file.write_all(&frame) {
            // Half a frame must not stand before what is written next.
            if file.set_len(self.len).is_err() {
                self.close();
            }
            return Err(error);
        }
        self.latest_ms = now_ms;
        self.len += frame.len() as u64;
        if self.sync { file.sync_data() } else { Ok(()) }
    }

    /// Deletes files from before the first arrival of the oldest open trace.
    pub(super) fn trim(&mut self, oldest_ms: u64) {
        while self
            .closed
            .front()
            .is_some_and(|file| file.latest_ms < oldest_ms)
        {
            self.delete();
        }
    }

    /// Begins a new file. If there is no room for it the oldest one goes, and with it what a crash
    /// would have brought back.
    fn turn(&mut self) -> io::Result<()> {
        self.close();
        while self.bytes() > self.bytes_max - self.bytes_max / PARTS && !self.closed.is_empty() {
            tracing::warn!(
                worker = self.worker,
                bytes_max = self.bytes_max,
                "pending files are full; a crash would lose the oldest spans that are still open"
            );
            self.delete();
        }
        let path = self
            .folder
            .join(format!("pending-{}-{}.log", self.worker, self.next));
        self.next += 1;
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        self.current = Some((path, file));
        Ok(())
    }

    fn close(&mut self) {
        if let Some((path, _)) = self.current.take() {
            self.closed.push_back(Closed {
                path,
                latest_ms: self.latest_ms,
                len: std::mem::take(&mut self.len),
            });
        }
    }

    /// Tells and counts what of a file cannot be read.
    fn miss(&self, path: &Path, offset: usize, bytes: usize) {
        tracing::warn!(processor = %self.processor, path = %path.display(), offset, bytes,
            "a part of a file of open traces cannot be read; its spans are lost");
        count_lost(&self.processor, bytes);
    }

    fn delete(&mut self) {
        let Some(Closed { path, .. }) = self.closed.pop_front() else {
            return;
        };
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "pending file not removed");
        }
    }
}
