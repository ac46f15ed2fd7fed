//! The catalogue file as upstream publishes it: providers, models, prices, in file order.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::clause::ClauseRow;
use super::money::Decimal;
use super::when::WhenRow;

/// One provider. Keys that do not concern prices (descriptions, extractors) are passed over.
#[derive(Debug, Deserialize)]
pub(super) struct ProviderRow {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub api_pattern: Option<String>,
    #[serde(default)]
    pub model_match: Option<ClauseRow>,
    #[serde(default)]
    pub provider_match: Option<ClauseRow>,
    #[serde(default)]
    pub fallback_model_providers: Option<Vec<String>>,
    #[serde(default)]
    pub models: Vec<ModelRow>,
}

/// One model of a provider.
#[derive(Debug, Deserialize)]
pub(super) struct ModelRow {
    pub id: String,
    #[serde(rename = "match")]
    pub rule: ClauseRow,
    #[serde(default)]
    pub prices: PricesRow,
    #[serde(default)]
    pub price_variants: Option<Vec<VariantRow>>,
    /// Set while an overlay is laid over a catalogue, never read from a file.
    #[serde(skip)]
    pub overlay: bool,
}

/// Prices by price key; a missing or null price means that the unit stays with its parent.
pub(super) type PriceRow = BTreeMap<String, Option<RateRow>>;

/// Either one price list, or several with conditions.
#[derive(Debug)]
pub(super) enum PricesRow {
    Conditional(Vec<ConditionalRow>),
    Plain(PriceRow),
}

impl Default for PricesRow {
    fn default() -> Self {
        PricesRow::Plain(PriceRow::new())
    }
}

/// A price list and when it holds.
#[derive(Debug, Deserialize)]
pub(super) struct ConditionalRow {
    #[serde(default)]
    pub constraint: Option<WhenRow>,
    pub prices: PriceRow,
}

/// Prices for requests of a certain kind: a service tier, a batch.
#[derive(Debug, Deserialize)]
pub(super) struct VariantRow {
    pub when: BTreeMap<String, String>,
    #[serde(default)]
    pub constraint: Option<WhenRow>,
    pub prices: PriceRow,
}

/// One price, or one for each tier of input size.
#[derive(Debug)]
pub(super) enum RateRow {
    Flat(Decimal),
    Tiered(TieredRow),
}

/// A base price, and what replaces it for larger inputs.
#[derive(Debug, Deserialize)]
pub(super) struct TieredRow {
    pub base: Decimal,
    pub tiers: Vec<TierRow>,
}

/// A price that replaces the base price when the input is larger than `start`.
#[derive(Debug, Deserialize)]
pub(super) struct TierRow {
    pub start: u64,
    pub price: Decimal,
}

/// Reads a catalogue file: a list of providers, or a map with such a list under `providers`.
pub(super) fn parse(json: &[u8]) -> Result<Vec<ProviderRow>, String> {
    #[derive(Deserialize)]
    struct Wrapped {
        providers: Vec<ProviderRow>,
    }
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        return serde_json::from_slice(json)
            .map(|wrapped: Wrapped| wrapped.providers)
            .map_err(|error| error.to_string());
    }
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

/// A file that unpacks to more than this is refused.
const UNPACKED_MAX: u64 = 1 << 30;

/// The bytes of a file, unpacked if they are gzip.
pub fn unpack(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes.as_slice()).take(UNPACKED_MAX + 1);
    reader
        .read_to_end(&mut unpacked)
        .map_err(|error| format!("not readable as gzip: {error}"))?;
    if unpacked.len() as u64 > UNPACKED_MAX {
        return Err(format!("unpacks to more than {UNPACKED_MAX} bytes"));
    }
    Ok(unpacked)
}

/// Lays one file over another: a model of the same provider and id is replaced where it stands,
/// new models go before the provider's others, new providers after all others.
pub(super) fn lay_over(base: &mut Vec<ProviderRow>, overlay: Vec<ProviderRow>) {
    for mut over in overlay {
        for model in &mut over.models {
            model.overlay = true;
        }
        let Some(under) = base.iter_mut().find(|provider| provider.id == over.id) else {
            base.push(over);
            continue;
        };
        let mut fresh = Vec::new();
        for model in over.models {
            match under.models.iter_mut().find(|known| known.id == model.id) {
                Some(known) => *known = model,
                None => fresh.push(model),
            }
        }
        under.models.splice(0..0, fresh);
        under.name = over.name.or(under.name.take());
        under.api_pattern = over.api_pattern.or(under.api_pattern.take());
        under.model_match = over.model_match.or(under.model_match.take());
        under.provider_match = over.provider_match.or(under.provider_match.take());
        under.fallback_model_providers = over
            .fallback_model_providers
            .or(under.fallback_model_providers.take());
    }
}
