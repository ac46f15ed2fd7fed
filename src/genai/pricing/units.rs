//! What is counted and billed: token classes and other units, and which unit includes which.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::usage::Usage;

/// A billed unit, as its place in the registry. Units that are more specific come first, so a walk
/// over the set bits of a [`UnitSet`] meets every unit before those that include it.
pub type UnitId = u8;

/// A set of units, one bit each.
pub type UnitSet = u64;

/// The largest count that can be priced; more is a broken counter, not a call.
pub const COUNT_MAX: u64 = 1_000_000_000_000_000;

const UNITS_MAX: usize = 63;
/// The place of a unit the registry lacks: never priced, because no price key leads to it.
const NOWHERE: UnitId = 63;

/// What an amount of a unit is, for those who ask which part of a bill was cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Input that was neither read from a cache nor written to one.
    Fresh,
    /// Input read from a prompt cache.
    CacheRead,
    /// Input written to a prompt cache.
    CacheWrite,
    /// Output, reasoning included.
    Output,
    /// Neither in nor out: searches, requests, seconds.
    Other,
}

/// One unit of the registry.
#[derive(Debug)]
pub struct Unit {
    /// Its name in a usage record: `cache_read_tokens`.
    pub usage_key: Box<str>,
    /// Its name in a price list: `cache_read_mtok`.
    pub price_key: Box<str>,
    /// How many of it one price buys.
    pub per: u32,
    /// What it counts towards.
    pub class: Class,
    /// Whether its cost counts as the price of the input, of the output, or of neither.
    pub direction: Option<Direction>,
    /// One bit for each dimension and value; a superset is a more specific unit.
    dimensions: u64,
    /// Units that include this one.
    pub ancestors: UnitSet,
    /// Units that this one includes.
    pub descendants: UnitSet,
}

/// Which side of a call a unit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What went in.
    Input,
    /// What came out.
    Output,
}

/// The registry of units.
#[derive(Debug)]
pub struct Units {
    all: Vec<Unit>,
    /// The least common multiple of every `per`: sums of costs share this denominator.
    pub denominator: i128,
    /// Units with a fixed meaning for the arithmetic.
    pub known: Known,
}

/// The places of units the arithmetic and [`Usage`] speak of by name.
#[derive(Debug)]
pub struct Known {
    pub input: UnitId,
    pub output: UnitId,
    pub cache_read: UnitId,
    pub cache_write: UnitId,
    pub cache_write_5m: UnitId,
    pub cache_write_1h: UnitId,
    pub reasoning: UnitId,
    pub input_audio: UnitId,
    pub output_audio: UnitId,
    pub cache_read_audio: UnitId,
    pub input_image: UnitId,
    pub output_image: UnitId,
    pub web_searches: UnitId,
    pub requests: UnitId,
    pub audio_seconds: UnitId,
    pub input_audio_seconds: UnitId,
}

static REGISTRY: LazyLock<Units> =
    LazyLock::new(|| Units::parse(include_bytes!("data/units.json")).unwrap_or_default());

impl Default for Units {
    fn default() -> Self {
        Units::of(Vec::new())
    }
}

#[derive(Deserialize)]
struct UnitRow {
    per: u32,
    price_key: String,
    dimensions: BTreeMap<String, String>,
}

