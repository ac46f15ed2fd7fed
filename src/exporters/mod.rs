//! The register of exporters.

mod otlp;

use crate::component::Entry;

/// Every exporter, in the order that `tollgate components` prints them.
pub const ALL: &[Entry] = &[otlp::ENTRY];
