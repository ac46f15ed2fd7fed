//! Reads an input in pieces, and tells when no more of it is there yet.

use std::fs::File;
use std::io::{Cursor, Error, ErrorKind, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::clock::Clock;

/// So much is read before it is taken apart.
const BLOCK: usize = 1 << 20;
/// So much is asked for at once.
const CHUNK: usize = 128 << 10;
/// When nothing more came for so long, whoever writes has said what there was to say.
const QUIET: Duration = Duration::from_millis(200);
/// Nobody waits longer for what came, even if it never stops.
const HELD_MAX: Duration = Duration::from_secs(1);
/// How often somebody who waits looks whether he still must.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why reading stopped for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A block was read; there is more.
    Full,
    /// Nothing more is there at this moment.
    Idle,
    /// Nothing more came for a while.
    Quiet,
    /// Nothing more will come.
    End,
}

/// What all sources of a run share.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) clock: Clock,
    /// Bytes read so far, as they stand in the files.
    pub(super) position: Arc<AtomicU64>,
    /// The same, unpacked.
    pub(super) plain: Arc<AtomicU64>,
    /// Nobody wants to know the rest.
    pub(super) stop: Arc<AtomicBool>,
}

impl Watch {
    pub(super) fn new(clock: Clock) -> Self {
        Watch {
            clock,
            position: Arc::default(),
            plain: Arc::default(),
            stop: Arc::default(),
        }
    }
}

/// A file, a pipe, or what a compressed one holds.
pub(super) struct Source {
    reader: Box<dyn Read + Send>,
    /// First bytes, which were read to see what it is.
    first: Vec<u8>,
    /// What to ask whether there is more: only of what may keep its reader waiting.
    pipe: Option<Arc<File>>,
    last: Moment,
    /// Since when something is held that came.
    held: Option<Duration>,
    watch: Watch,
}

impl Source {
    /// Opens a file, or standard input.
    pub(super) fn open(path: Option<&Path>, watch: &Watch) -> Result<Self, Error> {
        let file = match path {
            Some(path) => File::open(path)?,
            None => standard_input()?,
        };
        let is_file = file.metadata()?.is_file();
        let file = Arc::new(file);
        let mut counted = Counted {
            file: Arc::clone(&file),
            position: Arc::clone(&watch.position),
        };
        let mut first = Vec::new();
        counted.by_ref().take(2).read_to_end(&mut first)?;
        let is_packed = first == [0x1F, 0x8B];
        let reader: Box<dyn Read + Send> = if is_packed {
            let packed = Cursor::new(std::mem::take(&mut first)).chain(counted);
            Box::new(MultiGzDecoder::new(packed))
        } else {
            Box::new(counted)
        };
        Ok(Source {
            reader,
            first,
            pipe: (!is_file && !is_packed).then_some(file),
            // Its first bytes are there already.
            last: Moment::Full,
            held: Some(watch.clock.now().mono),
            watch: watch.clone(),
        })
    }

    /// Reads on, behind what is there, until there is reason to stop.
    pub(super) fn fill(&mut self, into: &mut Vec<u8>) -> Result<Moment, Error> {
        let had = into.len();
        into.append(&mut self.first);
        let filled = self.read(into, had + BLOCK);
        let read = into.len().saturating_sub(had) as u64;
        self.watch.plain.fetch_add(read, Ordering::Relaxed);
        filled
    }

    fn read(&mut self, into: &mut Vec<u8>, enough: usize) -> Result<Moment, Error> {
        loop {
            if let Some(moment) = self.wait()? {
                self.last = moment;
                return Ok(moment);
            }
            let at = into.len();
            into.resize(at + CHUNK, 0);
            let read = self.reader.read(&mut into[at..]);
            into.truncate(at + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Ok(Moment::End),
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            self.last = Moment::Full;
            if into.len() >= enough {
                return Ok(Moment::Full);
            }
        }
    }

    /// Waits until there is something to read, unless there is something to say before.
    fn wait(&mut self) -> Result<Option<Moment>, Error> {
        let Some(pipe) = &self.pipe else {
            return Ok(None);
        };
        let now = || self.watch.clock.now().mono;
        if self.last == Moment::Quiet {
            while !is_ready(pipe, PATIENCE)? {
                if self.watch.stop.load(Ordering::Relaxed) {
                    return Ok(Some(Moment::End));
                }
            }
            self.held = Some(now());
            return Ok(None);
        }
        if is_ready(pipe, Duration::ZERO)? {
            return Ok(None);
        }
        let held = self
            .held
            .map_or(Duration::ZERO, |since| now().saturating_sub(since));
        if held >= HELD_MAX {
            return Ok(Some(Moment::Quiet));
        }
        if self.last == Moment::Full {
            return Ok(Some(Moment::Idle));
        }
        let is_more = is_ready(pipe, QUIET.min(HELD_MAX.saturating_sub(held)))?;
        Ok((!is_more).then_some(Moment::Quiet))
    }
}

/// Standard input without a buffer in between, which would hide what is ready.
pub(super) fn standard_input() -> Result<File, Error> {
    Ok(std::io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Whether there is something to read, or nothing will come, before the time has passed.
fn is_ready(file: &File, time: Duration) -> Result<bool, Error> {
    let time = Timespec::try_from(time).map_err(Error::other)?;
    let mut asked = [PollFd::new(file, PollFlags::IN)];
    match poll(&mut asked, Some(&time)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Counts what is read of a file.
struct Counted {
    file: Arc<File>,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let read = (&*self.file).read(into)?;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
