//! The series of one family: born under a lock, found in a worker's own cache ever after.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash, Hasher};

use super::{Cell, Definition, FamilyReading, Labels, SeriesLimits, SeriesReading};

/// Label values are cut after this many bytes, on a character boundary.
pub const LABEL_VALUE_MAX: usize = 256;

type LabelValues = Arc<[Box<str>]>;

/// One family, whatever its cells are.
pub(super) trait Shelf: Any + Send + Sync + std::fmt::Debug {
    fn definition(&self) -> &Arc<Definition>;
    fn read(&self) -> FamilyReading;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

#[derive(Debug)]
pub(super) struct Family<C> {
    definition: Arc<Definition>,
    limits: SeriesLimits,
    /// Series living in all families.
    living: Arc<AtomicUsize>,
    /// Set for good once no more series can be born here.
    full: AtomicBool,
    series: Mutex<BTreeMap<LabelValues, Arc<C>>>,
    overflow: Arc<C>,
    overflowed: AtomicBool,
}

impl<C: Cell> Family<C> {
    pub(super) fn new(
        definition: Definition,
        limits: SeriesLimits,
        living: Arc<AtomicUsize>,
    ) -> Self {
        Family {
            overflow: Arc::new(C::of(&definition)),
            definition: Arc::new(definition),
            limits,
            living,
            full: AtomicBool::new(false),
            series: Mutex::default(),
            overflowed: AtomicBool::new(false),
        }
    }

    /// The series of these labels, born if there is room.
    fn find_or_bear(&self, labels: &LabelValues) -> Option<Arc<C>> {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = series.get(labels) {
            return Some(Arc::clone(cell));
        }
        if !self.has_room(series.len()) {
            self.full.store(true, Ordering::Release);
            return None;
        }
        let cell = Arc::new(C::of(&self.definition));
        series.insert(Arc::clone(labels), Arc::clone(&cell));
        Some(cell)
    }

    fn has_room(&self, here: usize) -> bool {
        let one_more = |living| (living < self.limits.total).then_some(living + 1);
        here < self.limits.per_family
            && self
                .living
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
                .is_ok()
    }

    fn all(&self) -> Vec<(LabelValues, Arc<C>)> {
        let series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        series
            .iter()
            .map(|(labels, cell)| (Arc::clone(labels), Arc::clone(cell)))
            .collect()
    }
}

impl<C: Cell> Shelf for Family<C> {
    fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    fn read(&self) -> FamilyReading {
        let mut series: Vec<_> = self
            .all()
            .into_iter()
            .map(|(labels, cell)| SeriesReading {
                labels: Labels::Of(labels),
                value: cell.read(),
            })
            .collect();
        if self.overflowed.load(Ordering::Relaxed) {
            series.push(SeriesReading {
                labels: Labels::Overflow,
                value: self.overflow.read(),
            });
        }
        FamilyReading {
            definition: Arc::clone(&self.definition),
            series,
        }
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// One worker's handle on a family: its own cache, so that nobody waits for anybody.
///
/// A clone starts with an empty cache, for another worker.
#[derive(Debug)]
pub struct Series<C> {
    family: Arc<Family<C>>,
    hasher: RandomState,
    seen: HashTable<(LabelValues, Arc<C>)>,
    /// The family was full when all of it was copied here: a miss is the overflow series.
    complete: bool,
}

impl<C> Clone for Series<C> {
    fn clone(&self) -> Self {
        Series::new(Arc::clone(&self.family))
    }
}

impl<C> Series<C> {
    pub(super) fn new(family: Arc<Family<C>>) -> Self {
        Series {
            family,
            hasher: RandomState::default(),
            seen: HashTable::new(),
            complete: false,
        }
    }
}

impl<C: Cell> Series<C> {
    /// The cell of these label values, in the order of the definition's labels; the overflow cell
    /// once the limits are reached. Missing values count as empty, surplus ones are left out.
    pub fn of(&mut self, labels: &[&str]) -> Arc<C> {
        let labels = labels
            .get(..self.family.definition.labels.len())
            .unwrap_or(labels);
        if let Some(cell) = self.seen(labels) {
            return cell;
        }
        if self.family.full.load(Ordering::Acquire) && !self.complete {
            self.complete = true;
            for (labels, cell) in self.family.all() {
                self.remember(labels, cell);
            }
            if let Some(cell) = self.seen(labels) {
                return cell;
            }
        }
        let born = if self.complete {
            None
        } else {
            self.bear(labels)
        };
        born.unwrap_or_else(|| {
            self.family.overflowed.store(true, Ordering::Relaxed);
            Arc::clone(&self.family.overflow)
        })
    }

    fn seen(&self, labels: &[&str]) -> Option<Arc<C>> {
        let width = self.family.definition.labels.len();
        let same = |known: &(LabelValues, Arc<C>)| {
            let mut wanted = labels
                .iter()
                .map(|value| cut(value))
                .chain(std::iter::repeat(""));
            known.0.iter().all(|value| wanted.next() == Some(&**value))
        };
        let wanted = labels
            .iter()
            .map(|value| cut(value))
            .chain(std::iter::repeat(""))
            .take(width);
        self.seen
            .find(hash(&self.hasher, wanted), same)
            .map(|(_, cell)| Arc::clone(cell))
    }

    fn bear(&mut self, labels: &[&str]) -> Option<Arc<C>> {
        let width = self.family.definition.labels.len();
        let values = labels
            .iter()
            .map(|value| cut(value))
            .chain(std::iter::repeat(""))
            .take(width);
        let values: LabelValues = values.map(Box::from).collect();
        let cell = self.family.find_or_bear(&values)?;
        self.remember(values, Arc::clone(&cell));
        Some(cell)
    }

    fn remember(&mut self, labels: LabelValues, cell: Arc<C>) {
        let hasher = &self.hasher;
        let rehash =
            |known: &(LabelValues, Arc<C>)| hash(hasher, known.0.iter().map(|value| &**value));
        let at = hash(hasher, labels.iter().map(|value| &**value));
        if self.seen.find(at, |known| known.0 == labels).is_none() {
            self.seen.insert_unique(at, (labels, cell), rehash);
        }
    }
}

fn cut(value: &str) -> &str {
    value
        .get(..value.floor_char_boundary(LABEL_VALUE_MAX))
        .unwrap_or(value)
}

fn hash<'a>(hasher: &RandomState, values: impl Iterator<Item = &'a str>) -> u64 {
    let mut state = hasher.build_hasher();
    for value in values {
        value.hash(&mut state);
    }
    state.finish()
}
