//! Received series: bounded, in order, forgotten when nobody speaks of them any more.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::reading::{Number, Reading};
use super::text::{Head, Kind};
use crate::component::Reason;

/// The label set of what no longer fitted.
pub(super) const OVERFLOW: &str = "otel_metric_overflow=\"true\"";
/// Most bytes of label text in all series together.
const LABEL_BYTES_MAX: usize = 32 << 20;
/// Cumulative sums beyond the series limit whose growth is still followed, per family.
const STRAYS_MAX: usize = 10_000;
/// Longest help text kept, in bytes.
const HELP_MAX: usize = 1_024;

/// How many series may live.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) per_family: usize,
    pub(super) total: usize,
}

/// A point on its way in.
pub(super) struct Point {
    /// When it was measured, in nanoseconds since 1970.
    pub(super) unix_nanos: u64,
    pub(super) labels: String,
    pub(super) reading: Reading,
    /// Whether it adds to what was there (a delta) or takes its place.
    pub(super) adds: bool,
}

/// What became of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fate {
    Taken,
    /// Counted in the overflow series.
    Overflow,
    /// No room, and no way to count it in the overflow series.
    Crowded,
    /// Older than what the series already shows, or a delta that was already added.
    OutOfOrder,
    /// The name means something else already.
    Conflict,
    /// Numbers that make no sense.
    Invalid,
    /// A delta of something that also falls: the formats have no word for it.
    Unsupported,
}

impl Fate {
    /// The value of the `reason` label.
    pub(super) fn label(self) -> &'static str {
        match self {
            Fate::Taken => "taken",
            Fate::Overflow => "overflow",
            Fate::Crowded => "cardinality",
            Fate::OutOfOrder => "out_of_order",
            Fate::Conflict => "type_conflict",
            Fate::Invalid => "invalid_point",
            Fate::Unsupported => "unsupported",
        }
    }

    /// Why a point that is not shown did not go on, in the accounts.
    pub(super) fn reason(self) -> Reason {
        match self {
            Fate::Crowded => Reason::Cardinality,
            Fate::Invalid => Reason::InvalidPoint,
            _ => Reason::PartialSuccess,
        }
    }

    pub(super) fn is_loss(self) -> bool {
        !matches!(self, Fate::Taken | Fate::Overflow)
    }
}

struct Series {
    reading: Reading,
    unix_nanos: u64,
    /// When it was last heard of, on the clock's `mono`.
    seen: Duration,
}

pub(super) struct Family {
    pub(super) head: Head,
    series: BTreeMap<String, Series>,
    /// Last value of cumulative sums without a series, by the hash of their labels.
    strays: HashMap<u64, f64>,
}

impl Family {
    pub(super) fn series(&self) -> impl Iterator<Item = (&str, &Reading)> {
        self.series
            .iter()
            .map(|(labels, series)| (labels.as_str(), &series.reading))
    }
}

pub(super) struct Store {
    limits: Limits,
    families: BTreeMap<String, Family>,
    /// Every name a sample may have, and the family it belongs to.
    names: HashMap<String, String>,
    /// By `job` and `instance`: all labels of a `target_info`, and when it was last heard of.
    targets: BTreeMap<String, (String, Duration)>,
    series: usize,
    label_bytes: usize,
    hasher: RandomState,
}

impl Store {
    pub(super) fn new(limits: Limits) -> Self {
        Store {
            limits,
            families: BTreeMap::new(),
            names: HashMap::new(),
            targets: BTreeMap::new(),
            series: 0,
            label_bytes: 0,
            hasher: RandomState::new(),
        }
    }

    pub(super) fn families(&self) -> impl Iterator<Item = &Family> {
        self.families.values()
    }

