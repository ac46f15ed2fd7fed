//! The process's own logs and metrics.

mod log;
mod names;

pub use log::{LogFormat, install_log};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Buckets of the process's own durations, in seconds.
const SECONDS: &[f64] = &[
    0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Buckets of work that is left for later, in items.
const ITEMS: &[f64] = &[0.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];

/// Installs the recorder behind the `metrics` macros; answers the handle that renders it.
/// Fails when one is installed already.
pub fn install_metrics() -> Result<PrometheusHandle, String> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_left_over".to_owned()), ITEMS)
        })
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| error.to_string())?;
    names::describe();
    Ok(handle)
}
