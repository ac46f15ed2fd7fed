//! The arithmetic of a bill: every unit counted once at its own price, tiers, one rounding.

use std::fmt;

use super::catalogue::{Catalogue, Rate, slice};
use super::money::PicoUsd;
use super::units::{Amounts, COUNT_MAX, Class, Direction, Unit, UnitId, UnitSet, Units, each};

/// The price list that applies to one call.
#[derive(Debug)]
pub struct Prices<'a> {
    catalogue: &'a Catalogue,
    priced: UnitSet,
    rates: [Option<&'a Rate>; 64],
    pub(super) seconds_min: u64,
}

/// What a call costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Everything; may exceed input plus output, since searches and requests belong to neither.
    pub total: PicoUsd,
    /// Units that went in.
    pub input: PicoUsd,
    /// Units that came out.
    pub output: PicoUsd,
    /// The total, split without loss.
    pub parts: Parts,
    /// What one token of each class was billed at.
    pub rates: Rates,
    /// Whether no price of the entry is above zero: the call is known to be free.
    pub free: bool,
}

/// A total split by class; the parts add up to it exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Input that was neither read from a cache nor written to one.
    pub fresh: PicoUsd,
    /// Input read from a cache.
    pub cache_read: PicoUsd,
    /// Input written to a cache.
    pub cache_write: PicoUsd,
    /// Output, reasoning included.
    pub output: PicoUsd,
    /// Neither: requests, searches, seconds.
    pub other: PicoUsd,
}

/// Picodollars for a million tokens of each class, as this call was billed: tier and variant
/// included. A class without a price of its own has its parent's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Input that was neither read from a cache nor written to one.
    pub fresh: i64,
    /// Input read from a cache.
    pub cache_read: i64,
    /// Input written to a cache.
    pub cache_write: i64,
    /// Output.
    pub output: i64,
}

/// One line of a bill.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// What is billed.
    pub unit: &'a Unit,
    /// How many of it, without those billed as something more specific.
    pub count: u64,
    /// Picodollars for `unit.per` of it.
    pub rate: i64,
    /// The input size above which this rate holds, if it is a tier's.
    pub tier: Option<u64>,
}

/// Why a usage record cannot be billed: its numbers contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadUsage {
    /// A part was reported without the whole it belongs to.
    Missing(Box<str>),
    /// The parts are more than the whole.
    Exceeds(Box<str>),
    /// More than any call could count.
    TooLarge(Box<str>),
    /// The price list names a part without its whole.
    Unsound(Box<str>),
}

impl fmt::Display for BadUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadUsage::Missing(key) => write!(f, "{key} is missing though a part of it is reported"),
            BadUsage::Exceeds(key) => write!(f, "the parts of {key} are more than {key}"),
            BadUsage::TooLarge(key) => write!(f, "{key} is more than any call could count"),
            BadUsage::Unsound(key) => {
                write!(f, "{key} has a price though a whole it is part of has none")
            }
        }
    }
}

impl<'a> Prices<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        Prices {
            catalogue,
            priced: 0,
            rates: [None; 64],
            seconds_min: 0,
        }
    }

    /// Lays rates over those that are there.
    pub(super) fn lay(&mut self, rates: &'a [Rate]) {
        for rate in rates {
            if let Some(slot) = self.rates.get_mut(usize::from(rate.unit)) {
                *slot = Some(rate);
                self.priced |= 1 << rate.unit;
            }
        }
    }

    /// What a usage costs under these prices.
    pub fn bill(&self, amounts: &Amounts) -> Result<Bill, BadUsage> {
        self.bill_lines(amounts, |_| {})
    }

    /// What a usage costs, with every line shown to `see` on the way.
    pub fn bill_lines(
        &self,
        amounts: &Amounts,
        mut see: impl FnMut(Line<'_>),
    ) -> Result<Bill, BadUsage> {
        let units = Units::get();
        let known = &units.known;
        let raised = self.with_least_seconds(amounts);
        let amounts = raised.as_ref().unwrap_or(amounts);
        let input_total = amounts.get(known.input).unwrap_or(0);
        let mut sums = Sums::default();
        let mut leaves = Leaves {
            counts: [0; 64],
            positive: amounts.positive(),
        };
        for id in each(self.priced) {
            let (Some(unit), Some(rate)) = (units.unit(id), self.rate(id)) else {
                continue;
            };
            let count = if id == known.requests {
                1
            } else {
                leaves.take(self.priced, id, unit, amounts)?
            };
            let (price, tier) = self.rate_at(rate, input_total);
            let scale = units.denominator / i128::from(unit.per);
            let cost = i128::from(price)
                .checked_mul(i128::from(count))
                .and_then(|cost| cost.checked_mul(scale))
                .ok_or_else(|| BadUsage::TooLarge(unit.usage_key.clone()))?;
            sums.add(unit, cost);
            see(Line {
                unit,
                count,
                rate: price,
                tier,
            });
        }
        let mut bill = sums.settle(units.denominator);
        bill.rates = self.token_rates(input_total);
        bill.free = self.is_free();
        Ok(bill)
    }

    fn rate(&self, unit: UnitId) -> Option<&'a Rate> {
        self.rates.get(usize::from(unit)).copied().flatten()
    }

    /// The price at an input size: the highest tier below it replaces the base price for all.
    fn rate_at(&self, rate: &Rate, input_total: u64) -> (i64, Option<u64>) {
        let tiers = slice(&self.catalogue.tiers, &rate.tiers);
        let reached = tiers.iter().rev().find(|tier| input_total > tier.start);
        reached.map_or((rate.base, None), |tier| (tier.rate, Some(tier.start)))
    }

    fn is_free(&self) -> bool {
        let tiers = |rate: &Rate| slice(&self.catalogue.tiers, &rate.tiers);
        let zero = |rate: &Rate| rate.base == 0 && tiers(rate).iter().all(|tier| tier.rate == 0);
        each(self.priced).filter_map(|id| self.rate(id)).all(zero)
    }

    fn token_rates(&self, input_total: u64) -> Rates {
        let known = &Units::get().known;
        let at = |unit| {
            self.rate(unit)
                .map(|rate| self.rate_at(rate, input_total).0)
        };
        let fresh = at(known.input).unwrap_or(0);
        Rates {
            fresh,
            cache_read: at(known.cache_read).unwrap_or(fresh),
            cache_write: at(known.cache_write).unwrap_or(fresh),
            output: at(known.output).unwrap_or(0),
        }
    }

    /// Audio shorter than the provider's least is billed as that; none stays none.
    fn with_least_seconds(&self, amounts: &Amounts) -> Option<Amounts> {
        if self.seconds_min == 0 {
            return None;
        }
        let known = &Units::get().known;
        let spoken = amounts
            .get(known.audio_seconds)
            .filter(|&seconds| seconds > 0);
        let seconds = spoken.or_else(|| amounts.get(known.input_audio_seconds))?;
        let billed = if seconds > 0 {
            seconds.max(self.seconds_min)
        } else {
            0
        };
        let mut amounts = amounts.clone();
        amounts.set(known.audio_seconds, billed);
        amounts.set(known.input_audio_seconds, billed);
        Some(amounts)
    }
}

