//! Runs a case on the real processor and a virtual clock, through restarts and crashes.

use std::collections::HashMap;

use serde_json::Value;
use tollgate::otlp::Telemetry;
use tollgate::processors::tail_sampling::{Config, Drive};
use tollgate::sampling::verdict::{Certainty, Decision};

use super::translate;

/// A decision, as the vectors tell it.
#[derive(Debug)]
pub(super) struct Decided {
    pub trace: [u8; 16],
    pub decision: &'static str,
    pub at_ms: u64,
    pub trigger: &'static str,
    pub by: Option<String>,
    pub th: Option<String>,
    pub spans: u64,
}

/// A span that left.
#[derive(Debug)]
pub(super) struct Emitted {
    pub trace: [u8; 16],
    pub span: [u8; 8],
    pub at_ms: u64,
    pub tracestate: String,
}

/// What a case came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub decisions: Vec<Decided>,
    pub emitted: Vec<Emitted>,
    /// In, kept, dropped, lost, pending.
    pub counters: [u64; 5],
}

/// The longest any vector may leave something pending.
const LATEST_MS: u64 = 30 * 24 * 3_600_000;

pub(super) fn run(case: &Value) -> Result<Seen, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let config = translate::config(&case["config"], folder.path())?;
    let persists_pending = config.persist.pending;
    let mut seen = Seen::default();
    let mut drive = Drive::start(config.clone(), 0)?;
    let mut left = false;
    for event in case["events"].as_array().into_iter().flatten() {
        drive.until(event["t"].as_u64().unwrap_or_default());
        match event["op"].as_str() {
            None => {
                let spans = translate::spans(event, case);
                seen.counters[0] += spans.items() as u64;
                drive.send(spans);
            }
            Some("shutdown") => {
                drive.drain();
                left = true;
            }
            Some("restart_graceful") => {
                drive.drain();
                drive = next_life(drive, &config, &mut seen, persists_pending)?;
            }
            Some("restart_crash") => {
                let lost = crash(&drive, &mut seen, persists_pending);
                drive = next_life(drive, &config, &mut seen, persists_pending)?;
                seen.decisions.extend(lost);
            }
            Some(other) => return Err(format!("unknown event {other}")),
        }
    }
    if !left {
        let limit = drive.now_ms() + LATEST_MS;
        drive.until_empty(limit);
    }
    seen.counters[4] = drive.worker().spans_held();
    collect(drive, &mut seen)?;
    Ok(seen)
}

/// What a crash loses, the process cannot say itself.
fn crash(drive: &Drive, seen: &mut Seen, persists_pending: bool) -> Vec<Decided> {
    if persists_pending {
        return Vec::new();
    }
    let open = drive.worker().open_traces();
    let lost: u64 = open.iter().map(|(_, spans)| spans).sum();
    seen.counters[3] += lost;
    // Quarantined spans were dropped already; they only can no longer be brought back.
    seen.counters[2] += drive.worker().spans_held() - lost;
    let of_trace = |(trace, spans)| Decided {
        trace,
        decision: Decision::Lost.label(),
        at_ms: drive.now_ms(),
        trigger: "crash",
        by: None,
        th: None,
        spans,
    };
    open.into_iter().map(of_trace).collect()
}

fn next_life(
    drive: Drive,
    config: &Config,
    seen: &mut Seen,
    persists_pending: bool,
) -> Result<Drive, String> {
    let now_ms = drive.now_ms();
    let held: HashMap<_, _> = drive.worker().open_traces().into_iter().collect();
    collect(drive, seen)?;
    let next = Drive::start(config.clone(), now_ms)?;
    if persists_pending {
        let again: HashMap<_, _> = next.worker().open_traces().into_iter().collect();
        if held != again {
            return Err(format!(
                "{} traces were open, {} are",
                held.len(),
                again.len()
            ));
        }
    }
    Ok(next)
}

/// Adds up one life of the process.
fn collect(mut drive: Drive, seen: &mut Seen) -> Result<(), String> {
    let [spans_in, kept, dropped, lost] = drive.worker().accounts();
    let held = drive.worker().spans_held();
    if spans_in != kept + dropped + lost + held {
        return Err(format!(
            "{spans_in} in, but {kept} kept {dropped} dropped {lost} lost {held} held"
        ));
    }
    for (total, part) in seen.counters[1..].iter_mut().zip([kept, dropped, lost]) {
        *total += part;
    }
    let decided = drive.verdicts().into_iter().map(|verdict| Decided {
        trace: verdict.trace,
        decision: verdict.decision.label(),
        at_ms: verdict.at_ms,
        trigger: verdict.trigger.label(),
        by: verdict.by.as_deref().map(str::to_owned),
        th: (verdict.decision == Decision::Keep).then(|| match verdict.certainty {
            Certainty::Known(threshold) => threshold.to_string(),
            Certainty::Unknown => "unknown".to_owned(),
        }),
        spans: verdict.spans,
    });
    seen.decisions.extend(decided);
    for outcome in drive.take_out() {
        let Telemetry::Traces(batch) = &outcome.telemetry else {
            continue;
        };
        batch.for_each(|_, span| {
            seen.emitted.push(Emitted {
                trace: span.trace_id().0,
                span: span.span_id().0,
                at_ms: outcome.at_ms,
                tracestate: span.trace_state().to_owned(),
            });
        });
    }
    Ok(())
}
