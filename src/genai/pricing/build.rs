//! From the catalogue file to the catalogue in memory, with every fault named.

use std::fmt;
use std::ops::Range;

use super::catalogue::{Catalogue, Entry, Model, Names, Provider, Rate, Release, Tier, Variant};
use super::clause::{Clause, ClauseRow, Pattern};
use super::file::{
    self, ModelRow, PriceRow, PricesRow, ProviderRow, RateRow, TieredRow, VariantRow,
};
use super::units::{UnitSet, Units, each};
use super::when::{When, WhenRow};

/// Faults beyond this many are only counted.
const FAULTS_MAX: usize = 50;
const PROVIDERS_MAX: usize = 10_000;
const MODELS_MAX: usize = 1_000_000;

/// What is wrong with a catalogue file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    first: Vec<String>,
    more: usize,
}

impl Faults {
    /// A single fault.
    pub fn one(text: impl Into<String>) -> Self {
        Faults {
            first: vec![text.into()],
            more: 0,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.first.len() + self.more
    }

    /// Those that are kept word for word.
    pub fn lines(&self) -> &[String] {
        &self.first
    }

    /// Notes one more.
    pub fn push(&mut self, text: String) {
        if self.first.len() < FAULTS_MAX {
            self.first.push(text);
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join("\n"))?;
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Reads a file and its overlays. Faulty parts are left out and named.
pub(super) fn catalogue(
    release: Release,
    json: &[u8],
    overlays: &[&[u8]],
) -> Result<(Catalogue, Faults), Faults> {
    let unreadable = |error: String| Faults::one(format!("not a catalogue: {error}"));
    let mut rows = file::parse(json).map_err(unreadable)?;
    for overlay in overlays {
        file::lay_over(&mut rows, file::parse(overlay).map_err(unreadable)?);
    }
    let models: usize = rows.iter().map(|row| row.models.len()).sum();
    if rows.len() > PROVIDERS_MAX || models > MODELS_MAX {
        return Err(Faults::one(format!(
            "{models} models are more than a catalogue can hold"
        )));
    }
    let mut builder = Builder::default();
    builder.catalogue.release = release;
    for row in &rows {
        builder.announce(row);
    }
    for row in rows {
        builder.provider(row);
    }
    Ok((builder.catalogue, builder.faults))
}

#[derive(Default)]
struct Builder {
    catalogue: Catalogue,
    faults: Faults,
}

impl Builder {
    fn fault(&mut self, place: &str, text: impl fmt::Display) {
        self.faults.push(format!("{place}: {text}"));
    }

    /// Gives a provider its place, so that others can fall back to it whatever the order.
    fn announce(&mut self, row: &ProviderRow) {
        let at = self.catalogue.provider_ids.len() as u16;
        if self
            .catalogue
            .provider_ids
            .insert(row.id.as_str().into(), at)
            .is_some()
        {
            self.fault(&row.id, "two providers have this id");
        }
    }

    fn provider(&mut self, row: ProviderRow) {
        let place = row.id;
        let at = self.catalogue.providers.len() as u16;
        if self.catalogue.provider_ids.get(&*place) != Some(&at) {
            // The second of two with one id: it was named above.
            return;
        }
        let api = row.api_pattern.as_deref().map(Pattern::parse_anchored);
        let fallbacks = row.fallback_model_providers.unwrap_or_default();
        let mut provider = Provider {
            api: api.and_then(|pattern| self.sound(&place, pattern)),
            model_match: self.clause(&place, row.model_match),
            name_match: self.clause(&place, row.provider_match),
            fallbacks: fallbacks
                .iter()
                .filter_map(|id| self.fallback(&place, id))
                .collect(),
            models: 0..0,
            equals: Names::default(),
            rules: Vec::new(),
            name: row.name.unwrap_or_else(|| place.clone()).into(),
            id: place.as_str().into(),
        };
        let start = self.catalogue.models.len() as u32;
        for model in row.models {
            self.model(&mut provider, at, model);
        }
        provider.models = start..self.catalogue.models.len() as u32;
        self.catalogue.providers.push(provider);
    }

    fn clause(&mut self, place: &str, row: Option<ClauseRow>) -> Option<Clause> {
        self.sound(place, Clause::parse(row?))
    }

    fn sound<T>(&mut self, place: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|fault| self.fault(place, fault)).ok()
    }

    fn fallback(&mut self, place: &str, id: &str) -> Option<u16> {
        let found = self.catalogue.provider_ids.get(id).copied();
        if found.is_none() {
            self.fault(
                place,
                format_args!("falls back to `{id}`, which is no provider"),
            );
        }
        found
    }

    fn model(&mut self, provider: &mut Provider, owner: u16, row: ModelRow) {
        let place = format!("{}/{}", provider.id, row.id);
        let at = self.catalogue.models.len() as u32;
        let entries = self.entries(&place, row.prices);
        let variants = self.variants(&place, row.price_variants.unwrap_or_default());
        self.check_variants(&place, &entries, &variants);
        if let Some(rule) = self.clause(&place, Some(row.rule)) {
            let mut names = Vec::new();
            if let Some(rest) = rule.split_names(&mut names) {
                provider.rules.push((at, rest));
            }
            for name in names {
                provider.equals.entry(name).or_insert(at);
            }
        }
        // Upstream bills at least ten seconds for these two in its code, not in its data.
        let whisper = ["whisper-large-v3", "whisper-large-v3-turbo"].contains(&row.id.as_str());
        self.catalogue.models.push(Model {
            seconds_min: if &*provider.id == "groq" && whisper {
                10
            } else {
                0
            },
            id: row.id.into(),
            provider: owner,
            entries,
            variants,
            overlay: row.overlay,
        });
    }

    fn entries(&mut self, place: &str, prices: PricesRow) -> Range<u32> {
        let start = self.catalogue.entries.len() as u32;
        let rows = match prices {
            PricesRow::Plain(prices) => vec![(None, prices)],
            PricesRow::Conditional(rows) => rows
                .into_iter()
                .map(|row| (row.constraint, row.prices))
                .collect(),
        };
        if rows.is_empty() {
            self.fault(place, "has an empty list of prices");
        }
        for (constraint, prices) in rows {
            let Ok(when) = self.when(place, constraint) else {
                continue;
            };
            let (rates, priced) = self.rates(place, prices);
            self.check_parents(place, priced);
            self.catalogue.entries.push(Entry { when, rates });
        }
        start..self.catalogue.entries.len() as u32
    }

    fn when(&mut self, place: &str, row: Option<WhenRow>) -> Result<Option<When>, ()> {
        let read = row.as_ref().map(When::parse).transpose();
        read.map_err(|fault| self.fault(place, fault))
    }

    fn variants(&mut self, place: &str, rows: Vec<VariantRow>) -> Range<u32> {
        let start = self.catalogue.variants.len() as u32;
        for row in rows {
            if row.when.is_empty() {
                self.fault(place, "has a variant that asks for nothing");
                continue;
            }
            let Ok(when) = self.when(place, row.constraint) else {
                continue;
            };
            let (rates, _) = self.rates(place, row.prices);
            let context = row
                .when
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()));
            let context = context.collect();
            self.catalogue.variants.push(Variant {
                context,
                when,
                rates,
            });
        }
        start..self.catalogue.variants.len() as u32
    }