impl Units {
    /// The registry that comes with the catalogue.
    pub fn get() -> &'static Units {
        &REGISTRY
    }

    fn parse(json: &[u8]) -> serde_json::Result<Self> {
        let rows: BTreeMap<String, UnitRow> = serde_json::from_slice(json)?;
        let mut rows: Vec<_> = rows.into_iter().take(UNITS_MAX).collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.dimensions.len()));
        let mut bits: Vec<(String, String)> = Vec::new();
        let units = rows
            .into_iter()
            .map(|(key, row)| Unit::of(key, row, &mut bits))
            .collect();
        Ok(Units::of(units))
    }

    fn of(mut units: Vec<Unit>) -> Self {
        let dimensions: Vec<u64> = units.iter().map(|unit| unit.dimensions).collect();
        let strictly_in = |a: u64, b: u64| a != b && a & b == a;
        for (unit, &own) in units.iter_mut().zip(&dimensions) {
            for (at, &other) in dimensions.iter().enumerate() {
                unit.ancestors |= u64::from(strictly_in(other, own)) << at;
                unit.descendants |= u64::from(strictly_in(own, other)) << at;
            }
        }
        let denominator = units
            .iter()
            .fold(1, |all, unit| lcm(all, i128::from(unit.per)));
        let known = Known::of(&units);
        Units {
            all: units,
            denominator,
            known,
        }
    }

    /// The unit at a place, if there is one.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.all.get(usize::from(id))
    }

    /// The unit a usage record calls by this name.
    pub fn by_usage_key(&self, key: &str) -> Option<UnitId> {
        place(&self.all, |unit| &*unit.usage_key == key)
    }

    /// The unit a price list calls by this name.
    pub fn by_price_key(&self, key: &str) -> Option<UnitId> {
        place(&self.all, |unit| &*unit.price_key == key)
    }

    /// The price key of a unit that two priced units overlap in without its having a price.
    pub(super) fn open_join(&self, priced: UnitSet) -> Option<&str> {
        let pairs = each(priced).flat_map(|a| each(priced).map(move |b| (a, b)));
        pairs.filter(|(a, b)| a < b).find_map(|(a, b)| {
            let join = self
                .all
                .iter()
                .enumerate()
                .find(|(_, unit)| self.is_join(unit, a, b))?;
            (priced & (1 << join.0) == 0).then_some(&*join.1.price_key)
        })
    }

    fn join(&self, a: UnitId, b: UnitId) -> Option<UnitId> {
        place(&self.all, |unit| self.is_join(unit, a, b))
    }

    /// Whether `join` is exactly what two units that overlap have in common, neither being part of
    /// the other.
    pub(super) fn is_join(&self, join: &Unit, a: UnitId, b: UnitId) -> bool {
        let (Some(a), Some(b)) = (self.unit(a), self.unit(b)) else {
            return false;
        };
        let both = a.dimensions | b.dimensions;
        both == join.dimensions && both != a.dimensions && both != b.dimensions
    }
}

impl Unit {
    fn of(usage_key: String, row: UnitRow, bits: &mut Vec<(String, String)>) -> Self {
        let side = row.dimensions.get("direction").map(String::as_str);
        let direction = match side {
            Some("input") => Some(Direction::Input),
            Some("output") => Some(Direction::Output),
            _ => None,
        };
        let kind = row.dimensions.get("token_type").map(String::as_str);
        let class = match (direction, kind) {
            (Some(Direction::Output), _) => Class::Output,
            (Some(Direction::Input), Some("cache_read")) => Class::CacheRead,
            (Some(Direction::Input), Some("cache_write")) => Class::CacheWrite,
            (Some(Direction::Input), _) => Class::Fresh,
            (None, _) => Class::Other,
        };
        let dimensions = row.dimensions.into_iter().fold(0, |set, pair| {
            let bit = bits
                .iter()
                .position(|known| *known == pair)
                .unwrap_or_else(|| {
                    bits.push(pair);
                    bits.len() - 1
                });
            set | 1_u64.checked_shl(bit as u32).unwrap_or(0)
        });
        Unit {
            usage_key: usage_key.into(),
            price_key: row.price_key.into(),
            per: row.per.max(1),
            class,
            direction,
            dimensions,
            ancestors: 0,
            descendants: 0,
        }
    }
}

