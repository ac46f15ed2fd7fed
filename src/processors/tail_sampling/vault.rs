//! Spans that lie on disk while their trace is idle: compressed, in segments that are deleted whole.
//!
//! Traces leave in another order than they came, so a segment is soon full of holes. When three
//! quarters of one are holes, or half of it and there is no room, what is left moves to the newest
//! segment: a few traces that stay for long do not hold on to all the disk of their time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A segment is closed beyond this size; a quarter of it is what may move at once.
const SEGMENT_BYTES: u64 = 16 << 20;
/// A closed segment of which no more than one in so many bytes is still wanted is emptied …
const SPARSE: u64 = 4;
/// … or than one in so many when there is no room.
const PRESSED: u64 = 2;
/// Fast enough to keep up with a worker; span bytes shrink to about a sixth.
const LEVEL: i32 = 1;
const SUFFIX: &str = "spill";

/// What was put away; whoever holds it takes it back or gives it up.
#[derive(Debug)]
pub(super) struct Ticket(u32);

/// Where something lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    segment: u64,
    offset: u32,
    len: u32,
    /// Bytes before compression.
    raw: u32,
}

/// One worker's files.
pub(super) struct Vault {
    folder: PathBuf,
    worker: usize,
    bytes_max: u64,
    segment_bytes: u64,
    segments: Vec<Segment>,
    next: u64,
    /// By ticket.
    places: Vec<Option<Place>>,
    free: Vec<u32>,
}

struct Segment {
    number: u64,
    file: File,
    path: PathBuf,
    len: u64,
    /// Bytes that tickets are out for.
    live: u64,
    /// It could not be emptied; it goes with its last ticket.
    stuck: bool,
}

impl Segment {
    fn restart(&mut self) -> io::Result<()> {
        if self.live == 0 && self.len > 0 {
            self.file.set_len(0)?;
            self.len = 0;
        }
        Ok(())
    }

    fn read(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut packed = vec![0; place.len as usize];
        self.file
            .read_exact_at(&mut packed, u64::from(place.offset))?;
        Ok(packed)
    }
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
            // A small vault has small segments, so that it can be emptied in parts as well.
            segment_bytes: (bytes_max / SPARSE).clamp(1, SEGMENT_BYTES),
            segments: Vec::new(),
            next: 0,
            places: Vec::new(),
            free: Vec::new(),
        })
    }

    /// Bytes on disk.
    pub(super) fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len).sum()
    }

    /// Puts bytes away; an error means that they were not.
    pub(super) fn put(&mut self, raw: &[u8]) -> io::Result<Ticket> {
        let packed = zstd::bulk::compress(raw, LEVEL)?;
        let full = |vault: &Self| vault.bytes() + packed.len() as u64 > vault.bytes_max;
        if full(self) {
            self.reclaim(PRESSED);
        }
        if full(self) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let raw = u32::try_from(raw.len()).map_err(io::Error::other)?;
        let place = self.append(&packed, raw)?;
        self.reclaim(SPARSE);
        let ticket = self.free.pop().unwrap_or(self.places.len() as u32);
        match self.places.get_mut(ticket as usize) {
            Some(free) => *free = Some(place),
            None => self.places.push(Some(place)),
        }
        Ok(Ticket(ticket))
    }

    /// Takes bytes back out.
    pub(super) fn take(&mut self, ticket: &Ticket) -> io::Result<Vec<u8>> {
        let read = self.read(ticket);
        self.free(ticket);
        read
    }

    /// Gives up on bytes.
    pub(super) fn free(&mut self, ticket: &Ticket) {
        let place = self.places.get_mut(ticket.0 as usize);
        let Some(place) = place.and_then(Option::take) else {
            return;
        };
        self.free.push(ticket.0);
        if let Some(segment) = self.segment_mut(place.segment) {
            segment.live = segment.live.saturating_sub(u64::from(place.len));
        }
        self.reclaim(SPARSE);
    }

    /// Empties a closed segment of which no more than one in `share` bytes is wanted, if there is
    /// one; the newest is filled again from its start when nobody wants anything of it.
    fn reclaim(&mut self, share: u64) {
        if let Some(newest) = self.segments.last_mut()
            && let Err(error) = newest.restart()
        {
            tracing::warn!(%error, "a spill segment cannot be shortened");
        }
        let closed = self
            .segments
            .split_last()
            .map_or(&[][..], |(_, closed)| closed);
        let sparse = closed.iter().find(|segment| {
            segment.live == 0 || (!segment.stuck && segment.live * share <= segment.len)
        });
        let Some(number) = sparse.map(|segment| segment.number) else {
            return;
        };
        if let Err(error) = self.empty(number) {
            tracing::warn!(%error, "a spill segment cannot be emptied");
            if let Some(segment) = self.segment_mut(number) {
                segment.stuck = true;
            }
        }
    }

    /// Moves what is left of a segment to the newest, and deletes it.
    fn empty(&mut self, number: u64) -> io::Result<()> {
        let left = self.places.iter().enumerate();
        let left: Vec<(usize, Place)> = left
            .filter_map(|(ticket, place)| Some((ticket, (*place)?)))
            .filter(|(_, place)| place.segment == number)
            .collect();
        for (ticket, place) in left {
            let segment = self.segment(number).ok_or(io::ErrorKind::NotFound)?;
            let packed = segment.read(place)?;
            let moved = self.append(&packed, place.raw)?;
            if let Some(known) = self.places.get_mut(ticket) {
                *known = Some(moved);
            }
            if let Some(segment) = self.segment_mut(number) {
                segment.live = segment.live.saturating_sub(u64::from(place.len));
            }
        }
        self.segments.retain(|segment| {
            let stays = segment.number != number;
            if !stays {
                remove(&segment.path);
            }
            stays
        });
        Ok(())
    }

    fn append(&mut self, packed: &[u8], raw: u32) -> io::Result<Place> {
        let full = |segment: &Segment| segment.len >= self.segment_bytes;
        if self.segments.last().is_none_or(full) {
            let segment = self.create()?;
            self.segments.push(segment);
        }
        let Some(segment) = self.segments.last_mut() else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        let number = |n: u64| u32::try_from(n).map_err(io::Error::other);
        let place = Place {
            segment: segment.number,
            offset: number(segment.len)?,
            len: number(packed.len() as u64)?,
            raw,
        };
        segment.file.write_all_at(packed, segment.len)?;
        segment.len += packed.len() as u64;
        segment.live += packed.len() as u64;
        Ok(place)
    }

    fn read(&self, ticket: &Ticket) -> io::Result<Vec<u8>> {
        let place = self.places.get(ticket.0 as usize).copied().flatten();
        let found = place.and_then(|place| Some((place, self.segment(place.segment)?)));
        let Some((place, segment)) = found else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        zstd::bulk::decompress(&segment.read(place)?, place.raw as usize)
    }

    fn segment(&self, number: u64) -> Option<&Segment> {
        let mut segments = self.segments.iter();
        segments.find(|segment| segment.number == number)
    }

    fn segment_mut(&mut self, number: u64) -> Option<&mut Segment> {
        let mut segments = self.segments.iter_mut();
        segments.find(|segment| segment.number == number)
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
            stuck: false,
        })
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        for segment in &self.segments {
            remove(&segment.path);
        }
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, path = %path.display(), "spill segment not removed");
    }
}
