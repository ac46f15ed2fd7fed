//! Keeps one trace in so many, the same on every instance.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Case, Policy, Settings, Vote};
use super::limiter::share_vote;

/// Settings of `deterministic`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Traces that one kept trace stands for.
    #[serde(alias = "SampleRate", alias = "sample_rate")]
    rate: f64,
}

impl Settings for Config {
    fn build(&self, _builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(Deterministic(1.0 / self.rate.max(1.0))))
    }
}

struct Deterministic(f64);

impl Policy for Deterministic {
    fn vote(&self, case: &Case<'_>) -> Vote {
        share_vote(self.0, case)
    }
}