impl Known {
    fn of(units: &[Unit]) -> Self {
        let at = |key: &str| place(units, |unit| &*unit.usage_key == key).unwrap_or(NOWHERE);
        Known {
            input: at("input_tokens"),
            output: at("output_tokens"),
            cache_read: at("cache_read_tokens"),
            cache_write: at("cache_write_tokens"),
            cache_write_5m: at("cache_write_5m_tokens"),
            cache_write_1h: at("cache_write_1h_tokens"),
            reasoning: at("output_reasoning_tokens"),
            input_audio: at("input_audio_tokens"),
            output_audio: at("output_audio_tokens"),
            cache_read_audio: at("cache_audio_read_tokens"),
            input_image: at("input_image_tokens"),
            output_image: at("output_image_tokens"),
            web_searches: at("web_searches"),
            requests: at("requests"),
            audio_seconds: at("audio_seconds"),
            input_audio_seconds: at("input_audio_seconds"),
        }
    }
}

/// Counts by unit: what a call reported, and what it did not mention.
#[derive(Clone, Debug)]
pub struct Amounts {
    reported: UnitSet,
    counts: [u64; 64],
}

impl Default for Amounts {
    fn default() -> Self {
        Amounts {
            reported: 0,
            counts: [0; 64],
        }
    }
}

impl Amounts {
    /// Notes that `count` of a unit was reported; zero is a report too.
    pub fn set(&mut self, unit: UnitId, count: u64) {
        if let Some(slot) = self.counts.get_mut(usize::from(unit)) {
            *slot = count;
            self.reported |= 1 << unit;
        }
    }

    /// What was reported of a unit, if anything.
    pub fn get(&self, unit: UnitId) -> Option<u64> {
        let slot = self.counts.get(usize::from(unit))?;
        (self.reported & (1 << unit) != 0).then_some(*slot)
    }

    /// Spans cannot say how much of the audio or the images was cached: where both are reported
    /// and the overlap is not, it counts as none, else the call could not be priced at all.
    fn close_overlaps(&mut self) {
        let units = Units::get();
        let known = &units.known;
        let cached = [known.cache_read, known.cache_write].into_iter();
        for (cache, kind) in
            cached.flat_map(|a| [known.input_audio, known.input_image].map(|b| (a, b)))
        {
            let both = self
                .get(cache)
                .zip(self.get(kind))
                .is_some_and(|(a, b)| a > 0 && b > 0);
            if let Some(join) = both.then(|| units.join(cache, kind)).flatten()
                && self.get(join).is_none()
            {
                self.set(join, 0);
            }
        }
    }

    /// The units of which more than zero was reported.
    pub fn positive(&self) -> UnitSet {
        each(self.reported)
            .filter(|&unit| self.get(unit).is_some_and(|count| count > 0))
            .fold(0, |set, unit| set | 1 << unit)
    }
}

impl From<&Usage> for Amounts {
    fn from(usage: &Usage) -> Self {
        let known = &Units::get().known;
        let mut amounts = Amounts::default();
        for (unit, count) in [
            (known.input, usage.input),
            (known.output, usage.output),
            (known.cache_read, usage.cache_read),
            (known.cache_write, usage.cache_write),
            (known.cache_write_5m, usage.cache_write_5m),
            (known.cache_write_1h, usage.cache_write_1h),
            (known.reasoning, usage.reasoning),
            (known.input_audio, usage.input_audio),
            (known.output_audio, usage.output_audio),
            (known.cache_read_audio, usage.cache_read_audio),
            (known.input_image, usage.input_image),
            (known.output_image, usage.output_image),
            (known.web_searches, usage.web_searches),
        ] {
            if let Some(count) = count {
                amounts.set(unit, count);
            }
        }
        amounts.close_overlaps();
        amounts
    }
}

/// The units of a set, most specific first.
pub fn each(mut set: UnitSet) -> impl Iterator<Item = UnitId> {
    std::iter::from_fn(move || {
        let lowest = set.checked_sub(1).map(|_| set.trailing_zeros())?;
        set &= set - 1;
        Some(lowest as UnitId)
    })
}

fn place(units: &[Unit], is: impl Fn(&Unit) -> bool) -> Option<UnitId> {
    units.iter().position(is).map(|at| at as UnitId)
}

fn lcm(a: i128, b: i128) -> i128 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
