//! The register of exporters.

mod debug;
mod file;
mod otlp;

use crate::component::Entry;

/// Every exporter, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[otlp::ENTRY, file::ENTRY, debug::ENTRY];
