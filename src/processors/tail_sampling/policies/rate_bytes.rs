//! Keeps so many bytes per second, whole traces only.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::limiter::{Limiter, Mode};

/// Settings of `rate_bytes`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Bytes per second, over all workers.
    #[serde(alias = "bytes_per_second")]
    per_second: f64,
    /// Bytes that may pass at once; twice `per_second` unless given.
    #[serde(default, alias = "burst_capacity")]
    burst: Option<f64>,
    /// How the limit is held.
    #[serde(default)]
    mode: Mode,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Limiter::boxed(
            builder,
            self.mode,
            self.per_second,
            self.burst,
            |trace| trace.bytes,
        ))
    }
}
