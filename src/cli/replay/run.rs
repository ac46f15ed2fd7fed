//! Sends captured traffic through a chain, each span at the time it ended.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::account::files;
use crate::config::{Document, Fault};
use crate::genai::account::Settlement;
use crate::genai::pricing::PicoUsd;
use crate::otlp::{self, Scope, Span, Telemetry, TraceId};
use crate::service::Rehearsal;

/// What is run where a candidate names no pipeline of its own.
const CHAIN: &[&str] = &["normalize", "cost", "tail_sampling"];
/// Longest wait for the last decisions, on the virtual clock.
const PATIENCE_MS: u64 = 48 * 3600 * 1000;

/// Captured spans in the order they ended.
pub(super) struct Traffic {
    spans: Vec<(u64, Arc<Scope>, Span)>,
    logs: Vec<Telemetry>,
}

/// One trace of the traffic.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// Its root's, or else that of the span that ended first.
    pub(super) name: String,
    pub(super) spans: u64,
    pub(super) bytes: u64,
    pub(super) failed: bool,
    pub(super) cost: PicoUsd,
}

/// What a chain made of the traffic.
#[derive(Default)]
pub(super) struct Outcome {
    /// Traces of which something came out.
    pub(super) kept: HashSet<TraceId>,
    pub(super) spans: u64,
    pub(super) bytes: u64,
    /// Kept traces by the policy that kept them, as their roots say.
    pub(super) policies: BTreeMap<String, u64>,
    /// Traces whose policy is counted: a trace may have several roots.
    told: HashSet<TraceId>,
}

impl Traffic {
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, String> {
        let (mut spans, mut logs) = (Vec::new(), Vec::new());
        files::each(paths, |telemetry| match telemetry {
            Telemetry::Traces(batch) => batch.for_each(|scope, span| {
                let end = span.end_unix_nano().max(span.start_unix_nano()) / 1_000_000;
                spans.push((end, Arc::clone(scope), span.clone()));
            }),
            Telemetry::Logs(_) => logs.push(telemetry),
            Telemetry::Metrics(_) => {}
        })?;
        if spans.is_empty() {
            return Err("there is no span in what was named".to_owned());
        }
        spans.sort_by_key(|(end, ..)| *end);
        Ok(Traffic { spans, logs })
    }

    /// Calls `visit` with everything, in pieces.
    pub(super) fn each(&self, mut visit: impl FnMut(&Telemetry)) {
        self.spans
            .iter()
            .for_each(|(_, scope, span)| visit(&one(scope, span)));
        self.logs.iter().for_each(visit);
    }

    /// What each trace is, with the money its account came to.
    pub(super) fn traces(&self, accounts: &[Settlement]) -> HashMap<TraceId, Trace> {
        let mut traces: HashMap<TraceId, Trace> = HashMap::new();
        for (_, _, span) in &self.spans {
            let trace = traces.entry(span.trace_id()).or_default();
            if trace.name.is_empty() || span.parent_span_id().is_none() {
                span.name().clone_into(&mut trace.name);
            }
            trace.spans += 1;
            trace.bytes += span.encoded_len() as u64;
            trace.failed |= span.status().is_error();
        }
        for account in accounts {
            if let Some(trace) = traces.get_mut(&account.trace) {
                trace.cost = account.totals.cost;
                trace.failed |= !account.totals.faults.is_empty();
            }
        }
        traces
    }
}

fn one(scope: &Arc<Scope>, span: &Span) -> Telemetry {
    let group = otlp::Group {
        scope: Arc::clone(scope),
        records: vec![span.clone()],
    };
    Telemetry::Traces(otlp::Batch::new(vec![group]))
}

/// Runs the traffic through the chain of a document.
pub(super) fn through(
    document: &Arc<Document>,
    pipeline: &str,
    traffic: &Traffic,
) -> Result<Outcome, Vec<Fault>> {
    let mut chain = Rehearsal::build(document, pipeline, CHAIN)?;
    let mut outcome = Outcome::default();
    chain.start_at(traffic.spans.first().map_or(0, |(end, ..)| *end));
    for (end, scope, span) in &traffic.spans {
        chain.until(*end);
        chain.send(one(scope, span));
        outcome.take(chain.take_out());
    }
    let last = traffic.spans.last().map_or(0, |(end, ..)| *end);
    chain.until_empty(last.saturating_add(PATIENCE_MS));
    chain.drain();
    outcome.take(chain.take_out());
    Ok(outcome)
}

impl Outcome {
    fn take(&mut self, out: Vec<Telemetry>) {
        for telemetry in out {
            let Telemetry::Traces(spans) = telemetry else {
                continue;
            };
            spans.for_each(|_, span| {
                self.spans += 1;
                self.bytes += span.encoded_len() as u64;
                self.kept.insert(span.trace_id());
                let policy = span
                    .attribute("sampling.policy")
                    .and_then(|name| name.as_str());
                if let Some(policy) = policy
                    && self.told.insert(span.trace_id())
                {
                    *self.policies.entry(policy.to_owned()).or_default() += 1;
                }
            });
        }
    }
}
