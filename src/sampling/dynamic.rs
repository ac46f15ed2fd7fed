//! Samplers that choose a probability per key, so that rare keys are kept whole and loud ones pay.
//!
//! The kinds are those of Refinery and of the Collector's adaptive sampler; the split over keys is
//! max-min fairness, which keeps every key at least as much as an even share.

use std::collections::VecDeque;
use std::hash::RandomState;

use hashbrown::HashMap;

use super::fair_share::allocate;

/// Counts below this are forgotten by the moving averages.
const AGE_OUT: f64 = 0.5;
/// Where keys beyond the bound are counted together.
const OVERFLOW: &str = "";

/// What a sampler aims at, and over which memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// One in `rate`, over what the last interval held.
    Average {
        /// Traces that one kept trace stands for, over all keys.
        rate: f64,
    },
    /// One in `rate`, over an exponential moving average of the intervals.
    EmaAverage {
        /// Traces that one kept trace stands for, over all keys.
        rate: f64,
        /// Weight of the newest interval, 0 to 1.
        weight: f64,
    },
    /// So much per second, over an exponential moving average of the intervals.
    EmaThroughput {
        /// What is kept per second, over all keys.
        per_second: f64,
        /// Weight of the newest interval, 0 to 1.
        weight: f64,
    },
    /// So much per second, over a sliding window of the last intervals.
    WindowedThroughput {
        /// What is kept per second, over all keys.
        per_second: f64,
        /// Intervals looked back over.
        lookback: usize,
    },
}

/// How a dynamic sampler is set up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// What it aims at.
    pub aim: Aim,
    /// Time between adjustments.
    pub interval_ms: u64,
    /// The probability before anything is known.
    pub initial: f64,
    /// Keys told apart; the rest share one.
    pub keys_max: usize,
    /// An interval this many times its usual total is adjusted to at once; zero is never.
    pub burst: f64,
}

type Counts = HashMap<String, f64, RandomState>;

/// One dynamic sampler.
#[derive(Clone, Debug)]
pub struct Dynamic {
    setup: Setup,
    /// The interval that is filling.
    filling: Counts,
    filled: f64,
    /// What was learnt of earlier intervals.
    usual: Counts,
    window: VecDeque<Counts>,
    probabilities: HashMap<String, f64, RandomState>,
    ends_ms: Option<u64>,
    adjusted: u64,
}

impl Dynamic {
    /// A sampler that knows nothing yet.
    pub fn new(setup: Setup) -> Self {
        Dynamic {
            setup,
            filling: Counts::default(),
            filled: 0.0,
            usual: Counts::default(),
            window: VecDeque::new(),
            probabilities: HashMap::default(),
            ends_ms: None,
            adjusted: 0,
        }
    }

    /// Counts `amount` under `key` and says with which probability it is kept.
    pub fn probability(&mut self, key: &str, amount: f64, now_ms: u64) -> f64 {
        let ends_ms = *self.ends_ms.get_or_insert(now_ms + self.setup.interval_ms);
        if now_ms >= ends_ms {
            self.adjust(now_ms, (now_ms - ends_ms) / self.setup.interval_ms.max(1));
        }
        let known = self.filling.len() < self.setup.keys_max || self.filling.contains_key(key);
        let key = if known { key } else { OVERFLOW };
        *self.filling.entry_ref(key).or_insert(0.0) += amount;
        self.filled += amount;
        let usual: f64 = if self.setup.burst > 0.0 {
            self.usual.values().sum()
        } else {
            0.0
        };
        if usual > 0.0 && self.filled > usual * self.setup.burst {
            self.adjust(now_ms, 0);
        }
        match self.adjusted {
            0 => self.setup.initial,
            // A key that was never seen is rare.
            _ => self.probabilities.get(key).copied().unwrap_or(1.0),
        }
    }

    /// Keys told apart at the moment.
    pub fn keys(&self) -> usize {
        self.filling.len()
    }

    fn adjust(&mut self, now_ms: u64, empty_intervals: u64) {
        let filled = std::mem::take(&mut self.filling);
        self.filled = 0.0;
        let seconds = self.setup.interval_ms as f64 / 1000.0;
        let goal = match self.setup.aim {
            Aim::Average { rate } => {
                self.usual = filled;
                total(&self.usual) / rate.max(1.0)
            }
            Aim::EmaAverage { rate, weight } => {
                self.follow(&filled, weight);
                total(&self.usual) / rate.max(1.0)
            }
            Aim::EmaThroughput { per_second, weight } => {
                self.follow(&filled, weight);
                per_second * seconds
            }
            Aim::WindowedThroughput {
                per_second,
                lookback,
            } => {
                self.slide(filled, lookback, empty_intervals);
                per_second * seconds * self.window.len().max(1) as f64
            }
        };
        let (keys, counts): (Vec<_>, Vec<_>) = self
            .usual
            .iter()
            .map(|(key, count)| (key.clone(), *count))
            .unzip();
        self.probabilities = keys.into_iter().zip(allocate(goal, &counts)).collect();
        self.ends_ms = Some(now_ms + self.setup.interval_ms);
        self.adjusted += 1;
    }

    /// Moves the averages towards the newest interval.
    fn follow(&mut self, filled: &Counts, weight: f64) {
        let weight = if self.adjusted == 0 { 1.0 } else { weight };
        self.usual
            .values_mut()
            .for_each(|count| *count *= 1.0 - weight);
        for (key, count) in filled {
            *self.usual.entry_ref(&**key).or_insert(0.0) += weight * count;
        }
        self.usual.retain(|_, count| *count >= AGE_OUT);
    }

    /// Slides the window by the newest interval and those that passed without anything.
    fn slide(&mut self, filled: Counts, lookback: usize, empty_intervals: u64) {
        self.window.push_back(filled);
        for _ in 0..empty_intervals.min(lookback as u64) {
            self.window.push_back(Counts::default());
        }
        let surplus = self.window.len().saturating_sub(lookback.max(1));
        self.window.drain(..surplus);
        self.usual.clear();
        for (key, count) in self.window.iter().flatten() {
            *self.usual.entry_ref(&**key).or_insert(0.0) += count;
        }
    }
}

fn total(counts: &Counts) -> f64 {
    counts.values().sum()
}
