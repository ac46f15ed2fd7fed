//! One `[[tests]]` table: spans that go in, and what is expected to come out.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;
use serde::Deserialize;

use crate::config::{ConfigError, Document, Reading};
use crate::otlp::{self, NewValue, Resource, Scope, Span, Telemetry};
use crate::service::{Plan, Rehearsal};
use crate::units::Duration;

/// Spans start at this time unless they say otherwise: 2025-10-09T08:53:20Z, in milliseconds.
const EPOCH_MS: u64 = 1_760_000_000_000;
/// Longest a test waits for held spans, on the virtual clock, before it drains the chain.
const PATIENCE_MS: u64 = 24 * 3600 * 1000;

/// What a span's status may be; empty is unset.
const STATUSES: [&str; 4] = ["", "UNSET", "OK", "ERROR"];

/// A test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What it shows.
    pub(super) name: String,
    /// The pipeline whose processors are run.
    #[serde(default = "traces")]
    pipeline: String,
    /// Spans in order of arrival.
    input: Vec<Input>,
    /// Spans that must come out; each is matched by another span.
    #[serde(default)]
    output: Vec<Output>,
    /// Traces of which every span must come out.
    #[serde(default)]
    kept: Vec<String>,
    /// Traces of which no span may come out.
    #[serde(default)]
    dropped: Vec<String>,
}

fn traces() -> String {
    "traces".to_owned()
}

/// One span that goes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    name: String,
    /// Any word; spans with the same one are of one trace.
    #[serde(default = "first")]
    trace: String,
    /// Any word; needed only where another span names it as its parent.
    #[serde(default)]
    span: String,
    #[serde(default)]
    parent: String,
    /// When it arrives, after the first.
    #[serde(default)]
    at: Duration,
    /// When it starts, after 2025-10-09T08:53:20Z.
    #[serde(default)]
    start: Duration,
    /// How long it took.
    #[serde(default)]
    duration: Duration,
    /// `OK` or `ERROR`.
    #[serde(default)]
    status: String,
    #[serde(default)]
    attributes: BTreeMap<String, toml::Value>,
    #[serde(default)]
    resource: BTreeMap<String, toml::Value>,
    #[serde(default)]
    scope: String,
}

fn first() -> String {
    "1".to_owned()
}

/// One span that must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    name: Option<String>,
    trace: Option<String>,
    /// Attributes it must have, with these values.
    #[serde(default)]
    attributes: BTreeMap<String, toml::Value>,
    /// Attributes it must not have.
    #[serde(default)]
    absent: Vec<String>,
}

#[derive(Deserialize)]
struct All {
    #[serde(default)]
    tests: Vec<Case>,
}

/// The tests of a document.
pub(super) fn read(document: &Arc<Document>) -> Reading<Vec<Case>> {
    document.root().read(All::faults).map(|all| all.tests)
}

impl All {
    fn faults(&self) -> Vec<ConfigError> {
        let cases = self.tests.iter().enumerate();
        cases.flat_map(|(place, case)| case.faults(place)).collect()
    }
}

impl Case {
    /// What would make it pass or fail for another reason than it says.
    fn faults(&self, place: usize) -> Vec<ConfigError> {
        let fault = |key: &str, why: String| ConfigError::at(format!("tests.{place}{key}"), why);
        let mut faults = Vec::new();
        if self.input.is_empty() {
            faults.push(fault(".input", "no span goes in".to_owned()));
        }
        if self.output.is_empty() && self.kept.is_empty() && self.dropped.is_empty() {
            let why = "it expects nothing; add `kept`, `dropped` or `output`";
            faults.push(fault("", why.to_owned()));
        }
        for (number, one) in self.input.iter().enumerate() {
            if !STATUSES.contains(&one.status.to_ascii_uppercase().as_str()) {
                let why = format!("`{}` is no status; write OK or ERROR", one.status);
                faults.push(fault(&format!(".input.{number}.status"), why));
            }
        }
        let kept = self.kept.iter().map(|trace| (".kept", trace));
        let dropped = self.dropped.iter().map(|trace| (".dropped", trace));
        let output = self
            .output
            .iter()
            .filter_map(|one| Some((".output", one.trace.as_ref()?)));
        for (key, trace) in kept.chain(dropped).chain(output) {
            if !self.input.iter().any(|one| one.trace == *trace) {
                faults.push(fault(
                    key,
                    format!("no span of the input is of trace `{trace}`"),
                ));
            }
        }
        faults
    }

