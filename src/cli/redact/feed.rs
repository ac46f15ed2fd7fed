//! Makes batches of pieces from all inputs, one after the other.

use std::io::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bar::Bar;
use super::source::{Moment, Source, Watch};
use super::split::{Piece, Splitter};
use crate::cli::output;
use crate::units::Size;

/// So many bytes are worked on at once.
const BATCH: usize = 128 << 10;

/// Pieces of one input that follow each other.
pub(super) struct Batch {
    /// The input's name, for what is wrong with it.
    pub(super) name: Arc<str>,
    pub(super) pieces: Vec<Piece>,
    /// What they hold in memory.
    pub(super) bytes: usize,
}

/// All inputs of a run.
pub(super) struct Feed {
    /// Those not yet opened, the last one first; `None` is standard input.
    rest: Vec<Option<PathBuf>>,
    open: Option<Open>,
    /// Pieces that are not handed out yet, and the input they are of.
    ready: std::vec::IntoIter<Piece>,
    name: Arc<str>,
    /// What ended the reading, once those are handed out.
    fault: Option<Error>,
    line_max: Size,
    watch: Watch,
    bar: Bar,
}

impl Feed {
    pub(super) fn new(files: &[PathBuf], line_max: Size, watch: &Watch) -> Self {
        let mut rest: Vec<_> = files.iter().cloned().map(Some).rev().collect();
        if rest.is_empty() {
            rest.push(None);
        }
        Feed {
            rest,
            open: None,
            ready: Vec::new().into_iter(),
            name: Arc::from(""),
            fault: None,
            line_max,
            watch: watch.clone(),
            bar: Bar::new(files, watch),
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_over(&self) -> bool {
        let is_read = self.rest.is_empty() && self.open.is_none();
        is_read && self.ready.len() == 0 && self.fault.is_none()
    }

    /// The next batch: a full one, or what there is before the input makes its reader wait.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, Error> {
        loop {
            self.bar.show();
            let (mut pieces, mut bytes) = (Vec::new(), 0);
            while bytes < BATCH
                && let Some(piece) = self.ready.next()
            {
                bytes += piece.bytes();
                pieces.push(piece);
            }
            if !pieces.is_empty() {
                return Ok(Some(Batch {
                    name: Arc::clone(&self.name),
                    pieces,
                    bytes,
                }));
            }
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    /// Reads on; false if there is nothing more to read.
    fn read(&mut self) -> Result<bool, Error> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => match self.rest.pop() {
                Some(path) => Open::new(path, self.line_max, &self.watch)?,
                None => return Ok(false),
            },
        };
        let mut pieces = Vec::new();
        let read = open.read(&mut pieces);
        if let Some(line) = open.splitter.odd_line() {
            let name = &open.name;
            self.bar.aside(|| {
                output::note(format_args!(
                    "{name}: line {line} is neither a row nor OTLP; it and its like are read as text"
                ));
            });
        }
        self.ready = pieces.into_iter();
        self.name = Arc::clone(&open.name);
        match read {
            Ok(Moment::End) => {}
            Ok(_) => self.open = Some(open),
            Err(error) => self.fault = Some(named(&self.name, &error)),
        }
        Ok(true)
    }
}

/// An input that is being read.
struct Open {
    name: Arc<str>,
    source: Source,
    splitter: Splitter,
    is_protobuf: bool,
}

impl Open {
    fn new(path: Option<PathBuf>, line_max: Size, watch: &Watch) -> Result<Self, Error> {
        let name = path.as_ref().map_or_else(
            || "standard input".to_owned(),
            |path| path.display().to_string(),
        );
        let source = Source::open(path.as_deref(), watch).map_err(|error| named(&name, &error))?;
        let ending = path
            .as_ref()
            .and_then(|_| Path::new(name.trim_end_matches(".gz")).extension());
        Ok(Open {
            source,
            splitter: Splitter::new(line_max),
            is_protobuf: ending.is_some_and(|ending| ending.eq_ignore_ascii_case("pb")),
            name: name.into(),
        })
    }

    /// Reads until there is reason to stop, and takes apart what was read.
    fn read(&mut self, pieces: &mut Vec<Piece>) -> Result<Moment, Error> {
        let moment = self.source.fill(&mut self.splitter.read)?;
        if self.is_protobuf {
            self.splitter.whole(moment, |piece| pieces.push(piece))?;
        } else {
            self.splitter.split(moment, |piece| pieces.push(piece))?;
        }
        Ok(moment)
    }
}

/// A fault of an input, with its name.
pub(super) fn named(name: &str, error: &Error) -> Error {
    Error::other(format!("{name}: {error}"))
}
