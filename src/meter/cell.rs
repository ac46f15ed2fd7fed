//! What one series holds: a sum, a current value or a distribution, in atomics.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::exemplar::{Exemplar, Slot};
use super::{Definition, Value};

/// What a family can be made of.
pub trait Cell: Send + Sync + std::fmt::Debug + 'static {
    /// An empty cell of this family.
    fn of(definition: &Definition) -> Self;
    /// What it holds.
    fn read(&self) -> Value;
}

/// A monotonic sum.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds counted units (see [`super::Scale`]).
    pub fn add(&self, units: u64) {
        self.0.fetch_add(units, Relaxed);
    }
}

impl Cell for Counter {
    fn of(_: &Definition) -> Self {
        Counter::default()
    }

    fn read(&self) -> Value {
        Value::Counter(self.0.load(Relaxed))
    }
}

/// A current value, in the family's unit.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Replaces the value.
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }

    /// Moves the value up or down.
    pub fn add(&self, change: f64) {
        let mut seen = self.0.load(Relaxed);
        loop {
            let moved = (f64::from_bits(seen) + change).to_bits();
            match self.0.compare_exchange_weak(seen, moved, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(newer) => seen = newer,
            }
        }
    }
}

impl Cell for Gauge {
    fn of(_: &Definition) -> Self {
        Gauge::default()
    }

    fn read(&self) -> Value {
        Value::Gauge(f64::from_bits(self.0.load(Relaxed)))
    }
}

/// A distribution over fixed buckets, with an exact sum and the latest exemplar of each bucket.
#[derive(Debug)]
pub struct Histogram {
    /// Upper boundaries in counted units, inclusive.
    bounds: Box<[u64]>,
    /// One more than boundaries: the last bucket has none.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
    exemplars: OnceLock<Box<[Slot]>>,
}

impl Histogram {
    /// Counts one value, in counted units.
    pub fn record(&self, units: u64) {
        self.count(units);
    }

    /// Counts one value and remembers where it was measured.
    pub fn record_with(&self, exemplar: &Exemplar) {
        let bucket = self.count(exemplar.units);
        let slots = self
            .exemplars
            .get_or_init(|| self.buckets.iter().map(|_| Slot::default()).collect());
        if let Some(slot) = slots.get(bucket) {
            slot.put(exemplar);
        }
    }

    fn count(&self, units: u64) -> usize {
        let bucket = self.bounds.partition_point(|bound| *bound < units);
        if let Some(cell) = self.buckets.get(bucket) {
            cell.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(units, Relaxed);
        bucket
    }
}

impl Cell for Histogram {
    fn of(definition: &Definition) -> Self {
        let units = definition.scale.units() as f64;
        let bounds: Box<[u64]> = definition
            .bounds
            .iter()
            .map(|bound| (bound * units).round() as u64)
            .collect();
        Histogram {
            buckets: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            bounds,
            sum: AtomicU64::new(0),
            exemplars: OnceLock::new(),
        }
    }

    fn read(&self) -> Value {
        Value::Histogram {
            buckets: self.buckets.iter().map(|cell| cell.load(Relaxed)).collect(),
            sum: self.sum.load(Relaxed),
            exemplars: self
                .exemplars
                .get()
                .map(|slots| slots.iter().map(Slot::get).collect())
                .unwrap_or_default(),
        }
    }
}
