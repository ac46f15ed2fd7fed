//! The attributes that say what a call cost.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::genai::call::WRITTEN;
use crate::genai::facts::Facts;
use crate::genai::pricing::{Catalogue, PicoUsd, Priced, Source, Status};
use crate::otlp::{Additions, Attributes, Record, RecordKind};

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

/// The names, and whether facts tell that a record carries some of them.
pub(super) struct Written {
    names: Names,
    are_usual: bool,
}

impl Written {
    pub(super) fn of(names: Names) -> Self {
        let are_usual = names.every().all(|name| WRITTEN.contains(&name));
        Written { names, are_usual }
    }

    /// Whether a record with these facts carries an attribute that may be written.
    pub(super) fn are_on<K: RecordKind>(&self, record: &Record<K>, facts: &Facts<'_>) -> bool {
        let may_be = facts.priced || !self.are_usual;
        let is_one = |key: &[u8]| self.every().any(|name| name.as_bytes() == key);
        may_be && record.attributes().encoded().any(|(key, _)| is_one(key))
    }
}

impl Deref for Written {
    type Target = Names;

    fn deref(&self) -> &Names {
        &self.names
    }
}

/// What there is to write about one call.
#[derive(Clone, Copy)]
pub(super) struct Price<'a> {
    pub(super) priced: &'a Priced,
    pub(super) catalogue: &'a Catalogue,
    /// The cost that came with the call.
    pub(super) reported: Option<PicoUsd>,
    /// Whether the conventions' proposed names are written too.
    pub(super) mirror: bool,
}

impl Names {
    /// Every attribute that may be written.
    pub(super) fn every(&self) -> impl Iterator<Item = &str> {
        let mirrored = [MIRROR_AMOUNT, MIRROR_CURRENCY, MIRROR_SOURCE];
        let all = self.own().into_iter().chain(mirrored);
        all.filter(|name| !name.is_empty())
    }

    /// Whether another gateway on the way has priced the call already.
    pub(super) fn is_priced(&self, attributes: Attributes<'_>) -> bool {
        !self.status.is_empty() && attributes.get(&self.status).is_some()
    }

    /// What to write for a price.
    pub(super) fn additions<K: RecordKind>(&self, price: Price<'_>) -> Additions<K> {
        let Price {
            priced, catalogue, ..
        } = price;
        let mut add = Additions::default();
        text(&mut add, &self.status, &[priced.status.as_str()]);
        if let Status::Unpriced(why) = priced.status {
            text(&mut add, &self.why, &[why.as_str()]);
        }
        if let (Some(amount), Some(source)) = (priced.amount(), priced.source) {
            double(&mut add, &self.amount, amount);
            text(&mut add, &self.currency, &["USD"]);
            text(&mut add, &self.source, &[source.as_str()]);
            if price.mirror && source != Source::Reported {
                double(&mut add, MIRROR_AMOUNT, amount);
                text(&mut add, MIRROR_CURRENCY, &["USD"]);
                text(&mut add, MIRROR_SOURCE, &[source.as_str()]);
            }
        }
        if let Some(hit) = priced.entry {
            let (provider, model) = (catalogue.model_provider_id(hit), catalogue.model_id(hit));
            let release = catalogue.release();
            let version = [&*release.name, " ", &*release.hash];
            text(&mut add, &self.catalogue, &version);
            text(&mut add, &self.entry, &[provider, "/", model]);
        }
        let unused = |_: &PicoUsd| priced.source != Some(Source::Reported);
        if let Some(reported) = price.reported.filter(unused) {
            double(&mut add, &self.reported, reported);
        }
        add
    }

    /// Writes on a record that carries some of these attributes; what an earlier pricing wrote goes.
    pub(super) fn rewrite<K: RecordKind>(&self, record: &mut Record<K>, add: Additions<K>) {
        if self.is_priced(record.attributes()) {
            let own = self.own();
            record.retain_attributes(|name, _| !own.contains(&name));
        }
        record.put_attributes(add);
    }

    fn own(&self) -> [&str; 8] {
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

fn text<K: RecordKind>(add: &mut Additions<K>, name: &str, parts: &[&str]) {
    if !name.is_empty() {
        add.text(name, parts);
    }
}

fn double<K: RecordKind>(add: &mut Additions<K>, name: &str, amount: PicoUsd) {
    if !name.is_empty() {
        add.double(name, amount.as_f64());
    }
}
