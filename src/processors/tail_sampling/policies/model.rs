//! Keeps traces that asked for, or were served by, one of some models.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Operand, Place, SpanTest};

/// Settings of `model`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Model names, compared exactly.
    names: Vec<String>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let names: Vec<_> = self.names.iter().cloned().map(Operand::Str).collect();
        let keys = ["gen_ai.request.model", "gen_ai.response.model"];
        let tests = keys.map(|key| {
            let slot = builder.plan.keys.slot(key);
            SpanTest::Attribute(slot, Place::Any, Check::In(names.clone()))
        });
        Matching::boxed(builder, SpanTest::Any(tests.into()), false)
    }
}
