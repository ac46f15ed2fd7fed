//! The register of receivers.

mod otlp;

use crate::component::Entry;

/// Every receiver there is, by its name in `pipelines.toml`.
pub const ALL: &[Entry] = &[otlp::ENTRY];
