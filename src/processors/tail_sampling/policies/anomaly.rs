//! Keeps traces whose cost, tokens or spans are far above what is usual for their key.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::learnt::Lesson;
use super::super::policy::{Builder, Case, Policy, Settings, Vote};
use crate::sampling::anomaly::{Baselines, Rule};
use crate::sampling::rollup::Figure;

/// Settings of `anomaly`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// What is compared.
    metric: Metric,
    /// The attribute that names whose usual it is: an agent, a model, a tenant.
    key: String,
    /// How fast the mean follows, 0 to 1.
    #[serde(default = "alpha")]
    alpha: f64,
    /// More than this many times the mean.
    #[serde(default = "factor")]
    factor: f64,
    /// Decisions before the mean is believed.
    #[serde(default = "samples")]
    min_samples: u32,
    /// At least this far above the mean, in the metric's unit.
    #[serde(default)]
    min_delta: f64,
    /// Keys remembered by each worker; the longest unused are forgotten.
    #[serde(default = "keys")]
    max_keys: usize,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        if self.metric != Metric::Spans {
            builder.sum(self.metric.figures(), None);
        }
        let rule = Rule {
            alpha: self.alpha,
            factor: self.factor,
            min_samples: self.min_samples,
            min_delta: self.min_delta,
        };
        Ok(Box::new(Anomaly {
            metric: self.metric,
            key: builder.plan.track(&self.key),
            baselines: builder.learn(Baselines::new(rule, self.max_keys)),
        }))
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Metric {
    CostUsd,
    Tokens,
    Spans,
}

impl Metric {
    /// What is summed.
    fn figures(self) -> &'static [Figure] {
        match self {
            Metric::CostUsd => &[Figure::Cost],
            Metric::Tokens => &[Figure::Input, Figure::Output],
            Metric::Spans => &[],
        }
    }
}

fn alpha() -> f64 {
    0.1
}

fn factor() -> f64 {
    5.0
}

fn samples() -> u32 {
    20
}

fn keys() -> usize {
    1000
}

struct Anomaly {
    metric: Metric,
    key: usize,
    baselines: Lesson<Baselines>,
}

impl Anomaly {
    fn figure<'a>(&self, case: &Case<'a>) -> Option<(&'a str, f64)> {
        let key = case.trace.values(self.key).first()?;
        let x = match self.metric {
            Metric::Spans => f64::from(case.trace.n_spans),
            metric => case.sum(metric.figures()).as_f64(),
        };
        Some((key, x))
    }
}

impl Policy for Anomaly {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let news = self.figure(case).is_some_and(|(key, x)| {
            self.baselines
                .with(case.learnt, |known| known.stands_out(key, x))
        });
        Vote::sure(news)
    }

    fn learn(&self, case: &Case<'_>) {
        if let Some((key, x)) = self.figure(case) {
            self.baselines
                .with(case.learnt, |known| known.learn(key, x));
        }
    }

    fn sure(&self) -> bool {
        true
    }
}
