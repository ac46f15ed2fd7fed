//! Which worker a trace belongs to: one rule for whoever hands spans out and whoever restores them.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// A seed of our own, so that a trace-id load balancer in front does not leave workers idle.
const HASH: FixedState = FixedState::with_seed(0x746f_6c6c_6761_7465);

/// The worker, of so many, for what has this id.
pub fn shard(id: &[u8], workers: usize) -> usize {
    shard_of([id], workers)
}

/// The same for what is named by several texts.
pub fn shard_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>, workers: usize) -> usize {
    let mut hasher = HASH.build_hasher();
    parts.into_iter().for_each(|part| hasher.write(part));
    (hasher.finish() >> 32) as usize % workers.max(1)
}
