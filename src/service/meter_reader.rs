//! Lets the traffic's own metrics enter the metrics pipelines as OTLP.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::component::{Batch, Stop};
use crate::meter::Meter;
use crate::otlp::{Limits, Signal, Telemetry};
use crate::pipeline::Fanout;

/// What the metrics say of who made them.
const RESOURCE: &[(&str, &str)] = &[
    ("service.name", "tollgate"),
    ("service.version", env!("CARGO_PKG_VERSION")),
];

/// Starts sending a reading every `interval` until `stop`, and a last one then.
pub(super) fn run(
    meter: Arc<Meter>,
    pipelines: Vec<Fanout>,
    interval: Duration,
    clock: Clock,
    stop: &Stop,
) -> JoinHandle<()> {
    tokio::spawn(read(meter, pipelines, interval, clock, stop.clone()))
}

async fn read(
    meter: Arc<Meter>,
    pipelines: Vec<Fanout>,
    interval: Duration,
    clock: Clock,
    stop: Stop,
) {
    if interval.is_zero() || pipelines.is_empty() {
        return;
    }
    loop {
        let stopped = tokio::time::timeout(interval, stop.cancelled())
            .await
            .is_ok();
        send(&meter, &pipelines, clock);
        if stopped {
            return;
        }
    }
}

fn send(meter: &Meter, pipelines: &[Fanout], clock: Clock) {
    let bytes = meter.to_otlp(clock.now().unix_nanos, RESOURCE);
    let read = Telemetry::parse(Signal::Metrics, Bytes::from(bytes), &Limits::default());
    let telemetry = match read {
        Ok(parsed) => parsed.telemetry,
        Err(error) => {
            tracing::error!(%error, "the meter wrote metrics that cannot be read; they are left out");
            return;
        }
    };
    if telemetry.is_empty() {
        return;
    }
    for fanout in pipelines {
        fanout.send(Batch::unpaid(telemetry.clone()));
    }
}
