//! The register of exporters.

mod debug;
mod file;
mod otlp;
mod prometheus;

use crate::component::Entry;

/// Every exporter, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[otlp::ENTRY, prometheus::ENTRY, file::ENTRY, debug::ENTRY];