    fn rates(&mut self, place: &str, prices: PriceRow) -> (Range<u32>, UnitSet) {
        let start = self.catalogue.rates.len() as u32;
        let mut priced: UnitSet = 0;
        for (key, rate) in prices {
            let Some(rate) = rate else { continue };
            let Some(unit) = Units::get().by_price_key(&key) else {
                self.fault(
                    place,
                    format_args!("`{key}` is no price this program knows"),
                );
                continue;
            };
            let tier_start = self.catalogue.tiers.len() as u32;
            let Some(base) = self.rate(&rate) else {
                self.fault(
                    place,
                    format_args!("`{key}` is not a price of zero or more"),
                );
                continue;
            };
            let tiers = tier_start..self.catalogue.tiers.len() as u32;
            self.catalogue.rates.push(Rate { unit, base, tiers });
            priced |= 1 << unit;
        }
        (start..self.catalogue.rates.len() as u32, priced)
    }

    /// The base rate; tiers go to the catalogue, lowest first.
    fn rate(&mut self, row: &RateRow) -> Option<i64> {
        let pico = |decimal: &super::money::Decimal| {
            let pico = i64::try_from(decimal.pico()?.0).ok()?;
            (pico >= 0).then_some(pico)
        };
        match row {
            RateRow::Flat(price) => pico(price),
            RateRow::Tiered(TieredRow { base, tiers }) => {
                let base = pico(base)?;
                let read = tiers.iter().map(|tier| {
                    Some(Tier {
                        start: tier.start,
                        rate: pico(&tier.price)?,
                    })
                });
                let mut tiers: Vec<Tier> = read.collect::<Option<_>>()?;
                tiers.sort_by_key(|tier| tier.start);
                self.catalogue.tiers.extend(tiers);
                Some(base)
            }
        }
    }

    /// A part may only have a price where every whole it belongs to has one, and two that overlap
    /// only where their overlap has one: else a renamed field would make tokens free.
    fn check_parents(&mut self, place: &str, priced: UnitSet) {
        let units = Units::get();
        for id in each(priced) {
            let Some(unit) = units.unit(id) else { continue };
            if let Some(missing) = each(unit.ancestors & !priced).find_map(|id| units.unit(id)) {
                let (part, whole) = (&unit.price_key, &missing.price_key);
                self.fault(
                    place,
                    format_args!("has a price for `{part}` but none for `{whole}`"),
                );
            }
        }
        if let Some(join) = units.open_join(priced) {
            self.fault(
                place,
                format_args!("has overlapping prices but none for `{join}`"),
            );
        }
    }

    fn check_variants(&mut self, place: &str, entries: &Range<u32>, variants: &Range<u32>) {
        let set = |rates: &[Rate]| rates.iter().fold(0, |set, rate| set | 1 << rate.unit);
        let of = |catalogue: &Catalogue, rates: &Range<u32>| -> UnitSet {
            set(super::catalogue::slice(&catalogue.rates, rates))
        };
        let standard: Vec<UnitSet> = super::catalogue::slice(&self.catalogue.entries, entries)
            .iter()
            .map(|entry| of(&self.catalogue, &entry.rates))
            .collect();
        let special: Vec<UnitSet> = super::catalogue::slice(&self.catalogue.variants, variants)
            .iter()
            .map(|variant| of(&self.catalogue, &variant.rates))
            .collect();
        for all in standard
            .iter()
            .flat_map(|a| special.iter().map(move |b| a | b))
        {
            self.check_parents(place, all);
        }
    }
}
