//! With `evaluate = "rules"`: drops what its conditions match.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Case, Policy, Settings, Vote};

/// Settings of `drop_rule`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Settings for Config {
    fn build(&self, _builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(DropRule))
    }

    fn is_drop_rule(&self) -> bool {
        true
    }
}

struct DropRule;

impl Policy for DropRule {
    fn vote(&self, _case: &Case<'_>) -> Vote {
        Vote::No
    }
}
