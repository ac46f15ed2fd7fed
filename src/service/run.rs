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
use crate::component::{Background, Receiver, Stop};
use crate::pipeline::{Budget, Door, Pulse, Workers};

impl Service {
    /// Runs until `stop`; then drains within the shutdown timeout and answers the accounts.
    /// An error means that it could not start: a port in use, a thread that would not start.
    pub async fn run(self, stop: Stop, health: Health) -> io::Result<Summary> {
        let pulse = Pulse {
            clock: self.clock,
            budget: self.budget.clone(),
        };
        let lanes_each = self
            .workers
            .first()
            .map_or(1, |worker| worker.lanes.len().max(1));
        let jobs_max = self.settings.requests_max * lanes_each;
        let (workers, lanes) = Workers::start(self.workers, jobs_max, &pulse)?;
        self.door.open(lanes);

        let beside = Stop::new();
        let mut tasks = start(self.background, &beside);
        let gauges = gauges(self.budget);
        tasks.spawn(books::publish(self.ledger.clone(), gauges, beside.clone()));
        let interval = self.settings.meter_interval.get();
        let reading = meter_reader::run(
            self.meter,
            self.metrics_out,
            interval,
            self.clock,
            beside.clone(),
        );
        let reading = tokio::spawn(reading);
        if let Some(address) = self.admin.address() {
            let server = admin::listen(address, health.clone(), self.pages).await?;
            tasks.spawn(server.serve(beside.clone()));
        }

        let listening = Stop::new();
        let mut receivers = serve(self.receivers, &self.door, &listening);
        health.ready(true);
        let failed = tokio::select! {
            () = stop.cancelled() => None,
            failed = first_failure(&mut receivers) => failed,
        };

        health.ready(false);
        let deadline = Instant::now() + self.settings.shutdown_timeout.get();
        listening.cancel();
        let answered = async { while receivers.join_next().await.is_some() {} };
        by(deadline, answered, "some connections were still open").await;
        self.door.close();
        let drained = tokio::task::spawn_blocking(move || workers.join());
        by(deadline, drained, "a worker was still draining").await;
        beside.cancel();
        by(deadline, reading, "the meter was still being read").await;
        leave(self.queues, self.exporters, deadline, self.clock).await;
        let finished = async { while tasks.join_next().await.is_some() {} };
        let end = Instant::now() + Duration::from_secs(1);
        by(end, finished, "background work was still going on").await;
        match failed {
            Some(error) => Err(error),
            None => Ok(Summary::of(&self.ledger)),
        }
    }
}

/// Starts what runs beside the pipelines.
fn start(background: Vec<Background>, beside: &Stop) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for work in background {
        tasks.spawn(work(beside.clone()));
    }
    tasks
}

/// Starts every receiver.
fn serve(
    receivers: Vec<(String, Box<dyn Receiver>)>,
    door: &Arc<Door>,
    listening: &Stop,
) -> Serving {
    let mut serving = JoinSet::new();
    for (name, receiver) in receivers {
        let answer = receiver.serve(door.clone(), listening.clone());
        serving.spawn(async move { (name, answer.await) });
    }
    serving
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

type Serving = JoinSet<(String, io::Result<()>)>;

/// Resolves when a receiver ends with an error, or when all have ended.
async fn first_failure(receivers: &mut Serving) -> Option<io::Error> {
    while let Some(ended) = receivers.join_next().await {
        match ended {
            Ok((_, Ok(()))) => {}
            Ok((name, Err(error))) => {
                return Some(io::Error::new(
                    error.kind(),
                    format!("receiver `{name}`: {error}"),
                ));
            }
            Err(error) => return Some(io::Error::other(format!("a receiver panicked: {error}"))),
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
