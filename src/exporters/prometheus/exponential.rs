//! Exponential histograms, made coarse enough to be shown as classic buckets.

use std::collections::BTreeMap;

use super::reading::{Exemplar, Number, Spread};
use crate::otlp::{Buckets, ExpHistogramPoint};

/// Most buckets on either side of zero that are shown.
const BUCKETS_MAX: i64 = 40;
/// Scales that senders may use.
const SCALE: std::ops::RangeInclusive<i32> = -10..=20;

/// A distribution over buckets `(base^i, base^(i+1)]`, `base = 2^(2^-scale)`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exponential {
    scale: i32,
    zero_count: u64,
    zero_threshold: f64,
    positive: BTreeMap<i64, u64>,
    negative: BTreeMap<i64, u64>,
    sum: Option<f64>,
    pub(super) exemplars: Vec<Exemplar>,
}

impl Exponential {
    /// A distribution as a sender described it, if its scale is one.
    pub(super) fn checked(point: &ExpHistogramPoint<'_>) -> Option<Self> {
        if !SCALE.contains(&point.scale())
            || !point.zero_threshold().is_finite()
            || point.zero_threshold() < 0.0
        {
            return None;
        }
        let mut read = Exponential {
            scale: point.scale(),
            zero_count: point.zero_count(),
            zero_threshold: point.zero_threshold(),
            positive: buckets(point.positive()),
            negative: buckets(point.negative()),
            sum: point.sum(),
            exemplars: Vec::new(),
        };
        read.coarsen();
        Some(read)
    }

    /// Adds a delta, at the coarser of the two scales.
    pub(super) fn add(&mut self, mut more: Exponential) {
        self.meet(&mut more);
        for (own, more) in [
            (&mut self.positive, more.positive),
            (&mut self.negative, more.negative),
        ] {
            for (index, count) in more {
                let cell = own.entry(index).or_default();
                *cell = cell.saturating_add(count);
            }
        }
        self.zero_count = self.zero_count.saturating_add(more.zero_count);
        self.zero_threshold = self.zero_threshold.max(more.zero_threshold);
        self.sum = self.sum.zip(more.sum).map(|(own, more)| own + more);
        if !more.exemplars.is_empty() {
            self.exemplars = more.exemplars;
        }
        self.coarsen();
    }

    /// Never becomes finer than what was shown before, so that boundaries stay.
    pub(super) fn follow(&mut self, old: &Exponential) {
        if self.scale > old.scale {
            self.reduce(old.scale);
        }
        if self.exemplars.is_empty() {
            self.exemplars.clone_from(&old.exemplars);
        }
    }

    /// The same distribution over explicit buckets. A value that lies exactly on a negative
    /// boundary counts one bucket higher than it should: the boundaries there are exclusive.
    pub(super) fn spread(&self) -> Spread {
        let mut spread = Spread {
            sum: self.sum.map(Number::Double),
            ..Spread::default()
        };
        // What lies below the range of doubles counts in the first bucket, what lies above in the last.
        let (mut below, mut above) = (0u64, 0u64);
        for (bound, count) in self.steps() {
            if bound == f64::NEG_INFINITY {
                below = below.saturating_add(count);
            } else if bound == f64::INFINITY {
                above = above.saturating_add(count);
            } else if spread.bounds.last().is_some_and(|last| *last >= bound) {
                if let Some(last) = spread.counts.last_mut() {
                    *last = last.saturating_add(count);
                }
            } else {
                spread.bounds.push(bound);
                spread
                    .counts
                    .push(count.saturating_add(std::mem::take(&mut below)));
            }
        }
        spread.counts.push(above.saturating_add(below));
        for exemplar in &self.exemplars {
            spread.put_exemplar(*exemplar);
        }
        spread
    }

    /// Every bucket with its upper boundary, lowest first; each side begins with an empty one, so
    /// that its outermost bucket has two ends.
    fn steps(&self) -> impl Iterator<Item = (f64, u64)> {
        let count = |map: &BTreeMap<i64, u64>, index: i64| map.get(&index).copied().unwrap_or(0);
        let (negative, positive) = (range(&self.negative), range(&self.positive));
        let lowest = (!negative.is_empty()).then(|| (-self.bound(negative.end), 0));
        let first = (!positive.is_empty()).then(|| (self.bound(positive.start), 0));
        let below = negative
            .rev()
            .map(move |index| (-self.bound(index), count(&self.negative, index)));
        let above =
            positive.map(move |index| (self.bound(index + 1), count(&self.positive, index)));
        let zero = (self.zero_threshold, self.zero_count);
        lowest
            .into_iter()
            .chain(below)
            .chain([zero])
            .chain(first)
            .chain(above)
    }

    /// The lower boundary of bucket `index`.
    fn bound(&self, index: i64) -> f64 {
        (index as f64 * 2f64.powi(-self.scale)).exp2()
    }

    fn coarsen(&mut self) {
        let wide = |map: &BTreeMap<i64, u64>| {
            let range = range(map);
            range.end - range.start > BUCKETS_MAX
        };
        // Ends: an index has 32 bits, and each turn takes one.
        while wide(&self.positive) || wide(&self.negative) {
            self.reduce(self.scale - 1);
        }
    }

    fn meet(&mut self, other: &mut Exponential) {
        let scale = self.scale.min(other.scale);
        self.reduce(scale);
        other.reduce(scale);
    }

    fn reduce(&mut self, scale: i32) {
        let by = (self.scale - scale).max(0);
        if by == 0 {
            return;
        }
        for map in [&mut self.positive, &mut self.negative] {
            let mut merged: BTreeMap<i64, u64> = BTreeMap::new();
            for (index, count) in std::mem::take(map) {
                let cell = merged.entry(index >> by.min(63)).or_default();
                *cell = cell.saturating_add(count);
            }
            *map = merged;
        }
        self.scale = scale;
    }
}

fn buckets(buckets: Buckets<'_>) -> BTreeMap<i64, u64> {
    let offset = i64::from(buckets.offset());
    let counts = buckets.counts().into_iter().enumerate();
    counts
        .filter(|(_, count)| *count > 0)
        .map(|(at, count)| (offset + at as i64, count))
        .collect()
}

/// Every index from the first to the last that holds something.
fn range(map: &BTreeMap<i64, u64>) -> std::ops::Range<i64> {
    match (map.keys().next(), map.keys().next_back()) {
        (Some(first), Some(last)) => *first..last + 1,
        (None, _) | (_, None) => 0..0,
    }
}
