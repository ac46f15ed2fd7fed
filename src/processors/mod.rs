//! The register of processors.

mod attributes;
mod batch;
mod cost;
mod filter;
mod normalize;
mod resource;

use crate::component::Entry;

/// Every processor, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[
    attributes::ENTRY,
    filter::ENTRY,
    normalize::ENTRY,
    cost::ENTRY,
    resource::ENTRY,
    batch::ENTRY,
];
