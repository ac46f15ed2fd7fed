//! Who makes room when too much is open: certain keeps, idle bytes, then a victim with a verdict.

use std::collections::VecDeque;
use std::sync::Arc;

use super::arrive::Arrival;
use super::config::{Evict, Limits, Overflow};
use super::judge::Ruling;
use super::sampler::{Shared, TailSampling};
use super::shelf::Shelf;
use super::table::{Slot, Table};
use super::trace::{Id, Trace};
use super::vault::Vault;
use super::walk;
use crate::component::{Next, Receipt};
use crate::otlp::{Scope, Span};
use crate::sampling::randomness::Randomness;
use crate::sampling::threshold::Threshold;
use crate::sampling::verdict::{Certainty, Trigger};

/// One worker's limits, and what it does to stay within them.
pub(super) struct Room {
    traces_max: usize,
    bytes_max: u64,
    /// Traces whose keep is certain; those who left are skipped.
    certain: VecDeque<(Slot, u64)>,
    /// Where the bytes of traces are.
    pub(super) shelf: Shelf,
    buffer: Vec<u8>,
    vault: Option<Vault>,
    /// Traces with bytes in memory, roughly by their latest span.
    idle: VecDeque<(Slot, u64, u64)>,
    /// The share of all keeps that passes while the process is short of memory.
    share: f64,
    shed: bool,
    felt_ms: u64,
}

/// Above this fill of the process's memory the share halves each second; below the other it doubles.
const PRESSED: f64 = 0.95;
const RELAXED: f64 = 0.8;
const SHARE_MIN: f64 = 1.0 / 1024.0;

impl Room {
    /// An unlimited room; see [`Room::limit`].
    pub(super) fn new(shared: &Shared, worker: usize) -> Self {
        let workers = shared.workers.max(1);
        let vault = shared.started.spill.as_ref().and_then(|spill| {
            let bytes = spill.bytes.0 / workers as u64;
            let opened = Vault::open(&spill.folder, worker, bytes);
            if let Err(error) = &opened {
                tracing::error!(%error, folder = %spill.folder.display(), "spilling is off");
            }
            opened.ok()
        });
        Room {
            traces_max: 0,
            bytes_max: 0,
            certain: VecDeque::new(),
            shelf: Shelf::default(),
            buffer: Vec::new(),
            vault,
            idle: VecDeque::new(),
            share: 1.0,
            shed: false,
            felt_ms: 0,
        }
    }

    /// Takes these limits for its own, of which it is one worker's part.
    pub(super) fn limit(&mut self, limits: &Limits, workers: usize) {
        self.traces_max = limits.traces.div_ceil(workers.max(1));
        self.bytes_max = limits.bytes.0.div_ceil(workers.max(1) as u64);
        self.shed = limits.shed;
        if !self.shed {
            self.share = 1.0;
        }
    }

    /// Compressed bytes on disk.
    pub(super) fn spilled_bytes(&self) -> u64 {
        self.vault.as_ref().map_or(0, Vault::bytes)
    }

    /// Notes that a trace may be let go of before anybody else.
    pub(super) fn certain(&mut self, slot: Slot, seq: u64) {
        self.certain.push_back((slot, seq));
    }

    /// Puts a span of a trace into memory. One that is open says where it stands, so that its bytes
    /// may go to disk when it is idle.
    pub(super) fn store(
        &mut self,
        slot: Option<Slot>,
        trace: &mut Trace,
        span: &Span,
        scope: Arc<Scope>,
    ) {
        if let Some(slot) = slot.filter(|_| self.vault.is_some() && trace.spans.is_empty()) {
            self.idle.push_back((slot, trace.seq, trace.last_ms()));
        }
        let (shelf, buffer) = (&mut self.shelf, &mut self.buffer);
        trace.spans.add(shelf, buffer, &trace.id, (span, scope));
    }

    /// Learns how full the process is.
    pub(super) fn feel(&mut self, pressure: f64, now_ms: u64) {
        if !self.shed || now_ms < self.felt_ms + 1000 {
            return;
        }
        self.felt_ms = now_ms;
        if pressure > PRESSED {
            self.share = (self.share / 2.0).max(SHARE_MIN);
        } else if pressure < RELAXED {
            self.share = (self.share * 2.0).min(1.0);
        }
    }

