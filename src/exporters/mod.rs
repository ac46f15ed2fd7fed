//! The register of exporters.

use crate::component::Entry;

/// Every exporter, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[];
