//! The same spans read, held, and held and decided: for counting instructions.

use std::hint::black_box;

use tollgate::clock::{Clock, Now};
use tollgate::otlp::Telemetry;

use crate::sampler::{Bench, TICK_MS};
use crate::traffic::{SPANS, Traffic};

const SPANS_PER_TRACE: u64 = 12;
/// Between two requests, on the virtual clock.
const ROUND_MS: u64 = 10;

/// Parsing, and one walk that meets every attribute and every other field: the least that a
/// processor which reads spans has to pay.
pub(crate) fn walk(rounds: u64) -> String {
    let traffic = Traffic::new(SPANS_PER_TRACE);
    for round in 0..rounds {
        if let Telemetry::Traces(batch) = &traffic.request(round) {
            batch.for_each(|_, span| {
                black_box(span.outline(|key, value| {
                    black_box((key, value));
                }));
            });
        }
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
    through(rounds, Bench::waiting(86_400_000))
}

/// From a trace's first span to its decision, which is soon after its last.
const SOON_MS: u64 = 2 * SPANS_PER_TRACE * ROUND_MS;

/// Into the sampler, where every trace is decided.
pub(crate) fn decide(rounds: u64) -> String {
    through(rounds, Bench::waiting(SOON_MS))
}

/// The same where the only policy asks nothing and keeps as many: what holding spans and letting
/// them go costs by itself.
pub(crate) fn carry(rounds: u64) -> String {
    through(rounds, Bench::carrying(SOON_MS))
}

fn through(rounds: u64, mut bench: Bench) -> String {
    let traffic = Traffic::new(SPANS_PER_TRACE);
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
