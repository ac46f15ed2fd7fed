//! Keeps traces with one of some values of a `tracestate` member.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::SpanTest;

/// Settings of `trace_state`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The member's key.
    key: String,
    /// Values, compared exactly.
    values: Vec<String>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let values = self
            .values
            .iter()
            .map(|value| value.as_str().into())
            .collect();
        Matching::boxed(
            builder,
            SpanTest::TraceState(self.key.as_str().into(), values),
            false,
        )
    }
}