    /// Lets only a share of the keeps pass, consistently, if the process is short of memory.
    pub(super) fn shed(&self, ruling: Ruling, randomness: Randomness) -> Ruling {
        if self.share >= 1.0 || !ruling.keep {
            return ruling;
        }
        let threshold = Threshold::from_probability(self.share).unwrap_or_default();
        if randomness.passes(threshold) {
            let certainty = ruling.certainty.and(Certainty::Known(threshold));
            return Ruling {
                certainty,
                ..ruling
            };
        }
        Ruling {
            trials: ruling.trials,
            ..Ruling::drop(Some("shed".into()))
        }
    }

    /// Moves a trace's bytes to disk; says whether it did.
    pub(super) fn spill(&mut self, trace: &mut Trace) -> bool {
        let Some(vault) = self.vault.as_mut().filter(|_| !trace.spans.is_empty()) else {
            return false;
        };
        trace.settle(&self.shelf);
        match vault.put(&trace.spans.copy(&self.shelf)) {
            Ok(ticket) => {
                trace.rare_mut().spilled.push(ticket);
                trace.spans.free(&mut self.shelf);
                true
            }
            Err(error) => {
                tracing::debug!(%error, "nothing spilled");
                false
            }
        }
    }

    /// All spans of a trace in order of arrival, those on disk first; it has none then.
    pub(super) fn all_spans(&mut self, trace: &mut Trace) -> Vec<(Arc<Scope>, Span)> {
        let mut all = Vec::new();
        for ticket in trace.take_spilled() {
            match self.vault.as_mut().map(|vault| vault.take(&ticket)) {
                // What was on a disk may have changed there.
                Some(Ok(raw)) => {
                    let parse = |bytes| Span::parse_own(bytes).ok();
                    trace.spans.read(&trace.id, &raw, parse, &mut all);
                }
                Some(Err(error)) => tracing::error!(%error, "spilled spans cannot be read back"),
                None => {}
            }
        }
        let own = trace.spans.copy(&self.shelf);
        trace.spans.free(&mut self.shelf);
        let parse = |bytes| Some(Span::of_parts(bytes));
        trace.spans.read(&trace.id, &own, parse, &mut all);
        all
    }

    /// Gives up a trace's bytes, in memory and on disk.
    pub(super) fn free(&mut self, trace: &mut Trace) {
        trace.spans.free(&mut self.shelf);
        for ticket in trace.take_spilled() {
            if let Some(vault) = &mut self.vault {
                vault.free(&ticket);
            }
        }
    }

    fn is_over(&self, table: &Table) -> bool {
        (self.traces_max > 0 && table.len() > self.traces_max) || self.is_heavy(table)
    }

    fn is_heavy(&self, table: &Table) -> bool {
        self.bytes_max > 0 && table.resident() > self.bytes_max
    }

    /// Whether a new trace of so many bytes has no place. An empty table takes anything.
    fn is_full(&self, table: &Table, bytes: u64) -> bool {
        let too_many = self.traces_max > 0 && table.len() >= self.traces_max;
        let too_heavy = self.bytes_max > 0 && table.resident() + bytes > self.bytes_max;
        too_many || (too_heavy && table.len() > 0)
    }

    fn next_certain(&mut self, table: &Table) -> Option<Slot> {
        while let Some((slot, seq)) = self.certain.pop_front() {
            if table.get(slot).is_some_and(|trace| trace.seq == seq) {
                return Some(slot);
            }
        }
        None
    }

    /// Spills the trace that has been idle longest, as far as is known; says whether one was.
    fn spill_idle(&mut self, table: &mut Table) -> bool {
        for _ in 0..self.idle.len() {
            let Some((slot, seq, last_ms)) = self.idle.pop_front() else {
                return false;
            };
            let Some(trace) = table.get(slot).filter(|trace| trace.seq == seq) else {
                continue;
            };
            if trace.last_ms() > last_ms {
                // It was used since: it gets another chance.
                self.idle.push_back((slot, seq, trace.last_ms()));
                continue;
            }
            return table
                .change(slot, |trace| self.spill(trace))
                .unwrap_or(false);
        }
        false
    }
}

