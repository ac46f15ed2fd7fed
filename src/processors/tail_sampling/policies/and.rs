//! Keeps traces that all of its parts keep.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, PolicySpec, Settings, Vote};
use super::parts::Parts;
use crate::sampling::verdict::Certainty;

/// Settings of `and`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The parts, judged on the whole trace.
    #[serde(alias = "and_sub_policy")]
    of: Vec<PolicySpec>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(And(Parts::build(&self.of, builder)?)))
    }
}

struct And(Parts);

impl Policy for And {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let mut certainty = Certainty::SURE;
        for part in self.0.iter() {
            match part.vote(case) {
                Vote::Yes(own) => certainty = certainty.and(own),
                Vote::No => return Vote::No,
            }
        }
        Vote::Yes(certainty)
    }

    fn learn(&self, case: &Case<'_>) {
        self.0.learn(case);
    }

    fn monotone(&self) -> bool {
        self.0.monotone()
    }

    fn basis(&self) -> Basis {
        Basis::of_all(self.0.iter().map(Policy::basis))
    }

    fn sure(&self) -> bool {
        self.0.sure()
    }
}
