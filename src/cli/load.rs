//! Finds and reads the configuration a verb was asked to use.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Document, Fault, Reading, process_environment};
use crate::service::{EMBEDDED, Plan, Registers};

/// The file used when none is named and it stands in the current folder.
const DEFAULT: &str = "pipelines.toml";

/// `--config`, on every verb that reads a configuration.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct ConfigFlag {
    /// The configuration file. Default: ./pipelines.toml if there is one, else embedded defaults.
    #[arg(long, short, value_name = "FILE", env = "TOLLGATE_CONFIG")]
    pub(super) config: Option<PathBuf>,
}

impl ConfigFlag {
    /// Reads the document.
    pub(super) fn document(&self) -> Reading<Arc<Document>> {
        match &self.config {
            Some(path) => Document::open(path, &process_environment),
            None if Path::new(DEFAULT).is_file() => {
                Document::open(Path::new(DEFAULT), &process_environment)
            }
            None => embedded(),
        }
    }

    /// Reads the document into a plan.
    pub(super) fn plan(&self) -> Reading<Plan> {
        Plan::read(&self.document()?, Registers::all())
    }
}

/// The embedded defaults.
pub(super) fn embedded() -> Reading<Arc<Document>> {
    let text = EMBEDDED.to_owned();
    Document::parse(
        "embedded defaults",
        Path::new("."),
        text,
        &process_environment,
    )
}

/// Prints faults or warnings, one after the other, and how many there were.
pub(super) fn print(faults: &[Fault]) {
    for fault in faults {
        super::output::note(format_args!("{fault}\n"));
    }
    let errors = faults.iter().filter(|fault| !fault.warning).count();
    if errors > 0 {
        let noun = if errors == 1 { "fault" } else { "faults" };
        super::output::note(format_args!("{errors} {noun}; nothing was started"));
    }
}
