//! What changed between two catalogues, and whether the change is to be believed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::build::Faults;
use super::catalogue::{Catalogue, slice};
use super::money::PicoUsd;
use super::units::Units;

/// The differences between an old and a new catalogue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diff {
    /// How many models the old one knows.
    pub before: usize,
    /// `provider/model` entries that are new.
    pub added: Vec<String>,
    /// Entries that are gone.
    pub removed: Vec<String>,
    /// Prices that differ.
    pub changed: Vec<Change>,
}

/// One price that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `provider/model`.
    pub entry: String,
    /// Which price, and under which condition: `input_mtok`, `input_mtok from 2026-10-19`.
    pub price: String,
    /// Dollars before; absent where there was no such price.
    pub old: Option<PicoUsd>,
    /// Dollars after; absent where there is none any more.
    pub new: Option<PicoUsd>,
}

/// How much a refresh may change before it is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// A price may become this many times larger or smaller.
    pub price_jump_max: u32,
    /// This share of the models may disappear, or lose their prices.
    pub removed_max: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            price_jump_max: 100,
            removed_max: 0.2,
        }
    }
}

impl Diff {
    /// Compares two catalogues, entry by entry and price by price.
    pub fn between(old: &Catalogue, new: &Catalogue) -> Self {
        let (before, after) = (entries(old), entries(new));
        let mut diff = Diff {
            before: before.len(),
            ..Diff::default()
        };
        for (entry, old) in &before {
            let Some(new) = after.get(entry) else {
                diff.removed.push(entry.clone());
                continue;
            };
            diff.compare(entry, old, new);
        }
        diff.added = after
            .keys()
            .filter(|entry| !before.contains_key(*entry))
            .cloned()
            .collect();
        diff
    }

    fn compare(&mut self, entry: &str, old: &PriceList, new: &PriceList) {
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let (old, new) = (old.get(key).copied(), new.get(key).copied());
            if old != new {
                let (entry, price) = (entry.to_owned(), key.clone());
                self.changed.push(Change {
                    entry,
                    price,
                    old,
                    new,
                });
            }
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// Why this change looks like a mistake rather than news; empty if it does not.
    pub fn suspicions(&self, bounds: &Bounds) -> Faults {
        let mut faults = Faults::default();
        let share = |count: usize| count as f64 / self.before.max(1) as f64;
        if self.before > 0 && share(self.removed.len()) > bounds.removed_max {
            let (gone, before) = (self.removed.len(), self.before);
            faults.push(format!("{gone} of {before} models would disappear"));
        }
        let freed = self.newly_free();
        if self.before > 0 && share(freed) > bounds.removed_max {
            faults.push(format!(
                "{freed} of {} models would lose a price",
                self.before
            ));
        }
        for change in self
            .changed
            .iter()
            .filter(|change| change.jumps(bounds.price_jump_max))
        {
            faults.push(format!("a suspicious jump: {change}"));
        }
        faults
    }

    /// Entries of which a price went away or became nothing.
    fn newly_free(&self) -> usize {
        let gone = |change: &&Change| {
            change.old.is_some_and(|old| old > PicoUsd::ZERO)
                && change.new.is_none_or(|new| new == PicoUsd::ZERO)
        };
        let mut entries: Vec<&str> = self
            .changed
            .iter()
            .filter(gone)
            .map(|change| change.entry.as_str())
            .collect();
        entries.dedup();
        entries.len()
    }
}

impl Change {
    /// Whether a price above zero became many times larger or smaller, yet not zero.
    fn jumps(&self, times: u32) -> bool {
        let (Some(old), Some(new)) = (self.old, self.new) else {
            return false;
        };
        let (low, high) = (old.min(new).0, old.max(new).0);
        low > 0 && high >= low.saturating_mul(i128::from(times.max(1)))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = |price: Option<PicoUsd>| price.map_or("none".to_owned(), |p| p.to_string());
        let (old, new) = (amount(self.old), amount(self.new));
        write!(f, "{}: {} {old} -> {new}", self.entry, self.price)
    }
}

/// Prices in dollars by a name that tells the condition too.
type PriceList = BTreeMap<String, PicoUsd>;

fn entries(catalogue: &Catalogue) -> BTreeMap<String, PriceList> {
    let mut all = BTreeMap::new();
    for model in &catalogue.models {
        let owner = catalogue.providers.get(usize::from(model.provider));
        let provider = owner.map_or("", |provider| &provider.id);
        let mut prices = PriceList::new();
        for entry in slice(&catalogue.entries, &model.entries) {
            let condition = entry
                .when
                .map(|when| format!(" {when}"))
                .unwrap_or_default();
            list(catalogue, &entry.rates, &condition, &mut prices);
        }
        for variant in slice(&catalogue.variants, &model.variants) {
            let context = variant
                .context
                .iter()
                .map(|(key, value)| format!(" {key}={value}"));
            let when = variant
                .when
                .map(|when| format!(" {when}"))
                .unwrap_or_default();
            list(
                catalogue,
                &variant.rates,
                &format!("{}{when}", context.collect::<String>()),
                &mut prices,
            );
        }
        // Upstream has a few models twice; the first is the one that matches.
        all.entry(format!("{provider}/{}", model.id))
            .or_insert(prices);
    }
    all
}

fn list(
    catalogue: &Catalogue,
    rates: &std::ops::Range<u32>,
    condition: &str,
    prices: &mut PriceList,
) {
    for rate in slice(&catalogue.rates, rates) {
        let Some(unit) = Units::get().unit(rate.unit) else {
            continue;
        };
        let dollars = |rate: i64| PicoUsd(i128::from(rate));
        prices.insert(format!("{}{condition}", unit.price_key), dollars(rate.base));
        for tier in slice(&catalogue.tiers, &rate.tiers) {
            let key = format!("{}{condition} above {}", unit.price_key, tier.start);
            prices.insert(key, dollars(tier.rate));
        }
    }
}