    /// The labels of every `target_info`.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.targets.values().map(|(labels, _)| labels.as_str())
    }

    /// Remembers what a target says of itself; the latest word counts.
    pub(super) fn describe(&mut self, identity: String, rest: &str, now: Duration) {
        if self.targets.len() < self.limits.per_family || self.targets.contains_key(&identity) {
            let comma = if rest.is_empty() { "" } else { "," };
            let labels = format!("{identity}{comma}{rest}");
            self.targets.insert(identity, (labels, now));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.series
    }

    /// Takes one point into its family.
    pub(super) fn take(&mut self, head: &Head, point: Point, now: Duration) -> Fate {
        if let Some(fate) = self.meet(head) {
            return fate;
        }
        let crowded = self.series >= self.limits.total
            || self.label_bytes + point.labels.len() > LABEL_BYTES_MAX;
        let limit = self.limits.per_family;
        let hash = self.hasher.hash_one(&point.labels);
        let Some(family) = self.families.get_mut(&head.base) else {
            return Fate::Conflict;
        };
        if let Some(series) = family.series.get_mut(&point.labels) {
            return series.take(point, now);
        }
        if crowded || family.series.len() >= limit {
            return self.overflow(head, hash, point, now);
        }
        self.series += 1;
        self.label_bytes += point.labels.len();
        let Point {
            unix_nanos,
            labels,
            reading,
            ..
        } = point;
        family.series.insert(
            labels,
            Series {
                reading,
                unix_nanos,
                seen: now,
            },
        );
        Fate::Taken
    }

    /// Forgets one series: its sender said that it ended.
    pub(super) fn end(&mut self, base: &str, labels: &str) {
        let Some(family) = self.families.get_mut(base) else {
            return;
        };
        if family.series.remove(labels).is_some() {
            self.series -= 1;
            self.label_bytes -= labels.len();
        }
    }

    /// Forgets what was not heard of since `horizon`.
    pub(super) fn expire(&mut self, horizon: Duration) {
        let (mut gone, mut bytes) = (0, 0);
        for family in self.families.values_mut() {
            family.series.retain(|labels, series| {
                let stays = series.seen >= horizon;
                gone += usize::from(!stays);
                bytes += if stays { 0 } else { labels.len() };
                stays
            });
        }
        self.targets.retain(|_, (_, seen)| *seen >= horizon);
        self.series -= gone;
        self.label_bytes -= bytes;
        self.families.retain(|_, family| !family.series.is_empty());
        let families = &self.families;
        self.names.retain(|_, base| families.contains_key(base));
    }

    /// Makes sure that the family exists and is of this kind; `Some` if it cannot be.
    fn meet(&mut self, head: &Head) -> Option<Fate> {
        if let Some(family) = self.families.get(&head.base) {
            return (family.head.kind != head.kind).then_some(Fate::Conflict);
        }
        if self.families.len() >= self.limits.total {
            return Some(Fate::Crowded);
        }
        let names: Vec<_> = head
            .kind
            .suffixes()
            .iter()
            .map(|suffix| format!("{}{suffix}", head.base))
            .collect();
        if names.iter().any(|name| self.names.contains_key(name)) {
            return Some(Fate::Conflict);
        }
        self.names
            .extend(names.into_iter().map(|name| (name, head.base.clone())));
        let mut head = head.clone();
        head.help.truncate(head.help.floor_char_boundary(HELP_MAX));
        let base = head.base.clone();
        let family = Family {
            head,
            series: BTreeMap::new(),
            strays: HashMap::new(),
        };
        self.families.insert(base, family);
        None
    }

    /// Counts a point without a series in the overflow series, where its meaning allows.
    fn overflow(&mut self, head: &Head, hash: u64, point: Point, now: Duration) -> Fate {
        let Some(family) = self.families.get_mut(&head.base) else {
            return Fate::Conflict;
        };
        let growth = match (&point.reading, head.kind) {
            _ if point.adds => point.reading,
            (Reading::Number(value, _), Kind::Counter) => {
                let value = value.as_f64();
                if family.strays.len() >= STRAYS_MAX && !family.strays.contains_key(&hash) {
                    return Fate::Crowded;
                }
                let last = family.strays.insert(hash, value).unwrap_or(0.0);
                // A counter that fell began anew.
                let grown = if value < last { value } else { value - last };
                Reading::Number(Number::Double(grown), None)
            }
            _ => return Fate::Crowded,
        };
        if let Some(series) = family.series.get_mut(OVERFLOW) {
            series.reading.add(growth);
            series.seen = now;
            return Fate::Overflow;
        }
        // The one series that is always let in: it bounds the others.
        self.series += 1;
        self.label_bytes += OVERFLOW.len();
        let series = Series {
            reading: growth,
            unix_nanos: 0,
            seen: now,
        };
        family.series.insert(OVERFLOW.to_owned(), series);
        Fate::Overflow
    }
}

impl Series {
    fn take(&mut self, point: Point, now: Duration) -> Fate {
        // The same moment again: a second delta would count twice, a second total changes nothing.
        let late = point.unix_nanos < self.unix_nanos;
        if late || point.adds && point.unix_nanos == self.unix_nanos {
            return Fate::OutOfOrder;
        }
        self.unix_nanos = point.unix_nanos;
        self.seen = now;
        if point.adds {
            self.reading.add(point.reading);
        } else {
            self.reading.replace(point.reading);
        }
        Fate::Taken
    }
}
