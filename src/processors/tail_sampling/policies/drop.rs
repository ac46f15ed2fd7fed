//! Drops traces that all of its parts match; asked before every other policy.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Case, Policy, PolicySpec, Settings, Vote};
use super::parts::Parts;

/// Settings of `drop`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The parts, judged on the whole trace.
    #[serde(alias = "drop_sub_policy")]
    of: Vec<PolicySpec>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(DropAll(Parts::build(&self.of, builder)?)))
    }
}

struct DropAll(Parts);

impl Policy for DropAll {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(self.0.iter().all(|part| part.vote(case).is_yes()))
    }

    fn learn(&self, case: &Case<'_>) {
        self.0.learn(case);
    }

    fn drops(&self) -> bool {
        true
    }

    fn sure(&self) -> bool {
        self.0.sure()
    }
}
