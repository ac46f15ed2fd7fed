//! The register of processors.

mod attributes;
mod batch;
mod normalize;
mod resource;

use crate::component::Entry;

/// Every processor, in the order `tollgate components` lists them.
pub const ALL: &[Entry] = &[
    normalize::ENTRY,
    attributes::ENTRY,
    resource::ENTRY,
    batch::ENTRY,
];
