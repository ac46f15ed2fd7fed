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
    /// Conditions on a span, one of which, or of the next, has to hold.
    #[serde(default)]
    span: Vec<String>,
    /// Conditions on an event of a span.
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
        let keys = &mut builder.plan.keys;
        let spans = self.span.iter().map(|text| (text, false));
        let tests = spans.chain(self.spanevent.iter().map(|text| (text, true)));
        let tests = tests.map(|(text, on_event)| {
            let own = ottl::condition(text).and_then(|condition| {
                if on_event {
                    condition.on_event()
                } else {
                    condition.on_span()
                }
            });
            own.map_err(|why| format!("`{text}`: {why}"))?.on_span(keys)
        });
        let tests: Vec<SpanTest> = tests.collect::<Result<_, String>>()?;
        if tests.is_empty() {
            return Err("names no condition".to_owned());
        }
        Matching::boxed(builder, SpanTest::Any(tests), false)
    }
}
