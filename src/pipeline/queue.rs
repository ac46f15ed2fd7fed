//! One exporter's queue: batches up, waits, retries with jitter and gives up with a reason.
//!
//! ```text
//! worker ──offer──▶ room (bytes) ──▶ errand 1..n ──▶ exporter
//!                    by signal        split, retry      tries once
//!                                     └─ breaker: after an outage one probe, then everyone
//! ```
//!
//! A queue owns its memory share, its tasks and its breaker; it shares nothing with its neighbours
//! but the data itself, which nobody changes. Every item offered is delivered or discarded with a
//! reason in the exporter's account.

mod backoff;
mod breaker;
mod desk;
mod errand;
mod gauges;
mod room;
mod split;
mod whisper;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};

use crate::clock::Clock;
use crate::component::{Account, Batch, Exporter, Reason};
use crate::config;
use desk::Desk;
use errand::Errand;
use room::{Put, Waiting};

/// What one batch costs besides its bytes, so that many tiny ones are bounded too.
const BATCH_OVERHEAD: usize = 256;

/// The sending side of a queue, for workers, the intake and the service.
#[derive(Clone)]
pub struct QueueHandle {
    desk: Arc<Desk>,
    runner: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Starts queues.
pub struct Queue;

impl Queue {
    /// Starts the queue of one exporter on the current tokio runtime.
    pub fn start(
        name: &str,
        settings: &config::Queue,
        exporter: Arc<dyn Exporter>,
        account: Arc<Account>,
        clock: Clock,
    ) -> QueueHandle {
        let desk = Arc::new(Desk::new(name, settings.clone(), exporter, account, clock));
        let runner = tokio::spawn(run(Arc::clone(&desk)));
        QueueHandle {
            desk,
            runner: Arc::new(Mutex::new(Some(runner))),
        }
    }
}

impl QueueHandle {
    /// The exporter's name.
    pub fn name(&self) -> &str {
        &self.desk.name
    }

    /// Takes a batch, or discards by the `on_full` policy. Never waits.
    ///
    /// Under `backpressure` a batch that is already inside is always taken: refusing is the
    /// intake's business ([`QueueHandle::room`]), and what was admitted has paid for its memory.
    pub fn offer(&self, batch: Arc<Batch>) {
        let items = batch.items();
        if items == 0 {
            return;
        }
        let desk = &self.desk;
        desk.account.received(items);
        if desk.closing.is_cancelled() {
            return desk.lost(Reason::Shutdown, items);
        }
        let bytes = batch.telemetry.encoded_len() + BATCH_OVERHEAD;
        let put = desk.room(|room| {
            room.put(Waiting {
                batch,
                bytes,
                items,
                since: desk.now(),
            })
        });
        match put {
            Put::Taken => {}
            Put::Refused => desk.lost(Reason::QueueFull, items),
            Put::Evicted(items) => desk.lost(Reason::DropOldest, items),
        }
        desk.changed.notify_one();
    }

    /// How full the queue is, from 0 to 1 (and above, when more was admitted than fits).
    pub fn fill(&self) -> f64 {
        self.desk.bytes() as f64 / self.desk.settings.max_bytes.bytes().max(1) as f64
    }

    /// Whether `bytes` more would be taken without discarding anything. Queues that discard
    /// rather than push back always have room.
    pub fn room(&self, bytes: usize) -> bool {
        self.desk.drops()
            || self.desk.bytes().saturating_add(bytes) <= self.desk.settings.max_bytes.bytes()
    }

    /// Takes nothing more, sends what is held and closes the exporter. What is still undelivered
    /// at `deadline` (on the clock's `mono`) is discarded and its number of items returned.
    pub async fn drain(&self, deadline: Duration) -> u64 {
        let desk = &self.desk;
        desk.closing.cancel();
        desk.breaker.hurry(desk.now());
        let runner = self
            .runner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut runner) = runner {
            let left = deadline.saturating_sub(desk.now());
            if tokio::time::timeout(left, &mut runner).await.is_err() {
                desk.abandon.cancel();
                // The runner ends as soon as it sees the token; it cannot fail otherwise.
                drop(runner.await);
            }
        }
        let rest = desk.room(room::Room::empty);
        desk.lost(Reason::ShutdownDeadline, rest);
        let left = deadline
            .saturating_sub(desk.now())
            .max(Duration::from_millis(100));
        if tokio::time::timeout(left, desk.exporter.close())
            .await
            .is_err()
        {
            tracing::warn!(exporter = %desk.name, "exporter did not close in time");
        }
        desk.undelivered()
    }
}

/// Gives work to errands until the queue is closed and empty, or abandoned.
async fn run(desk: Arc<Desk>) {
    let mut errands = JoinSet::new();
    loop {
        while errands.len() < desk.settings.concurrency.max(1) {
            let now = desk.now();
            let Some(load) = desk.room(|room| room.take(now, desk.closing.is_cancelled())) else {
                break;
            };
            errands.spawn(Errand::new(Arc::clone(&desk), load).run());
        }
        let idle = desk.room(|room| room.is_idle());
        if idle && errands.is_empty() && desk.closing.is_cancelled() {
            return;
        }
        let full = errands.len() >= desk.settings.concurrency.max(1);
        let pause = desk.room(|room| room.due(desk.now())).filter(|_| !full);
        tokio::select! {
            () = desk.abandon.cancelled() => {
                errands.shutdown().await;
                return;
            }
            Some(ended) = errands.join_next() => {
                if let Err(fault) = ended {
                    tracing::error!(exporter = %desk.name, %fault, "exporter panicked; its request is lost");
                }
            }
            () = desk.changed.notified() => {}
            () = desk.closing.cancelled(), if !desk.closing.is_cancelled() => {}
            () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
        }
    }
}

#[cfg(test)]
mod tests;
