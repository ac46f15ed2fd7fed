//! Limits per second that are told the time: a token bucket and a counter per calendar second.
//!
//! Both are one atomic word, so that all workers share one limit without a lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const MILLI: u64 = 1000;

/// A token bucket that starts full. A refusal costs nothing.
#[derive(Debug)]
pub struct Bucket {
    /// Thousandths of a token per second.
    rate: u64,
    /// Thousandths of a token.
    burst: u64,
    /// What was ever taken, on the axis of what ever flowed in (generic cell rate algorithm): the
    /// bucket is full when this lies a whole burst behind.
    taken: AtomicU64,
}

impl Bucket {
    /// `per_second` tokens flow in; at most `burst` are held.
    pub fn new(per_second: f64, burst: f64) -> Self {
        let milli = |tokens: f64| (tokens.max(0.0) * MILLI as f64).round() as u64;
        Bucket {
            rate: milli(per_second),
            burst: milli(burst),
            taken: AtomicU64::new(0),
        }
    }

    /// Takes `tokens`, all or none.
    pub fn take(&self, tokens: u64, now_ms: u64) -> bool {
        let inflow = u128::from(now_ms) * u128::from(self.rate) / u128::from(MILLI);
        let inflow = u64::try_from(inflow).unwrap_or(u64::MAX);
        // The axis starts a burst before the clock does, so that the bucket starts full.
        let edge = inflow.saturating_add(self.burst);
        let cost = tokens.saturating_mul(MILLI);
        self.taken
            .fetch_update(Relaxed, Relaxed, |taken| {
                let after = taken.max(inflow).checked_add(cost)?;
                (after <= edge).then_some(after)
            })
            .is_ok()
    }
}

/// Counts within one calendar second at a time.
#[derive(Debug, Default)]
pub struct SecondCount(AtomicU64);

impl SecondCount {
    /// How much was added in the second of `now_ms`.
    pub fn used(&self, now_ms: u64) -> u64 {
        let word = self.0.load(Relaxed);
        if word >> 32 == second(now_ms) {
            word & u64::from(u32::MAX)
        } else {
            0
        }
    }

    /// Adds to the second of `now_ms`.
    pub fn add(&self, amount: u64, now_ms: u64) {
        let total = self
            .used(now_ms)
            .saturating_add(amount)
            .min(u64::from(u32::MAX));
        self.0.store(second(now_ms) << 32 | total, Relaxed);
    }
}

fn second(now_ms: u64) -> u64 {
    (now_ms / MILLI) & u64::from(u32::MAX)
}
