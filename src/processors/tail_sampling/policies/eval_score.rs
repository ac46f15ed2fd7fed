//! Keeps traces with an evaluation below a score, on a span or on one of its events.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::SpanTest;

/// Settings of `eval_score`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The evaluation's name.
    name_is: String,
    /// Scores below this are kept.
    below: f64,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let name = builder.plan.keys.slot("gen_ai.evaluation.name");
        let score = builder.plan.keys.slot("gen_ai.evaluation.score.value");
        builder.plan.evaluations = Some((name, score));
        let test = SpanTest::ScoreBelow(self.name_is.as_str().into(), self.below);
        Matching::boxed(builder, test, false)
    }
}
