//! Turns spans into exact metrics of agents: calls, tokens, money, tools, errors; before sampling.

mod count;
mod families;
mod open;
mod spend;

use std::sync::Arc;

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{
    Batch, ConfigError, Context, Entry, Facts, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::genai::account::{Claims, Origins, SpanFacts};
use crate::genai::call::{self, Reading};
use crate::genai::dialect::Dialects;
use crate::genai::pricing::{Book, Catalogue, Pricer};
use crate::otlp::{LogRecord, Scope, Span, SpanId, Telemetry, TraceId};
use crate::spend::Office;
use crate::units::Duration;
use count::Counts;
use families::Families;
use open::Open;

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "agent_metrics",
    "exact metrics of model calls, tools, tokens and money, counted before sampling",
    r#"settle = "5s"
remember = "5m""#,
);

/// Each call is counted once, whatever number of spans and instrumentations tell of it. For that a
/// trace's facts (not its spans) are kept until the trace has been quiet for a while.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// How long a trace must be quiet before it is counted.
    settle: Duration,
    /// How long its facts are kept afterwards, so that a late span corrects instead of doubling.
    remember: Duration,
    /// Most spans whose facts are kept, over all workers; beyond it the oldest traces are counted
    /// early.
    spans_max: usize,
    /// Response ids remembered, to count a call once that two traces tell of.
    response_ids_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            settle: Duration::from_secs(5),
            remember: Duration::from_secs(300),
            spans_max: 200_000,
            response_ids_max: 262_144,
        }
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let positive = [
            ("spans_max", self.spans_max),
            ("response_ids_max", self.response_ids_max),
        ];
        let zero = positive.into_iter().filter(|(_, value)| *value == 0);
        zero.map(|(key, _)| ConfigError::at(key, "must be at least 1"))
            .collect()
    }

    fn build(self, context: &mut Context) -> Result<Maker, ConfigError> {
        let book = context.shared::<ArcSwap<Book>>();
        let book = book.unwrap_or_else(|| Arc::new(ArcSwap::from_pointee(embedded())));
        let meter = Arc::clone(&context.meter);
        // A definition that clashes is a fault at start, not a surprise in a worker.
        Families::register(&meter).map_err(|error| ConfigError::at("", error.to_string()))?;
        let dialects = super::dialects(context);
        let claims = Arc::new(Claims::new(self.response_ids_max));
        let office = context.shared::<Office>();
        let spans_max = (self.spans_max / context.workers.max(1)).max(1);
        Ok(maker(move |_| AgentMetrics {
            dialects: Arc::clone(&dialects),
            pricer: Pricer::new(book.load_full()),
            book: Arc::clone(&book),
            open: Open::new(self.settle.get(), self.remember.get(), spans_max),
            counts: Families::register(&meter).ok().map(|families| {
                let mailbox = office.as_ref().map(|office| office.rent());
                Counts::new(families, Arc::clone(&claims), mailbox)
            }),
        }))
    }

    fn facts(&self) -> Facts {
        Facts {
            needs: vec!["clean", "cost"],
            gives: Vec::new(),
            ..Facts::default()
        }
    }
}

/// The price book where no `cost` processor lends a fresher one.
fn embedded() -> Book {
    Book {
        catalogue: Catalogue::embedded(),
        ..Book::default()
    }
}

struct AgentMetrics {
    dialects: Arc<Dialects>,
    pricer: Pricer,
    book: Arc<ArcSwap<Book>>,
    open: Open,
    counts: Option<Counts>,
}

impl Processor for AgentMetrics {
    fn process(&mut self, batch: Batch, next: &mut Next<'_>) {
        self.pricer.turn_to(&self.book.load());
        let now = next.now().mono;
        let dialects = Arc::clone(&self.dialects);
        let mut origins = Origins::with(&dialects);
        match &batch.telemetry {
            Telemetry::Traces(spans) => {
                spans.for_each(|scope, span| self.span(scope, span, &mut origins, now));
            }
            Telemetry::Logs(logs) => {
                logs.for_each(|scope, log| self.log(scope, log, &mut origins, now));
            }
            Telemetry::Metrics(_) => {}
        }
        if let Some(counts) = &mut self.counts {
            self.open.shrink(|trace, entry| counts.settle(trace, entry));
        }
        next.send(batch);
    }

    fn tick(&mut self, next: &mut Next<'_>) {
        if let Some(counts) = &mut self.counts {
            self.open
                .due(next.now().mono, |trace, entry| counts.settle(trace, entry));
            counts.post();
        }
    }

    fn drain(&mut self, _: &mut Next<'_>) {
        if let Some(counts) = &mut self.counts {
            self.open.all(|trace, entry| counts.settle(trace, entry));
            counts.post();
        }
    }
}

impl AgentMetrics {
    fn span<'a>(
        &mut self,
        scope: &'a Scope,
        span: &'a Span,
        origins: &mut Origins<'a>,
        now: std::time::Duration,
    ) {
        let facts = self.dialects.read(scope, span);
        let heading = span.heading();
        let origin = origins.of(scope.resource());
        let counted = facts.as_ref().filter(|facts| facts.tells_price());
        let priced = counted.map(|facts| call::price(&mut self.pricer, facts, span));
        let says = facts.is_some();
        let row = SpanFacts {
            span: heading.span_id,
            parent: heading.parent_span_id,
            start_unix_nano: heading.start_unix_nano,
            end_unix_nano: heading.end_unix_nano,
            service: origin.service,
            facts: facts.as_ref(),
            resource: origin.identity,
            priced: priced.as_ref(),
            from_log: false,
        };
        self.open.add(heading.trace_id, row, says, now);
    }

    /// A log record is taken in only if it tells of a call: some agents have their usage nowhere else.
    fn log<'a>(
        &mut self,
        scope: &'a Scope,
        log: &'a LogRecord,
        origins: &mut Origins<'a>,
        now: std::time::Duration,
    ) {
        let Some(logged) = self.dialects.read_log(scope, log) else {
            return;
        };
        let origin = origins.of(scope.resource());
        let end = match log.time_unix_nano() {
            0 => log.observed_time_unix_nano(),
            time => time,
        };
        let took = logged
            .duration
            .and_then(|took| u64::try_from(took.as_nanos()).ok());
        let start = end.saturating_sub(took.unwrap_or(0));
        let believe = self.pricer.book().believe;
        let facts = Some(&logged.facts).filter(|facts| facts.tells_price());
        let priced = facts.map(|facts| {
            self.pricer
                .price(&Reading::of_log(facts, log, believe).call())
        });
        let row = SpanFacts {
            span: log.span_id().unwrap_or(SpanId([0; 8])),
            parent: None,
            start_unix_nano: start,
            end_unix_nano: end,
            service: origin.service,
            facts: Some(&logged.facts),
            resource: origin.identity,
            priced: priced.as_ref(),
            from_log: true,
        };
        self.open
            .add(log.trace_id().unwrap_or(TraceId([0; 16])), row, true, now);
    }
}

#[cfg(test)]
mod tests;
