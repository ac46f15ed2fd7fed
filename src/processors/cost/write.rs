//! The attributes that say what a call cost.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::genai::pricing::{Catalogue, PicoUsd, Priced, Source, Status};
use crate::otlp::{Attributes, NewValue, Record, RecordKind};

/// Names of the attributes; an empty one is not written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Names {
    /// Dollars, as a double; exact to a picodollar below nine thousand dollars.
    amount: String,
    /// Always `USD`.
    currency: String,
    /// `priced`, `known_zero`, `no_usage` or `unpriced`.
    status: String,
    /// Why there is no price: `unknown_model`, `unknown_provider`, `no_model`, `invalid_usage`.
    why: String,
    /// `reported`, `override`, `overlay`, `catalogue` or `default`.
    source: String,
    /// The catalogue's release and the beginning of its hash.
    catalogue: String,
    /// The catalogue entry: `provider/model`.
    entry: String,
    /// The cost that came with the call, where it was not kept.
    reported: String,
}

impl Default for Names {
    fn default() -> Self {
        let own = |name: &str| format!("tollgate.cost.{name}");
        Names {
            amount: own("amount"),
            currency: own("currency"),
            status: own("status"),
            why: own("why"),
            source: own("source"),
            catalogue: own("catalogue"),
            entry: own("entry"),
            reported: own("reported"),
        }
    }
}

const MIRROR_AMOUNT: &str = "gen_ai.usage.cost.amount";
const MIRROR_CURRENCY: &str = "gen_ai.usage.cost.currency";
const MIRROR_SOURCE: &str = "gen_ai.usage.cost.source";

/// Attributes to set, by configured name.
pub(super) struct Edits<'n> {
    names: &'n Names,
    set: Vec<(&'n str, NewValue)>,
}

impl Names {
    /// Whether another gateway on the way has priced the call already.
    pub(super) fn is_priced(&self, attributes: Attributes<'_>) -> bool {
        !self.status.is_empty() && attributes.get(&self.status).is_some()
    }

    /// What to write for a price.
    pub(super) fn edits(
        &self,
        priced: &Priced,
        catalogue: &Catalogue,
        reported: Option<PicoUsd>,
        mirror: bool,
    ) -> Edits<'_> {
        let mut edits = Edits {
            names: self,
            set: Vec::with_capacity(10),
        };
        edits.set(&self.status, priced.status.as_str());
        if let Status::Unpriced(why) = priced.status {
            edits.set(&self.why, why.as_str());
        }
        if let (Some(amount), Some(source)) = (priced.amount(), priced.source) {
            edits.set(&self.amount, amount.as_f64());
            edits.set(&self.currency, "USD");
            edits.set(&self.source, source.as_str());
            if mirror && source != Source::Reported {
                edits.set(MIRROR_AMOUNT, amount.as_f64());
                edits.set(MIRROR_CURRENCY, "USD");
                edits.set(MIRROR_SOURCE, source.as_str());
            }
        }
        if let Some(hit) = priced.entry {
            let (provider, model) = (catalogue.model_provider_id(hit), catalogue.model_id(hit));
            let release = catalogue.release();
            edits.set(
                &self.catalogue,
                [&*release.name, " ", &*release.hash].concat(),
            );
            edits.set(&self.entry, [provider, "/", model].concat());
        }
        if let Some(reported) = reported.filter(|_| priced.source != Some(Source::Reported)) {
            edits.set(&self.reported, reported.as_f64());
        }
        edits
    }

    fn all(&self) -> [&str; 8] {
        [
            &self.amount,
            &self.currency,
            &self.status,
            &self.why,
            &self.source,
            &self.catalogue,
            &self.entry,
            &self.reported,
        ]
    }
}

impl<'n> Edits<'n> {
    fn set(&mut self, name: &'n str, value: impl Into<NewValue>) {
        if !name.is_empty() {
            self.set.push((name, value.into()));
        }
    }

    /// Sets them on a span or a log record; what an earlier pricing wrote goes.
    pub(super) fn apply<K: RecordKind>(self, record: &mut Record<K>) {
        if self.names.is_priced(record.attributes()) {
            let own = self.names.all();
            record.retain_attributes(|name, _| !own.contains(&name));
        }
        record.set_attributes(&self.set);
    }
}
