//! Keeps so many spans per second, split over tenants so that none gets more than asked and a loud one pays.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::adaptive::{Adaptive, Distinction};
use crate::config::Duration;
use crate::sampling::dynamic::Aim;

/// Settings of `fair_share`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The attribute that names the tenant.
    key: String,
    /// Spans per second over all tenants and workers.
    per_second: f64,
    /// Time between adjustments.
    #[serde(default = "interval")]
    interval: Duration,
    /// Tenants told apart by each worker; the rest share one.
    #[serde(default = "tenants")]
    max_keys: usize,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let (count_spans, max_keys) = (true, self.max_keys);
        let fields = vec![self.key.clone()];
        let fields = Distinction {
            fields,
            count_spans,
            max_keys,
            ..Distinction::default()
        };
        let aim = Aim::EmaThroughput {
            per_second: self.per_second,
            weight: 0.5,
        };
        Adaptive::boxed(builder, &fields, aim, self.interval.as_ms(), 1.0)
    }
}

fn interval() -> Duration {
    Duration::from_secs(1)
}

fn tenants() -> usize {
    1000
}
