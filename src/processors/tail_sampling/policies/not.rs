//! Keeps what its part would not.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Builder, Case, Policy, PolicySpec, Settings, Vote};
use super::parts::Parts;
use crate::sampling::verdict::Certainty;

/// Settings of `not`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The part.
    #[serde(alias = "not_sub_policy")]
    of: Box<PolicySpec>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(Not(Parts::build(
            std::slice::from_ref(&self.of),
            builder,
        )?)))
    }
}

struct Not(Parts);

impl Policy for Not {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let sure = self.0.sure();
        match self.0.iter().all(|part| part.vote(case).is_yes()) {
            true => Vote::No,
            false if sure => Vote::sure(true),
            // What a probability refuses is no certain keep.
            false => Vote::Yes(Certainty::Unknown),
        }
    }

    fn learn(&self, case: &Case<'_>) {
        self.0.learn(case);
    }

    fn sure(&self) -> bool {
        self.0.sure()
    }
}
