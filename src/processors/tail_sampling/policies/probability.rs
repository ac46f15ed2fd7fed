//! Keeps a share of all traces, consistently: by randomness and threshold, or by the older hash.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::policy::{Builder, Case, Policy, Settings, Vote};
use crate::sampling::randomness::{DEFAULT_SALT, fnv1a_sampled};
use crate::sampling::threshold::Threshold;
use crate::sampling::verdict::Certainty;

/// Settings of `probability`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// How many of a hundred.
    #[serde(alias = "sampling_percentage")]
    percent: f64,
    /// `equalize`, `proportional` or `fnv1a`; with a `salt`, `fnv1a` unless given.
    #[serde(default)]
    mode: Option<Mode>,
    /// For `fnv1a`: what the hash starts with; the Collector's own salt unless given.
    #[serde(default, alias = "hash_salt")]
    salt: Option<String>,
}

impl Settings for Config {
    fn build(&self, _builder: &mut Builder<'_>) -> Result<Box<dyn Policy>, String> {
        let share = self.percent.min(100.0) / 100.0;
        let salt = self.salt.as_deref().filter(|salt| !salt.is_empty());
        let mode = self.mode.unwrap_or(match salt {
            Some(_) => Mode::Fnv1a,
            None => Mode::Equalize,
        });
        Ok(Box::new(Probability {
            mode,
            percent: self.percent,
            share,
            threshold: Threshold::from_probability(share).ok(),
            salt: salt.unwrap_or(DEFAULT_SALT).into(),
        }))
    }
}

/// How the share is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// So many of all there ever were: earlier stages count towards it.
    Equalize,
    /// So many of those that arrive.
    Proportional,
    /// The Collector's hash of salt and trace id; its probability is not written down.
    #[serde(alias = "hash_seed")]
    Fnv1a,
}

struct Probability {
    mode: Mode,
    percent: f64,
    share: f64,
    /// None keeps nothing: the share is zero or cannot be written.
    threshold: Option<Threshold>,
    salt: Box<str>,
}

impl Policy for Probability {
    fn vote(&self, case: &Case<'_>) -> Vote {
        if self.mode == Mode::Fnv1a {
            let kept = fnv1a_sampled(&case.trace.id, self.percent, &self.salt);
            return if kept {
                Vote::Yes(Certainty::Unknown)
            } else {
                Vote::No
            };
        }
        // An incoming threshold above the randomness is not to be believed.
        let incoming = case
            .trace
            .incoming()
            .filter(|th| case.randomness().passes(*th));
        let threshold = match (self.mode, incoming) {
            (Mode::Proportional, Some(incoming)) => {
                Threshold::from_probability(self.share * incoming.probability()).ok()
            }
            _ => self.threshold,
        };
        match threshold {
            Some(threshold) if case.randomness().passes(threshold) => {
                Vote::Yes(Certainty::Known(threshold))
            }
            _ => Vote::No,
        }
    }
}
