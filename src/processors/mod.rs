//! The register of processors.

mod agent_metrics;
mod attributes;
mod attribution;
mod batch;
mod cost;
mod filter;
mod normalize;
mod recognize;
mod redact;
mod resource;
pub mod tail_sampling;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use crate::component::{Context, Entry};
use crate::genai::dialect::Dialects;
pub use redact::{Rehearsal, Seen, Treated};

/// Every processor, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[
    agent_metrics::ENTRY,
    attributes::ENTRY,
    attribution::ENTRY,
    filter::ENTRY,
    normalize::ENTRY,
    cost::ENTRY,
    redact::ENTRY,
    recognize::ENTRY,
    resource::ENTRY,
    batch::ENTRY,
    tail_sampling::ENTRY,
];

/// How attributes are read: with the dialects of a `normalize` before, and identity from where
/// `[identity]` says.
fn dialects(context: &Context) -> Arc<Dialects> {
    context.shared().unwrap_or_default()
}
