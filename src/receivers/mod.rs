//! The register of receivers.

mod otlp;

use crate::component::Entry;

/// Every receiver, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[otlp::ENTRY];
