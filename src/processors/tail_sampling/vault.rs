//! Spans that lie on disk while their trace is idle: compressed, in segments that are deleted whole.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A segment is closed beyond this size.
const SEGMENT_BYTES: u64 = 64 << 20;
/// Fast enough to keep up with a worker; span bytes shrink to about a sixth.
const LEVEL: i32 = 1;
const SUFFIX: &str = "spill";

/// Where something was put.
#[derive(Debug)]
pub(super) struct Ticket {
    segment: u64,
    offset: u64,
    len: usize,
    /// Bytes before compression.
    pub raw: usize,
}

/// One worker's files.
pub(super) struct Vault {
    folder: PathBuf,
    worker: usize,
    bytes_max: u64,
    segments: VecDeque<Segment>,
    next: u64,
}

struct Segment {
    number: u64,
    file: File,
    path: PathBuf,
    len: u64,
    /// Tickets that are still out.
    live: usize,
}

impl Vault {
    /// An empty vault; what an earlier process left there is worthless and removed.
    pub(super) fn open(folder: &Path, worker: usize, bytes_max: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let own = format!("{worker}-");
        for entry in fs::read_dir(folder)?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(&own) && name.ends_with(SUFFIX) {
                fs::remove_file(entry.path())?;
            }
        }
        let folder = folder.to_owned();
        Ok(Vault {
            folder,
            worker,
            bytes_max,
            segments: VecDeque::new(),
            next: 0,
        })
    }

    /// Bytes on disk.
    pub(super) fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len).sum()
    }

    /// Puts bytes away; an error means that they were not.
    pub(super) fn put(&mut self, raw: &[u8]) -> io::Result<Ticket> {
        let packed = zstd::bulk::compress(raw, LEVEL)?;
        if self.bytes() + packed.len() as u64 > self.bytes_max {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        if self
            .segments
            .back()
            .is_none_or(|segment| segment.len >= SEGMENT_BYTES)
        {
            let segment = self.create()?;
            self.segments.push_back(segment);
        }
        let Some(segment) = self.segments.back_mut() else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        segment.file.write_all_at(&packed, segment.len)?;
        let ticket = Ticket {
            segment: segment.number,
            offset: segment.len,
            len: packed.len(),
            raw: raw.len(),
        };
        segment.len += packed.len() as u64;
        segment.live += 1;
        Ok(ticket)
    }

    /// Takes bytes back out.
    pub(super) fn take(&mut self, ticket: &Ticket) -> io::Result<Vec<u8>> {
        let read = self.read(ticket);
        self.free(ticket);
        read
    }

    /// Gives up on bytes.
    pub(super) fn free(&mut self, ticket: &Ticket) {
        if let Some(segment) = self.segment_mut(ticket.segment) {
            segment.live = segment.live.saturating_sub(1);
        }
        let newest = self.segments.back().map(|segment| segment.number);
        self.segments.retain(|segment| {
            let stays = segment.live > 0 || Some(segment.number) == newest;
            if !stays && let Err(error) = fs::remove_file(&segment.path) {
                tracing::warn!(%error, path = %segment.path.display(), "spill segment not removed");
            }
            stays
        });
    }

    fn read(&mut self, ticket: &Ticket) -> io::Result<Vec<u8>> {
        let Some(segment) = self.segment_mut(ticket.segment) else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        let mut packed = vec![0; ticket.len];
        segment.file.read_exact_at(&mut packed, ticket.offset)?;
        zstd::bulk::decompress(&packed, ticket.raw)
    }

    fn segment_mut(&mut self, number: u64) -> Option<&mut Segment> {
        self.segments
            .iter_mut()
            .find(|segment| segment.number == number)
    }

    fn create(&mut self) -> io::Result<Segment> {
        let number = self.next;
        self.next += 1;
        let path = self
            .folder
            .join(format!("{}-{number}.{SUFFIX}", self.worker));
        let file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&path)?;
        Ok(Segment {
            number,
            file,
            path,
            len: 0,
            live: 0,
        })
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        for segment in &self.segments {
            if let Err(error) = fs::remove_file(&segment.path) {
                tracing::warn!(%error, path = %segment.path.display(), "spill segment not removed");
            }
        }
    }
}
