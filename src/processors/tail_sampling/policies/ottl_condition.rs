//! Keeps traces with a span that meets one of some conditions in the Collector's language.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::SpanTest;
use crate::sampling::ottl;

/// Settings of `ottl_condition`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Conditions on a span, one of which has to hold.
    span: Vec<String>,
    /// Conditions on events of a span are not understood; there must be none.
    #[serde(default)]
    spanevent: Vec<String>,
    /// Accepted for the Collector's sake; a condition that does not apply does not hold.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read from configurations written for the Collector"
    )]
    error_mode: String,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        if let Some(text) = self.spanevent.first() {
            return Err(format!(
                "`{text}`: conditions look at spans, not at their events"
            ));
        }
        let keys = &mut builder.plan.keys;
        let tests = self.span.iter().map(|text| {
            let condition = ottl::condition(text).and_then(|condition| condition.on_span());
            let condition = condition.map_err(|why| format!("`{text}`: {why}"))?;
            condition.on_span(keys)
        });
        let tests = tests.collect::<Result<_, String>>()?;
        Matching::boxed(builder, SpanTest::Any(tests), false)
    }
}
