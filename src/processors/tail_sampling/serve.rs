//! Serves deadlines tick by tick, so many at a time.

use super::sampler::TailSampling;
use crate::component::Next;

/// Timers that may ring for each decision allowed: most of them are only set again.
const RINGS: usize = 8;

impl TailSampling {
    /// Serves what has come due, and says how the tick went.
    pub(super) fn serve(&mut self, now_ms: u64, next: &mut Next<'_>) {
        let least = self.rules.config.limits.decisions_per_tick;
        let tick = self.pace.begin(now_ms, least);
        let left_over = self.serve_due(tick.limit, now_ms, next);
        if left_over > 0 {
            self.pace.left_over();
        }
        self.books.ticked(tick.lag_ms, left_over);
        if let Some(ticks) = self.shared.ticks.get(self.worker) {
            ticks.note(tick.lag_ms, left_over);
        }
    }

    /// Decides so many of the traces that are due; answers how many timers are left for the next
    /// tick.
    fn serve_due(&mut self, limit: usize, now_ms: u64, next: &mut Next<'_>) -> u64 {
        let mut rung = Vec::new();
        let rings = limit.saturating_mul(RINGS);
        self.table.ring(now_ms, rings, &mut rung);
        let mut left_over = rung.len() >= rings;
        let mut due = Vec::new();
        for slot in rung {
            let Some(trace) = self.table.get(slot) else {
                continue;
            };
            let (deadline, _) = trace.due();
            if deadline <= now_ms {
                due.push((deadline, trace.seq, slot));
            } else {
                self.table.arm(slot, deadline);
            }
        }
        due.sort_unstable();
        due.dedup();
        // Those that are not decided now come first the next time.
        for (deadline, _, slot) in due.split_off(limit.min(due.len())) {
            self.table.arm(slot, deadline);
            left_over = true;
        }
        for (_, seq, slot) in due {
            let Some(trace) = self.table.get(slot).filter(|trace| trace.seq == seq) else {
                continue;
            };
            let (deadline, trigger) = trace.due();
            if deadline <= now_ms {
                self.decide(slot, trigger, now_ms);
                self.out.flush_if_large(next);
            }
        }
        if left_over {
            self.table.overdue(now_ms)
        } else {
            0
        }
    }
}
