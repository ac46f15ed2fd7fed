//! How many decisions one tick may make: more while something waits and ticks come on time, fewer
//! when they come late. And how late they have come.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::component::TICK;

const TICK_MS: u64 = TICK.as_millis() as u64;
/// A tick this much after its time is late: its own work, or other processors', took long.
const LATE_MS: u64 = 150;

/// One worker's pace.
#[derive(Debug, Default)]
pub(super) struct Pace {
    limit: usize,
    ticked_ms: Option<u64>,
}

/// A tick that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    /// Decisions it may make.
    pub limit: usize,
    /// How long after its time it came; the first has no time to come at.
    pub lag_ms: u64,
}

impl Pace {
    /// The tick that begins; its limit is never below `least`.
    pub(super) fn begin(&mut self, now_ms: u64, least: usize) -> Tick {
        let due_ms = self.ticked_ms.map_or(now_ms, |before| before + TICK_MS);
        let lag_ms = now_ms.saturating_sub(due_ms);
        self.ticked_ms = Some(now_ms);
        let late = lag_ms > LATE_MS;
        self.limit = if late { self.limit / 2 } else { self.limit };
        self.limit = self.limit.max(least).max(1);
        let limit = self.limit;
        Tick { limit, lag_ms }
    }

    /// Something due was left for the next tick.
    pub(super) fn left_over(&mut self) {
        self.limit = self.limit.saturating_mul(2);
    }
}

/// How one worker's ticks have gone, for others to read.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    latest_lag_ms: AtomicU64,
    longest_lag_ms: AtomicU64,
    left_over: AtomicU64,
}

impl Ticks {
    /// Notes how a tick went: how late it was, and how many due timers it left for the next.
    pub(super) fn note(&self, lag_ms: u64, left_over: u64) {
        self.latest_lag_ms.store(lag_ms, Relaxed);
        self.longest_lag_ms.fetch_max(lag_ms, Relaxed);
        self.left_over.fetch_add(left_over, Relaxed);
    }

    /// For the admin port.
    pub(super) fn show(&self) -> serde_json::Value {
        serde_json::json!({
            "latest_lag_ms": self.latest_lag_ms.load(Relaxed),
            "longest_lag_ms": self.longest_lag_ms.load(Relaxed),
            "left_over": self.left_over.load(Relaxed),
        })
    }
}
