//! Keeps traces that cost at least so many US dollars, roll-ups not counted twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};
use crate::sampling::rollup::Figure;
use crate::sampling::sums::Bar;

/// Settings of `cost`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// US dollars, compared exactly.
    min_usd: f64,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let min = Bar::of(self.min_usd).ok_or("`min_usd` is not a number")?;
        builder.sum(&[Figure::Cost], Some(self.min_usd));
        Ok(Box::new(Cost(min)))
    }
}

struct Cost(Bar);

impl Policy for Cost {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(case.reaches(&[Figure::Cost], &self.0))
    }

    fn monotone(&self) -> bool {
        true
    }

    fn basis(&self) -> Basis {
        Basis::SUMS.or_first(self.0.is_within(0.0))
    }
}
