//! Holds a limit per second: by a bucket of tokens, or by a threshold foreseen from the last seconds.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::learnt::Lesson;
use super::super::policy::{Builder, Case, Policy, Vote};
use super::super::trace::Trace;
use crate::sampling::bucket::Bucket;
use crate::sampling::dynamic::{Aim, Dynamic, Setup};
use crate::sampling::threshold::Threshold;
use crate::sampling::verdict::Certainty;

/// How a limit is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// Exactly, by a bucket of tokens; what is kept has no known probability.
    #[default]
    Bucket,
    /// On average, by a threshold foreseen from the last seconds; what is kept has a weight.
    Threshold,
}

/// A limit per second over what `amount` says of a trace.
enum Held {
    Bucket(Arc<Bucket>),
    Threshold(Box<Lesson<Dynamic>>),
}

/// A limiter.
pub(super) struct Limiter {
    held: Held,
    amount: fn(&Trace) -> u64,
}

impl Limiter {
    /// A limiter of this mode.
    pub(super) fn boxed(
        builder: &mut Builder<'_>,
        mode: Mode,
        per_second: f64,
        burst: Option<f64>,
        amount: fn(&Trace) -> u64,
    ) -> Box<dyn Policy> {
        let held = match mode {
            Mode::Bucket => {
                let burst = burst.unwrap_or(2.0 * per_second);
                Held::Bucket(builder.share(|| Bucket::new(per_second, burst)))
            }
            Mode::Threshold => {
                let foreseen = Dynamic::new(Setup {
                    aim: Aim::EmaThroughput {
                        per_second: per_second / builder.workers.max(1) as f64,
                        weight: 0.5,
                    },
                    interval_ms: 1000,
                    initial: 1.0,
                    keys_max: 1,
                    burst: 2.0,
                });
                Held::Threshold(Box::new(builder.learn(foreseen)))
            }
        };
        Box::new(Limiter { held, amount })
    }
}

impl Policy for Limiter {
    fn vote(&self, case: &Case<'_>) -> Vote {
        let amount = (self.amount)(case.trace);
        match &self.held {
            Held::Bucket(bucket) if bucket.take(amount, case.now_ms) => {
                Vote::Yes(Certainty::Unknown)
            }
            Held::Bucket(_) => Vote::No,
            Held::Threshold(foreseen) => {
                let share = foreseen.with(case.learnt, |foreseen| {
                    foreseen.probability("", amount as f64, case.now_ms)
                });
                share_vote(share, case)
            }
        }
    }
}

/// The vote of a sampler that chose a probability.
pub(super) fn share_vote(share: f64, case: &Case<'_>) -> Vote {
    match Threshold::from_probability(share) {
        Ok(threshold) if case.randomness().passes(threshold) => {
            Vote::Yes(Certainty::Known(threshold))
        }
        _ => Vote::No,
    }
}
