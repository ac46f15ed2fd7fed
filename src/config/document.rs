//! One configuration file: its text, and the way from an offset back to line and column.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use super::environment::{Environment, Substituted, substitute};
use super::fault::{Fault, Place};
use super::table::Table;

/// Largest configuration file that is read.
const MAX_BYTES: u64 = 1 << 20;

/// One configuration file, substituted and known to be valid TOML.
#[derive(Debug)]
pub struct Document {
    file: String,
    folder: PathBuf,
    path: Option<PathBuf>,
    raw: String,
    done: Substituted,
}

impl Document {
    /// Reads a file. Every syntax fault is reported at once.
    pub fn open(path: &Path, environment: Environment<'_>) -> Result<Arc<Self>, Vec<Fault>> {
        let name = path.display().to_string();
        let fail = |error: io::Error| {
            let remedy =
                "name an existing file with --config, or run without it for the embedded defaults";
            vec![Fault::new(format!("cannot read {name}: {error}"), remedy)]
        };
        let size = std::fs::metadata(path).map_err(fail)?.len();
        if size > MAX_BYTES {
            let remedy = "a configuration may have 1 MiB; is this the right file?";
            return Err(vec![Fault::new(format!("{name} has {size} bytes"), remedy)]);
        }
        let raw = std::fs::read_to_string(path).map_err(fail)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        Self::read(
            &name,
            folder.unwrap_or(Path::new(".")),
            Some(path),
            raw,
            environment,
        )
    }

    /// Takes a text as if it had been read from `file` in `folder`.
    pub fn parse(
        file: &str,
        folder: &Path,
        raw: String,
        environment: Environment<'_>,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        Self::read(file, folder, None, raw, environment)
    }

    fn read(
        file: &str,
        folder: &Path,
        path: Option<&Path>,
        raw: String,
        environment: Environment<'_>,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        let (done, misses) = substitute(&raw, environment);
        let document = Document {
            file: file.to_owned(),
            folder: folder.to_owned(),
            path: path.map(Path::to_owned),
            raw,
            done,
        };
        let mut faults = misses
            .into_iter()
            .map(|(written, fault)| fault.at(document.place_written(written)))
            .collect::<Vec<_>>();
        if !faults.is_empty() {
            // What a missing value breaks further on is not worth telling.
            return Err(faults);
        }
        let (_, errors) = DeTable::parse_recoverable(&document.done.text);
        faults.extend(errors.iter().map(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            Fault::new(
                error.message().replace('\n', ", "),
                "see https://toml.io for the syntax",
            )
            .at(document.place(offset))
        }));
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        if faults.is_empty() {
            Ok(Arc::new(document))
        } else {
            Err(faults)
        }
    }

    /// The whole document as a table.
    pub fn root(self: &Arc<Self>) -> Table {
        Table::new(Arc::clone(self), Vec::new())
    }

    /// The folder that relative paths start from.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file, if it is one that can be read again.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The file's name, as given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether another document was written with the very same letters.
    pub fn reads_like(&self, other: &Document) -> bool {
        self.raw == other.raw
    }

    /// All values, without their places.
    pub(super) fn values(&self) -> toml::Table {
        // It was parsed once without errors.
        self.done.text.parse().unwrap_or_default()
    }

    /// The parsed text. It was parsed once without errors, so this cannot fail.
    pub(super) fn tree(&self) -> Spanned<DeTable<'_>> {
        DeTable::parse_recoverable(&self.done.text).0
    }

    /// Where an offset of the parsed text stands in the file.
    pub(super) fn place(&self, offset: usize) -> Place {
        self.place_written(self.done.written(offset))
    }

    fn place_written(&self, offset: usize) -> Place {
        let before = self
            .raw
            .get(..offset.min(self.raw.len()))
            .unwrap_or(&self.raw);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let source = self
            .raw
            .get(start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            source: source.to_owned(),
        }
    }
}
