//! Keeps traces that used at least so many tokens, roll-ups not counted twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::policy::{Basis, Builder, Case, Policy, Settings, Vote};
use crate::sampling::decimal::Decimal;
use crate::sampling::rollup::Figure;

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
        builder.sum();
        let min = Decimal::from_f64(self.min).ok_or("`min` is not a number")?;
        Ok(Box::new(Tokens {
            kind: self.kind,
            min,
        }))
    }
}

/// Which tokens.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Input and output together.
    #[default]
    Total,
    Input,
    Output,
}

struct Tokens {
    kind: Kind,
    min: Decimal,
}

impl Policy for Tokens {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let trace = case.trace;
        let used = match self.kind {
            Kind::Total => trace.tokens(),
            Kind::Input => trace.sum(Figure::Input),
            Kind::Output => trace.sum(Figure::Output),
        };
        Vote::sure(used >= self.min)
    }

    fn monotone(&self) -> bool {
        true
    }

    fn basis(&self) -> Basis {
        Basis::SUMS
    }
}
