//! Keeps traces by their number of spans.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};

/// Settings of `span_count`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// At least.
    #[serde(default, alias = "min_spans")]
    min: u32,
    /// At most; zero or nothing is no bound.
    #[serde(default, alias = "max_spans")]
    max: u32,
}

impl Settings for Config {
    fn build(&self, _builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(SpanCount {
            min: self.min,
            max: (self.max > 0).then_some(self.max),
        }))
    }
}

struct SpanCount {
    min: u32,
    max: Option<u32>,
}

impl Policy for SpanCount {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let n = case.trace.n_spans;
        Vote::sure(n >= self.min && self.max.is_none_or(|max| n <= max))
    }

    fn monotone(&self) -> bool {
        self.max.is_none()
    }

    fn basis(&self) -> Basis {
        Basis::SPANS
    }

    fn sure(&self) -> bool {
        true
    }
}
