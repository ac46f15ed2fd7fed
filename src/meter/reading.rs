//! The meter's numbers at one moment, and the same numbers under another spelling.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::exemplar::Exemplar;
use super::{Definition, Scale, Take, View};

/// One family at one moment.
#[derive(Clone, Debug)]
pub struct FamilyReading {
    /// What it is.
    pub definition: Arc<Definition>,
    /// Its series, ordered by label values; the overflow series is last.
    pub series: Vec<SeriesReading>,
}

/// One series at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesReading {
    /// Which one.
    pub labels: Labels,
    /// What it held.
    pub value: Value,
}

/// The label values of a series, in the order of the definition's (or view's) labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Labels {
    /// An ordinary series. An empty value means that the label is absent.
    Of(Arc<[Box<str>]>),
    /// Where the rest went once a series limit was reached (`otel.metric.overflow` = true).
    Overflow,
}

/// What a series held.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A monotonic sum, in counted units.
    Counter(u64),
    /// A current value, in the family's unit.
    Gauge(f64),
    /// A distribution.
    Histogram {
        /// Values per bucket, not added up; one more than there are boundaries.
        buckets: Vec<u64>,
        /// Sum of all values, in counted units.
        sum: u64,
        /// The latest exemplar of each bucket; empty if none was ever given.
        exemplars: Vec<Option<Exemplar>>,
    },
}

impl FamilyReading {
    /// The same numbers under `view`'s labels and boundaries; series that fall together are added.
    pub fn through(&self, view: &View) -> Vec<SeriesReading> {
        let columns: Vec<Option<usize>> = view
            .labels
            .iter()
            .map(|(family, _)| {
                self.definition
                    .labels
                    .iter()
                    .position(|label| label == family)
            })
            .collect();
        let mut merged: BTreeMap<Labels, Value> = BTreeMap::new();
        for series in &self.series {
            let value = self.narrowed(&series.value, view);
            match merged.entry(project(&series.labels, &columns)) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(value);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    place.get_mut().add(value);
                }
            }
        }
        merged
            .into_iter()
            .map(|(labels, value)| SeriesReading { labels, value })
            .collect()
    }

    fn narrowed(&self, value: &Value, view: &View) -> Value {
        let Value::Histogram {
            buckets,
            sum,
            exemplars,
        } = value
        else {
            return value.clone();
        };
        match view.take {
            Take::Sum => return Value::Counter(*sum),
            Take::Count => return Value::Counter(buckets.iter().sum()),
            Take::Whole if view.bounds.is_empty() => return value.clone(),
            Take::Whole => {}
        }
        let mut narrow = vec![0; view.bounds.len() + 1];
        let mut kept = vec![
            None;
            if exemplars.is_empty() {
                0
            } else {
                narrow.len()
            }
        ];
        for (index, count) in buckets.iter().enumerate() {
            let bound = self
                .definition
                .bounds
                .get(index)
                .copied()
                .unwrap_or(f64::INFINITY);
            let into = view.bounds.partition_point(|own| *own < bound);
            if let Some(cell) = narrow.get_mut(into) {
                *cell += count;
            }
            let exemplar = exemplars.get(index).copied().flatten();
            if let (Some(place), Some(_)) = (kept.get_mut(into), exemplar) {
                *place = exemplar;
            }
        }
        Value::Histogram {
            buckets: narrow,
            sum: *sum,
            exemplars: kept,
        }
    }
}

impl Value {
    fn add(&mut self, other: Value) {
        match (self, other) {
            (Value::Counter(own), Value::Counter(more)) => *own = own.saturating_add(more),
            (Value::Gauge(own), Value::Gauge(more)) => *own += more,
            (
                Value::Histogram {
                    buckets,
                    sum,
                    exemplars,
                },
                Value::Histogram {
                    buckets: more,
                    sum: more_sum,
                    exemplars: others,
                },
            ) => {
                for (own, more) in buckets.iter_mut().zip(more) {
                    *own += more;
                }
                *sum = sum.saturating_add(more_sum);
                if exemplars.is_empty() {
                    *exemplars = others;
                }
            }
            // A family has one kind, so its values do too.
            _ => {}
        }
    }
}

/// Counted units in the family's unit, as exact decimal text: `60000000` nano-dollars are `0.06`.
pub fn exact(units: u64, scale: Scale) -> String {
    let (whole, part) = (units / scale.units(), units % scale.units());
    if part == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{part:09}");
    text.trim_end_matches('0').to_owned()
}

fn project(labels: &Labels, columns: &[Option<usize>]) -> Labels {
    let Labels::Of(values) = labels else {
        return Labels::Overflow;
    };
    let at = |column: &Option<usize>| {
        column
            .and_then(|at| values.get(at))
            .cloned()
            .unwrap_or_default()
    };
    Labels::Of(columns.iter().map(at).collect())
}
