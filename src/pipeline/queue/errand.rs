//! One load on its way: split where it must be, tried until delivered, refused or too old.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::backoff::pause;
use super::breaker::Leave;
use super::desk::Desk;
use super::room::Load;
use super::split;
use crate::component::{Delivered, ExportError, Reason, Request};
use crate::otlp::Signal;

/// While the house closes, nobody pauses longer than this.
const CLOSING_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Carries one load. Whatever is still in its bag when it is dropped (a deadline, a panic) is
/// written off in the account, so that nothing can vanish.
pub(super) struct Errand {
    desk: Arc<Desk>,
    bag: VecDeque<Arc<Request>>,
    signal: Signal,
    bytes: usize,
    since: Duration,
}

/// How a request ended.
enum End {
    Delivered(Delivered),
    Lost(Reason),
    TooLarge,
}

impl Errand {
    pub(super) fn new(desk: Arc<Desk>, load: Load) -> Self {
        let Load {
            signal,
            parts,
            bytes,
            since,
        } = load;
        desk.gauges.in_flight.increment(1.0);
        let bag = VecDeque::from([Arc::new(Request { signal, parts })]);
        Errand {
            desk,
            bag,
            signal,
            bytes,
            since,
        }
    }

    pub(super) async fn run(mut self) {
        self.cut(self.desk.settings.batch_bytes.bytes());
        while let Some(request) = self.bag.front().cloned() {
            let end = self.carry(&request).await;
            self.bag.pop_front();
            match end {
                End::Delivered(delivered) => self.delivered(&request, &delivered),
                End::Lost(reason) => self.desk.lost(reason, request.items()),
                End::TooLarge => match split::halves(&request) {
                    Some([first, second]) => {
                        self.bag.push_front(Arc::new(second));
                        self.bag.push_front(Arc::new(first));
                    }
                    None => self.desk.lost(Reason::ItemTooLarge, request.items()),
                },
            }
        }
    }

    /// Splits what is over the batch limit before the first attempt.
    fn cut(&mut self, limit: usize) {
        let mut done = VecDeque::new();
        while let Some(request) = self.bag.pop_front() {
            let over = request.encoded_len() > limit;
            match over.then(|| split::halves(&request)).flatten() {
                Some([first, second]) => {
                    self.bag.push_front(Arc::new(second));
                    self.bag.push_front(Arc::new(first));
                }
                None => done.push_back(request),
            }
        }
        self.bag = done;
    }

    async fn carry(&self, request: &Arc<Request>) -> End {
        let desk = &*self.desk;
        let mut attempt = 0;
        loop {
            let Some(probe) = self.leave(attempt).await else {
                return End::Lost(Reason::MaxAge);
            };
            let guard = probe.then(|| Probe(desk));
            let answer = self.attempt(request).await;
            std::mem::forget(guard);
            let (after, why) = match answer {
                Ok(delivered) => return self.answered(End::Delivered(delivered)),
                Err(ExportError::TooLarge(_)) => return self.answered(End::TooLarge),
                Err(ExportError::Reject(why)) => {
                    self.say("destination refused a request for good", &why);
                    return self.answered(End::Lost(Reason::PermanentError));
                }
                Err(ExportError::Retry { after, why }) => (after, why),
            };
            self.failed(probe, after, &why);
            if !self.rest(attempt).await {
                return End::Lost(Reason::MaxAge);
            }
            attempt += 1;
        }
    }

    /// One attempt, within the time limit.
    async fn attempt(&self, request: &Arc<Request>) -> Result<Delivered, ExportError> {
        let desk = &*self.desk;
        let started = desk.now();
        desk.gauges.requests.increment(1);
        let attempt = desk.exporter.export(Arc::clone(request));
        let answer = tokio::time::timeout(desk.settings.timeout.get(), attempt).await;
        desk.gauges.took(desk.now().saturating_sub(started));
        answer.unwrap_or_else(|_| {
            let why = format!("no answer within {}", desk.settings.timeout);
            Err(ExportError::Retry { after: None, why })
        })
    }

