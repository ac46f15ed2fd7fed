//! After a change of the number of workers: each trace on disk goes to the worker that will get its
//! later spans.
//!
//! New files are made in a folder of their own. A list of those that they replace is written last:
//! from then on the new ones count, and whoever finds the list completes what it says.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::frames::{self, Kind};
use super::journal::entries_in;
use super::names::Names;
use super::pending::{PendingLog, Request, Unfinished};
use crate::component::shard;
use crate::sampling::decision_log::{Entry, MAGIC, encode};

/// Where new files are made.
const MAKING: &str = "handover";
/// The names of the files that they replace.
const LIST: &str = "replaced";
/// How many workers the files are for.
const WORKERS: &str = "workers";

/// A folder, and how many workers are to find their files in it.
pub(super) struct Handover<'a> {
    /// The processor's name, for people.
    pub processor: &'a str,
    pub folder: &'a Path,
    pub workers: usize,
    /// Files of open traces end beyond this size.
    pub file_bytes: u64,
}

/// What is found of the process before.
#[derive(Default)]
struct Old {
    names: Vec<String>,
    /// Workers with files of open traces, and the number behind their last.
    pending: BTreeSet<usize>,
    next: u64,
    /// Workers with a decision log.
    decisions: BTreeSet<usize>,
}

impl Handover<'_> {
    /// Brings the files in line with the number of workers, before any of these reads its own.
    pub(super) fn run(&self) -> io::Result<()> {
        fs::create_dir_all(self.folder)?;
        self.complete()?;
        let path = self.folder.join(WORKERS);
        let before = fs::read_to_string(&path).unwrap_or_default();
        if before == self.workers.to_string() {
            return Ok(());
        }
        let old = self.old()?;
        if old.names.is_empty() {
            return fs::write(&path, self.workers.to_string());
        }
        match self.make(&old) {
            Ok(()) => self.complete(),
            Err(error) => {
                tracing::error!(processor = %self.processor, %error, folder = %self.folder.display(),
                    "files of another number of workers cannot be handed over; the next start tries again");
                clear(&self.folder.join(MAKING))?;
                // The files are now for two numbers of workers.
                remove(&path)
            }
        }
    }

    fn old(&self) -> io::Result<Old> {
        let mut old = Old::default();
        for entry in fs::read_dir(self.folder)? {
            let Ok(name) = entry?.file_name().into_string() else {
                continue;
            };
            let Some(stem) = name.strip_suffix(".log") else {
                continue;
            };
            let pending = stem
                .strip_prefix("pending-")
                .and_then(|rest| rest.split_once('-'));
            let decisions = stem.strip_prefix("decisions-");
            if let Some((Ok(worker), Ok(number))) =
                pending.map(|(worker, number)| (worker.parse(), number.parse::<u64>()))
            {
                old.pending.insert(worker);
                old.next = old.next.max(number + 1);
            } else if let Some(Ok(worker)) = decisions.map(str::parse) {
                old.decisions.insert(worker);
            } else {
                continue;
            }
            old.names.push(name);
        }
        Ok(old)
    }

    /// Makes the new files, and at last the list.
    fn make(&self, old: &Old) -> io::Result<()> {
        let making = self.folder.join(MAKING);
        fs::create_dir(&making)?;
        let logs = self.divide_decisions(old, &making)?;
        self.divide_pending(old, &making)?;
        write_whole(&making.join(WORKERS), self.workers.to_string().as_bytes())?;
        let replaced = old.names.iter().filter(|name| !logs.contains(*name));
        let list: String = replaced.flat_map(|name| [name.as_str(), "\n"]).collect();
        let draft = self.folder.join("replaced.new");
        write_whole(&draft, list.as_bytes())?;
        fs::rename(&draft, making.join(LIST))?;
        File::open(&making)?.sync_all()
    }

    /// Puts the new files in the place of the old ones, if they are whole.
    fn complete(&self) -> io::Result<()> {
        let making = self.folder.join(MAKING);
        let list = match fs::read_to_string(making.join(LIST)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return clear(&making);
            }
            list => list?,
        };
        for name in list.lines() {
            remove(&self.folder.join(name))?;
        }
        for entry in fs::read_dir(&making)? {
            let entry = entry?;
            if entry.file_name() != LIST {
                fs::rename(entry.path(), self.folder.join(entry.file_name()))?;
            }
        }
        File::open(self.folder)?.sync_all()?;
        fs::remove_dir_all(&making)
    }

    /// Writes each worker's decisions; says in which files.
    fn divide_decisions(&self, old: &Old, making: &Path) -> io::Result<BTreeSet<String>> {
        let mut names = Names::default();
        let mut parts: Vec<Vec<Entry>> = (0..self.workers).map(|_| Vec::new()).collect();
        for worker in &old.decisions {
            let path = self.folder.join(format!("decisions-{worker}.log"));
            for entry in names.translate(entries_in(self.processor, &path)?) {
                let (Entry::Dropped(id) | Entry::Kept(id, _)) = &entry else {
                    continue;
                };
                if let Some(part) = parts.get_mut(shard(id, self.workers)) {
                    part.push(entry);
                }
            }
        }
        let mut written = BTreeSet::new();
        for (worker, part) in parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.is_empty())
        {
            let mut log = MAGIC.to_vec();
            names
                .iter()
                .for_each(|(number, name)| encode(&Entry::Name(number, name.text()), &mut log));
            for entry in part {
                encode(entry, &mut log);
            }
            let name = format!("decisions-{worker}.log");
            write_whole(&making.join(&name), &log)?;
            written.insert(name);
        }
        Ok(written)
    }

    /// Writes each worker's open spans, in the order they came over all workers before.
    fn divide_pending(&self, old: &Old, making: &Path) -> io::Result<()> {
        let mut unfinished = Vec::new();
        for worker in &old.pending {
            let opened = PendingLog::open(self.processor, self.folder, *worker, u64::MAX, false)?;
            unfinished.push(opened.1);
        }
        let mut sinks: Vec<Sink> = (0..self.workers)
            .map(|worker| Sink::new(making, worker, old.next, self.file_bytes))
            .collect();
        let mut streams: Vec<_> = { unfinished.iter() }
            .map(|unfinished| (unfinished, unfinished.requests().peekable()))
            .collect();
        loop {
            let earliest = streams.iter_mut().filter_map(|(unfinished, requests)| {
                let ms = requests
                    .peek()?
                    .as_ref()
                    .map_or(0, |request| request.arrived_ms);
                Some((ms, unfinished, requests))
            });
            let Some((_, unfinished, requests)) = earliest.min_by_key(|(ms, ..)| *ms) else {
                break;
            };
            if let Some(request) = requests.next().transpose()? {
                self.divide(unfinished, &request, &mut sinks)?;
            }
        }
        sinks.iter_mut().try_for_each(Sink::close)
    }

    fn divide(
        &self,
        unfinished: &Unfinished,
        request: &Request,
        sinks: &mut [Sink],
    ) -> io::Result<()> {
        let Some(spans) = request.spans(self.processor) else {
            return Ok(());
        };
        let mut places = 0_u32..;
        // What is settled goes to nobody.
        let choose = |_: &_, span: &crate::otlp::Span| {
            let (id, index) = (span.trace_id().0, places.next().unwrap_or_default());
            if unfinished.is_settled(&id, request, index) {
                self.workers
            } else {
                shard(&id, self.workers)
            }
        };
        let parts = spans.split_by(choose, self.workers + 1);
        for (part, sink) in parts.iter().zip(sinks).filter(|(part, _)| !part.is_empty()) {
            let mut body = Vec::new();
            part.encode(&mut body);
            sink.write(&frames::encode(Kind::Request, request.arrived_ms, &body))?;
        }
        Ok(())
    }
}

