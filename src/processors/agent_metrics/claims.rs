//! Which model calls were counted already, by response id, over all workers and without a lock.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use foldhash::fast::RandomState;

/// Slots that one id may stand in.
const WAYS: usize = 8;

/// A bounded memory of response ids: the oldest of a bucket make room.
///
/// Two instrumentations may tell of one call in two traces, which two workers own; the first to
/// settle counts it. Ids are kept as 64-bit hashes under a random key, so that a stranger cannot
/// choose two that collide.
pub(super) struct Claims {
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
    turn: AtomicUsize,
}

impl Claims {
    /// Room for about so many ids.
    pub(super) fn new(ids: usize) -> Self {
        let buckets = (ids / WAYS).next_power_of_two();
        let slots = (0..buckets * WAYS).map(|_| AtomicU64::new(0)).collect();
        Claims {
            hasher: RandomState::default(),
            slots,
            turn: AtomicUsize::new(0),
        }
    }

    /// Claims an id; `false` if it was claimed before.
    pub(super) fn claim(&self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id).max(1);
        let buckets = self.slots.len() / WAYS;
        let start = (hash >> 32) as usize % buckets * WAYS;
        let Some(bucket) = self.slots.get(start..start + WAYS) else {
            return true;
        };
        if bucket.iter().any(|slot| slot.load(Relaxed) == hash) {
            return false;
        }
        for slot in bucket {
            match slot.compare_exchange(0, hash, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(other) if other == hash => return false,
                Err(_) => {}
            }
        }
        let oldest = self.turn.fetch_add(1, Relaxed) % WAYS;
        bucket
            .get(oldest)
            .is_none_or(|slot| slot.swap(hash, Relaxed) != hash)
    }
}

#[cfg(test)]
mod tests {
    use super::Claims;

    #[test]
    fn an_id_is_claimed_once_and_memory_is_bounded() {
        let claims = Claims::new(64);
        assert!(claims.claim("chatcmpl-1"));
        assert!(!claims.claim("chatcmpl-1"));
        assert!((0..10_000).all(|n| claims.claim(&format!("other-{n}"))));
        assert_eq!(64, claims.slots.len());
    }
}
