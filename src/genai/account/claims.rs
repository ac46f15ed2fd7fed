//! Which model calls were counted already, by response id, over all workers and without a lock.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use foldhash::fast::RandomState;

use crate::otlp::TraceId;

/// Slots that one id may stand in.
const WAYS: usize = 8;

/// A bounded memory of response ids: the oldest of a bucket make room.
///
/// Two instrumentations may tell of one call in two traces, which two workers own; the first to
/// settle counts it. Ids are kept as 64-bit hashes under a random key, so that a stranger cannot
/// choose two that collide.
pub struct Claims {
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
    turn: AtomicUsize,
}

impl Claims {
    /// Room for about so many ids.
    pub fn new(ids: usize) -> Self {
        let buckets = (ids / WAYS).next_power_of_two();
        let slots = (0..buckets * WAYS).map(|_| AtomicU64::new(0)).collect();
        Claims {
            hasher: RandomState::default(),
            slots,
            turn: AtomicUsize::new(0),
        }
    }

    /// Claims an id; `false` if it was claimed before.
    pub fn claim(&self, id: &str) -> bool {
        self.put(self.hasher.hash_one(id))
    }

    /// Claims an id for a trace; `false` if another trace has claimed it. A trace that comes in
    /// parts is asked again, and is answered as it was.
    pub fn claim_for(&self, id: &str, trace: TraceId) -> bool {
        let whose = self.hasher.hash_one((id, trace.0));
        if self.claim(id) {
            self.put(whose);
            return true;
        }
        self.holds(whose)
    }

    /// Remembers a hash; `false` if it was there.
    fn put(&self, hash: u64) -> bool {
        let hash = hash.max(1);
        let Some(bucket) = self.bucket(hash) else {
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

    fn holds(&self, hash: u64) -> bool {
        let hash = hash.max(1);
        let bucket = self.bucket(hash).unwrap_or_default();
        bucket.iter().any(|slot| slot.load(Relaxed) == hash)
    }

    /// The slots a hash may stand in.
    fn bucket(&self, hash: u64) -> Option<&[AtomicU64]> {
        let buckets = self.slots.len() / WAYS;
        let start = (hash >> 32) as usize % buckets * WAYS;
        self.slots.get(start..start + WAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::{Claims, TraceId};

    #[test]
    fn an_id_is_claimed_once_and_memory_is_bounded() {
        let claims = Claims::new(64);
        assert!(claims.claim("chatcmpl-1"));
        assert!(!claims.claim("chatcmpl-1"));
        assert!((0..10_000).all(|n| claims.claim(&format!("other-{n}"))));
        assert_eq!(64, claims.slots.len());
    }

    #[test]
    fn a_trace_keeps_what_it_claimed() {
        let claims = Claims::new(64);
        let [first, second] = [TraceId([1; 16]), TraceId([2; 16])];
        assert!(claims.claim_for("chatcmpl-1", first));
        assert!(!claims.claim_for("chatcmpl-1", second));
        assert!(claims.claim_for("chatcmpl-1", first), "it comes in parts");
    }
}
