//! How long to pause between attempts, and how much of the traffic may be retries.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::config;

/// A destination's throttle hint counts up to here; anything longer is a mistake or an attack.
pub(super) const HINT_MAX: Duration = Duration::from_mins(5);

/// The pause after attempt number `attempt` (0 is the first): doubling, capped, with full jitter.
/// A hint is a minimum. `random` lies in 0..1.
pub(super) fn pause(
    settings: &config::Queue,
    attempt: u32,
    hint: Option<Duration>,
    random: f64,
) -> Duration {
    let ceiling = settings
        .retry_initial
        .get()
        .saturating_mul(1u32.checked_shl(attempt).unwrap_or(u32::MAX))
        .min(settings.retry_max.get());
    let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0));
    match hint {
        // Spread above the hint, or everyone who was throttled comes back at once.
        Some(hint) => hint.min(HINT_MAX) + jittered.min(settings.retry_initial.get()),
        None => jittered,
    }
}

/// Retries each first attempt pays for, in thousandths: at most 20 % extra traffic.
const DEPOSIT: u64 = 200;
/// What one retry costs.
const PRICE: u64 = 1_000;
/// A budget never holds more than this many retries.
const RESERVE: u64 = 20 * PRICE;
/// What a quiet exporter earns per second, so that a few requests can be retried at all.
const TRICKLE_PER_SECOND: u64 = PRICE;

/// Keeps retries to a fifth of the traffic, so that they never become the load that breaks a
/// struggling destination.
pub(super) struct Budget(Mutex<Purse>);

struct Purse {
    held: u64,
    last: Duration,
}

impl Budget {
    pub(super) fn new() -> Self {
        Budget(Mutex::new(Purse {
            held: RESERVE,
            last: Duration::ZERO,
        }))
    }

    /// A first attempt was made.
    pub(super) fn deposit(&self) {
        let mut purse = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        purse.held = (purse.held + DEPOSIT).min(RESERVE);
    }

    /// Pays for one retry, if there is enough.
    pub(super) fn withdraw(&self, now: Duration) -> bool {
        let mut purse = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = now.saturating_sub(purse.last).as_millis();
        let earned = u64::try_from(quiet)
            .unwrap_or(u64::MAX)
            .saturating_mul(TRICKLE_PER_SECOND)
            / 1_000;
        purse.last = now;
        purse.held = purse.held.saturating_add(earned).min(RESERVE);
        let enough = purse.held >= PRICE;
        if enough {
            purse.held -= PRICE;
        }
        enough
    }
}
