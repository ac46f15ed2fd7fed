//! Keeps traces that used at least so many tokens, roll-ups not counted twice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};
use crate::sampling::rollup::Figure;
use crate::sampling::sums::Bar;

/// Settings of `tokens`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Which tokens.
    #[serde(default)]
    kind: Kind,
    /// At least.
    min: f64,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let min = Bar::of(self.min).ok_or("`min` is not a number")?;
        let kinds: &[Figure] = match self.kind {
            Kind::Total => &[Figure::Input, Figure::Output],
            Kind::Input => &[Figure::Input],
            Kind::Output => &[Figure::Output],
        };
        builder.sum(kinds, Some(self.min));
        Ok(Box::new(Tokens { kinds, min }))
    }
}

/// Which tokens.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Input and output together.
    #[default]
    Total,
    Input,
    Output,
}

struct Tokens {
    kinds: &'static [Figure],
    min: Bar,
}

impl Policy for Tokens {
    fn vote(&self, case: &Case<'_>) -> Vote {
        Vote::sure(case.reaches(self.kinds, &self.min))
    }

    fn monotone(&self) -> bool {
        true
    }

    fn basis(&self) -> Basis {
        Basis::SUMS.or_first(self.min.is_within(0.0))
    }
}
