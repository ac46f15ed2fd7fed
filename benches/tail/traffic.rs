//! Requests of an agent fleet: one encoded template, made new by other trace ids.

use std::sync::Arc;

use bytes::Bytes;
use tollgate::otlp::{Batch, Limits, Resource, Scope, Signal, Span, Telemetry};

/// Spans in a request.
pub(crate) const SPANS: u64 = 96;

/// Requests in which every trace sends one span each time, until it has sent all of its spans.
pub(crate) struct Traffic {
    template: Vec<u8>,
    /// Where trace ids stand, by place in the trace and then by trace.
    ids: Vec<usize>,
    spans_per_trace: u64,
}

impl Traffic {
    /// Traces of so many spans, each about 680 bytes; those of one or two spans have 510.
    pub(crate) fn new(spans_per_trace: u64) -> Self {
        let traces = SPANS / spans_per_trace;
        let resource = Resource::new(&[("service.name", "agent"), ("tenant.id", "initech")]);
        let scope = Arc::new(Scope::new("bench", "1", Arc::new(resource)));
        let mut batch = Batch::default();
        for place in 0..spans_per_trace {
            for trace in 0..traces {
                let id = marker(place * traces + trace);
                batch.push(&scope, span(id, place, spans_per_trace));
            }
        }
        let mut template = Vec::new();
        batch.encode(&mut template);
        let ids = (0..spans_per_trace * traces).map(|n| find(&template, marker(n)));
        Traffic {
            ids: ids.collect(),
            template,
            spans_per_trace,
        }
    }

    /// Traces that a request opens.
    pub(crate) fn opened(&self) -> u64 {
        SPANS / self.spans_per_trace
    }

    /// Bytes of a trace on the wire.
    pub(crate) fn trace_bytes(&self) -> u64 {
        self.template.len() as u64 / self.opened()
    }

    /// The request of a round: the first span of new traces, the second of those of the round
    /// before, and so on.
    pub(crate) fn request(&self, round: u64) -> Telemetry {
        let mut body = self.template.clone();
        let opened = self.opened();
        for (n, at) in (0..).zip(&self.ids) {
            let (place, trace) = (n / opened, n % opened);
            // Rounds begin where all numbers are positive.
            let number = (round + SPANS - place) * opened + trace;
            let spread = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_0c2e_8a5b_1d77);
            if let Some(id) = body.get_mut(*at..at + 16) {
                id.copy_from_slice(&spread.to_be_bytes());
            }
        }
        let parsed = Telemetry::parse(Signal::Traces, Bytes::from(body), &Limits::default());
        parsed.map_or_else(|error| panic!("{error}"), |parsed| parsed.telemetry)
    }
}

/// An id that stands for a place in the template.
fn marker(n: u64) -> [u8; 16] {
    (u128::from(n) + (0xa5 << 120) + (0x5a5a_5a5a_5a5a << 64)).to_be_bytes()
}

fn find(template: &[u8], id: [u8; 16]) -> usize {
    let found = template.windows(16).position(|window| window == id);
    found.unwrap_or_else(|| panic!("every marker is in the template once"))
}

/// An agent's root, model calls and tool calls.
fn span(trace: [u8; 16], place: u64, of: u64) -> Span {
    let start = 1_700_000_000_000_000_000 + place * 1_000_000_000;
    let answer = if of <= 2 { 3 } else { 8 };
    let mut span = Span::build()
        .trace_id(trace)
        .span_id(0x1f3c_9e00_0000_0000 | (place + 1))
        .name("chat gpt-small")
        .kind(3)
        .times(start, start + 900_000_000)
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-small")
        .attribute("gen_ai.conversation.id", "conversation-4711")
        .attribute("server.address", "api.example.com")
        .attribute("server.port", 443_i64)
        .attribute(
            "gen_ai.output.messages",
            "An answer of a few hundred bytes. ".repeat(answer),
        );
    if place != 0 {
        span = span.parent_span_id(0x1f3c_9e00_0000_0000_u64 | 1);
    }
    span = if place % 3 == 2 {
        span.attribute("gen_ai.operation.name", "execute_tool")
            .attribute("gen_ai.tool.name", "search")
            .attribute("gen_ai.tool.call.arguments", format!("{{\"q\":{place}}}"))
    } else {
        span.attribute("gen_ai.operation.name", "chat")
            .attribute("gen_ai.usage.input_tokens", 1200_i64)
            .attribute("gen_ai.usage.output_tokens", 300_i64)
            .attribute("gen_ai.usage.cost", 0.0125)
    };
    span.finish()
}
