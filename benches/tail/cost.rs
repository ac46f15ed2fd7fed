//! The same spans read, held, and held and decided: for counting instructions.

use std::hint::black_box;

use tollgate::clock::{Clock, Now};
use tollgate::otlp::Telemetry;

use crate::sampler::{Bench, TICK_MS};
use crate::traffic::{SPANS, Traffic};

const SPANS_PER_TRACE: u64 = 12;
/// Between two requests, on the virtual clock.
const ROUND_MS: u64 = 10;

/// Parsing and one look at every attribute: what any processor that reads spans has to pay.
pub(crate) fn walk(rounds: u64) -> String {
    let traffic = Traffic::new(SPANS_PER_TRACE);
    for round in 0..rounds {
        look(&traffic.request(round));
    }
    format!("walked {} spans", rounds * SPANS)
}

/// Looks at everything a reader of spans may ask for.
pub(crate) fn look(telemetry: &Telemetry) {
    let Telemetry::Traces(batch) = telemetry else {
        return;
    };
    batch.for_each(|_, span| {
        for (key, value) in span.attributes() {
            black_box((key, value));
        }
        black_box((
            span.name(),
            span.status().code,
            span.trace_state(),
            span.trace_id(),
        ));
    });
}

/// Into the sampler, where nothing is decided.
pub(crate) fn hold(rounds: u64) -> String {
    through(rounds, 86_400_000)
}

/// Into the sampler, where every trace is decided soon after its last span.
pub(crate) fn decide(rounds: u64) -> String {
    through(rounds, 2 * SPANS_PER_TRACE * ROUND_MS)
}

fn through(rounds: u64, wait_ms: u64) -> String {
    let traffic = Traffic::new(SPANS_PER_TRACE);
    let mut bench = Bench::waiting(wait_ms);
    let clock = Clock::start();
    let began = clock.now().mono;
    for round in 0..rounds {
        let now = Now::at_ms(1 + round * ROUND_MS);
        bench.send(traffic.request(round), now);
        if (round * ROUND_MS).is_multiple_of(TICK_MS) {
            bench.tick(now);
        }
    }
    let took = clock.now().mono.saturating_sub(began);
    format!(
        "{} ns per span, {} of {} spans kept, {} traces open",
        took.as_nanos() / u128::from((rounds * SPANS).max(1)),
        bench.kept,
        rounds * SPANS,
        bench.open()
    )
}
