//! What do `normalize` and `cost` add to a span on its way through?
//!
//! `cargo bench --bench cost` prints nanoseconds for each chain; for instructions, which do not
//! depend on the machine's mood, name one chain and run it twice under `valgrind --tool=callgrind`,
//! with few and with many rounds: the difference is what the further rounds cost (README.md).
//! `none` is the chain without processors, `default` the one that `pipelines.toml` describes, and
//! `-NAME` takes a processor out again. With `foreign` the request holds spans without a GenAI or
//! MCP key.

mod captures;
mod processor;

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use tollgate::clock::{Clock, Now};
use tollgate::component::{Account, Batch, Next, Processor, Shelf};
use tollgate::otlp::{Batch as Spans, Group, Limits, Scope, Signal, Span, Telemetry};

/// As in the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Chains that are compared when none is named.
const CHAINS: [&str; 6] = [
    "none",
    "normalize",
    "cost",
    "normalize cost",
    "default -normalize -cost",
    "default",
];
/// The embedded chain of traces.
const DEFAULT: [&str; 6] = [
    "normalize",
    "redact",
    "cost",
    "agent_metrics",
    "tail_sampling",
    "attribution",
];
/// Spans in a request.
const SPANS: usize = 100;
/// Between two requests: what waits for quiet traces has them to settle and to decide.
const PAUSE_MS: u64 = 10_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let number = |word: &String| word.parse::<usize>().ok();
    let rounds = words.iter().find_map(number).unwrap_or(2_000);
    let is_foreign = words.iter().any(|word| word == "foreign");
    let request = Request::of(if is_foreign { foreign() } else { captured() });
    let named = words
        .iter()
        .filter(|word| *word != "foreign" && number(word).is_none());
    let named: Vec<&str> = named.map(String::as_str).collect();
    let chains = if named.is_empty() {
        CHAINS.map(str::to_owned).into()
    } else {
        vec![named.join(" ")]
    };
    for name in chains {
        let (nanos, spans) = run(&chain(&name), &request, rounds);
        let per_span = nanos as f64 / spans as f64;
        eprintln!("{name:<26} {per_span:>9.0} ns per span over {spans} spans");
    }
    ExitCode::SUCCESS
}

/// The processors that the words of a chain's name come to.
fn chain(name: &str) -> Vec<&str> {
    let mut processors = Vec::new();
    for word in name.split(' ') {
        match (word, word.strip_prefix('-')) {
            ("none", _) => {}
            ("default", _) => processors.extend(DEFAULT),
            (_, Some(out)) => processors.retain(|processor| *processor != out),
            (processor, None) => processors.push(processor),
        }
    }
    processors
}

/// Parses, passes through the chain and encodes a request, so many times.
fn run(names: &[&str], request: &Request, rounds: usize) -> (u64, usize) {
    let shelf = Shelf::default();
    let build = |name: &&str| processor::build(name, &shelf);
    let mut chain: Vec<Box<dyn Processor>> = names.iter().map(build).collect();
    let account = Account::default();
    let clock = Clock::start();
    let mut out = Vec::new();
    let mut spans = 0;
    let mut start = clock.now();
    // The first tenth warms memos, caches and the allocator.
    let warm = rounds / 10;
    for round in 0..warm + rounds {
        if round == warm {
            start = clock.now();
            spans = 0;
        }
        let parsed = Telemetry::parse(Signal::Traces, request.fresh(round), &Limits::default());
        let Ok(parsed) = parsed else { return (0, 1) };
        spans += parsed.telemetry.items();
        let mut take = |batch: Batch| {
            out.clear();
            batch.telemetry.encode(&mut out);
        };
        let now = Now::at_ms(round as u64 * PAUSE_MS);
        let mut next = Next::new(&mut chain, &mut take, &account, now, 0.0);
        next.send(Batch::unpaid(parsed.telemetry));
        next.tick();
    }
    let took = clock.now().mono.saturating_sub(start.mono);
    (took.as_nanos() as u64, spans)
}

