//! Waits for a condition, never for a time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up; generous, because machines are busy.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Asks until the answer is `Ok`, and fails with the last `Err` when patience ends.
#[track_caller]
pub(crate) fn eventually<T, E: Debug>(mut ask: impl FnMut() -> Result<T, E>) -> T {
    let until = now() + PATIENCE;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(last) => assert!(now() < until, "still not so after {PATIENCE:?}: {last:?}"),
        }
        pause();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "patience is measured in real time"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is polled; it cannot wake us"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}
