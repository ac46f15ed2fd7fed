//! Writes what each model call cost, as it comes by.

mod prices;
mod refresh;
mod sources;
mod unpriced;
mod write;

use std::sync::Arc;

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{
    Batch, ConfigError, Context, Entry, Facts, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::genai::call::Reading;
use crate::genai::dialect::Dialects;
use crate::genai::facts::{self, Carried};
use crate::genai::pricing::{Book, Priced, Pricer};
use crate::otlp::{Additions, Attributes, LogRecord, Record, RecordKind, Scope, Span, Telemetry};

use prices::{Alias, Flat, Trust};
use refresh::{Keeper, Refresh};
use sources::Sources;
use unpriced::{Counts, Watcher};
use write::{Names, Written};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "cost",
    "write what each model call cost",
    r#"catalogue = "builtin"

[per_1k.models]
"house-llm-7b" = { prompt = 0.0001, completion = 0.0002 }

[aliases]
"arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc" = { provider = "aws", model = "anthropic.claude-sonnet-4-5-20250929-v1:0" }"#,
);

/// Prices, best first: the cost the provider reported, your own price, the overlay, the catalogue,
/// your default.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Upstream's prices: `builtin`, `none`, or a file as `tollgate prices import` writes it.
    catalogue: String,
    /// Files of the same form laid over the catalogue, the last one wins. `builtin` corrects prices
    /// that upstream's form cannot express: DeepSeek's peak hours by date and weekday.
    overlay: Vec<String>,
    /// Your own prices in dollars for a thousand tokens, by exact model name.
    per_1k: Flat,
    /// Your own prices in dollars for a million tokens, by exact model name.
    per_1m: Flat,
    /// What a model's name stands for: an inference profile's ARN, a deployment's name.
    aliases: std::collections::BTreeMap<String, Alias>,
    /// Which costs that arrive with a call are kept.
    reported: Trust,
    /// Also write `gen_ai.usage.cost.amount`, `.currency` and `.source`.
    mirror: bool,
    /// Leave calls alone that another Tollgate on the way has priced. Off, since anyone can write
    /// the attributes that say so.
    keep_priced: bool,
    /// The attributes that are written; an empty name leaves one out.
    attributes: Names,
    /// How files are followed while the service runs.
    refresh: Refresh,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            catalogue: "builtin".to_owned(),
            overlay: Vec::new(),
            per_1k: Flat::default(),
            per_1m: Flat::default(),
            aliases: std::collections::BTreeMap::new(),
            reported: Trust::default(),
            mirror: false,
            keep_priced: false,
            attributes: Names::default(),
            refresh: Refresh::default(),
        }
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let mut faults = prices::faults(&self.per_1k, &self.per_1m);
        faults.extend(self.refresh.faults());
        faults
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let sources = Sources::of(&self.catalogue, &self.overlay, &self.refresh, context);
        let catalogue = sources.first()?;
        let book = prices::book(&self, Arc::clone(&catalogue.catalogue));
        let book = Arc::new(ArcSwap::from_pointee(book));
        context.share(Arc::clone(&book));
        Keeper::new(&context.name, sources, &catalogue, Arc::clone(&book)).start(context);
        let watcher = Watcher::start(context);
        let counts = Counts::new(&context.meter)?;
        let names = Arc::new(Written::of(self.attributes));
        let dialects = super::dialects(context);
        let (mirror, keep_priced) = (self.mirror, self.keep_priced);
        Ok(maker(move |_| Cost {
            dialects: Arc::clone(&dialects),
            pricer: Pricer::new(book.load_full()),
            book: Arc::clone(&book),
            names: Arc::clone(&names),
            mirror,
            keep_priced,
            counts: counts.clone(),
            watcher: watcher.clone(),
        }))
    }

    fn facts(&self) -> Facts {
        Facts {
            needs: vec!["canonical"],
            gives: vec!["cost"],
            ..Facts::default()
        }
    }
}

struct Cost {
    dialects: Arc<Dialects>,
    book: Arc<ArcSwap<Book>>,
    pricer: Pricer,
    names: Arc<Written>,
    mirror: bool,
    keep_priced: bool,
    counts: Counts,
    watcher: Watcher,
}

impl Processor for Cost {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        // One batch sees one book, whatever is refreshed meanwhile.
        self.pricer.turn_to(&self.book.load());
        match &mut batch.telemetry {
            Telemetry::Traces(spans) => spans.for_each_mut(|scope, span| self.span(scope, span)),
            Telemetry::Logs(logs) => logs.for_each_mut(|scope, record| self.record(scope, record)),
            // Metrics repeat the tokens of spans; they are never priced.
            Telemetry::Metrics(_) => {}
        }
        next.send(batch);
    }
}

impl Cost {
    fn span(&mut self, scope: &Scope, span: &mut Span) {
        // Aggregates repeat what their children cost; which of two nested calls counts is only
        // known once the trace is whole.
        self.dialects.remember(scope, span);
        let Some(facts) = self.dialects.read_call(scope, span) else {
            return;
        };
        let there = self.names.are_on(span, &facts);
        if there && self.keeps(span.attributes()) {
            return;
        }
        let reading = Reading::of(&facts, span, self.pricer.book().believe);
        let (priced, additions) = self.price(&facts, &reading);
        self.write(span, there, additions);
        Carried::set_price(span, self.pricer.book(), &priced);
    }

    fn record(&mut self, scope: &Scope, record: &mut LogRecord) {
        let Some(logged) = self.dialects.read_log(scope, record) else {
            return;
        };
        let facts = &logged.facts;
        let there = self.names.are_on(record, facts);
        if !facts.class.is_model() || there && self.keeps(record.attributes()) {
            return;
        }
        let reading = Reading::of_log(facts, record, self.pricer.book().believe);
        let (_, additions) = self.price(facts, &reading);
        self.write(record, there, additions);
    }

    fn keeps(&self, attributes: Attributes<'_>) -> bool {
        self.keep_priced && self.names.is_priced(attributes)
    }

    fn write<K: RecordKind>(&self, record: &mut Record<K>, there: bool, add: Additions<K>) {
        if there {
            self.names.rewrite(record, add);
        } else {
            // What a call says of itself stays as it was.
            record.add_aside(add);
        }
    }

    fn price<K: RecordKind>(
        &mut self,
        facts: &facts::Facts<'_>,
        reading: &Reading<'_>,
    ) -> (Priced, Additions<K>) {
        let priced = self.pricer.price(&reading.call());
        let catalogue = &self.pricer.book().catalogue;
        // A failed call without usage is no gap in the account.
        if facts.failure.is_none() || priced.status.has_amount() {
            self.counts.count(facts, &priced);
            self.watcher.notice(facts, &priced);
        }
        let additions = self.names.additions(write::Price {
            priced: &priced,
            catalogue,
            reported: reading.reported,
            mirror: self.mirror,
        });
        (priced, additions)
    }
}

#[cfg(test)]
mod tests;
