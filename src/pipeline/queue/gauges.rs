//! What a queue tells of itself, under `tollgate_exporter_*`.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

/// Handles on one exporter's own metrics.
pub(super) struct Gauges {
    pub(super) queue_bytes: Gauge,
    pub(super) queue_items: Gauge,
    pub(super) state: Gauge,
    pub(super) in_flight: Gauge,
    pub(super) requests: Counter,
    pub(super) retries: Counter,
    seconds: Histogram,
}

impl Gauges {
    pub(super) fn new(exporter: &str, capacity_bytes: usize) -> Self {
        let label = || [("exporter", exporter.to_owned())];
        metrics::gauge!("tollgate_exporter_queue_capacity_bytes", &label())
            .set(capacity_bytes as f64);
        Gauges {
            queue_bytes: metrics::gauge!("tollgate_exporter_queue_bytes", &label()),
            queue_items: metrics::gauge!("tollgate_exporter_queue_items", &label()),
            state: metrics::gauge!("tollgate_exporter_state", &label()),
            in_flight: metrics::gauge!("tollgate_exporter_requests_in_flight", &label()),
            requests: metrics::counter!("tollgate_exporter_requests_total", &label()),
            retries: metrics::counter!("tollgate_exporter_retries_total", &label()),
            seconds: metrics::histogram!("tollgate_exporter_request_duration_seconds", &label()),
        }
    }

    pub(super) fn took(&self, time: Duration) {
        self.seconds.record(time.as_secs_f64());
    }
}
