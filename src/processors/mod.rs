//! The register of processors.

mod agent_metrics;
mod attributes;
mod attribution;
mod batch;
mod cost;
mod filter;
mod normalize;
mod redact;
mod resource;
pub mod tail_sampling;

use crate::component::Entry;
pub use redact::Rehearsal;

/// Every processor, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[
    agent_metrics::ENTRY,
    attributes::ENTRY,
    attribution::ENTRY,
    filter::ENTRY,
    normalize::ENTRY,
    cost::ENTRY,
    redact::ENTRY,
    resource::ENTRY,
    batch::ENTRY,
    tail_sampling::ENTRY,
];
