//! How a component takes a new table into use while it runs.

use crate::config::{Reading, Table};

/// Puts what was prepared into use; cannot fail.
pub type Commit = Box<dyn FnOnce() + Send>;

/// What an instance can do with a new table while it runs. A reload prepares all instances whose
/// tables have changed and commits only if none has a fault, so that it happens whole or not at all.
pub struct Reload {
    /// Keys of its table that only a restart changes.
    pub restart: &'static [&'static str],
    /// Reads a table and gets everything ready.
    pub prepare: Box<dyn Fn(&Table) -> Reading<Commit> + Send + Sync>,
}