/// An encoded request, and where four letters of it are another time others: at the end of the
/// ids of traces and answers, and in every text that reads like prose.
struct Request {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Request {
    fn of(bytes: Bytes) -> Self {
        let parsed = Telemetry::parse(Signal::Traces, bytes.clone(), &Limits::default());
        // What stands in the request, with where its letters are.
        let mut known: HashSet<(Vec<u8>, usize)> = HashSet::new();
        if let Ok(Telemetry::Traces(spans)) = parsed.map(|parsed| parsed.telemetry) {
            spans.for_each(|_, span| {
                let trace = span.trace_id().0.to_vec();
                known.insert((trace, 12));
                let answer = span.attribute("gen_ai.response.id");
                let answer = answer.and_then(|id| id.as_str()).filter(|id| id.len() > 8);
                known.extend(answer.map(|id| (id.into(), id.len() - 4)));
                let texts = span.attributes().into_iter();
                let texts = texts.filter_map(|(_, value)| value.as_str());
                known.extend(texts.filter_map(|text| Some((text.into(), last_word(text)?))));
            });
        }
        let places = |(text, letters): &(Vec<u8>, usize)| {
            let places = memchr::memmem::find_iter(&bytes, text);
            places.map(|at| at + letters).collect::<Vec<_>>()
        };
        Request {
            places: known.iter().flat_map(places).collect(),
            bytes: bytes.to_vec(),
        }
    }

    /// The same of other traces, answers and prompts: none comes by twice.
    fn fresh(&self, round: usize) -> Bytes {
        let mut bytes = self.bytes.clone();
        for at in &self.places {
            let mut left = round;
            for byte in bytes.iter_mut().skip(*at).take(4) {
                *byte = b'a' + (left % 16) as u8;
                left /= 16;
            }
        }
        Bytes::from(bytes)
    }
}

/// Where the last word of four small letters or more begins that stands between two blanks.
fn last_word(text: &str) -> Option<usize> {
    let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let is_word = |from: usize, to: usize| {
        let word = text.get(from + 1..to).unwrap_or_default();
        word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let words = blanks.iter().zip(blanks.iter().skip(1));
    words
        .rev()
        .find(|&(from, to)| is_word(*from, *to))
        .map(|(from, _)| from + 1)
}

/// One request of spans from every captured instrumentation, in the order of their names.
fn captured() -> Bytes {
    let mut all: Vec<(Arc<Scope>, Span)> = Vec::new();
    for spans in captures::traces() {
        spans.for_each(|scope, span| all.push((Arc::clone(scope), span.clone())));
    }
    let step = (all.len() / SPANS).max(1);
    let groups = all.into_iter().step_by(step).take(SPANS);
    let groups = groups
        .map(|(scope, span)| Group {
            scope,
            records: vec![span],
        })
        .collect();
    encoded(groups)
}

/// One request of spans as a web service and its database write them.
fn foreign() -> Bytes {
    let scope = Arc::new(Scope::new("io.opentelemetry.jdbc", "1", Arc::default()));
    let span = |index: usize| {
        Span::build()
            .trace_id([1; 16])
            .span_id((index as u64 + 1).to_be_bytes())
            .name("SELECT shop.orders")
            .times(1_000, 9_000)
            .attribute("db.system.name", "postgresql")
            .attribute("db.namespace", "shop")
            .attribute("db.collection.name", "orders")
            .attribute("db.operation.name", "SELECT")
            .attribute("db.query.text", "SELECT * FROM orders WHERE id = ?")
            .attribute("server.address", "db.internal")
            .attribute("server.port", 5432)
            .attribute("network.peer.address", "10.0.0.7")
            .attribute("thread.id", 42)
            .attribute("thread.name", "worker-1")
            .finish()
    };
    let records = (0..SPANS).map(span).collect();
    encoded(vec![Group { scope, records }])
}

fn encoded(groups: Vec<Group<Span>>) -> Bytes {
    let mut out = Vec::new();
    Telemetry::Traces(Spans::new(groups)).encode(&mut out);
    Bytes::from(out)
}
