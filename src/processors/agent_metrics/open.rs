//! The traces that are not counted yet, or may still be corrected.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::count::Counted;
use crate::genai::account::{Account, SpanFacts};
use crate::otlp::TraceId;

/// One trace's facts, and what was counted of it so far.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) account: Account,
    pub(super) counted: Counted,
    /// Whether any of its spans said something about a call, a tool or an agent.
    says: bool,
    last: Duration,
    settled: bool,
}

/// Traces by id, with the times at which something is due. Times are looked at lazily: a trace
/// that was touched since is put back.
pub(super) struct Open {
    settle: Duration,
    remember: Duration,
    spans_max: usize,
    spans: usize,
    traces: HashMap<TraceId, Entry>,
    to_settle: VecDeque<(Duration, TraceId)>,
    to_forget: VecDeque<(Duration, TraceId)>,
}

impl Open {
    pub(super) fn new(settle: Duration, remember: Duration, spans_max: usize) -> Self {
        Open {
            settle,
            remember,
            spans_max,
            spans: 0,
            traces: HashMap::new(),
            to_settle: VecDeque::new(),
            to_forget: VecDeque::new(),
        }
    }

    /// Takes one span's facts in.
    pub(super) fn add(&mut self, trace: TraceId, row: SpanFacts<'_>, says: bool, now: Duration) {
        let entry = self.traces.entry(trace).or_default();
        if entry.account.is_empty() || entry.settled {
            self.to_settle.push_back((now + self.settle, trace));
        }
        entry.settled = false;
        entry.says |= says;
        entry.last = now;
        entry.account.add(row);
        self.spans += 1;
    }

    /// Settles what has been quiet for long enough, and forgets what is old.
    pub(super) fn due(&mut self, now: Duration, mut settle: impl FnMut(TraceId, &mut Entry)) {
        while let Some((_, trace)) = self.to_settle.pop_front_if(|(due, _)| *due <= now) {
            let Some(entry) = self.traces.get_mut(&trace) else {
                continue;
            };
            let due = entry.last + self.settle;
            if due > now {
                self.to_settle.push_back((due, trace));
                continue;
            }
            if entry.says {
                settle(trace, entry);
                entry.settled = true;
                self.to_forget
                    .push_back((entry.last + self.remember, trace));
            } else {
                self.remove(trace);
            }
        }
        while let Some((_, trace)) = self.to_forget.pop_front_if(|(due, _)| *due <= now) {
            let old = |entry: &Entry| entry.settled && entry.last + self.remember <= now;
            if self.traces.get(&trace).is_some_and(old) {
                self.remove(trace);
            }
        }
    }

    /// Makes room: forgets settled traces first, then settles the oldest early.
    pub(super) fn shrink(&mut self, mut settle: impl FnMut(TraceId, &mut Entry)) {
        while self.spans > self.spans_max {
            if let Some((_, trace)) = self.to_forget.pop_front() {
                if self.traces.get(&trace).is_some_and(|entry| entry.settled) {
                    self.remove(trace);
                }
            } else if let Some((_, trace)) = self.to_settle.pop_front() {
                if let Some(entry) = self.traces.get_mut(&trace).filter(|entry| entry.says) {
                    settle(trace, entry);
                }
                self.remove(trace);
            } else {
                return;
            }
        }
    }

    /// Settles everything and forgets it.
    pub(super) fn all(&mut self, mut settle: impl FnMut(TraceId, &mut Entry)) {
        for (trace, mut entry) in self.traces.drain() {
            if entry.says && !entry.settled {
                settle(trace, &mut entry);
            }
        }
        self.to_settle.clear();
        self.to_forget.clear();
        self.spans = 0;
    }

    fn remove(&mut self, trace: TraceId) {
        if let Some(entry) = self.traces.remove(&trace) {
            self.spans = self.spans.saturating_sub(entry.account.len());
        }
    }
}
