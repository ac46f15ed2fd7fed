//! Tells when a figure is far above the usual one of its key.

use super::lru::Lru;

/// When a figure is news.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// How fast the mean follows, 0 to 1.
    pub alpha: f64,
    /// How many times the mean a figure must exceed.
    pub factor: f64,
    /// Decisions before the mean is believed.
    pub min_samples: u32,
    /// How far above the mean it must be at least, in the figure's unit.
    pub min_delta: f64,
}

/// Means by key, the longest unused forgotten.
#[derive(Clone, Debug)]
pub struct Baselines {
    rule: Rule,
    means: Lru<Box<str>, Mean>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    n: u32,
    value: f64,
}

impl Baselines {
    /// Remembers at most `keys_max` keys.
    pub fn new(rule: Rule, keys_max: usize) -> Self {
        Baselines {
            rule,
            means: Lru::new(keys_max),
        }
    }

    /// Whether `x` is news for `key`, by what was learnt before it.
    pub fn stands_out(&self, key: &str, x: f64) -> bool {
        let Some(mean) = self.means.peek(key) else {
            return false;
        };
        mean.n >= self.rule.min_samples
            && x > self.rule.factor * mean.value
            && x - mean.value >= self.rule.min_delta
    }

    /// Learns from a decided trace. A figure far above is capped, so that one spike does not hide
    /// the next.
    pub fn learn(&mut self, key: &str, x: f64) {
        let Rule {
            alpha,
            factor,
            min_samples,
            ..
        } = self.rule;
        let mut mean = self.means.get(key).map_or_else(Mean::default, |mean| *mean);
        mean.value = match mean.n {
            0 => x,
            n if n < min_samples => mean.value + alpha * (x - mean.value),
            _ => mean.value + alpha * (x.min(factor * mean.value) - mean.value),
        };
        mean.n = mean.n.saturating_add(1);
        self.means.insert(key.into(), mean);
    }

    /// Keys remembered.
    pub fn keys(&self) -> usize {
        self.means.len()
    }
}
