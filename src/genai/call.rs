//! From what a span says to the call that is priced.

use super::facts::{Carried, Facts};
use super::pricing::{Believe, Call, PicoUsd, Priced, Pricer};
use super::usage::Usage;
use crate::otlp::{LogRecord, Span};

/// The attributes that say what a call costs, unless a user names others.
pub const WRITTEN: &[&str] = &[
    "tollgate.cost.amount",
    "tollgate.cost.currency",
    "tollgate.cost.status",
    "tollgate.cost.why",
    "tollgate.cost.source",
    "tollgate.cost.catalogue",
    "tollgate.cost.entry",
    "tollgate.cost.reported",
    "gen_ai.usage.cost.amount",
    "gen_ai.usage.cost.currency",
    "gen_ai.usage.cost.source",
];

/// What a span with these facts costs if it is a call: as is remembered, if that was worked out by
/// the same book.
pub fn price(pricer: &mut Pricer, facts: &Facts<'_>, span: &Span) -> Priced {
    let carried = Carried::on(span);
    if let Some(known) = carried.and_then(|carried| carried.price_by(pricer.book())) {
        return *known;
    }
    let reading = Reading::of(facts, span, pricer.book().believe);
    pricer.price(&reading.call())
}

/// A model call read from a span, ready to be priced.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    call: Call<'a>,
    context: [(&'a str, &'a str); 2],
    context_len: usize,
    /// The cost that came with the span, believed or not.
    pub reported: Option<PicoUsd>,
}

impl<'a> Reading<'a> {
    /// Reads a model call; whether the span is one is the caller's knowledge.
    pub fn of(facts: &'a Facts<'a>, span: &'a Span, believe: Believe) -> Self {
        let times = [span.start_unix_nano(), span.end_unix_nano()];
        Self::at(facts, times, believe)
    }

    /// Reads a model call that was logged: when it ended, as a record knows no beginning.
    pub fn of_log(facts: &'a Facts<'a>, record: &'a LogRecord, believe: Believe) -> Self {
        let times = [record.time_unix_nano(), record.observed_time_unix_nano()];
        Self::at(facts, times, believe)
    }

    /// By the first of its times that was said. Of a call that says none the newest prices hold: those
    /// of 1970 are nobody's.
    fn at(facts: &'a Facts<'a>, times: [u64; 2], believe: Believe) -> Self {
        const NEWEST: u64 = i64::MAX as u64;
        let start_unix_nanos = times.into_iter().find(|time| *time > 0).unwrap_or(NEWEST);
        let billed = facts.cost_billed;
        let reported = billed.or_else(|| facts.cost_reported.and_then(PicoUsd::from_f64));
        let mut reading = Reading {
            call: Call {
                provider: facts.provider.as_deref(),
                models: [facts.response_model, facts.request_model, None],
                start_unix_nanos,
                usage: facts.usage.unwrap_or(Usage::EMPTY),
                reported: match believe {
                    Believe::Provider => billed,
                    Believe::Any => reported.filter(|cost| *cost > PicoUsd::ZERO),
                    Believe::Nobody => None,
                },
                ..Call::default()
            },
            context: [("", ""); 2],
            context_len: 0,
            reported,
        };
        if let Some(tier) = facts.service_tier {
            reading.is("service_tier", tier);
            if tier == "batch" {
                // OpenAI's tier and the catalogue's name for the same discount.
                reading.is("processing", tier);
            }
        }
        reading
    }

    /// The call, to be priced.
    pub fn call(&self) -> Call<'_> {
        Call {
            context: self.context.get(..self.context_len).unwrap_or_default(),
            ..self.call
        }
    }

    fn is(&mut self, key: &'static str, value: &'a str) {
        if let Some(slot) = self.context.get_mut(self.context_len) {
            *slot = (key, value);
            self.context_len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::genai::dialect::Dialects;
    use crate::otlp::Scope;

    #[test]
    fn a_call_without_a_beginning_is_priced_by_its_end_or_by_the_newest_prices() {
        let at = |start: u64, end: u64| {
            let span = Span::build()
                .times(start, end)
                .attribute("gen_ai.operation.name", "chat")
                .finish();
            let scope = Scope::new("test", "", Arc::default());
            let dialects = Dialects::builtin();
            let facts = dialects.read(&scope, &span).unwrap();
            Reading::of(&facts, &span, Believe::Nobody)
                .call()
                .start_unix_nanos
        };
        assert_eq!([3, 5], [at(3, 5), at(0, 5)]);
        assert!(at(0, 0) > 2_000_000_000_000_000_000);
    }
}
