//! The catalogue in memory: which entry a provider and a model name lead to, and its prices.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::bill::Prices;
use super::build::{self, Faults};
use super::clause::{Clause, Pattern};
use super::names::{dash_dates, lower_case};
use super::units::UnitId;
use super::when::{Moment, When};

/// Prices and the rules that find them. Immutable: a refresh makes a new one.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub(super) release: Release,
    pub(super) providers: Vec<Provider>,
    pub(super) provider_ids: Names<u16>,
    /// All models, provider by provider, in file order.
    pub(super) models: Vec<Model>,
    pub(super) entries: Vec<Entry>,
    pub(super) variants: Vec<Variant>,
    pub(super) rates: Vec<Rate>,
    pub(super) tiers: Vec<Tier>,
}

/// Names that strangers' strings are looked up in: the hasher is seeded at random.
pub(super) type Names<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// Which file a catalogue was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// What a person calls it: `genai-prices 0.2.3`, or a file name.
    pub name: Arc<str>,
    /// The first twelve hexadecimal digits of the SHA-256 of its bytes.
    pub hash: Arc<str>,
}

#[derive(Debug)]
pub(super) struct Provider {
    pub id: Box<str>,
    /// What people call it.
    pub name: Box<str>,
    pub api: Option<Pattern>,
    pub model_match: Option<Clause>,
    pub name_match: Option<Clause>,
    pub fallbacks: Vec<u16>,
    pub models: Range<u32>,
    /// Names that stand alone or under an `or`: lower-cased, to the first model that has them.
    pub equals: Names<u32>,
    /// All other rules, in file order.
    pub rules: Vec<(u32, Clause)>,
}

#[derive(Debug)]
pub(super) struct Model {
    pub id: Box<str>,
    pub provider: u16,
    pub entries: Range<u32>,
    pub variants: Range<u32>,
    pub overlay: bool,
    /// The least number of audio seconds billed, where a provider has such a rule.
    pub seconds_min: u64,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub when: Option<When>,
    pub rates: Range<u32>,
}

#[derive(Debug)]
pub(super) struct Variant {
    pub context: Vec<(Box<str>, Box<str>)>,
    pub when: Option<When>,
    pub rates: Range<u32>,
}

/// The price of one unit.
#[derive(Debug)]
pub(super) struct Rate {
    pub unit: UnitId,
    /// Picodollars for `per` of the unit.
    pub base: i64,
    pub tiers: Range<u32>,
}

#[derive(Debug)]
pub(super) struct Tier {
    /// Holds when the call's input is larger than this.
    pub start: u64,
    pub rate: i64,
}

/// What is known of a call's destination; the strict layer takes names as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// A provider's id or alias.
    pub provider: Option<&'a str>,
    /// Where the call went; asked only if there is no provider.
    pub api_url: Option<&'a str>,
    /// The model's name.
    pub model: &'a str,
}

/// Where a query led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub(super) provider: u16,
    pub(super) model: u32,
}

/// Why a query led nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// No provider by that name, address or model.
    Provider,
    /// The provider has no such model.
    Model,
}

static EMBEDDED: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    let release = Release::of("genai-prices 0.2.3", &[EMBEDDED_JSON]);
    let read = build::catalogue(release, EMBEDDED_JSON, &[]);
    Arc::new(read.map(|(catalogue, _)| catalogue).unwrap_or_default())
});

/// Corrections that come with the program, for those who ask for them; see `data/UPSTREAM.md`.
pub const EMBEDDED_OVERLAY_JSON: &[u8] = include_bytes!("data/overlay.json");

/// The upstream file that comes with the program.
pub const EMBEDDED_JSON: &[u8] = include_bytes!("data/genai-prices.slim.json");

impl Catalogue {
    /// The catalogue that comes with the program; read on first use.
    pub fn embedded() -> Arc<Catalogue> {
        Arc::clone(&EMBEDDED)
    }

    /// Reads an upstream file and lays overlays of the same form over it; the last one wins.
    /// Refuses a catalogue with any fault.
    pub fn parse(name: &str, json: &[u8], overlays: &[&[u8]]) -> Result<Catalogue, Faults> {
        let (catalogue, faults) = Catalogue::parse_forced(name, json, overlays)?;
        if faults.is_empty() {
            Ok(catalogue)
        } else {
            Err(faults)
        }
    }

    /// Reads a catalogue in spite of faults: what is faulty is left out. Fails only when the file
    /// cannot be read at all.
    pub fn parse_forced(
        name: &str,
        json: &[u8],
        overlays: &[&[u8]],
    ) -> Result<(Catalogue, Faults), Faults> {
        let files: Vec<&[u8]> = std::iter::once(json)
            .chain(overlays.iter().copied())
            .collect();
        build::catalogue(Release::of(name, &files), json, overlays)
    }

    /// Which file this was read from.
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// How many models it knows.
    pub fn len(&self) -> usize {
        self.models.len()
    }

    /// Whether it knows no model at all, as where the built-in prices are switched off.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    /// Finds the entry of a model: provider first, then the model within it.
    pub fn find(&self, query: Query<'_>) -> Result<Hit, Miss> {
        let lower = lower_case(query.model);
        let mut model: &str = &lower;
        let mut provider = query.provider;
        let litellm = provider.is_some_and(|provider| lower_case(provider) == "litellm");
        if litellm
            && let Some((head, tail)) = model.split_once('/')
            && self.provider_named(head).is_some()
        {
            (provider, model) = (Some(head), tail);
        }
        let at = self
            .provider_of(provider, query.api_url, model)
            .ok_or(Miss::Provider)?;
        let model = self.model_of(at, model).ok_or(Miss::Model)?;
        Ok(Hit {
            provider: at,
            model,
        })
    }

