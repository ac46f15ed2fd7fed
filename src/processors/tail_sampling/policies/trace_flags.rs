//! Keeps traces whose sender had sampled them: flag bit 0x01 on a span.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::SpanTest;

/// Settings of `trace_flags`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        const SAMPLED: u32 = 1;
        Matching::boxed(builder, SpanTest::Flag(SAMPLED), false)
    }
}
