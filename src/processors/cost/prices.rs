//! The user's own prices and names, from the configuration to the price book.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Config;
use crate::component::ConfigError;
use crate::genai::pricing::{
    Aliases, Believe, Book, Catalogue, FlatPrice, FlatRow, Overrides, Per,
};

/// Prices by model.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Flat {
    /// For models that nothing else knows. What it prices is marked `source = "default"`.
    default: Option<FlatRow>,
    /// By the model's exact name.
    models: BTreeMap<String, FlatRow>,
}

/// What a name stands for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Alias {
    /// The provider; the span's own, if absent.
    #[serde(default)]
    provider: Option<String>,
    /// The model.
    model: String,
}

/// Which costs that arrive with a call are kept instead of being worked out.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trust {
    /// Those that `gen_ai.usage.cost.source` says came from the provider.
    #[default]
    Provider,
    /// Any above zero, even one that an instrumentation worked out from a price list of its own.
    Any,
    /// None.
    Never,
}

/// Every price that cannot be one.
pub(super) fn faults(per_1k: &Flat, per_1m: &Flat) -> Vec<ConfigError> {
    let mut faults = Vec::new();
    for (key, flat, per) in [
        ("per_1k", per_1k, Per::Thousand),
        ("per_1m", per_1m, Per::Million),
    ] {
        let rows = flat
            .models
            .iter()
            .map(|(model, row)| (format!("{key}.models.{model}"), row));
        let default = flat
            .default
            .iter()
            .map(|row| (format!("{key}.default"), row));
        for (place, row) in rows.chain(default) {
            if FlatPrice::of(row, per).is_none() {
                faults.push(ConfigError::at(
                    place,
                    "a price must be zero or more, in dollars",
                ));
            }
        }
    }
    if per_1k.default.is_some() && per_1m.default.is_some() {
        faults.push(ConfigError::at(
            "per_1m.default",
            "there is a per_1k.default too; keep one",
        ));
    }
    let twice = per_1m
        .models
        .keys()
        .filter(|model| per_1k.models.contains_key(*model));
    faults.extend(twice.map(|model| {
        let place = format!("per_1m.models.{model}");
        ConfigError::at(place, "the model has a per_1k price too; keep one")
    }));
    faults
}

/// The book of a configuration.
pub(super) fn book(config: &Config, catalogue: Arc<Catalogue>) -> Book {
    let mut overrides = Overrides::default();
    for (flat, per) in [
        (&config.per_1k, Per::Thousand),
        (&config.per_1m, Per::Million),
    ] {
        for (model, row) in &flat.models {
            if let Some(price) = FlatPrice::of(row, per) {
                overrides.set(row.provider.as_deref(), model, price);
            }
        }
        let default = flat
            .default
            .as_ref()
            .and_then(|row| FlatPrice::of(row, per));
        overrides.default = overrides.default.or(default);
    }
    let alias = |alias: &Alias| {
        (
            alias.provider.as_deref().map(Into::into),
            alias.model.as_str().into(),
        )
    };
    let aliases: Aliases = config
        .aliases
        .iter()
        .map(|(name, stands_for)| (name.as_str().into(), alias(stands_for)))
        .collect();
    let believe = match config.reported {
        Trust::Provider => Believe::Provider,
        Trust::Any => Believe::Any,
        Trust::Never => Believe::Nobody,
    };
    Book {
        catalogue,
        overrides,
        believe,
        aliases,
    }
}