    /// The provider of this name: its id, or the first whose rule knows the name.
    pub(super) fn provider_named(&self, name: &str) -> Option<u16> {
        let lower = lower_case(name);
        let name = lower.trim();
        if name.is_empty() {
            return None;
        }
        self.provider_ids.get(name).copied().or_else(|| {
            self.first_provider(
                |provider| provider.name_match.as_ref(),
                |rule| rule.holds(name),
            )
        })
    }

    fn provider_of(&self, name: Option<&str>, url: Option<&str>, model: &str) -> Option<u16> {
        if let Some(name) = name {
            let named = self.provider_named(name);
            if named.is_some() || lower_case(name) != "litellm" {
                return named;
            }
        }
        if let Some(url) = url {
            return self.first_provider(|p| p.api.as_ref(), |pattern| pattern.found_in(url));
        }
        self.first_provider(|p| p.model_match.as_ref(), |rule| rule.holds(model))
    }

    fn first_provider<'a, R: 'a>(
        &'a self,
        rule: impl Fn(&'a Provider) -> Option<&'a R>,
        holds: impl Fn(&R) -> bool,
    ) -> Option<u16> {
        let at = self
            .providers
            .iter()
            .position(|p| rule(p).is_some_and(&holds))?;
        u16::try_from(at).ok()
    }

    /// The model of a provider, or of those it falls back to; names with a compact date are tried
    /// once more with dashes.
    fn model_of(&self, provider: u16, lower: &str) -> Option<u32> {
        self.model_in_family(provider, lower).or_else(|| {
            let dashed = dash_dates(lower)?;
            self.model_in_family(provider, &dashed)
        })
    }

    fn model_in_family(&self, provider: u16, lower: &str) -> Option<u32> {
        let provider = self.providers.get(usize::from(provider))?;
        provider.model(lower).or_else(|| {
            let fallbacks = provider.fallbacks.iter();
            fallbacks
                .filter_map(|&at| self.providers.get(usize::from(at)))
                .find_map(|fallback| fallback.model(lower))
        })
    }

    /// The prices of an entry at a moment, for a request of a certain kind.
    pub fn prices(&self, hit: Hit, at: Moment, context: &[(&str, &str)]) -> Prices<'_> {
        let mut prices = Prices::new(self);
        let Some(model) = self.models.get(hit.model as usize) else {
            return prices;
        };
        if let Some(entry) = self.entry_at(model, at) {
            prices.lay(slice(&self.rates, &entry.rates));
        }
        if !context.is_empty() && model.provider == hit.provider {
            // The first variant to name a unit wins: lay them from the last to the first.
            for variant in slice(&self.variants, &model.variants).iter().rev() {
                if variant.applies(at, context) {
                    prices.lay(slice(&self.rates, &variant.rates));
                }
            }
        }
        prices.seconds_min = model.seconds_min;
        prices
    }

    pub(super) fn entry_at(&self, model: &Model, at: Moment) -> Option<&Entry> {
        let entries = slice(&self.entries, &model.entries);
        let active = |entry: &&Entry| entry.when.is_none_or(|when| when.holds(at));
        entries.iter().rev().find(active).or(entries.first())
    }

    /// The id of the provider that was asked for.
    pub fn provider_id(&self, hit: Hit) -> &str {
        self.providers
            .get(usize::from(hit.provider))
            .map_or("", |provider| &provider.id)
    }

    /// The id of the provider whose list holds the entry: the same, or one it falls back to.
    pub fn model_provider_id(&self, hit: Hit) -> &str {
        let owner = self
            .model(hit)
            .and_then(|m| self.providers.get(usize::from(m.provider)));
        owner.map_or("", |provider| &provider.id)
    }

    /// The id of the entry.
    pub fn model_id(&self, hit: Hit) -> &str {
        self.model(hit).map_or("", |model| &model.id)
    }

    /// Whether the entry came from an overlay.
    pub fn is_overlay(&self, hit: Hit) -> bool {
        self.model(hit).is_some_and(|model| model.overlay)
    }

    pub(super) fn model(&self, hit: Hit) -> Option<&Model> {
        self.models.get(hit.model as usize)
    }
}

impl Provider {
    /// The first model in file order whose rule knows the name.
    fn model(&self, lower: &str) -> Option<u32> {
        let named = self.equals.get(lower).copied();
        let before = named.unwrap_or(u32::MAX);
        let ruled = self.rules.iter().take_while(|(at, _)| *at < before);
        ruled
            .into_iter()
            .find(|(_, rule)| rule.holds(lower))
            .map(|(at, _)| *at)
            .or(named)
    }
}

impl Variant {
    pub(super) fn applies(&self, at: Moment, context: &[(&str, &str)]) -> bool {
        self.when.is_none_or(|when| when.holds(at))
            && self
                .context
                .iter()
                .all(|(key, value)| context.contains(&(key, value)))
    }
}

impl Release {
    /// Names the bytes of a file and its overlays.
    pub fn of(name: &str, files: &[&[u8]]) -> Self {
        use sha2::{Digest, Sha256};
        let mut all = Sha256::new();
        for bytes in files {
            all.update(bytes);
        }
        let digest = all.finalize();
        let first = digest
            .iter()
            .take(6)
            .fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
        let hash = format!("{first:012x}");
        Release {
            name: name.into(),
            hash: hash.into(),
        }
    }
}

pub(super) fn slice<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    all.get(range.start as usize..range.end as usize)
        .unwrap_or_default()
}
