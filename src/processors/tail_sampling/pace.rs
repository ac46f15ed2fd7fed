//! How many decisions one tick may make: more while something waits and ticks come on time, fewer
//! when they come late.

/// A tick this long after the one before is late: its own work, or other processors', took long.
const LATE_MS: u64 = 250;

/// One worker's pace.
#[derive(Debug, Default)]
pub(super) struct Pace {
    limit: usize,
    ticked_ms: u64,
}

impl Pace {
    /// The limit of the tick that begins; never below `least`.
    pub(super) fn begin(&mut self, now_ms: u64, least: usize) -> usize {
        let late = now_ms > self.ticked_ms + LATE_MS;
        self.ticked_ms = now_ms;
        self.limit = if late { self.limit / 2 } else { self.limit };
        self.limit = self.limit.max(least).max(1);
        self.limit
    }

    /// Something due was left for the next tick.
    pub(super) fn left_over(&mut self) {
        self.limit = self.limit.saturating_mul(2);
    }
}