/// A span that waits for room.
pub(super) struct Waiting {
    pub span: Span,
    pub scope: Arc<Scope>,
    /// Not returned while it waits, so that the door closes behind it.
    pub receipts: Vec<Arc<Receipt>>,
    /// Since when it waits.
    pub since_ms: u64,
}

impl Waiting {
    /// A span that arrives.
    pub(super) fn new(span: Span, arrival: &Arrival<'_>) -> Self {
        Waiting {
            span,
            scope: Arc::clone(arrival.scope),
            receipts: arrival.receipts.to_vec(),
            since_ms: arrival.now_ms,
        }
    }

    /// Bytes of the span.
    pub(super) fn bytes(&self) -> u64 {
        self.span.encoded_len() as u64
    }

    fn id(&self) -> Id {
        self.span.trace_id().0
    }
}

impl TailSampling {
    /// Whether a new trace has to wait.
    pub(super) fn must_wait(&self, id: &Id, bytes: usize) -> bool {
        self.blocks()
            && (self.room.is_full(&self.table, bytes as u64)
                || self.waiting.iter().any(|own| own.id() == *id))
    }

    /// Admits who waits, as far as there is room.
    pub(super) fn admit_waiting(&mut self, now_ms: u64, next: &mut Next<'_>) {
        while let Some(first) = self.waiting.front() {
            let (id, bytes) = (first.id(), first.bytes());
            let full = self.blocks() && self.room.is_full(&self.table, bytes);
            if full && !self.needs_no_room(&id, now_ms) {
                return;
            }
            let Some(waiting) = self.waiting.pop_front() else {
                return;
            };
            let receipts = waiting.receipts.clone();
            self.admit(waiting, &receipts, now_ms);
            self.out.flush_if_large(next);
        }
    }

    /// Admits a span; its clock starts now.
    pub(super) fn admit(&mut self, waiting: Waiting, receipts: &[Arc<Receipt>], now_ms: u64) {
        let rules = Arc::clone(&self.rules);
        let waited_ms = now_ms.saturating_sub(waiting.since_ms);
        self.longest_wait_ms = self.longest_wait_ms.max(waited_ms);
        let Waiting { span, scope, .. } = waiting;
        let id = span.trace_id().0;
        let resource = walk::origin(&rules.plan, &scope);
        let arrival = Arrival {
            scope: &scope,
            rules: &rules,
            resource: &resource,
            receipts,
            now_ms,
        };
        if !self.needs_no_room(&id, now_ms) {
            self.table.open(id, now_ms, &self.rules);
        }
        self.arrive(span, &arrival);
    }

    /// Whether a span's trace is open already, or decided.
    fn needs_no_room(&mut self, id: &Id, now_ms: u64) -> bool {
        self.table.find(id).is_some()
            || self.quarantine.has(id, now_ms)
            || self.kept.get(id).is_some()
            || self.dropped.get(id)
    }

    /// Makes room until the limits hold.
    pub(super) fn make_room(&mut self, now_ms: u64) {
        if self.blocks() {
            return;
        }
        while self.room.is_over(&self.table) {
            if let Some(slot) = self.room.next_certain(&self.table) {
                self.decide(slot, Trigger::Evict, now_ms);
                continue;
            }
            if self.room.is_heavy(&self.table) && self.room.spill_idle(&mut self.table) {
                continue;
            }
            let victim = match self.rules.config.limits.evict {
                Evict::Oldest => self.table.oldest(),
                Evict::Heaviest => self.table.heaviest(),
            };
            let Some(slot) = victim else { return };
            match self.rules.config.limits.overflow {
                Overflow::DropOldest => self.lose(slot, Trigger::Evict, now_ms),
                Overflow::DecideOldest | Overflow::Block => {
                    self.decide(slot, Trigger::Evict, now_ms);
                }
            }
        }
    }
}
