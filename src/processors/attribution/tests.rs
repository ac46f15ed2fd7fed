//! Recorded traces leave with what they cost on them.

use super::*;
use crate::clock::Now;
use crate::genai::pricing::PicoUsd;
use crate::otlp::{Limits, Signal};

/// A processor with the default settings.
fn processor() -> Box<dyn Processor> {
    let mut context = Context::bare("attribution");
    Config::default().build(&mut context).expect("builds")(0)
}

/// These spans after the processor.
fn through(processor: &mut dyn Processor, spans: crate::otlp::Batch<Span>) -> Vec<Span> {
    let mut out = Vec::new();
    let account = crate::component::Account::default();
    let mut take = |batch: Batch| {
        if let Telemetry::Traces(spans) = batch.telemetry {
            out.extend(spans.records().cloned());
        }
    };
    let mut next = Next::new(&mut [], &mut take, &account, Now::default(), 0.0);
    processor.process(Batch::unpaid(Telemetry::Traces(spans)), &mut next);
    out
}

/// All spans of a recorded scenario after the processor, in one batch.
fn attributed(payloads: &[&[u8]]) -> Vec<Span> {
    let mut whole: Option<crate::otlp::Batch<Span>> = None;
    for payload in payloads {
        let body = bytes::Bytes::copy_from_slice(payload);
        let parsed = Telemetry::parse(Signal::Traces, body, &Limits::default()).expect("OTLP");
        let Telemetry::Traces(spans) = parsed.telemetry else {
            panic!("traces")
        };
        match &mut whole {
            Some(whole) => whole.append(spans),
            None => whole = Some(spans),
        }
    }
    through(&mut *processor(), whole.expect("payloads"))
}

macro_rules! capture {
    ($file:literal) => {
        include_bytes!(concat!(
            "../../../integration-tests/fixtures/captures/",
            $file
        ))
        .as_slice()
    };
}

fn number(span: &Span, name: &str) -> f64 {
    span.attribute(name)
        .and_then(|value| value.as_f64())
        .unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn a_tools_outermost_span_says_what_it_cost_and_the_root_what_all_of_it_did() {
    let spans = attributed(&[
        capture!("mcp_tool_calls_llm/01-traces.pb"),
        capture!("mcp_tool_calls_llm/02-traces.pb"),
    ]);
    let named = |name: &str| {
        spans
            .iter()
            .find(|span| span.name() == name)
            .expect("the span")
    };
    let tool = named("MCP send tools/call summarise_report");
    assert!((number(tool, "tollgate.tool.cost.direct") - 0.020_01).abs() < 1e-12);
    assert!((number(tool, "tollgate.tool.cost.induced") - 0.001_145_5).abs() < 1e-12);
    assert!(
        named("tools/call summarise_report")
            .attribute("tollgate.tool.cost.direct")
            .is_none()
    );

    let tenant = |span: &Span| {
        span.attribute("tenant.id")
            .and_then(|id| id.as_str().map(str::to_owned))
    };
    let roots = spans.iter().filter(|span| span.name() == "POST /chat");
    for root in roots.clone() {
        let (all, direct) = (
            number(root, "tollgate.trace.cost"),
            number(root, "tollgate.trace.cost.direct"),
        );
        let rest =
            number(root, "tollgate.trace.cost.induced") + number(root, "tollgate.trace.cost.own");
        assert!((all - direct - rest).abs() < 1e-12);
        assert_eq!(
            root.attribute("tollgate.trace.dearest_model")
                .and_then(|model| model.as_str()),
            Some("claude-sonnet-4-5-20250929")
                .filter(|_| tenant(root).as_deref() == Some("tenant-blue"))
                .or(Some("claude-haiku-4-5-20251001")),
        );
    }
    assert_eq!(roots.count(), 2);
    let calls = spans
        .iter()
        .filter(|span| span.name() == "anthropic.messages.create");
    assert!(
        calls.clone().all(|call| tenant(call).is_some()),
        "identity crosses processes"
    );
}

#[test]
fn a_span_that_does_not_count_says_so() {
    let spans = attributed(&[capture!("double_instrumented_fastapi/01-traces.pb")]);
    let status = |span: &Span| {
        span.attribute("tollgate.cost.status")
            .and_then(|status| status.as_str().map(str::to_owned))
    };
    let outer: Vec<_> = spans
        .iter()
        .filter(|span| span.name() == "openai.chat")
        .collect();
    assert_eq!(outer.len(), 2);
    for span in outer {
        assert_eq!(status(span).as_deref(), Some("duplicate"));
        assert!(span.attribute("tollgate.cost.amount").is_none());
    }
}

#[test]
fn a_failed_tool_carries_its_layer_and_class() {
    let spans = attributed(&[
        capture!("mixed_openai_agents_fastmcp/01-traces.pb"),
        capture!("mixed_openai_agents_fastmcp/02-traces.pb"),
        capture!("mixed_openai_agents_fastmcp/03-traces.pb"),
    ]);
    let failed: Vec<_> = spans
        .iter()
        .filter(|span| span.attribute("tollgate.error.class").is_some())
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].name(), "reserve");
    assert_eq!(
        failed[0]
            .attribute("tollgate.error.layer")
            .and_then(|layer| layer.as_str()),
        Some("tool")
    );
}

