//! Instructions and allocations per span for reading, editing, holding and emitting OTLP.
//!
//! `cargo bench --bench walk` prints nanoseconds. For numbers that do not depend on the machine's
//! mood, count instructions (or allocations, with `--tool=dhat`) at two lengths and divide the
//! difference by the spans between them:
//!
//! ```sh
//! bin=$(cargo bench --bench walk --no-run 2>&1 | sed -n 's/.*(\(.*\))/\1/p')
//! for job in parse look set scan hold emit discard; do
//!   for rounds in 10 110; do
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null $bin $job $rounds 2>&1 | grep refs
//!   done
//! done
//! ```
//!
//! A round is one request of 100 agent spans, 974 bytes each on average; one in four carries
//! 1.5 KiB of text. Each job does what the one before it in this list does, and a little more.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tollgate::otlp::{
    Batch, Group, Limits, NewValue, Resource, Scope, Signal, Span, Telemetry, TraceId,
};

const SPANS: u64 = 100;

/// What is measured, by name.
const JOBS: [(&str, Job); 7] = [
    ("parse", Job::Parse),
    ("look", Job::Look),
    ("set", Job::Set),
    ("scan", Job::Scan),
    ("hold", Job::Hold),
    ("emit", Job::Emit),
    ("discard", Job::Discard),
];

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Job {
    /// Check a request and frame its spans.
    Parse,
    /// Read what a price depends on.
    Look,
    /// Write a price.
    Set,
    /// Look at every text.
    Scan,
    /// Copy every span into memory of its own, by trace.
    Hold,
    /// Encode what was held.
    Emit,
    /// Hold, and let go instead.
    Discard,
}

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let request = request();
    let _gone = writeln!(
        std::io::stdout(),
        "{} bytes a span",
        request.len() as u64 / SPANS
    );
    let rounds = args
        .get(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    for (name, job) in JOBS {
        if args.first().is_none_or(|wanted| wanted == name) {
            let before = clock();
            for _ in 0..rounds {
                round(job, &request);
            }
            let nanos = before.elapsed().as_nanos() as u64 / (rounds * SPANS);
            let _gone = writeln!(std::io::stdout(), "{name:8} {nanos:6} ns a span");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

fn round(job: Job, request: &Bytes) {
    let parsed = Telemetry::parse(Signal::Traces, request.clone(), &Limits::default());
    let Ok(Telemetry::Traces(mut batch)) = parsed.map(|parsed| parsed.telemetry) else {
        return;
    };
    if job == Job::Parse {
        return drop(black_box(batch));
    }
    batch.for_each_mut(|_, span| work(job, span));
    if job < Job::Hold {
        return drop(black_box(batch));
    }
    let traces = hold(batch);
    if job == Job::Emit {
        let released = Batch::new(traces.into_values().flatten().collect());
        let mut out = Vec::with_capacity(released.encoded_len());
        released.encode(&mut out);
        black_box(out);
    } else {
        drop(black_box(traces));
    }
}

/// What a processor of model calls does with a span.
fn work(job: Job, span: &mut Span) {
    let found = span.attributes().pick([
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.response.model",
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.cache_read.input_tokens",
    ]);
    black_box(found);
    if job == Job::Look {
        return;
    }
    span.set_attribute("gen_ai.cost.usd", 0.0125);
    span.set_attribute("gen_ai.cost.status", "priced");
    if job == Job::Set {
        return;
    }
    span.redact_with(|_, text| memchr::memchr(b'@', text.as_bytes()).map(|_| "[email]".to_owned()));
}

/// Every span by its trace, in memory of its own.
fn hold(batch: Batch<Span>) -> HashMap<TraceId, Vec<Group<Span>>> {
    let mut traces: HashMap<TraceId, Batch<Span>> = HashMap::new();
    for group in batch.groups {
        for mut span in group.records {
            span.detach();
            traces
                .entry(span.trace_id())
                .or_default()
                .push(&group.scope, span);
        }
    }
    traces
        .into_iter()
        .map(|(id, batch)| (id, batch.groups))
        .collect()
}

/// A hundred spans of twenty traces, as an agent's SDK sends them.
fn request() -> Bytes {
    let resource = Resource::new(&[
        ("service.name", "travel-agent"),
        ("service.version", "1.4.2"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.sdk.language", "python"),
    ]);
    let scope = Arc::new(Scope::new(
        "opentelemetry.instrumentation.openai",
        "2.1",
        resource.into(),
    ));
    let records = (1..=SPANS).map(span).collect();
    let batch = Telemetry::Traces(Batch::new(vec![Group { scope, records }]));
    let mut request = Vec::new();
    batch.encode(&mut request);
    request.into()
}

fn span(n: u64) -> Span {
    let mut span = Span::build()
        .trace_id([n as u8 % 20 + 1; 16])
        .span_id(n)
        .parent_span_id(n / 2 + 1)
        .name("chat gpt-4o-mini")
        .kind(3)
        .times(1_760_000_000_000_000_000, 1_760_000_001_000_000_000 + n);
    let texts = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "gpt-4o-mini"),
        ("gen_ai.response.model", "gpt-4o-mini-2024-07-18"),
        ("gen_ai.response.id", "chatcmpl-y7AjzQHb6BAEcn6zJ4A3DdvH"),
        ("server.address", "api.openai.example"),
        ("gen_ai.conversation.id", "conv_5j66UpCpwteGg4YSxUnt7lPY"),
        ("gen_ai.agent.name", "booking-agent"),
        ("openai.api.type", "chat_completions"),
    ];
    for (key, text) in texts {
        span = span.attribute(key, text);
    }
    let numbers = [
        ("server.port", 443),
        ("gen_ai.usage.input_tokens", 1210),
        ("gen_ai.usage.output_tokens", 58),
        ("gen_ai.request.max_tokens", 512),
    ];
    for (key, number) in numbers {
        span = span.attribute(key, number);
    }
    let reasons = NewValue::from(vec!["stop"]);
    span = span.attribute("gen_ai.request.temperature", 0.2);
    span = span.attribute("gen_ai.response.finish_reasons", reasons);
    if n.is_multiple_of(4) {
        let text =
            "Please book the earliest train to Vienna, second class, and tell me the price. ";
        span = span.attribute("gen_ai.input.messages", text.repeat(20));
    }
    span.status(0, "").finish()
}
