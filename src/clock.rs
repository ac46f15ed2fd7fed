//! The only place that asks what time it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// One moment, as told to everything that must not ask for itself.
///
/// `mono` never goes back and drives deadlines; `unix_nanos` is the wall clock and is only ever
/// written down or compared with times that senders wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Time since this clock was started.
    pub mono: Duration,
    /// Nanoseconds since 1970-01-01 UTC.
    pub unix_nanos: u64,
}

impl Now {
    /// A moment of a virtual clock, for tests and replays: both clocks show the same milliseconds.
    pub fn at_ms(ms: u64) -> Self {
        Now {
            mono: Duration::from_millis(ms),
            unix_nanos: ms.saturating_mul(1_000_000),
        }
    }
}

/// The process's clock. Cheap to copy; every copy agrees.
///
/// It reads tokio's instant, which is the system's own, except in a test that has paused time:
/// there it stands still with everything else.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts counting `mono` from here.
    pub fn start() -> Self {
        Clock {
            start: Instant::now(),
        }
    }

    /// The moment of the call.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn now(&self) -> Now {
        let unix = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            mono: Instant::now().saturating_duration_since(self.start),
            unix_nanos: u64::try_from(unix.as_nanos()).unwrap_or(u64::MAX),
        }
    }
}
