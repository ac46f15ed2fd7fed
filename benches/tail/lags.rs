//! How late decisions fall and ticks come, read from the sampler's own metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

/// Lags by the millisecond; the last slot takes all that are longer.
pub(crate) struct Lags(Vec<AtomicU64>);

const SLOTS: usize = 60_000;

/// What is listened to.
const METRICS: [&str; 2] = [
    "tollgate_tail_sampling_decision_lag_seconds",
    "tollgate_tail_sampling_tick_lag_seconds",
];

/// Lags of decisions, and of ticks.
pub(crate) type Both = [Arc<Lags>; METRICS.len()];

/// Listens to the metrics of this process, alone.
pub(crate) fn listen() -> Both {
    let fresh = |_| Arc::new(Lags((0..SLOTS).map(|_| AtomicU64::new(0)).collect()));
    let both = METRICS.map(fresh);
    metrics::set_global_recorder(Listener(both.clone())).unwrap_or_else(|error| panic!("{error}"));
    both
}

/// Forgets all.
pub(crate) fn clear(lags: &Both) {
    for slot in lags.iter().flat_map(|lags| &lags.0) {
        slot.store(0, Relaxed);
    }
}

impl Lags {
    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|slot| slot.load(Relaxed)).sum()
    }

    /// The milliseconds that this share of all lags does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> usize {
        let wanted = (self.count() as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        let mut slots = self.0.iter();
        let place = slots.position(|slot| {
            seen += slot.load(Relaxed);
            seen >= wanted
        });
        place.unwrap_or_default()
    }
}

impl HistogramFn for Lags {
    fn record(&self, seconds: f64) {
        let place = (seconds * 1000.0).round() as usize;
        if let Some(slot) = self.0.get(place.min(SLOTS - 1)) {
            slot.fetch_add(1, Relaxed);
        }
    }
}

struct Listener(Both);

impl Recorder for Listener {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let mut known = METRICS.iter().zip(&self.0);
        let lags = known.find(|(name, _)| key.name() == **name);
        lags.map_or_else(Histogram::noop, |(_, lags)| {
            Histogram::from_arc(Arc::clone(lags))
        })
    }
}
