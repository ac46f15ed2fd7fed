//! Keeps traces with a number between two bounds; zero is a bound like any other.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Operand, Place, SpanTest};

/// Settings of `numeric`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The attribute, of span or resource.
    key: String,
    /// At least.
    #[serde(default, alias = "min_value")]
    min: Option<f64>,
    /// At most.
    #[serde(default, alias = "max_value")]
    max: Option<f64>,
    /// Drop what matches, keep the rest if nobody else says no.
    #[serde(default, alias = "invert_match")]
    invert: bool,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let bound = |bound: Option<f64>| bound.map(Operand::Double);
        let check = Check::Between(bound(self.min), bound(self.max));
        let slot = builder.plan.keys.slot(&self.key);
        Matching::boxed(
            builder,
            SpanTest::Attribute(slot, Place::Any, check),
            self.invert,
        )
    }
}
