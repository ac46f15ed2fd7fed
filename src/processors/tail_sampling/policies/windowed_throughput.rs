//! Keeps so much per second, shared fairly over keys: by a sliding window.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::adaptive::{Adaptive, Distinction};
use crate::config::Duration;
use crate::sampling::dynamic::Aim;

/// Settings of `windowed_throughput`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Config {
    #[serde(flatten)]
    keys: Distinction,
    /// Traces, or spans with `count_spans`, kept per second over all keys.
    #[serde(alias = "goal_throughput", alias = "GoalThroughputPerSec")]
    per_second: f64,
    /// Time between adjustments.
    #[serde(alias = "update_frequency", alias = "UpdateFrequency")]
    interval: Duration,
    /// The window.
    #[serde(alias = "LookbackFrequency")]
    lookback: Duration,
    /// Of a hundred, before anything is known.
    #[serde(alias = "initial_sampling_percentage")]
    initial_percent: f64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: Distinction::default(),
            per_second: 100.0,
            interval: Duration::from_secs(1),
            lookback: Duration::from_secs(30),
            initial_percent: 10.0,
        }
    }
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let aim = Aim::WindowedThroughput {
            per_second: self.per_second,
            lookback: (self.lookback.as_ms() / self.interval.as_ms().max(1)).max(1) as usize,
        };
        let interval_ms = self.interval.as_ms();
        Adaptive::boxed(
            builder,
            &self.keys,
            aim,
            interval_ms,
            self.initial_percent / 100.0,
        )
    }
}
