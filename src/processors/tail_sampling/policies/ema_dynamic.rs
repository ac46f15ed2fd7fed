//! Keeps one in so many traces, rare keys more often: by a moving average.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::adaptive::{Adaptive, Distinction};
use crate::config::Duration;
use crate::sampling::dynamic::Aim;

/// Settings of `ema_dynamic`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Config {
    #[serde(flatten)]
    keys: Distinction,
    /// Traces that one kept trace stands for, over all keys.
    #[serde(alias = "GoalSampleRate")]
    rate: f64,
    /// The same as a percentage.
    #[serde(alias = "goal_percentage")]
    percent: Option<f64>,
    /// Time between adjustments.
    #[serde(alias = "adjustment_interval", alias = "AdjustmentInterval")]
    interval: Duration,
    /// Weight of the newest interval, 0 to 1.
    #[serde(alias = "Weight")]
    weight: f64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: Distinction::default(),
            rate: 10.0,
            percent: None,
            interval: Duration::from_secs(15),
            weight: 0.5,
        }
    }
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let aim = Aim::EmaAverage {
            rate: self.rate(),
            weight: self.weight,
        };
        let interval_ms = self.interval.as_ms();
        Adaptive::boxed(builder, &self.keys, aim, interval_ms, 1.0 / self.rate())
    }
}

impl Config {
    fn rate(&self) -> f64 {
        self.percent
            .map_or(self.rate, |percent| 100.0 / percent)
            .max(1.0)
    }
}
