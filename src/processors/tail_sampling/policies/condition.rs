//! Keeps traces that meet typed conditions on spans, the root or the whole trace.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Match, Policy, Settings, Vote};
use crate::sampling::expression::{Expression, TraceTest};

/// Settings of `condition`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The conditions.
    conditions: Vec<Expression>,
    /// Each on some span, or all on one.
    #[serde(default, rename = "match")]
    matching: Match,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let test = builder.conditions(&self.conditions, self.matching)?;
        Ok(Box::new(Condition(test)))
    }
}

struct Condition(TraceTest);

impl Policy for Condition {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(self.0.holds(case))
    }

    fn monotone(&self) -> bool {
        self.0.monotone()
    }

    fn basis(&self) -> Basis {
        Basis::of_test(&self.0)
    }

    fn sure(&self) -> bool {
        true
    }
}
