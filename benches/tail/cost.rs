//! The same spans read, held, and held and decided: for counting instructions.

use std::hint::black_box;

use tollgate::clock::{Clock, Now};
use tollgate::otlp::Telemetry;

use crate::sampler::{Bench, TICK_MS};
use crate::traffic::{SPANS, Traffic};

const SPANS_PER_TRACE: u64 = 12;

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
    through(rounds, u64::MAX / 4)
}

/// Into the sampler, where every trace is decided a second after its first span.
pub(crate) fn decide(rounds: u64) -> String {
    through(rounds, 1000)
}

fn through(rounds: u64, wait_ms: u64) -> String {
    let traffic = Traffic::new(SPANS_PER_TRACE);
    let mut bench = Bench::waiting(wait_ms.min(86_400_000));
    let clock = Clock::start();
    let began = clock.now().mono;
    for round in 0..rounds {
        // A hundred requests between two ticks: at 100,000 spans a second, one each millisecond.
        let now = Now::at_ms(1 + round);
        bench.send(traffic.request(round), now);
        if round % TICK_MS == 0 {
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
