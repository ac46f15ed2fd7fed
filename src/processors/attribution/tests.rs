//! Recorded traces leave with what they cost on them.

use super::*;
use crate::clock::Now;
use crate::otlp::{Limits, Signal};

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
    let mut context = Context::bare("attribution");
    let make = Config::default().build(&mut context).expect("builds");
    let mut out = Vec::new();
    let account = crate::component::Account::default();
    let mut take = |batch: Batch| {
        if let Telemetry::Traces(spans) = batch.telemetry {
            out.extend(spans.records().cloned());
        }
    };
    let mut next = Next::new(&mut [], &mut take, &account, Now::default(), 0.0);
    let batch = Batch::unpaid(Telemetry::Traces(whole.expect("payloads")));
    make(0).process(batch, &mut next);
    out
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
