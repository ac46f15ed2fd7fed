//! Alive, and ready or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use metrics_exporter_prometheus::PrometheusHandle;

/// What the admin port answers from. Cheap to clone.
#[derive(Clone, Default)]
pub struct Health {
    ready: Arc<AtomicBool>,
    metrics: Option<PrometheusHandle>,
}

impl Health {
    /// Answers `/metrics` from this recorder.
    pub fn with_metrics(metrics: PrometheusHandle) -> Self {
        Health {
            ready: Arc::default(),
            metrics: Some(metrics),
        }
    }

    /// Says whether the service takes telemetry.
    pub fn ready(&self, ready: bool) {
        self.ready.store(ready, Relaxed);
    }

    /// Whether the service takes telemetry.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Relaxed)
    }

    /// The process's own metrics in Prometheus text.
    pub fn metrics(&self) -> String {
        self.metrics
            .as_ref()
            .map(PrometheusHandle::render)
            .unwrap_or_default()
    }
}
