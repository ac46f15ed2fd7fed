//! Writes onto a whole trace what its tools cost and what it cost altogether.
//!
//! Placed behind tail sampling, which releases a trace as one batch. Anywhere else it settles what
//! the batch holds of each trace.

mod write;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{
    Batch, ConfigError, Context, Entry, Facts, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::genai::account::{Account, Claims, Extent, Fate, Origins, Settlement, SpanFacts};
use crate::genai::call;
use crate::genai::dialect::Dialects;
use crate::genai::pricing::{Book, Catalogue, Pricer};
use crate::otlp::{Scope, Span, Telemetry, TraceId};
use crate::sampling::lru::Lru;

use write::{Edit, Names};

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "attribution",
    "write what each tool cost, directly and induced, and a trace's totals on its root",
    r#"identity = true

[attributes]
tool_direct = "tollgate.tool.cost.direct"
tool_induced = "tollgate.tool.cost.induced""#,
);

/// Prices are those of `cost`, which stands before it; without one, the built-in catalogue's.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Write inherited tenant, project, user and session on model and tool spans that lack them.
    identity: bool,
    /// Response ids remembered, to write a call's cost once that two traces tell of.
    response_ids_max: usize,
    /// The attributes that are written; an empty name leaves one out.
    attributes: Names,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            identity: true,
            response_ids_max: 262_144,
            attributes: Names::default(),
        }
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let zero = ConfigError::at("response_ids_max", "must be at least 1");
        (self.response_ids_max == 0)
            .then_some(zero)
            .into_iter()
            .collect()
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let book: Arc<ArcSwap<Book>> = context.shared().unwrap_or_else(|| {
            let catalogue = Catalogue::embedded();
            Arc::new(ArcSwap::from_pointee(Book {
                catalogue,
                ..Book::default()
            }))
        });
        let dialects = super::dialects(context);
        let names = Arc::new(self.attributes);
        let identity = self.identity;
        // A trace's own mark stands beside each id.
        let claims = Arc::new(Claims::new(self.response_ids_max.saturating_mul(2)));
        Ok(maker(move |_| Attribution {
            dialects: Arc::clone(&dialects),
            pricer: Pricer::new(book.load_full()),
            book: Arc::clone(&book),
            names: Arc::clone(&names),
            claims: Arc::clone(&claims),
            passed: Lru::new(PASSED_MAX),
            identity,
        }))
    }

    fn facts(&self) -> Facts {
        Facts {
            needs: vec!["canonical", "cost", "whole"],
            gives: vec!["attributed"],
            ..Facts::default()
        }
    }
}

struct Attribution {
    dialects: Arc<Dialects>,
    book: Arc<ArcSwap<Book>>,
    pricer: Pricer,
    names: Arc<Names>,
    claims: Arc<Claims>,
    /// Traces of which calls went by: what comes of them now is not all there is.
    passed: Lru<TraceId, ()>,
    identity: bool,
}

/// Traces remembered by each worker, so that their late spans are known for what they are.
const PASSED_MAX: usize = 50_000;

impl Processor for Attribution {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        if let Telemetry::Traces(spans) = &mut batch.telemetry {
            self.pricer.turn_to(&self.book.load());
            let mut accounts: HashMap<TraceId, (Account, bool)> = HashMap::new();
            let dialects = Arc::clone(&self.dialects);
            let mut origins = Origins::with(&dialects);
            spans.for_each(|scope, span| self.read(scope, span, &mut origins, &mut accounts));
            let edits = self.edits(accounts);
            if !edits.is_empty() {
                spans.for_each_mut(|_, span| {
                    if let Some(edit) = edits.get(&(span.trace_id(), span.span_id())) {
                        edit.apply(&self.names, span);
                    }
                });
            }
        }
        next.send(batch);
    }
}

impl Attribution {
    /// Takes one span into its trace's account.
    fn read<'a>(
        &mut self,
        scope: &'a Scope,
        span: &'a Span,
        origins: &mut Origins<'a>,
        accounts: &mut HashMap<TraceId, (Account, bool)>,
    ) {
        let facts = self.dialects.read(scope, span);
        let heading = span.heading();
        let counted = facts.as_ref().filter(|facts| facts.tells_price());
        let priced = counted.map(|facts| call::price(&mut self.pricer, facts, span));
        let origin = origins.of(scope.resource());
        let (account, says) = accounts.entry(heading.trace_id).or_default();
        *says |= facts.is_some();
        account.add(SpanFacts {
            span: heading.span_id,
            parent: heading.parent_span_id,
            start_unix_nano: heading.start_unix_nano,
            end_unix_nano: heading.end_unix_nano,
            service: origin.service,
            facts: facts.as_ref(),
            resource: origin.identity,
            priced: priced.as_ref(),
            from_log: false,
        });
    }

    /// What is to be written, by span.
    fn edits(&mut self, accounts: HashMap<TraceId, (Account, bool)>) -> write::Edits {
        let mut edits = write::Edits::new();
        for (trace, (mut account, says)) in accounts {
            if says {
                let is_ours = |id: &str| self.claims.claim_for(id, trace);
                let extent = match self.passed.get(&trace) {
                    Some(()) => Extent::Rest,
                    None => Extent::Whole,
                };
                let settlement = account.settle_ours(trace, extent, is_ours);
                if tells_of_calls(&settlement) {
                    self.passed.insert(trace, ());
                }
                Edit::of_trace(&settlement, self.identity, &mut edits);
                if extent == Extent::Whole {
                    Edit::of_root(&settlement, &mut edits);
                }
            }
        }
        edits
    }
}

/// Whether some span is a view of a call, or a sum of calls.
fn tells_of_calls(settlement: &Settlement) -> bool {
    let tells = |fate: &Fate| matches!(fate, Fate::Call(_) | Fate::Aside(..));
    settlement.fates.iter().any(|(_, fate)| tells(fate))
}

#[cfg(test)]
mod tests;
