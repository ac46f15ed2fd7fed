//! Votes by a probability that is learnt per key.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::learnt::Lesson;
use super::super::policy::{Builder, Case, Policy, Vote};
use super::super::spelling;
use super::limiter::share_vote;
use crate::sampling::dynamic::{Aim, Dynamic, Setup};

/// What tells keys apart, and what is counted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Distinction {
    /// Attributes whose values make up the key, of span or resource.
    #[serde(
        alias = "field_list",
        alias = "FieldList",
        alias = "fingerprint_attributes"
    )]
    pub fields: Vec<String>,
    /// Count spans instead of traces.
    pub count_spans: bool,
    /// Tell traces apart by their number of spans, too.
    #[serde(alias = "UseTraceLength")]
    pub trace_length: bool,
    /// Keys told apart by each worker; the rest share one.
    #[serde(alias = "MaxKeys")]
    pub max_keys: usize,
    /// Keys nobody knows; they are refused.
    #[serde(flatten)]
    #[schemars(skip)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

impl Default for Distinction {
    fn default() -> Self {
        Distinction {
            fields: Vec::new(),
            count_spans: false,
            trace_length: false,
            max_keys: 500,
            unknown: BTreeMap::new(),
        }
    }
}

/// A sampler that learns.
pub(super) struct Adaptive {
    fields: Vec<usize>,
    count_spans: bool,
    trace_length: bool,
    sampler: Lesson<Dynamic>,
}

impl Adaptive {
    /// A sampler with this aim.
    pub(super) fn boxed(
        builder: &mut Builder<'_>,
        fields: &Distinction,
        aim: Aim,
        interval_ms: u64,
        initial: f64,
    ) -> Result<Box<dyn Policy>, String> {
        if let Some(key) = fields.unknown.keys().next() {
            return Err(format!("unknown field `{key}`"));
        }
        let workers = builder.workers.max(1) as f64;
        let aim = match aim {
            Aim::EmaThroughput { per_second, weight } => Aim::EmaThroughput {
                per_second: per_second / workers,
                weight,
            },
            Aim::WindowedThroughput {
                per_second,
                lookback,
            } => Aim::WindowedThroughput {
                per_second: per_second / workers,
                lookback,
            },
            average => average,
        };
        let keys_max = fields.max_keys;
        let setup = Setup {
            aim,
            interval_ms: interval_ms.max(1),
            initial,
            keys_max,
            burst: BURST,
        };
        Ok(Box::new(Adaptive {
            fields: fields
                .fields
                .iter()
                .map(|field| builder.plan.track(spelling::key(field)))
                .collect(),
            count_spans: fields.count_spans,
            trace_length: fields.trace_length,
            sampler: builder.learn(Dynamic::new(setup)),
        }))
    }

    /// The values of all fields over all spans, in an order of their own.
    fn key(&self, case: &Case<'_>) -> String {
        let mut key = String::new();
        for field in &self.fields {
            let mut values: Vec<&str> = case
                .trace
                .values(*field)
                .iter()
                .map(|value| &**value)
                .collect();
            values.sort_unstable();
            for value in values {
                key.push_str(value);
                key.push('\u{1f}');
            }
            key.push('\u{1e}');
        }
        if self.trace_length {
            key.push_str(&case.trace.n_spans.to_string());
        }
        key
    }
}

/// An interval this many times its usual total is adjusted to at once.
const BURST: f64 = 2.0;

impl Policy for Adaptive {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let amount = if self.count_spans {
            f64::from(case.trace.n_spans)
        } else {
            1.0
        };
        let key = self.key(case);
        let share = self.sampler.with(case.learnt, |sampler| {
            sampler.probability(&key, amount, case.now_ms)
        });
        share_vote(share, case)
    }
}
