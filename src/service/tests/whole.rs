//! A trace that is certain to be kept still reaches `attribution` whole.

use std::sync::Arc;

use super::document;
use crate::genai::pricing::PicoUsd;
use crate::otlp::{self, Resource, Scope, Span, SpanBuilder, Telemetry};
use crate::service::{EMBEDDED, Rehearsal};

const START: u64 = 1_760_000_000_000_000_000;

fn span(id: u8, parent: u8, operation: &'static str) -> SpanBuilder {
    let span = Span::build()
        .trace_id([7; 16])
        .span_id([id; 8])
        .name(operation)
        .times(START + u64::from(id), START + 1_000)
        .attribute("gen_ai.operation.name", operation);
    if parent == 0 {
        span
    } else {
        span.parent_span_id([parent; 8])
    }
}

fn used(span: SpanBuilder) -> SpanBuilder {
    span.attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-4o")
        .attribute("gen_ai.usage.input_tokens", 1000)
        .attribute("gen_ai.usage.output_tokens", 100)
}

/// As a batching SDK exports a run: what ended first comes first, each in an export of its own.
fn exports() -> [Span; 4] {
    let failed = span(3, 1, "execute_tool")
        .attribute("gen_ai.tool.name", "bad")
        .attribute("error.type", "timeout")
        .status(2, "no answer");
    let tool = span(4, 1, "execute_tool").attribute("gen_ai.tool.name", "search");
    [
        failed.finish(),
        used(span(5, 4, "chat")).finish(),
        tool.finish(),
        used(span(1, 0, "invoke_agent")).finish(),
    ]
}

/// What leaves the embedded chain, with these settings of the sampler.
fn through(sampler: &str) -> Vec<Span> {
    let header = "[processors.tail_sampling]";
    let text = EMBEDDED.replace(header, &format!("{header}\n{sampler}"));
    let mut chain = Rehearsal::build(&document(&text), "traces", &[]).expect("builds");
    let resource = Arc::new(Resource::new(&[("service.name", "agent")]));
    let scope = Arc::new(Scope::new("test", "", resource));
    for (at, export) in exports().into_iter().enumerate() {
        chain.until(1_000 * (at as u64 + 1));
        let scope = Arc::clone(&scope);
        let records = vec![export];
        let group = otlp::Group { scope, records };
        chain.send(Telemetry::Traces(otlp::Batch::new(vec![group])));
    }
    chain.until(60_000);
    let mut spans = Vec::new();
    for telemetry in chain.take_out() {
        if let Telemetry::Traces(batch) = telemetry {
            spans.extend(batch.records().cloned());
        }
    }
    assert_eq!(4, spans.len());
    spans
}

/// The spans that have this attribute, with its value.
fn with(spans: &[Span], name: &str) -> Vec<(u8, PicoUsd)> {
    let value = |span: &Span| PicoUsd::from_f64(span.attribute(name)?.as_f64()?);
    let found = spans.iter().map(|span| (span.span_id().0[0], value(span)));
    let mut found: Vec<_> = found.filter_map(|(id, value)| Some((id, value?))).collect();
    found.sort_by_key(|(id, _)| *id);
    found
}

#[test]
fn a_failure_that_comes_first_does_not_tear_the_account_of_its_trace() {
    for sampler in ["", "early = false"] {
        let spans = through(sampler);
        let cost = PicoUsd(3_500_000_000);
        assert_eq!(with(&spans, "tollgate.cost.amount"), [(5, cost)]);
        let direct = with(&spans, "tollgate.tool.cost.direct");
        assert_eq!(direct, [(3, PicoUsd::ZERO), (4, cost)]);
        assert_eq!(with(&spans, "tollgate.trace.cost"), [(1, cost)]);
    }
}
