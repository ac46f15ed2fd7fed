//! Deadlines of very many traces: a lazy timer wheel of 4096 slots of 100 ms, eight bytes a timer.
//!
//! A deadline that moves later is not touched: its timer rings, is found early and set again. One
//! that moves earlier gets a second timer; the stale one rings for nothing. Beyond the ring
//! (seven minutes) a timer waits in the last slot and is placed again from there.

const SLOTS: u64 = 4096;
const SLOT_MS: u64 = 100;

/// The longest a timer may be set ahead: deadlines are stored as their low 32 bits.
pub const AHEAD_MAX_MS: u64 = 20 * 24 * 3_600_000;

/// A timer wheel; keys are the caller's.
#[derive(Debug)]
pub struct Wheel {
    slots: Vec<Vec<(u32, u32)>>,
    /// The slot number that is served next.
    cursor: u64,
    len: usize,
}

impl Wheel {
    /// An empty wheel at this moment.
    pub fn new(now_ms: u64) -> Self {
        Wheel {
            slots: vec![Vec::new(); SLOTS as usize],
            cursor: now_ms / SLOT_MS,
            len: 0,
        }
    }

    /// Sets a timer.
    pub fn set(&mut self, key: u32, deadline_ms: u64) {
        let slot = (deadline_ms / SLOT_MS).clamp(self.cursor, self.cursor + SLOTS - 1);
        if let Some(timers) = self.slots.get_mut((slot % SLOTS) as usize) {
            timers.push((key, deadline_ms as u32));
            self.len += 1;
        }
    }

    /// Takes out the keys of all timers due at `now_ms`, at most `limit`; what is left over is taken
    /// first the next time.
    pub fn ring(&mut self, now_ms: u64, limit: usize, due: &mut Vec<u32>) {
        let last = now_ms / SLOT_MS;
        if self.len == 0 {
            self.cursor = self.cursor.max(last);
            return;
        }
        while due.len() < limit {
            let left = self.serve(now_ms, limit, due);
            if left || self.cursor >= last {
                return;
            }
            self.cursor += 1;
        }
    }

    /// Timers that are due and have not rung, stale ones included.
    pub fn overdue(&self, now_ms: u64) -> usize {
        let last = now_ms / SLOT_MS;
        let served = self.cursor..=last.min(self.cursor + SLOTS - 1);
        let slots = served.filter_map(|slot| self.slots.get((slot % SLOTS) as usize));
        let timers = slots.flatten();
        timers
            .filter(|(_, deadline)| ahead(*deadline, now_ms) <= 0)
            .count()
    }

    /// Timers set, stale ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no timer is set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Serves one slot; says whether something due is left in it.
    fn serve(&mut self, now_ms: u64, limit: usize, due: &mut Vec<u32>) -> bool {
        let Some(slot) = self.slots.get_mut((self.cursor % SLOTS) as usize) else {
            return false;
        };
        let mut timers = std::mem::take(slot);
        let complete = now_ms / SLOT_MS > self.cursor;
        let (mut later, mut left) = (Vec::new(), false);
        timers.retain(|(key, deadline)| {
            let ahead = ahead(*deadline, now_ms);
            if ahead <= 0 && due.len() >= limit {
                left = true;
                return true;
            }
            if ahead <= 0 {
                due.push(*key);
                self.len -= 1;
                return false;
            }
            if complete {
                later.push((*key, now_ms + ahead as u64));
                self.len -= 1;
            }
            !complete
        });
        if let Some(slot) = self.slots.get_mut((self.cursor % SLOTS) as usize) {
            *slot = timers;
        }
        // Placed from the next slot on, so that this one is behind us.
        if !later.is_empty() {
            self.cursor += 1;
            for (key, deadline) in later {
                self.set(key, deadline);
            }
            self.cursor -= 1;
        }
        left
    }
}

/// Milliseconds until a deadline, of which the low 32 bits are known.
fn ahead(deadline: u32, now_ms: u64) -> i64 {
    i64::from(deadline.wrapping_sub(now_ms as u32) as i32)
}
