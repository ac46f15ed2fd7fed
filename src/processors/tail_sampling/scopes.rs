//! Scopes that many spans share, held once: senders repeat them with every request.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;

use crate::otlp::Scope;

/// One worker's scopes.
#[derive(Default)]
pub(super) struct Scopes {
    known: HashTable<Arc<Scope>>,
    hasher: RandomState,
    /// At this size those nobody else holds are let go.
    sweep_at: usize,
}

const SWEEP_MIN: usize = 1024;

impl Scopes {
    /// The one copy of a scope.
    pub(super) fn one(&mut self, scope: &Arc<Scope>) -> Arc<Scope> {
        let hasher = &self.hasher;
        let hash = hash(hasher, scope);
        if let Some(own) = self.known.find(hash, |own| **own == **scope) {
            return Arc::clone(own);
        }
        if self.known.len() >= self.sweep_at.max(SWEEP_MIN) {
            self.known.retain(|own| Arc::strong_count(own) > 1);
            self.sweep_at = 2 * self.known.len();
        }
        self.known
            .insert_unique(hash, Arc::clone(scope), |own| self::hash(hasher, own));
        Arc::clone(scope)
    }
}

fn hash(hasher: &RandomState, scope: &Scope) -> u64 {
    let mut state = hasher.build_hasher();
    scope.name().hash(&mut state);
    scope.version().hash(&mut state);
    for (key, value) in scope.resource().attributes() {
        key.hash(&mut state);
        value.as_str().hash(&mut state);
    }
    state.finish()
}
