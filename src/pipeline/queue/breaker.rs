//! Closed, open, half-open: after an outage one request tries, then everyone follows.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Failures in a row, over all requests, that open the breaker.
const FAILURES_MAX: u32 = 3;

/// What the breaker lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Everyone may try.
    Closed { failures: u32 },
    /// Nobody may try before `until` (on the clock's `mono`).
    Open { until: Duration, attempt: u32 },
    /// One is trying.
    HalfOpen { attempt: u32 },
}

impl State {
    /// As a metric: 0 closed, 1 half-open, 2 open.
    pub(super) fn number(self) -> f64 {
        match self {
            State::Closed { .. } => 0.0,
            State::HalfOpen { .. } => 1.0,
            State::Open { .. } => 2.0,
        }
    }
}

/// What an asker gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// Go; `probe` if the others wait for the outcome.
    Go { probe: bool },
    /// Ask again after this long, or when something changed (`None`: only then).
    Wait(Option<Duration>),
}

pub(super) struct Breaker {
    state: Mutex<State>,
    changed: Notify,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Breaker {
            state: Mutex::new(State::Closed { failures: 0 }),
            changed: Notify::new(),
        }
    }

    pub(super) fn state(&self) -> State {
        *self.lock()
    }

    /// Asks to try now.
    pub(super) fn ask(&self, now: Duration) -> Leave {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => Leave::Go { probe: false },
            State::HalfOpen { .. } => Leave::Wait(None),
            State::Open { until, .. } if now < until => {
                Leave::Wait(Some(until.saturating_sub(now)))
            }
            State::Open { attempt, .. } => {
                *state = State::HalfOpen { attempt };
                Leave::Go { probe: true }
            }
        }
    }

    /// Resolves when the state changed since the future was made.
    pub(super) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// The destination answered, whatever it said. Answers whether that ended an outage.
    pub(super) fn answered(&self) -> bool {
        let mut state = self.lock();
        let ended = !matches!(*state, State::Closed { .. });
        *state = State::Closed { failures: 0 };
        drop(state);
        if ended {
            self.changed.notify_waiters();
        }
        ended
    }

    /// An attempt failed in a way that is worth another. `pause` says how long to hold still after
    /// so many failures; `hold` opens at once, because the destination asked for it.
    /// Answers `true` if that began an outage.
    pub(super) fn failed(
        &self,
        now: Duration,
        probe: bool,
        hold: bool,
        pause: impl FnOnce(u32) -> Duration,
    ) -> bool {
        let mut state = self.lock();
        match *state {
            State::Closed { failures } if failures + 1 >= FAILURES_MAX || hold => {
                *state = State::Open {
                    until: now + pause(0),
                    attempt: 0,
                };
                true
            }
            State::Closed { failures } => {
                *state = State::Closed {
                    failures: failures + 1,
                };
                false
            }
            State::HalfOpen { attempt } if probe => {
                let attempt = attempt.saturating_add(1);
                *state = State::Open {
                    until: now + pause(attempt),
                    attempt,
                };
                drop(state);
                self.changed.notify_waiters();
                false
            }
            // Stragglers that left before the breaker opened add nothing to what it knows.
            State::HalfOpen { .. } | State::Open { .. } => false,
        }
    }

    /// A probe went away without an outcome: another one may try.
    pub(super) fn abandoned(&self, now: Duration) {
        let mut state = self.lock();
        if let State::HalfOpen { attempt } = *state {
            *state = State::Open {
                until: now,
                attempt,
            };
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// The house is closing: the next attempt is due now.
    pub(super) fn hurry(&self, now: Duration) {
        let mut state = self.lock();
        if let State::Open { attempt, .. } = *state {
            *state = State::Open {
                until: now,
                attempt,
            };
            drop(state);
            self.changed.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