/// What remains of each unit once its priced parts are taken out.
struct Leaves {
    counts: [u64; 64],
    positive: UnitSet,
}

impl Leaves {
    /// Takes the leaf of a unit; every priced part of it was taken before.
    fn take(
        &mut self,
        priced: UnitSet,
        id: UnitId,
        unit: &Unit,
        amounts: &Amounts,
    ) -> Result<u64, BadUsage> {
        let key = || unit.usage_key.clone();
        if unit.ancestors & !priced != 0 {
            return Err(BadUsage::Unsound(key()));
        }
        let whole = match amounts.get(id) {
            Some(count) if count > COUNT_MAX => return Err(BadUsage::TooLarge(key())),
            Some(count) => count,
            None if self.must_be_reported(unit) => return Err(BadUsage::Missing(key())),
            None => 0,
        };
        let parts: u64 = each(priced & unit.descendants)
            .filter_map(|part| self.counts.get(usize::from(part)))
            .sum();
        let leaf = whole
            .checked_sub(parts)
            .ok_or_else(|| BadUsage::Exceeds(key()))?;
        if let Some(slot) = self.counts.get_mut(usize::from(id)) {
            *slot = leaf;
        }
        Ok(leaf)
    }

    /// Whether silence about a unit cannot mean zero: a part of it was reported, or two units
    /// that overlap in it.
    fn must_be_reported(&self, unit: &Unit) -> bool {
        if self.positive & unit.descendants != 0 {
            return true;
        }
        let around = self.positive & unit.ancestors;
        each(around).any(|a| each(around).any(|b| a < b && Units::get().is_join(unit, a, b)))
    }
}

/// Sums over the registry's common denominator; nothing is rounded until the end.
#[derive(Default)]
struct Sums {
    input: i128,
    output: i128,
    fresh: i128,
    cache_read: i128,
    cache_write: i128,
    other: i128,
}

impl Sums {
    fn add(&mut self, unit: &Unit, cost: i128) {
        match unit.direction {
            Some(Direction::Input) => self.input = self.input.saturating_add(cost),
            Some(Direction::Output) => self.output = self.output.saturating_add(cost),
            None => self.other = self.other.saturating_add(cost),
        }
        match unit.class {
            Class::Fresh => self.fresh = self.fresh.saturating_add(cost),
            Class::CacheRead => self.cache_read = self.cache_read.saturating_add(cost),
            Class::CacheWrite => self.cache_write = self.cache_write.saturating_add(cost),
            Class::Output | Class::Other => {}
        }
    }

    fn settle(&self, denominator: i128) -> Bill {
        let round = |sum| PicoUsd::ratio(sum, denominator);
        let all = self
            .input
            .saturating_add(self.output)
            .saturating_add(self.other);
        let total = round(all);
        let parts = Parts {
            fresh: round(self.fresh),
            cache_read: round(self.cache_read),
            cache_write: round(self.cache_write),
            output: round(self.output),
            other: round(self.other),
        };
        Bill {
            total,
            input: round(self.input),
            output: round(self.output),
            parts: parts.closing(total),
            ..Bill::default()
        }
    }
}

impl Parts {
    /// All parts together: the total.
    pub fn sum(&self) -> PicoUsd {
        self.fresh + self.cache_read + self.cache_write + self.output + self.other
    }

    /// Rounded apart, the parts may miss the total by a picodollar or two: the largest carries it.
    pub(super) fn closing(mut self, total: PicoUsd) -> Self {
        let gap = total - self.sum();
        if let Some(largest) = self.each_mut().into_iter().max_by_key(|part| **part) {
            *largest += gap;
        }
        self
    }

    fn each_mut(&mut self) -> [&mut PicoUsd; 5] {
        [
            &mut self.fresh,
            &mut self.cache_read,
            &mut self.cache_write,
            &mut self.output,
            &mut self.other,
        ]
    }
}
