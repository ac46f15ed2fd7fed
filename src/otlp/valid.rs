//! Which metrics and data points contradict themselves, so that no backend could use them.

use super::metric::{Data, Metric, Temporality};
use super::points::{HistogramPoint, NumberPoint};
use super::wire::{Raw, find};

/// Why no point of the metric can be used, if so.
pub(super) fn metric_fault(metric: &Metric) -> Option<&'static str> {
    if metric.name().is_empty() {
        return Some("a metric has no name");
    }
    match metric.data() {
        Data::Sum {
            temporality: Temporality::Other(_),
            ..
        }
        | Data::Histogram {
            temporality: Temporality::Other(_),
            ..
        }
        | Data::ExpHistogram {
            temporality: Temporality::Other(_),
            ..
        } => Some("an aggregation temporality is neither delta nor cumulative"),
        _ => None,
    }
}

/// Why a point in the metric's field `data` cannot be used, if so.
pub(super) fn point_fault(data: u32, point: &[u8]) -> Option<&'static str> {
    // Every kind of point keeps its time in the third field.
    if find(point, 3).map(Raw::number).unwrap_or_default() == 0 {
        return Some("a data point has no time");
    }
    match data {
        5 | 7 => number_fault(NumberPoint::from(point)),
        9 => histogram_fault(HistogramPoint::from(point)),
        _ => None,
    }
}

fn number_fault(point: NumberPoint<'_>) -> Option<&'static str> {
    let empty = point.value().is_none() && !point.is_no_recorded_value();
    empty.then_some("a data point has no value")
}

fn histogram_fault(point: HistogramPoint<'_>) -> Option<&'static str> {
    if point.is_no_recorded_value() {
        return None;
    }
    let (counts, bounds) = (point.bucket_counts(), point.explicit_bounds());
    let buckets = if counts.is_empty() {
        0
    } else {
        bounds.len() + 1
    };
    let total: u128 = counts.iter().copied().map(u128::from).sum();
    let rising = bounds.is_sorted_by(|lower, upper| lower < upper);
    let apart = matches!((point.min(), point.max()), (Some(min), Some(max)) if min > max);
    match () {
        () if counts.len() != buckets || counts.is_empty() && !bounds.is_empty() => {
            Some("a histogram has not one bucket more than bounds")
        }
        () if !counts.is_empty() && total != u128::from(point.count()) => {
            Some("the buckets of a histogram do not add up to its count")
        }
        () if !rising || bounds.iter().any(|bound| bound.is_nan()) => {
            Some("the bounds of a histogram do not rise")
        }
        () if apart => Some("the smallest value of a histogram is above its largest"),
        () => None,
    }
}
