//! Splits a number of spans per second over its parts, by calendar second.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::policy::{Builder, Case, Policy, PolicySpec, Settings, Vote};
use super::parts::Parts;
use crate::sampling::bucket::SecondCount;
use crate::sampling::verdict::Certainty;

/// Settings of `composite`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Spans per second over all parts.
    #[serde(alias = "max_total_spans_per_second")]
    total_per_second: f64,
    /// What happens to a trace whose part is over its share.
    #[serde(default)]
    over: Over,
    /// The parts in order, with their shares.
    #[serde(default)]
    of: Vec<Share>,
    /// The Collector's spelling of the parts.
    #[serde(default)]
    composite_sub_policy: Vec<PolicySpec>,
    /// The Collector's order of the parts, by name.
    #[serde(default)]
    policy_order: Vec<String>,
    /// The Collector's shares, by name.
    #[serde(default)]
    rate_allocation: Vec<Allocation>,
}

impl Settings for Config {
    fn build(&self, builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let shares = self.shares()?;
        let even = 100.0 / shares.len().max(1) as f64;
        let limits = shares.iter().map(|(_, percent)| {
            let percent = percent.unwrap_or(even);
            (self.total_per_second * percent / 100.0).floor() as u64
        });
        let limits: Vec<_> = limits
            .map(|limit| (limit, builder.share(SecondCount::default)))
            .collect();
        let specs: Vec<_> = shares.into_iter().map(|(spec, _)| spec).collect();
        Ok(Box::new(Composite {
            parts: Parts::build(&specs, builder)?,
            limits,
            total: (
                self.total_per_second.floor() as u64,
                builder.share(SecondCount::default),
            ),
            over: self.over,
        }))
    }
}

/// What happens to a trace whose part is over its share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Over {
    /// It is not kept.
    #[default]
    Stop,
    /// The later parts are tried.
    Next,
}

/// A part and its share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Share {
    /// The part.
    policy: PolicySpec,
    /// Of a hundred; an equal share unless given.
    #[serde(default)]
    percent: Option<f64>,
}

/// A share by name, as the Collector writes it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Allocation {
    /// The part's name.
    policy: String,
    /// Of a hundred.
    percent: f64,
}

impl Config {
    /// The parts in order, however they were written.
    fn shares(&self) -> Result<Vec<(PolicySpec, Option<f64>)>, String> {
        if self.composite_sub_policy.is_empty() {
            return Ok(self
                .of
                .iter()
                .map(|share| (share.policy.clone(), share.percent))
                .collect());
        }
        let find = |name: &String| {
            let spec = self
                .composite_sub_policy
                .iter()
                .find(|spec| spec.name == *name);
            let share = self
                .rate_allocation
                .iter()
                .find(|share| share.policy == *name);
            spec.map(|spec| (spec.clone(), share.map(|share| share.percent)))
                .ok_or_else(|| format!("`policy_order` names `{name}`, which is no part"))
        };
        self.policy_order.iter().map(find).collect()
    }
}

/// A number of spans per second, and those used in this one; shared by all workers.
type Limit = (u64, Arc<SecondCount>);

struct Composite {
    parts: Parts,
    limits: Vec<Limit>,
    total: Limit,
    over: Over,
}

impl Policy for Composite {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let spans = u64::from(case.trace.n_spans);
        let fits = |(limit, used): &Limit| used.used(case.now_ms) + spans <= *limit;
        for (part, limit) in self.parts.iter().zip(&self.limits) {
            if !part.vote(case).is_yes() {
                continue;
            }
            if fits(limit) && fits(&self.total) {
                limit.1.add(spans, case.now_ms);
                self.total.1.add(spans, case.now_ms);
                return Vote::Yes(Certainty::Unknown);
            }
            if self.over == Over::Stop {
                return Vote::No;
            }
        }
        Vote::No
    }

    fn learn(&self, case: &Case<'_>) {
        self.parts.learn(case);
    }
}
