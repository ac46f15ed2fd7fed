//! Keeps traces with one of some texts in an attribute.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Policy, Settings};
use super::matching::Matching;
use crate::sampling::expression::{Check, Operand, Place, SpanTest, regex};

/// Settings of `string`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The attribute, of span or resource.
    key: String,
    /// Texts, or regular expressions; empty ones are ignored.
    values: Vec<String>,
    /// Whether `values` are regular expressions, found anywhere in the text.
    #[serde(default, alias = "enabled_regex_matching")]
    regex: bool,
    /// Drop what matches, keep the rest if nobody else says no.
    #[serde(default, alias = "invert_match")]
    invert: bool,
    /// Accepted for the Collector's sake; matching needs no cache here.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read from configurations written for the Collector"
    )]
    cache_max_size: u64,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let values = self.values.iter().filter(|value| !value.is_empty());
        let check = if self.regex {
            Check::Regex(values.map(|value| regex(value)).collect::<Result<_, _>>()?)
        } else {
            Check::In(values.cloned().map(Operand::Str).collect())
        };
        let slot = builder.plan.keys.slot(&self.key);
        Matching::boxed(
            builder,
            SpanTest::Attribute(slot, Place::Any, check),
            self.invert,
        )
    }
}
