//! What does a span cost the tail sampler in instructions, and an open trace in memory?
//!
//! ```sh
//! cargo bench --bench tail -- memory 100000       # resident bytes per open trace of 12 spans
//! cargo bench --bench tail -- decide 20000        # wall time per span, ten policies, fate decided
//! valgrind --tool=callgrind <the binary> walk 20000, then `decide 20000`: the difference is the sampler's own
//! ```

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use tollgate::clock::Clock;
use tollgate::component::ProcessorConfig;
use tollgate::config::Table;
use tollgate::otlp::{Batch, Limits, Resource, Scope, Signal, Span, Telemetry};
use tollgate::processors::tail_sampling::{Config, Drive};

/// Ten policies, as an agent's operator would write them.
const POLICIES: &str = r#"policies = [
  { name = "errors", type = "status", codes = ["ERROR"] },
  { name = "expensive", type = "cost", min_usd = 5.0 },
  { name = "slow", type = "latency", min_ms = 600000 },
  { name = "tools", type = "tool_error", min_count = 2 },
  { name = "loops", type = "loop", max_calls = 20 },
  { name = "vip", type = "string", key = "tenant.id", values = ["acme", "globex"] },
  { name = "model", type = "model", names = ["gpt-x", "o-large"] },
  { name = "big", type = "numeric", key = "gen_ai.usage.input_tokens", min = 200000 },
  { name = "route", type = "condition", conditions = [{ attr = "http.route", op = "starts_with", value = "/admin" }] },
  { name = "rest", type = "probability", percent = 10 },
]"#;

const SPANS_PER_TRACE: u64 = 12;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let n = words.get(1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let report = match words.first().map(String::as_str) {
        Some("walk") => walk(n),
        Some("decide") | None => decide(n),
        Some("memory") => memory(n),
        Some(other) => format!("`{other}` is none of `walk`, `decide`, `memory`"),
    };
    let _gone = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{report}\n"));
    ExitCode::SUCCESS
}

/// Parsing and one look at every attribute: what any processor that reads spans has to pay.
fn walk(n_spans: u64) -> String {
    let mut seen = 0;
    for request in requests(n_spans) {
        let Telemetry::Traces(batch) = parse(request) else {
            continue;
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
            seen += 1;
        });
    }
    format!("walked {seen} spans")
}

/// The same through the sampler, until every trace has been decided.
fn decide(n_spans: u64) -> String {
    let clock = Clock::start();
    let mut drive = sampler(true);
    let requests = requests(n_spans);
    let began = clock.now().mono;
    for request in requests {
        drive.send(parse(request));
    }
    drive.until_empty(10_000_000);
    let took = clock.now().mono.saturating_sub(began);
    let verdicts = drive.worker().accounts();
    format!(
        "{} ns per span, [in, kept, dropped, lost] {verdicts:?}",
        took.as_nanos() / u128::from(n_spans.max(1))
    )
}

/// Open traces that nobody decides about.
fn memory(n_traces: u64) -> String {
    let mut drive = sampler(false);
    drive.send(parse(request(0, 1)));
    let before = resident_bytes();
    let mut wire = 0;
    for first in (1..=n_traces).step_by(100) {
        let request = request(first, 100.min(n_traces + 1 - first));
        wire += request.len() as u64;
        drive.send(parse(request));
    }
    let used = resident_bytes().saturating_sub(before);
    let mut out = String::new();
    let traces = n_traces.max(1);
    writeln!(
        out,
        "{} open traces of {SPANS_PER_TRACE} spans",
        drive.worker().open_traces().len()
    )
    .ok();
    writeln!(out, "wire     {} bytes per trace", wire / traces).ok();
    writeln!(out, "resident {} bytes per trace", used / traces).ok();
    let allowed = wire as f64 * 1.15 / traces as f64 + 256.0;
    write!(
        out,
        "aim      {allowed:.0} bytes per trace (1.15 times the wire + 256)"
    )
    .ok();
    out
}

fn sampler(decides: bool) -> Drive {
    let limits = if decides {
        ""
    } else {
        "limits = { bytes = 0, traces = 0 }\nearly = false\n"
    };
    let read = Table::of(&format!("{limits}{POLICIES}")).read(Config::check);
    let config = read.unwrap_or_else(|faults| panic!("{faults:?}"));
    Drive::start(config, 0).unwrap_or_else(|why| panic!("{why}"))
}

fn parse(request: Bytes) -> Telemetry {
    let parsed = Telemetry::parse(Signal::Traces, request, &Limits::default());
    parsed.map_or_else(|error| panic!("{error}"), |parsed| parsed.telemetry)
}

/// Requests of about a hundred spans.
fn requests(n_spans: u64) -> Vec<Bytes> {
    let traces = n_spans / SPANS_PER_TRACE;
    (1..=traces)
        .step_by(8)
        .map(|first| request(first, 8.min(traces + 1 - first)))
        .collect()
}

/// A request with these traces: an agent's root, model calls and tool calls.
fn request(first: u64, n_traces: u64) -> Bytes {
    let resource = Resource::new(&[("service.name", "agent"), ("tenant.id", "initech")]);
    let scope = Arc::new(Scope::new("bench", "1", Arc::new(resource)));
    let mut batch = Batch::default();
    for trace in first..first + n_traces {
        for place in 0..SPANS_PER_TRACE {
            batch.push(&scope, span(trace, place));
        }
    }
    let mut body = Vec::new();
    batch.encode(&mut body);
    body.into()
}

fn span(trace: u64, place: u64) -> Span {
    let start = 1_700_000_000_000_000_000 + place * 1_000_000_000;
    let id = trace * SPANS_PER_TRACE + place + 1;
    let root = trace * SPANS_PER_TRACE + 1;
    // Spread, so that randomness is random.
    let trace = u128::from(trace).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_0c2e_8a5b_1d77);
    let mut span = Span::build()
        .trace_id(trace.to_be_bytes())
        .span_id(id)
        .name("chat gpt-small")
        .kind(3)
        .times(start, start + 900_000_000)
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-small")
        .attribute("gen_ai.conversation.id", format!("conversation-{id}"))
        .attribute("server.address", "api.example.com")
        .attribute("server.port", 443_i64)
        .attribute(
            "gen_ai.output.messages",
            "An answer of a few hundred bytes. ".repeat(8),
        );
    if place != 0 {
        span = span.parent_span_id(root);
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

/// Resident memory of this process.
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
