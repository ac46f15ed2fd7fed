//! Exact, bounded metrics of the traffic: written by workers without a lock, read as a whole.
//!
//! A family is defined once ([`Meter::counter`], [`Meter::gauge`], [`Meter::histogram`]); each worker
//! keeps its own [`Series`] on it. Looking a label set up costs one hash in the worker's own memory,
//! adding to it one relaxed atomic. Only the birth of a series takes a lock.
//!
//! ```
//! use tollgate::meter::{Definition, Meter};
//!
//! let meter = Meter::default();
//! let calls = Definition::new("mcp.tool.calls", "{call}", "Tool calls.").labels(["gen_ai.tool.name"]);
//! let mut calls = meter.counter(calls)?;
//! calls.of(&["search"]).add(1);
//! assert_eq!(1, meter.read().len());
//! # Ok::<(), tollgate::meter::MeterError>(())
//! ```

mod cell;
mod definition;
mod exemplar;
mod family;
mod otlp;
mod reading;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

pub use cell::{Cell, Counter, Gauge, Histogram};
pub use definition::{Definition, Scale, Take, View};
pub use exemplar::Exemplar;
use family::{Family, Shelf};
pub use family::{LABEL_VALUE_MAX, Series};
pub use reading::{FamilyReading, Labels, SeriesReading, Value, exact};

/// How many series may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesLimits {
    /// In one family; the rest are counted in its overflow series.
    pub per_family: usize,
    /// In all families together.
    pub total: usize,
}

impl Default for SeriesLimits {
    fn default() -> Self {
        SeriesLimits {
            per_family: 2_000,
            total: 50_000,
        }
    }
}

/// Why a family was not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// The name is taken by a family of another kind, unit, label list or bucket list.
    #[error("metric {0:?} is already defined differently")]
    Conflict(String),
    /// Histogram boundaries must be finite and strictly ascending.
    #[error("metric {0:?} needs finite, strictly ascending bucket boundaries")]
    Bounds(String),
    /// A view names a label or boundary that its family does not have.
    #[error("a view of metric {0:?} names a label or boundary the metric does not have")]
    View(String),
}

/// All families. One per process; shared by everything that counts and everything that reads.
#[derive(Debug)]
pub struct Meter {
    instance: String,
    limits: SeriesLimits,
    start_unix_nanos: u64,
    living: Arc<AtomicUsize>,
    families: Mutex<Vec<Arc<dyn Shelf>>>,
}

impl Default for Meter {
    fn default() -> Self {
        Meter::new(0, SeriesLimits::default())
    }
}

impl Meter {
    /// A meter that knows when it began to count (the start time of cumulative points).
    pub fn new(start_unix_nanos: u64, limits: SeriesLimits) -> Self {
        Meter {
            instance: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
            limits,
            start_unix_nanos,
            living: Arc::default(),
            families: Mutex::default(),
        }
    }

    /// Who counts: `service.instance.id` of [`Meter::to_otlp`]. Whoever shows this meter directly
    /// knows by it what would come a second time.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// A family of monotonic sums. Asking again for the same definition gives the same family.
    pub fn counter(&self, definition: Definition) -> Result<Series<Counter>, MeterError> {
        self.register(definition)
    }

    /// A family of current values.
    pub fn gauge(&self, definition: Definition) -> Result<Series<Gauge>, MeterError> {
        self.register(definition)
    }

    /// A family of distributions over the definition's bucket boundaries.
    pub fn histogram(&self, definition: Definition) -> Result<Series<Histogram>, MeterError> {
        self.register(definition)
    }

    /// Everything as it stands, families in order of registration, series in order of labels.
    pub fn read(&self) -> Vec<FamilyReading> {
        self.shelves().iter().map(|shelf| shelf.read()).collect()
    }

    /// One `ExportMetricsServiceRequest` of everything, cumulative since the meter's start.
    ///
    /// Encoded, because this room and `otlp` are neighbours and do not know each other.
    pub fn to_otlp(&self, now_unix_nanos: u64, resource: &[(&str, &str)]) -> Vec<u8> {
        let instance = [("service.instance.id", self.instance.as_str())];
        let resource = [&instance, resource].concat();
        otlp::encode(
            &self.read(),
            self.start_unix_nanos,
            now_unix_nanos,
            &resource,
        )
    }

    fn register<C: Cell>(&self, definition: Definition) -> Result<Series<C>, MeterError> {
        definition.check()?;
        let mut shelves = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let known = shelves
            .iter()
            .find(|shelf| shelf.definition().name == definition.name);
        if let Some(shelf) = known {
            let same = **shelf.definition() == definition;
            let family = Arc::clone(shelf).into_any().downcast::<Family<C>>();
            return match family {
                Ok(family) if same => Ok(Series::new(family)),
                _ => Err(MeterError::Conflict(definition.name)),
            };
        }
        let family = Arc::new(Family::<C>::new(
            definition,
            self.limits,
            Arc::clone(&self.living),
        ));
        shelves.push(family.clone());
        Ok(Series::new(family))
    }

    fn shelves(&self) -> Vec<Arc<dyn Shelf>> {
        self.families
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests;
