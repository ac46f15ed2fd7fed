//! Keeps traces with a truth value in an attribute; other types never match.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Operand, Place, SpanTest};

/// Settings of `boolean`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The attribute, of span or resource.
    key: String,
    /// The value.
    value: bool,
    /// Drop what matches, keep the rest if nobody else says no.
    #[serde(default, alias = "invert_match")]
    invert: bool,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let check = Check::Eq(Operand::Bool(self.value));
        let slot = builder.plan.keys.slot(&self.key);
        Matching::boxed(
            builder,
            SpanTest::Attribute(slot, Place::Any, check),
            self.invert,
        )
    }
}
