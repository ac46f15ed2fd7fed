//! Keeps one in so many traces, rare keys more often: by what the last interval held.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::adaptive::{Adaptive, Distinction};
use crate::config::Duration;
use crate::sampling::dynamic::Aim;

/// Settings of `dynamic`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Config {
    #[serde(flatten)]
    keys: Distinction,
    /// Traces that one kept trace stands for, over all keys.
    #[serde(alias = "SampleRate")]
    rate: f64,
    /// Time between adjustments.
    #[serde(alias = "ClearFrequency")]
    interval: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: Distinction::default(),
            rate: 10.0,
            interval: Duration::from_secs(30),
        }
    }
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let aim = Aim::Average { rate: self.rate };
        let interval_ms = self.interval.as_ms();
        Adaptive::boxed(
            builder,
            &self.keys,
            aim,
            interval_ms,
            1.0 / self.rate.max(1.0),
        )
    }
}