    /// Runs it; the error says what was expected and what came.
    pub(super) fn run(&self, plan: &Plan) -> Result<(), String> {
        let chain = Rehearsal::of_plan(&plan.document, plan, &self.pipeline);
        let mut chain = chain.map_err(|faults| {
            faults
                .iter()
                .map(|fault| format!("      {fault}"))
                .collect::<Vec<_>>()
                .join("\n")
        })?;
        chain.start_at(EPOCH_MS);
        let mut input = self.input.iter().enumerate().collect::<Vec<_>>();
        input.sort_by_key(|(_, one)| one.at);
        for (place, one) in input {
            chain.until(EPOCH_MS + one.at.as_ms());
            chain.send(one.telemetry(place));
        }
        chain.until_empty(EPOCH_MS + PATIENCE_MS);
        chain.drain();
        let mut out = Vec::new();
        for telemetry in chain.take_out() {
            if let Telemetry::Traces(spans) = telemetry {
                spans.for_each(|_, span| out.push(span.clone()));
            }
        }
        let faults = self.judge(out);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.join("\n"))
        }
    }

    fn judge(&self, out: Vec<Span>) -> Vec<String> {
        let mut faults = Vec::new();
        let count = |trace: &str, spans: &[Span]| {
            spans
                .iter()
                .filter(|span| span.trace_id().0 == trace_id(trace))
                .count()
        };
        for trace in &self.kept {
            let sent = self.input.iter().filter(|one| one.trace == *trace).count();
            let came = count(trace, &out);
            if came != sent || sent == 0 {
                faults.push(format!(
                    "      trace `{trace}`: {came} of its {sent} spans came out"
                ));
            }
        }
        for trace in &self.dropped {
            let came = count(trace, &out);
            if came != 0 {
                faults.push(format!(
                    "      trace `{trace}`: {came} spans came out, none should"
                ));
            }
        }
        let mut left = out;
        for (number, wanted) in self.output.iter().enumerate() {
            match left.iter().position(|span| wanted.misses(span).is_empty()) {
                Some(at) => drop(left.swap_remove(at)),
                None => faults.push(wanted.explain(number + 1, &left)),
            }
        }
        faults
    }
}

impl Input {
    /// As it arrives; where it stands in the input tells it from others without a name for it.
    fn telemetry(&self, place: usize) -> Telemetry {
        let start = (EPOCH_MS + self.start.as_ms()) * 1_000_000;
        let end = start + u64::try_from(self.duration.get().as_nanos()).unwrap_or(0);
        let own = if self.span.is_empty() {
            format!("{}|{place}", self.name)
        } else {
            self.span.clone()
        };
        let mut span = Span::build()
            .trace_id(trace_id(&self.trace))
            .span_id(span_id(&self.trace, &own))
            .name(&self.name)
            .times(start, end);
        if !self.parent.is_empty() {
            span = span.parent_span_id(span_id(&self.trace, &self.parent));
        }
        span = match self.status.to_ascii_uppercase().as_str() {
            "OK" => span.status(1, ""),
            "ERROR" => span.status(2, ""),
            _ => span,
        };
        for (key, value) in &self.attributes {
            span = span.attribute(key, new_value(value));
        }
        let pairs = self
            .resource
            .iter()
            .map(|(key, value)| (key.as_str(), new_value(value)));
        let resource = Resource::new(&pairs.collect::<Vec<_>>());
        let scope = Arc::new(Scope::new(&self.scope, "", Arc::new(resource)));
        let group = otlp::Group {
            scope,
            records: vec![span.finish()],
        };
        Telemetry::Traces(otlp::Batch::new(vec![group]))
    }
}

impl Output {
    /// What a span lacks to be this one.
    fn misses(&self, span: &Span) -> Vec<String> {
        let mut misses = Vec::new();
        if let Some(name) = self.name.as_ref().filter(|name| *name != span.name()) {
            misses.push(format!("name is {:?}, not {name:?}", span.name()));
        }
        if self
            .trace
            .as_ref()
            .is_some_and(|trace| trace_id(trace) != span.trace_id().0)
        {
            misses.push("it is of another trace".to_owned());
        }
        for (key, wanted) in &self.attributes {
            let value = span.attribute(key).map(NewValue::from);
            if value.as_ref() != Some(&new_value(wanted)) {
                misses.push(format!("{key} is {value:?}, not {wanted}"));
            }
        }
        for key in self
            .absent
            .iter()
            .filter(|key| span.attribute(key).is_some())
        {
            misses.push(format!("{key} is there"));
        }
        misses
    }

    /// Why no span is this one: what the nearest lacks.
    fn explain(&self, number: usize, spans: &[Span]) -> String {
        let nearest = spans.iter().map(|span| (span.name(), self.misses(span)));
        match nearest.min_by_key(|(_, misses)| misses.len()) {
            None => format!("      output {number}: no span is left that could be it"),
            Some((name, misses)) => {
                format!(
                    "      output {number}: the nearest span is {name:?}, but {}",
                    misses.join("; ")
                )
            }
        }
    }
}

fn new_value(value: &toml::Value) -> NewValue {
    match value {
        toml::Value::Integer(value) => NewValue::Int(*value),
        toml::Value::Float(value) => NewValue::Double(*value),
        toml::Value::Boolean(value) => NewValue::Bool(*value),
        toml::Value::String(value) => NewValue::Str(value.clone()),
        toml::Value::Array(values) => NewValue::Array(values.iter().map(new_value).collect()),
        toml::Value::Table(table) => NewValue::Map(
            table
                .iter()
                .map(|(key, value)| (key.clone(), new_value(value)))
                .collect(),
        ),
        toml::Value::Datetime(value) => NewValue::Str(value.to_string()),
    }
}

fn trace_id(word: &str) -> [u8; 16] {
    let mut id = [0xa5; 16];
    id[8..].copy_from_slice(&span_id(word, ""));
    id
}

/// Never zero: the lowest bit is always set.
fn span_id(trace: &str, word: &str) -> [u8; 8] {
    let mut hasher = FixedState::with_seed(7).build_hasher();
    hasher.write(trace.as_bytes());
    hasher.write_u8(0);
    hasher.write(word.as_bytes());
    (hasher.finish() | 1).to_be_bytes()
}