/// A span that was priced, of a trace.
fn told(trace: u8, id: u8, parent: u8, attributes: &[(&'static str, &'static str)]) -> Span {
    let mut span = Span::build()
        .trace_id([trace; 16])
        .span_id([id; 8])
        .name("told")
        .times(1_760_000_000_000_000_000, 1_760_000_002_000_000_000)
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-4o");
    if parent > 0 {
        span = span.parent_span_id([parent; 8]);
    }
    let mut span = span.finish();
    for (name, value) in attributes {
        span.set_attribute(name, *value);
    }
    span
}

fn call(trace: u8, id: u8, parent: u8, response: &'static str) -> Span {
    let mut span = told(
        trace,
        id,
        parent,
        &[
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.response.id", response),
        ],
    );
    span.set_attribute("gen_ai.usage.input_tokens", 1000);
    span.set_attribute("gen_ai.usage.output_tokens", 100);
    span.set_attribute("tollgate.cost.amount", 0.0035);
    span
}

fn batch(spans: Vec<Span>) -> crate::otlp::Batch<Span> {
    let resource = Arc::new(crate::otlp::Resource::new(&[("service.name", "agent")]));
    let scope = Arc::new(Scope::new("test", "", resource));
    let group = crate::otlp::Group {
        scope,
        records: spans,
    };
    crate::otlp::Batch::new(vec![group])
}

/// The sum of an attribute over spans.
fn sum(spans: &[Span], name: &str) -> PicoUsd {
    let values = spans.iter().filter_map(|span| span.attribute(name));
    let amounts = values.filter_map(|value| PicoUsd::from_f64(value.as_f64()?));
    amounts.sum()
}

/// So many tenths of a thousandth of a dollar.
fn usd(n: i128) -> PicoUsd {
    PicoUsd(n * 100_000_000)
}

#[test]
fn a_call_told_in_two_traces_costs_in_the_first_of_them() {
    let tool = |trace| {
        let words = [
            ("gen_ai.operation.name", "execute_tool"),
            ("gen_ai.tool.name", "search"),
        ];
        told(trace, 1, 0, &words)
    };
    let mut processor = processor();
    let mut out = Vec::new();
    for trace in [1, 2, 1] {
        let spans = batch(vec![tool(trace), call(trace, 2, 1, "same")]);
        out.push(through(&mut *processor, spans));
    }
    for name in [
        "tollgate.cost.amount",
        "tollgate.tool.cost.direct",
        "tollgate.trace.cost",
    ] {
        let sums = out.iter().map(|spans| sum(spans, name));
        let again = if name == "tollgate.trace.cost" {
            usd(0)
        } else {
            usd(35)
        };
        assert_eq!(
            sums.collect::<Vec<_>>(),
            [usd(35), usd(0), again],
            "{name}: a trace that comes again keeps its own"
        );
    }
}

#[test]
fn a_bill_without_tokens_is_the_traces_cost() {
    let mut bill = told(1, 1, 0, &[("gen_ai.operation.name", "chat")]);
    bill.set_attribute("gen_ai.usage.cost.amount", 0.05);
    bill.set_attribute("gen_ai.usage.cost.currency", "USD");
    bill.set_attribute("gen_ai.usage.cost.source", "provider");
    let out = through(&mut *processor(), batch(vec![bill]));
    assert_eq!(sum(&out, "tollgate.trace.cost"), usd(500));
}

