//! The one number that bounds memory: bytes admitted and not yet let go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use crate::component::{Busy, Receipt};

/// Shortest pause a refused sender is asked to make.
const RETRY_MIN: Duration = Duration::from_secs(1);
/// What a full house adds to it at most.
const RETRY_SPREAD_MS: u64 = 4_000;

/// Bytes and requests that are inside at the same time.
#[derive(Debug)]
pub struct Budget {
    bytes_max: usize,
    requests_max: usize,
    bytes: AtomicUsize,
    requests: AtomicUsize,
}

impl Budget {
    /// An empty house for so many bytes and requests.
    pub fn new(bytes_max: usize, requests_max: usize) -> Arc<Self> {
        let (bytes, requests) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Budget {
            bytes_max,
            requests_max,
            bytes,
            requests,
        })
    }

    /// Reserves room for one request, or says when to come back.
    pub fn reserve(self: &Arc<Self>, bytes: usize) -> Result<Receipt, Busy> {
        let bytes_free = take(&self.bytes, bytes, self.bytes_max);
        if !bytes_free {
            return Err(self.busy("memory for telemetry in flight is used up"));
        }
        if !take(&self.requests, 1, self.requests_max) {
            self.bytes.fetch_sub(bytes, Relaxed);
            return Err(self.busy("too many requests in flight"));
        }
        let budget = Arc::clone(self);
        Ok(Receipt::new(move || {
            budget.bytes.fetch_sub(bytes, Relaxed);
            budget.requests.fetch_sub(1, Relaxed);
        }))
    }

    /// A refusal with a pause that grows with how full the house is and differs between answers.
    pub fn busy(&self, why: &'static str) -> Busy {
        let spread = (RETRY_SPREAD_MS as f64 * self.fill()) as u64;
        let jitter = Duration::from_millis(fastrand::u64(0..=spread.max(500)));
        Busy {
            retry_after: RETRY_MIN + jitter,
            why,
        }
    }

    /// How full the house is, 0 to 1.
    pub fn fill(&self) -> f64 {
        let bytes = self.bytes.load(Relaxed) as f64 / self.bytes_max.max(1) as f64;
        let requests = self.requests.load(Relaxed) as f64 / self.requests_max.max(1) as f64;
        bytes.max(requests).clamp(0.0, 1.0)
    }

    /// Bytes reserved at this moment.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// Requests inside at this moment.
    pub fn requests(&self) -> usize {
        self.requests.load(Relaxed)
    }
}

fn take(used: &AtomicUsize, more: usize, most: usize) -> bool {
    let room = |now: usize| now.checked_add(more).filter(|sum| *sum <= most);
    used.fetch_update(Relaxed, Relaxed, room).is_ok()
}
