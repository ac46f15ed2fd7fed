//! Door 1, async to sync: admit or refuse, shard, hand to the workers.

use std::sync::{Arc, OnceLock};

use super::budget::Budget;
use super::fanout::Fanout;
use super::shard::split;
use super::worker::{Job, Lanes};
use crate::clock::{Clock, Now};
use crate::component::{Account, Batch, BoxFuture, Busy, Intake, Reason, Receipt, Stop};
use crate::otlp::{Signal, Telemetry};

/// One pipeline as the door sees it.
pub struct Route {
    /// The signal it takes.
    pub signal: Signal,
    /// Its exporters, asked for room before anything is admitted.
    pub fanout: Fanout,
}

/// The door of the house. Workers are attached once they run.
pub struct Door {
    routes: Vec<Route>,
    budget: Arc<Budget>,
    clock: Clock,
    refused: Vec<(Signal, Arc<Account>)>,
    lanes: OnceLock<std::sync::RwLock<Option<Lanes>>>,
    closed: Stop,
}

impl Door {
    /// A door to these pipelines, in index order. `refused` counts by signal.
    pub fn new(
        routes: Vec<Route>,
        budget: Arc<Budget>,
        clock: Clock,
        refused: Vec<(Signal, Arc<Account>)>,
    ) -> Self {
        Door {
            routes,
            budget,
            clock,
            refused,
            lanes: OnceLock::new(),
            closed: Stop::new(),
        }
    }

    /// Opens the door to running workers.
    pub fn open(&self, lanes: Lanes) {
        let slot = self.lanes.get_or_init(Default::default);
        if let Ok(mut slot) = slot.write() {
            *slot = Some(lanes);
        }
    }

    /// Closes it: nothing more is admitted, and the workers see the end of their channels.
    pub fn close(&self) {
        self.closed.cancel();
        if let Some(Ok(mut slot)) = self.lanes.get().map(std::sync::RwLock::write) {
            *slot = None;
        }
    }

    fn lanes(&self) -> Option<Lanes> {
        self.lanes.get()?.read().ok()?.clone()
    }

    fn deliver(&self, telemetry: Telemetry, receipt: Receipt) -> Result<(), Busy> {
        let signal = telemetry.signal();
        let Some(lanes) = self.lanes() else {
            return Err(self.budget.busy("the service is stopping"));
        };
        let receipt = Arc::new(receipt);
        let mut routes = self
            .routes
            .iter()
            .enumerate()
            .filter(|(_, route)| route.signal == signal)
            .peekable();
        let mut rest = Some(telemetry);
        while let Some((pipeline, _)) = routes.next() {
            let mine = if routes.peek().is_some() {
                rest.clone()
            } else {
                rest.take()
            };
            let Some(mine) = mine else { break };
            for (worker, part) in split(mine, lanes.workers()).into_iter().enumerate() {
                if part.is_empty() {
                    continue;
                }
                let batch = Batch {
                    telemetry: part,
                    receipts: vec![Arc::clone(&receipt)],
                };
                if let Err(job) = lanes.send(worker, Job { pipeline, batch }) {
                    self.unsent(signal, &job);
                }
            }
        }
        Ok(())
    }

    /// A worker's channel was full although the budget should not allow it, or the worker is gone.
    fn unsent(&self, signal: Signal, job: &Job) {
        tracing::error!(
            pipeline = job.pipeline,
            "a worker took no job; its batch is discarded"
        );
        self.refused(signal, Reason::QueueFull, job.batch.items());
    }
}

impl Intake for Door {
    fn admit(&self, bytes: usize) -> Result<Receipt, Busy> {
        if self.closed.is_cancelled() {
            return Err(self.budget.busy("the service is stopping"));
        }
        if !self.routes.iter().all(|route| route.fanout.has_room(bytes)) {
            return Err(self.budget.busy("an exporter's queue is full"));
        }
        self.budget.reserve(bytes)
    }

    fn offer(&self, telemetry: Telemetry, receipt: Receipt) -> BoxFuture<'_, Result<(), Busy>> {
        Box::pin(std::future::ready(self.deliver(telemetry, receipt)))
    }

    fn refused(&self, signal: Signal, reason: Reason, items: u64) {
        if let Some((_, account)) = self.refused.iter().find(|(one, _)| *one == signal) {
            account.discarded(reason, items);
        }
    }

    fn takes(&self, signal: Signal) -> bool {
        self.routes.iter().any(|route| route.signal == signal)
    }

    fn now(&self) -> Now {
        self.clock.now()
    }
}
