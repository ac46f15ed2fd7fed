//! What a replay shows: what is kept, what changes, what it saves, what would be missed.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::run::{Outcome, Trace};
use crate::cli::account::dollars;
use crate::genai::pricing::PicoUsd;
use crate::otlp::TraceId;

/// Traces listed by id.
const LISTED: usize = 10;
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// Everything a replay found.
pub(super) struct Report {
    pub(super) traces: HashMap<TraceId, Trace>,
    pub(super) candidate: Outcome,
    pub(super) current: Option<Outcome>,
    pub(super) usd_per_gib: f64,
    pub(super) expensive: f64,
}

impl Report {
    fn bytes(&self) -> u64 {
        self.traces.values().map(|trace| trace.bytes).sum()
    }

    fn spans(&self) -> u64 {
        self.traces.values().map(|trace| trace.spans).sum()
    }

    fn usd(&self, bytes: u64) -> f64 {
        bytes as f64 / GIB * self.usd_per_gib
    }

    /// Traces that pass `wanted`, dearest first.
    fn list(&self, wanted: impl Fn(&TraceId, &Trace) -> bool) -> Vec<(TraceId, Trace)> {
        let found = self.traces.iter().filter(|(id, trace)| wanted(id, trace));
        let mut found = found
            .map(|(id, trace)| (*id, trace.clone()))
            .collect::<Vec<_>>();
        found.sort_by_key(|(id, trace)| (std::cmp::Reverse(trace.cost), *id));
        found
    }

    fn missed_errors(&self) -> Vec<(TraceId, Trace)> {
        self.list(|id, trace| trace.failed && !self.candidate.kept.contains(id))
    }

    fn missed_expensive(&self) -> Vec<(TraceId, Trace)> {
        let bound = PicoUsd::from_f64(self.expensive).unwrap_or_default();
        self.list(|id, trace| trace.cost >= bound && !self.candidate.kept.contains(id))
    }

    /// Traces only the candidate keeps, and traces only the current one keeps.
    fn changes(&self) -> Option<[Vec<(TraceId, Trace)>; 2]> {
        let now = self.current.as_ref()?;
        let only = |here: &Outcome, there: &Outcome| {
            self.list(|id, _| here.kept.contains(id) && !there.kept.contains(id))
        };
        Some([only(&self.candidate, now), only(now, &self.candidate)])
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let n = self.traces.len();
        let share = self.candidate.kept.len() as f64 / n.max(1) as f64 * 100.0;
        // Writing to a string cannot fail.
        let _infallible = writeln!(
            out,
            "kept: {} of {n} traces ({share:.1} %), {} of {} spans, {} of {} bytes",
            self.candidate.kept.len(),
            self.candidate.spans,
            self.spans(),
            self.candidate.bytes,
            self.bytes(),
        );
        for (policy, count) in &self.candidate.policies {
            let _infallible = writeln!(out, "  by {policy}: {count}");
        }
        let (all, kept) = (self.usd(self.bytes()), self.usd(self.candidate.bytes));
        let _infallible = writeln!(
            out,
            "backend: ${kept:.6} instead of ${all:.6} at ${} a GiB (--usd-per-gib); {:.1} % saved",
            self.usd_per_gib,
            (1.0 - kept / all.max(f64::MIN_POSITIVE)) * 100.0
        );
        if let Some([more, less]) = self.changes() {
            section(&mut out, "newly kept", &more);
            section(&mut out, "no longer kept", &less);
        }
        section(&mut out, "missed, with errors", &self.missed_errors());
        section(
            &mut out,
            &format!("missed, from ${} on (--expensive)", self.expensive),
            &self.missed_expensive(),
        );
        out.trim_end().to_owned()
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let ids = |list: Vec<(TraceId, Trace)>| {
            list.iter()
                .map(|(id, _)| id.to_string())
                .collect::<Vec<_>>()
        };
        let changes = self
            .changes()
            .map(|[more, less]| json!({ "newly_kept": ids(more), "no_longer_kept": ids(less) }));
        json!({
            "traces": self.traces.len(),
            "spans": self.spans(),
            "bytes": self.bytes(),
            "kept": {
                "traces": self.candidate.kept.len(),
                "spans": self.candidate.spans,
                "bytes": self.candidate.bytes,
                "by_policy": self.candidate.policies,
            },
            "backend_usd": { "all": self.usd(self.bytes()), "kept": self.usd(self.candidate.bytes) },
            "changes": changes,
            "missed": {
                "errors": ids(self.missed_errors()),
                "expensive": ids(self.missed_expensive()),
            },
        })
    }
}

fn section(out: &mut String, title: &str, list: &[(TraceId, Trace)]) {
    let _infallible = writeln!(out, "{title}: {}", list.len());
    for (id, trace) in list.iter().take(LISTED) {
        let failed = if trace.failed { ", failed" } else { "" };
        let plural = if trace.spans == 1 { "" } else { "s" };
        let _infallible = writeln!(
            out,
            "  {id}  {}  {} span{plural}{failed}  {}",
            dollars(trace.cost),
            trace.spans,
            trace.name
        );
    }
    if list.len() > LISTED {
        let _infallible = writeln!(out, "  … and {} more", list.len() - LISTED);
    }
}
