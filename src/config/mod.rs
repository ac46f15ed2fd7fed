//! Reads `pipelines.toml`: substitution, tables with places, and every fault at once.

mod changes;
mod document;
mod environment;
mod explain;
mod fault;
mod queue;
mod table;

pub use changes::{Path, changes};
pub use document::Document;
pub use environment::{Environment, process_environment};
pub use fault::{ConfigError, Fault, Place, nearest};
pub use queue::{OnFull, Queue};
pub use table::{Reading, Table};

pub use crate::units::{Duration, Size};

#[cfg(test)]
mod tests;
