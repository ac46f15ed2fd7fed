//! Runs a service and leaves in order: receivers, workers, queues, exporters.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::books;
use super::graph::Service;
use super::meter_reader;
use super::summary::Summary;
use crate::admin::{self, Health};
use crate::clock::Clock;
use crate::component::{Receiver, Stop};
use crate::pipeline::{Budget, Door, Pulse, Worker, Workers};

impl Service {
    /// Runs until `stop`; then drains within the shutdown timeout and answers the accounts.
    /// An error means that it could not start: a port in use, a thread that would not start.
    pub async fn run(self, stop: Stop, health: Health) -> io::Result<Summary> {
        let pulse = Pulse {
            clock: self.clock,
            budget: self.budget.clone(),
        };
        let jobs_max = self.settings.requests_max * lanes_of(&self.workers);
        let (workers, lanes) = Workers::start(self.workers, jobs_max, &pulse)?;
        self.door.open(lanes);

        let beside = Stop::new();
        let mut tasks = JoinSet::new();
        for work in self.background {
            tasks.spawn(work(beside.clone()));
        }
        tasks.spawn(books::publish(
            self.ledger.clone(),
            gauges(self.budget),
            beside.clone(),
        ));
        if let Some(address) = self.admin.address() {
            let server = admin::listen(address, health.clone(), self.pages).await?;
            tasks.spawn(server.serve(beside.clone()));
        }
        let every = self.settings.meter_interval.get();
        let reading = meter_reader::run(self.meter, self.metrics_out, every, self.clock, &beside);
        let listening = Stop::new();
        let mut receivers = listen(self.receivers, &self.door, &listening).await?;
        health.ready(true);
        let failed = tokio::select! {
            () = stop.cancelled() => None,
            failed = first_failure(&mut receivers) => failed,
        };

        health.ready(false);
        let deadline = Instant::now() + self.settings.shutdown_timeout.get();
        listening.cancel();
        all(deadline, &mut receivers, "some connections were still open").await;
        self.door.close();
        let drained = tokio::task::spawn_blocking(move || workers.join());
        by(deadline, drained, "a worker was still draining").await;
        beside.cancel();
        by(deadline, reading, "the meter was still read").await;
        leave(self.queues, self.exporters, deadline, self.clock).await;
        all(
            Instant::now() + LAST_MOMENT,
            &mut tasks,
            "background work ran on",
        )
        .await;
        match failed {
            Some(error) => Err(error),
            None => Ok(Summary::of(&self.ledger)),
        }
    }
}

/// How many jobs one request can become on one worker.
fn lanes_of(workers: &[Worker]) -> usize {
    workers
        .first()
        .map_or(1, |worker| worker.lanes.len().max(1))
}

/// What background work is given after everything else has left.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Lets every receiver listen: all addresses are bound before the first is served.
async fn listen(
    receivers: Vec<(String, Box<dyn Receiver>)>,
    door: &Arc<Door>,
    listening: &Stop,
) -> io::Result<Serving> {
    let mut bound = Vec::new();
    for (name, receiver) in receivers {
        let served = receiver.bind(door.clone(), listening.clone()).await;
        bound.push(served.map_err(|error| named(&name, &error))?);
    }
    Ok(bound.into_iter().collect())
}

fn named(receiver: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("receiver `{receiver}`: {error}"))
}

/// Waits for all of a set until the deadline.
async fn all<T: 'static>(deadline: Instant, set: &mut JoinSet<T>, late: &str) {
    by(
        deadline,
        async { while set.join_next().await.is_some() {} },
        late,
    )
    .await;
}

/// Waits for one step of leaving until the deadline.
async fn by(deadline: Instant, step: impl Future, late: &str) {
    if tokio::time::timeout_at(deadline, step).await.is_err() {
        tracing::warn!("{late} at the shutdown deadline");
    }
}

fn gauges(budget: Arc<Budget>) -> books::Gauges {
    Box::new(move || {
        vec![
            ("tollgate_admitted_bytes", budget.bytes() as f64),
            ("tollgate_admitted_requests", budget.requests() as f64),
            ("tollgate_pressure_ratio", budget.fill()),
        ]
    })
}

type Serving = JoinSet<()>;

/// Resolves when a receiver panics, or when all have ended.
async fn first_failure(receivers: &mut Serving) -> Option<io::Error> {
    while let Some(ended) = receivers.join_next().await {
        if let Err(error) = ended {
            return Some(io::Error::other(format!("a receiver panicked: {error}")));
        }
    }
    None
}

async fn leave(
    queues: Vec<crate::pipeline::QueueHandle>,
    exporters: Vec<(String, Arc<dyn crate::component::Exporter>)>,
    deadline: Instant,
    clock: Clock,
) {
    let mut draining = JoinSet::new();
    for (queue, (name, exporter)) in queues.into_iter().zip(exporters) {
        draining.spawn(async move {
            // Queues count on the process's clock, which began when it started.
            let rest = deadline.saturating_duration_since(Instant::now());
            let left = queue.drain(clock.now().mono + rest).await;
            if left > 0 {
                tracing::warn!(
                    exporter = name,
                    items = left,
                    "undelivered at the shutdown deadline"
                );
            }
            exporter.close().await;
        });
    }
    while draining.join_next().await.is_some() {}
}