/// The new files of a worker.
struct Sink {
    /// The path up to the number.
    stem: PathBuf,
    number: u64,
    file_bytes: u64,
    current: Option<(File, u64)>,
}

impl Sink {
    fn new(making: &Path, worker: usize, number: u64, file_bytes: u64) -> Self {
        Sink {
            stem: making.join(format!("pending-{worker}-")),
            number,
            file_bytes,
            current: None,
        }
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        if self
            .current
            .as_ref()
            .is_some_and(|(_, len)| *len > self.file_bytes)
        {
            self.close()?;
        }
        let (file, len) = match &mut self.current {
            Some(current) => current,
            none => {
                let mut path = self.stem.clone().into_os_string();
                path.push(format!("{}.log", self.number));
                self.number += 1;
                none.insert((File::create_new(path)?, 0))
            }
        };
        *len += frame.len() as u64;
        file.write_all(frame)
    }

    fn close(&mut self) -> io::Result<()> {
        self.current
            .take()
            .map_or(Ok(()), |(file, _)| file.sync_data())
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

fn remove(path: &Path) -> io::Result<()> {
    gone(fs::remove_file(path))
}

/// Removes what was made, if anything was.
fn clear(making: &Path) -> io::Result<()> {
    gone(fs::remove_dir_all(making))
}

/// What was not there is gone as well.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