/// A call that `cost` found no price for.
fn unpriced(id: u8, parent: u8, response: &'static str) -> Span {
    let mut span = call(1, id, parent, response);
    span.set_attribute("gen_ai.request.model", "my-deployment");
    span.set_attribute("gen_ai.usage.cache_read.input_tokens", 10);
    span.remove_attribute("tollgate.cost.amount");
    span.set_attribute("tollgate.cost.status", "unpriced");
    span.set_attribute("tollgate.cost.why", "unknown_model");
    span
}

#[test]
fn the_span_that_counts_carries_the_amount_though_another_view_has_the_price() {
    let mut outer = call(1, 1, 0, "a");
    outer.set_attribute("tollgate.cost.entry", "openai/gpt-4o");
    let beside = call(1, 1, 0, "same");
    for views in [
        vec![outer.clone(), unpriced(2, 1, "a")],
        vec![beside, unpriced(2, 0, "same")],
    ] {
        let out = through(&mut *processor(), batch(views));
        assert_eq!(sum(&out, "tollgate.trace.cost"), usd(35));
        let has_amount = |span: &&Span| span.attribute("tollgate.cost.amount").is_some();
        let with: Vec<_> = out.iter().filter(has_amount).collect();
        assert_eq!(with.len(), 1, "exactly one span carries it");
        let text = |name| {
            let value = with[0].attribute(name)?;
            value.as_str().map(str::to_owned)
        };
        assert_eq!(with[0].span_id(), crate::otlp::SpanId([2; 8]));
        assert_eq!(sum(&out, "tollgate.cost.amount"), usd(35));
        assert_eq!(text("tollgate.cost.status").as_deref(), Some("priced"));
        assert_eq!(text("tollgate.cost.source").as_deref(), Some("catalogue"));
        assert_eq!(text("tollgate.cost.why"), None, "it has a price");
    }
}

#[test]
fn a_bill_of_another_view_replaces_the_price_that_was_worked_out() {
    let mut outer = call(1, 1, 0, "a");
    outer.set_attribute("tollgate.cost.amount", 0.05);
    outer.set_attribute("gen_ai.usage.cost.amount", 0.05);
    outer.set_attribute("gen_ai.usage.cost.currency", "USD");
    outer.set_attribute("gen_ai.usage.cost.source", "provider");
    let mut inner = call(1, 2, 1, "a");
    inner.set_attribute("tollgate.cost.entry", "openai/gpt-4o");
    let out = through(&mut *processor(), batch(vec![outer, inner]));
    assert_eq!(sum(&out, "tollgate.trace.cost"), usd(500));
    assert_eq!(sum(&out, "tollgate.cost.amount"), usd(500), "on one span");
    let entry = |span: &Span| span.attribute("tollgate.cost.entry").is_some();
    assert!(!out.iter().any(entry), "the bill is of no entry");
}

#[test]
fn what_comes_after_a_trace_has_gone_claims_nothing_that_went_before() {
    let words = [("gen_ai.operation.name", "invoke_agent")];
    let mut agent = told(1, 1, 0, &words);
    agent.set_attribute("gen_ai.usage.input_tokens", 1000);
    agent.set_attribute("gen_ai.usage.output_tokens", 100);
    let mut processor = processor();
    let alone = through(&mut *self::processor(), batch(vec![agent.clone()]));
    assert_eq!(sum(&alone, "tollgate.cost.amount"), usd(35), "an estimate");

    let first = through(&mut *processor, batch(vec![call(1, 2, 1, "a")]));
    assert_eq!(sum(&first, "tollgate.trace.cost"), usd(35));
    let rest = through(&mut *processor, batch(vec![agent, call(1, 3, 1, "b")]));
    assert_eq!(
        sum(&rest, "tollgate.cost.amount"),
        usd(35),
        "the new call's"
    );
    assert_eq!(
        sum(&rest, "tollgate.trace.cost"),
        usd(0),
        "it is not the sum"
    );
    let status = rest[0].attribute("tollgate.cost.status");
    assert_eq!(status.and_then(|status| status.as_str()), Some("aggregate"));

    let mut again = told(1, 1, 0, &words);
    again.set_attribute("gen_ai.usage.input_tokens", 1000);
    let late = through(&mut *processor, batch(vec![again]));
    assert_eq!(sum(&late, "tollgate.cost.amount"), usd(0), "no estimate");
}
