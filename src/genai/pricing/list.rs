//! The catalogue for people: providers, models and their prices at a moment.

use serde::Serialize;

use super::catalogue::{Catalogue, Hit};
use super::money::PicoUsd;
use super::units::Units;
use super::when::Moment;

/// One model as a list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// The provider's id.
    pub provider: String,
    /// The entry's id.
    pub model: String,
    /// Whether it came from an overlay.
    pub overlay: bool,
    /// Prices in dollars by price key, as of the moment asked for, below any tier.
    pub prices: Vec<ListedPrice>,
    /// How many kinds of request have prices of their own.
    pub variants: usize,
}

/// One price as a list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ListedPrice {
    /// The price key: `input_mtok`.
    pub key: String,
    /// Dollars.
    pub usd: PicoUsd,
    /// Input sizes above which another price holds, with that price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<(u64, PicoUsd)>,
}

impl Catalogue {
    /// Providers with the number of their models, in file order.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.providers
            .iter()
            .map(|provider| (&*provider.id, &*provider.name, provider.models.len()))
    }

    /// All models, provider by provider, with their prices at a moment.
    pub fn list(&self, at: Moment) -> impl Iterator<Item = Listed> {
        self.models.iter().enumerate().map(move |(place, model)| {
            let hit = Hit {
                provider: model.provider,
                model: place as u32,
            };
            let rates = self.entry_at(model, at).map(|entry| entry.rates.clone());
            let rates = super::catalogue::slice(&self.rates, &rates.unwrap_or(0..0));
            Listed {
                provider: self.provider_id(hit).to_owned(),
                model: model.id.to_string(),
                overlay: model.overlay,
                prices: rates.iter().map(|rate| self.listed_price(rate)).collect(),
                variants: model.variants.len(),
            }
        })
    }

    fn listed_price(&self, rate: &super::catalogue::Rate) -> ListedPrice {
        let usd = |rate: i64| PicoUsd(i128::from(rate));
        let tiers = super::catalogue::slice(&self.tiers, &rate.tiers);
        ListedPrice {
            key: Units::get()
                .unit(rate.unit)
                .map_or(String::new(), |u| u.price_key.to_string()),
            usd: usd(rate.base),
            tiers: tiers
                .iter()
                .map(|tier| (tier.start, usd(tier.rate)))
                .collect(),
        }
    }
}
