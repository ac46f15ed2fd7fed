//! A scrape endpoint for the house's own metrics of the traffic and for received OTLP metrics.

mod exponential;
mod intake;
mod labels;
mod names;
mod own;
mod page;
mod reading;
mod server;
mod store;
mod text;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::clock::Clock;
use crate::component::{
    BoxFuture, ConfigError, Context, Delivered, Entry, ExportError, Exporter, ExporterConfig,
    Request, Stop, cannot_listen,
};
use crate::config::{self, Duration};
use crate::meter::Meter;
use crate::otlp::Telemetry;
use intake::{Extras, Fates};
use store::{Fate, Limits, Store};

pub(super) const ENTRY: Entry = Entry::exporter::<Config>(
    "prometheus",
    "serve agent metrics and received OTLP metrics to Prometheus at /metrics",
    r#"listen = "127.0.0.1:9464"
legacy_names = true"#,
);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Where scrapers find it.
    #[schemars(with = "String")]
    listen: SocketAddr,
    /// Shows agent metrics under the names of the first dashboards as well: `mcp_tool_calls_total`,
    /// `openai_token_cost_total` and so on.
    legacy_names: bool,
    /// Shows the metrics that processors such as `agent_metrics` keep.
    agent_metrics: bool,
    /// A received series that nobody reported for so long is forgotten.
    expiry: Duration,
    /// Most received series in one metric; the rest share `otel_metric_overflow="true"`.
    max_series_per_metric: usize,
    /// Most received series in all metrics.
    max_series: usize,
    /// Shows each resource as `target_info`.
    target_info: bool,
    /// Shows `otel_scope_name`, `otel_scope_version` and scope attributes as labels.
    scope_labels: bool,
    /// Resource attributes to show as labels besides `job` and `instance`.
    resource_labels: Vec<String>,
    /// Waiting and batching.
    queue: config::Queue,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 9464)),
            legacy_names: false,
            agent_metrics: true,
            expiry: Duration::from_secs(300),
            max_series_per_metric: 2_000,
            max_series: 50_000,
            target_info: true,
            scope_labels: true,
            resource_labels: Vec::new(),
            queue: config::Queue {
                // A scrape wants what is new; there is no request to save by waiting.
                batch_timeout: Duration::from_millis(0),
                ..config::Queue::default()
            },
        }
    }
}

impl ExporterConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let checks = [
            (
                !self.expiry.get().is_zero(),
                "expiry",
                "a series must live for a while, such as \"5m\"",
            ),
            (
                self.max_series_per_metric > 0,
                "max_series_per_metric",
                "must be at least 1",
            ),
            (self.max_series > 0, "max_series", "must be at least 1"),
        ];
        checks
            .into_iter()
            .filter_map(|(fine, key, why)| ConfigError::unless(fine, key, why).err())
            .collect()
    }

    fn build(self, context: &mut Context) -> Result<Arc<dyn Exporter>, ConfigError> {
        let listener = listen(self.listen).map_err(|error| {
            ConfigError::at("listen", cannot_listen(self.listen, &error).to_string())
        })?;
        if !self.listen.ip().is_loopback() {
            tracing::warn!(listen = %self.listen, "metrics are readable by anyone who reaches this address");
        }
        let limits = Limits {
            per_family: self.max_series_per_metric,
            total: self.max_series,
        };
        let desk = Arc::new(Desk {
            extras: Extras {
                scope_labels: self.scope_labels,
                target_info: self.target_info,
                resource_labels: self.resource_labels,
                shown_meter: self
                    .agent_metrics
                    .then(|| context.meter.instance().to_owned()),
            },
            legacy_names: self.legacy_names,
            meter: self.agent_metrics.then(|| Arc::clone(&context.meter)),
            expiry: self.expiry,
            clock: context.clock,
            store: Mutex::new(Store::new(limits)),
        });
        let serving = Arc::clone(&desk);
        context.run_beside(move |stop| {
            let render = Arc::clone(&serving);
            let render = Arc::new(move |format| page::write(&render, format));
            Box::pin(async move {
                tokio::join!(
                    server::serve(listener, render, stop.clone()),
                    expire(serving, stop)
                );
            })
        });
        Ok(Arc::new(Prometheus(desk)))
    }

    fn queue(&self) -> config::Queue {
        self.queue.clone()
    }
}

/// Bound at once, so that a taken address is a fault at start and not a silence later.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What the exporter and its page share.
struct Desk {
    extras: Extras,
    legacy_names: bool,
    meter: Option<Arc<Meter>>,
    expiry: Duration,
    clock: Clock,
    store: Mutex<Store>,
}

impl Desk {
    fn store<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        work(&mut self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn expire(&self) {
        let horizon = self.clock.now().mono.checked_sub(self.expiry.get());
        if let Some(horizon) = horizon {
            self.store(|store| store.expire(horizon));
        }
    }

    fn take(&self, request: &Request) -> Fates {
        let now = self.clock.now().mono;
        let mut fates = Fates::new();
        for part in &request.parts {
            if let Telemetry::Metrics(batch) = &part.telemetry {
                let met = self.store(|store| intake::take(store, batch, &self.extras, now));
                for (fate, points) in met {
                    *fates.entry(fate).or_default() += points;
                }
            }
        }
        metrics::gauge!("tollgate_prometheus_series").set(self.store(|store| store.len()) as f64);
        fates
    }
}

/// Forgets what is stale by the clock and not by the scrape: nobody may be scraping.
async fn expire(desk: Arc<Desk>, stop: Stop) {
    let pause = desk.expiry.get().min(std::time::Duration::from_secs(10));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => desk.expire(),
        }
    }
}

struct Prometheus(Arc<Desk>);

impl Exporter for Prometheus {
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>> {
        Box::pin(async move {
            let fates = self.0.take(&request);
            for (fate, points) in fates.iter().filter(|(fate, _)| **fate != Fate::Taken) {
                let reason = [("reason", fate.label())];
                metrics::counter!("tollgate_prometheus_points_not_shown_total", &reason)
                    .increment(*points);
            }
            let losses = fates.iter().filter(|(fate, _)| fate.is_loss());
            let rejected = losses
                .clone()
                .map(|(fate, points)| (fate.reason(), *points));
            let rejected = rejected.collect();
            let reasons: Vec<_> = losses.map(|(fate, _)| fate.label()).collect();
            let message = if reasons.is_empty() {
                String::new()
            } else {
                format!("points that cannot be shown: {}", reasons.join(", "))
            };
            Ok(Delivered { rejected, message })
        })
    }
}

#[cfg(test)]
mod tests;
