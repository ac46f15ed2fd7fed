//! Keeps every trace, with certainty.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Case, Policy, Settings, Vote};

/// Settings of `always`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Settings for Config {
    fn build(&self, _builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(Always))
    }
}

struct Always;

impl Policy for Always {
    fn vote(&self, _case: &Case<'_>) -> Vote {
        Vote::sure(true)
    }

    fn monotone(&self) -> bool {
        true
    }
}
