//! A user's own prices: one figure for prompt tokens, one for completion tokens.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::usage::Usage;
use super::bill::{BadUsage, Bill, Parts, Rates};
use super::money::{PicoUsd, div_half_even};
use super::units::COUNT_MAX;

const MILLION: i128 = 1_000_000;

/// Prices a user set for a model, in picodollars for a million tokens.
///
/// What has no figure of its own costs what its whole costs: cached tokens the prompt's price,
/// reasoning the completion's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlatPrice {
    /// Input.
    pub prompt: i64,
    /// Output.
    pub completion: i64,
    /// Input read from a cache.
    pub cache_read: Option<i64>,
    /// Input written to a cache.
    pub cache_write: Option<i64>,
}

/// Which number of tokens a figure buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// A thousand.
    Thousand,
    /// A million.
    Million,
}

/// A user's figures for one model, as written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlatRow {
    /// The provider it holds for, under any of its names; all of them if absent.
    #[serde(default)]
    pub provider: Option<String>,
    /// Dollars for prompt (input) tokens.
    #[serde(alias = "input")]
    pub prompt: PicoUsd,
    /// Dollars for completion (output) tokens.
    #[serde(alias = "output", default)]
    pub completion: PicoUsd,
    /// Dollars for input tokens read from a cache; the prompt's price if absent.
    #[serde(default)]
    pub cache_read: Option<PicoUsd>,
    /// Dollars for input tokens written to a cache; the prompt's price if absent.
    #[serde(default)]
    pub cache_write: Option<PicoUsd>,
}

impl FlatPrice {
    /// Figures as written, brought to a million tokens; `None` for a negative or absurd one.
    pub fn of(row: &FlatRow, per: Per) -> Option<Self> {
        let factor = if per == Per::Thousand { 1_000 } else { 1 };
        let rate = |price: PicoUsd| {
            let rate = price.0.checked_mul(factor).filter(|rate| *rate >= 0)?;
            i64::try_from(rate).ok()
        };
        let optional = |price: Option<PicoUsd>| match price {
            Some(price) => rate(price).map(Some),
            None => Some(None),
        };
        Some(FlatPrice {
            prompt: rate(row.prompt)?,
            completion: rate(row.completion)?,
            cache_read: optional(row.cache_read)?,
            cache_write: optional(row.cache_write)?,
        })
    }

    /// Whether every figure is zero: a model known to be free.
    pub fn is_free(&self) -> bool {
        let rates = self.rates();
        rates.fresh | rates.cache_read | rates.cache_write | rates.output == 0
    }

    /// What a usage costs.
    pub fn bill(&self, usage: &Usage) -> Result<Bill, BadUsage> {
        let priced = |count: Option<u64>, price: Option<i64>| count.filter(|_| price.is_some());
        let [input, output, read, write] = [
            usage.input,
            usage.output,
            priced(usage.cache_read, self.cache_read),
            priced(usage.cache_write, self.cache_write),
        ]
        .map(Option::unwrap_or_default);
        if input.max(output).max(read).max(write) > COUNT_MAX {
            return Err(BadUsage::TooLarge("tokens".into()));
        }
        let fresh = input.checked_sub(read + write);
        let fresh = fresh.ok_or_else(|| BadUsage::Exceeds("input_tokens".into()))?;
        let rates = self.rates();
        let cost = |count: u64, rate: i64| i128::from(count) * i128::from(rate);
        let round = |sum: i128| PicoUsd(div_half_even(sum, MILLION));
        let sums = [
            cost(fresh, rates.fresh),
            cost(read, rates.cache_read),
            cost(write, rates.cache_write),
            cost(output, rates.output),
        ];
        let total = round(sums.iter().sum());
        let [fresh, cache_read, cache_write, output] = sums.map(round);
        let parts = Parts {
            fresh,
            cache_read,
            cache_write,
            output,
            other: PicoUsd::ZERO,
        };
        let input = round(sums[0] + sums[1] + sums[2]);
        Ok(Bill {
            total,
            input,
            output,
            parts: parts.closing(total),
            rates,
            free: self.is_free(),
        })
    }

    fn rates(&self) -> Rates {
        Rates {
            fresh: self.prompt,
            cache_read: self.cache_read.unwrap_or(self.prompt),
            cache_write: self.cache_write.unwrap_or(self.prompt),
            output: self.completion,
        }
    }
}

/// Prices that come before every catalogue, and one that comes after.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    models: HashMap<Box<str>, Vec<Own>, foldhash::fast::RandomState>,
    /// For models nothing else knows; what it prices is marked.
    pub default: Option<FlatPrice>,
}

#[derive(Clone, Debug)]
struct Own {
    provider: Option<Box<str>>,
    price: FlatPrice,
}

impl Overrides {
    /// Sets the price of a model by its exact name, at one provider or at all.
    pub fn set(&mut self, provider: Option<&str>, model: &str, price: FlatPrice) {
        let provider = provider.map(|name| name.to_lowercase().into_boxed_str());
        let prices = self.models.entry(model.into()).or_default();
        prices.retain(|own| own.provider != provider);
        prices.push(Own { provider, price });
        // One for this provider goes before one for all.
        prices.sort_by_key(|own| own.provider.is_none());
    }

    /// The price of a model, if the user set one. A provider matches under any of its names.
    pub(super) fn find(
        &self,
        model: &str,
        is_provider: impl Fn(&str) -> bool,
    ) -> Option<FlatPrice> {
        let prices = self.models.get(model)?;
        let fits = |own: &&Own| own.provider.as_deref().is_none_or(&is_provider);
        prices.iter().find(fits).map(|own| own.price)
    }

    /// Whether no model has a price of its own.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }
}