    /// Waits until an attempt is allowed; `Some(probe)` when it is, `None` when it is too late.
    async fn leave(&self, attempt: u32) -> Option<bool> {
        let desk = &*self.desk;
        if attempt == 0 {
            desk.budget.deposit();
        }
        loop {
            // Made before asking, so that a change in between is not missed.
            let changed = desk.breaker.changed();
            let wait = match desk.breaker.ask(desk.now()) {
                Leave::Go { probe: false } if attempt > 0 && !self.may_retry() => {
                    Some(pause(&desk.settings, attempt, None, fastrand::f64()))
                }
                Leave::Go { probe } => {
                    desk.show_state();
                    if attempt > 0 {
                        desk.gauges.retries.increment(1);
                    }
                    return Some(probe);
                }
                Leave::Wait(wait) => wait,
            };
            let left = self.age_left()?;
            let wait = wait.unwrap_or(left).min(left);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = changed => {}
            }
        }
    }

    /// Whether the retry budget allows one more; a closing house has no use for what it saves.
    fn may_retry(&self) -> bool {
        self.desk.closing.is_cancelled() || self.desk.budget.withdraw(self.desk.now())
    }

    /// Pauses after a failed attempt that left the breaker closed; `false` when it is too late.
    async fn rest(&self, attempt: u32) -> bool {
        let desk = &*self.desk;
        if desk.breaker.state().number() > 0.0 {
            return self.age_left().is_some();
        }
        let Some(left) = self.age_left() else {
            return false;
        };
        let mut wait = pause(&desk.settings, attempt, None, fastrand::f64());
        if desk.closing.is_cancelled() {
            tokio::time::sleep(wait.min(CLOSING_PAUSE_MAX)).await;
            return true;
        }
        wait = wait.min(left);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = desk.closing.cancelled() => {}
        }
        self.age_left().is_some()
    }

    /// How much longer the load may be tried; `None` when it is too old.
    fn age_left(&self) -> Option<Duration> {
        let max_age = self.desk.settings.max_age.get();
        if max_age.is_zero() {
            return Some(Duration::from_hours(1));
        }
        let age = self.desk.now().saturating_sub(self.since);
        max_age.checked_sub(age).filter(|left| !left.is_zero())
    }

    fn failed(&self, probe: bool, after: Option<Duration>, why: &str) {
        let desk = &*self.desk;
        let hurried = desk.closing.is_cancelled();
        let began = desk
            .breaker
            .failed(desk.now(), probe, after.is_some(), |attempt| {
                let pause = pause(&desk.settings, attempt, after, fastrand::f64());
                if hurried {
                    pause.min(CLOSING_PAUSE_MAX)
                } else {
                    pause
                }
            });
        desk.show_state();
        if began {
            self.say("destination does not take requests; holding them back", why);
        } else {
            tracing::debug!(exporter = %desk.name, why, "attempt failed; will retry");
        }
    }

    fn answered(&self, end: End) -> End {
        if self.desk.breaker.answered() {
            tracing::info!(exporter = %self.desk.name, "destination takes requests again");
        }
        self.desk.show_state();
        end
    }

    fn delivered(&self, request: &Request, delivered: &Delivered) {
        let mut taken = request.items();
        for (reason, rejected) in &delivered.rejected {
            // A stranger's count may be any number.
            let rejected = taken.min(*rejected);
            self.desk.lost(*reason, rejected);
            taken -= rejected;
        }
        self.desk.account.passed(taken);
        if !delivered.message.is_empty() {
            self.say(
                "destination took a request with a remark",
                &delivered.message,
            );
        }
    }

    fn say(&self, what: &str, why: &str) {
        let desk = &*self.desk;
        if let Some((why, swallowed)) = desk.whisper.say(why, desk.now()) {
            tracing::warn!(exporter = %desk.name, why, swallowed, "{what}");
        }
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        let reason = if self.desk.abandon.is_cancelled() {
            Reason::ShutdownDeadline
        } else {
            Reason::Panicked
        };
        for request in self.bag.drain(..) {
            self.desk.lost(reason, request.items());
        }
        self.desk.gauges.in_flight.decrement(1.0);
        self.desk
            .room(|room| room.returned(self.signal, self.bytes));
        self.desk.changed.notify_one();
    }
}

/// Held while probing: if the attempt is cut off, somebody else must be allowed to probe.
struct Probe<'a>(&'a Desk);

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.0.breaker.abandoned(self.0.now());
    }
}
