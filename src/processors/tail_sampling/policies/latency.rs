//! Keeps traces that took long: from the earliest start to the latest end.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};

/// Settings of `latency`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Longer than this, in milliseconds.
    #[serde(alias = "threshold_ms")]
    min_ms: f64,
    /// At most this, in milliseconds; zero or nothing is no bound.
    #[serde(default, alias = "upper_threshold_ms")]
    max_ms: f64,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let nanos = |ms: f64| (ms.max(0.0) * 1e6).round() as u64;
        builder.plan.durations_above(nanos(self.min_ms));
        let max = (self.max_ms > 0.0).then(|| nanos(self.max_ms));
        Ok(Box::new(Latency {
            min: nanos(self.min_ms),
            max,
        }))
    }
}

struct Latency {
    min: u64,
    max: Option<u64>,
}

impl Policy for Latency {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let long = |nanos| nanos > self.min && self.max.is_none_or(|max| nanos <= max);
        Vote::sure(case.trace.duration_nanos().is_some_and(long))
    }

    fn monotone(&self) -> bool {
        self.max.is_none()
    }

    fn basis(&self) -> Basis {
        Basis::DURATION
    }

    fn sure(&self) -> bool {
        true
    }
}
