//! The processor of one worker: takes spans in, serves deadlines, leaves nothing behind.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;

use super::books::{Books, Holding};
use super::config::{Config, Logs, Overflow};
use super::durable::Durable;
use super::follow::{Follower, Wire};
use super::judge::Ruling;
use super::learnt::Learnt;
use super::lock::Lock;
use super::names::Names;
use super::pace::{Pace, Ticks};
use super::policy::Case;
use super::quarantine::Quarantine;
use super::release::Outgoing;
use super::room::{Room, Waiting};
use super::rules::Rules;
use super::scopes::Scopes;
use super::table::{Slot, Table};
use super::trace::{Id, Trace};
use crate::clock::Now;
use crate::component::{Batch, Next, Processor, Reason, Receipt};
use crate::otlp::Telemetry;
use crate::sampling::lru::Lru;
use crate::sampling::memory::{DroppedMemory, KeptMemory};
use crate::sampling::recent::Recent;
use crate::sampling::verdict::{Decision, Trigger};

/// What all workers of one instance share.
pub(super) struct Shared {
    pub name: String,
    /// What only a restart changes: memories, files, how logs are treated.
    pub started: Arc<Config>,
    /// The rules for new traces; see [`TailSampling::adopt`].
    pub rules: ArcSwap<Rules>,
    pub recent: Arc<Recent>,
    pub workers: usize,
    /// By worker: how the logs of a pipeline hear of the verdicts of another.
    pub wires: Vec<Wire>,
    /// By worker: how its ticks have gone.
    pub ticks: Vec<Ticks>,
    /// By worker: whether somebody has its files open.
    pub claims: Vec<Arc<std::sync::atomic::AtomicBool>>,
    /// That the files are nobody else's.
    #[expect(dead_code, reason = "it is held until the last worker is gone")]
    pub lock: Option<Lock>,
    /// Whether the files are those of so many workers, once the first of these has seen to it.
    pub handover: OnceLock<Result<(), String>>,
}

/// Tail sampling on one worker.
pub struct TailSampling {
    pub(super) shared: Arc<Shared>,
    pub(super) worker: usize,
    /// The rules for new traces; those that are open have theirs.
    pub(super) rules: Arc<Rules>,
    pub(super) learnt: Learnt,
    pub(super) table: Table,
    pub(super) room: Room,
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) quarantine: Quarantine,
    pub(super) kept: KeptMemory,
    pub(super) dropped: DroppedMemory,
    /// Aggregates of traces that were dropped on part of their spans.
    pub(super) tails: Lru<Id, Box<Trace>>,
    pub(super) names: Names,
    pub(super) scopes: Scopes,
    pub(super) out: Outgoing,
    pub(super) books: Books,
    pub(super) durable: Durable,
    pub(super) pace: Pace,
    pub(super) follower: Option<Follower>,
    /// How long a span has had to wait for room at most.
    pub(super) longest_wait_ms: u64,
    /// Up to where pins of other workers were heard.
    heard: u64,
    /// Added to the monotonic clock, so that it reads like the wall clock at the start.
    epoch_ms: Option<i64>,
    shown_ms: u64,
}

/// Tail records kept per worker.
const TAILS: usize = 10_000;

impl TailSampling {
    pub(super) fn new(shared: Arc<Shared>, worker: usize) -> Self {
        let started = Arc::clone(&shared.started);
        let follower = (started.logs == Logs::Follow).then(|| Follower::new(&shared, worker));
        let mut sampler = TailSampling {
            rules: Arc::new(Rules::clone(&shared.rules.load())),
            learnt: Learnt::default(),
            table: Table::new(0),
            room: Room::new(&shared, worker),
            waiting: VecDeque::new(),
            quarantine: Quarantine::default(),
            kept: KeptMemory::new(started.memory.kept),
            dropped: DroppedMemory::new(started.memory.dropped),
            tails: Lru::new(TAILS),
            names: Names::default(),
            scopes: Scopes::default(),
            out: Outgoing::default(),
            books: Books::new(&shared.name, worker),
            durable: Durable::default(),
            pace: Pace::default(),
            follower,
            longest_wait_ms: 0,
            heard: 0,
            epoch_ms: None,
            shown_ms: 0,
            shared,
            worker,
        };
        sampler.settle();
        sampler
    }

    /// Milliseconds since 1970, never going back.
    fn time(&mut self, now: Now) -> u64 {
        let mono = i64::try_from(now.mono.as_millis()).unwrap_or(i64::MAX);
        let unix = i64::try_from(now.unix_nanos / 1_000_000).unwrap_or(i64::MAX);
        let fresh = self.epoch_ms.is_none();
        let epoch = *self.epoch_ms.get_or_insert(unix - mono);
        let now_ms = u64::try_from(epoch + mono).unwrap_or_default();
        if fresh {
            self.table = Table::new(now_ms);
            self.settle();
        }
        now_ms
    }

    /// Decides a trace for good.
    pub(super) fn decide(&mut self, slot: Slot, trigger: Trigger, now_ms: u64) {
        let Some(trace) = self.table.get(slot) else {
            return;
        };
        let lag_ms = match trigger {
            Trigger::Deadline | Trigger::Idle | Trigger::MaxAge | Trigger::Root => {
                now_ms.saturating_sub(trace.due().0)
            }
            _ => 0,
        };
        let Some(trace) = self.table.close(slot) else {
            return;
        };
        let case = Case::of(&trace, now_ms, &self.learnt, &self.room.shelf);
        let judge = &trace.rules.judge;
        let ruling = if trigger == Trigger::TooLarge {
            judge.learn(&case);
            Ruling::drop(None)
        } else {
            let ruling = judge.rule(&case);
            self.room.shed(ruling, case.randomness())
        };
        self.conclude(trace, ruling, trigger, now_ms, lag_ms);
    }

    /// Keeps a trace whose keep is certain, if it is.
    pub(super) fn try_early(&mut self, slot: Slot, now_ms: u64) {
        let Some(trace) = self.table.get(slot).filter(|trace| !trace.certain) else {
            return;
        };
        let Rules { config, judge, .. } = &*trace.rules;
        if !judge.may_be_early(trace.changed) || !(config.is_early() || config.limits.flush_certain)
        {
            return;
        }
        let case = Case::of(trace, now_ms, &self.learnt, &self.room.shelf);
        let Some(ruling) = judge.early(&case, trace.changed) else {
            return;
        };
        if !config.is_early() {
            let seq = trace.seq;
            self.table.change(slot, |trace| trace.certain = true);
            self.room.certain(slot, seq);
            return;
        }
        let Some(trace) = self.table.close(slot) else {
            return;
        };
        let case = Case::of(&trace, now_ms, &self.learnt, &self.room.shelf);
        trace.rules.judge.learn(&case);
        self.conclude(trace, ruling, Trigger::Early, now_ms, 0);
    }

    fn hear_pins(&mut self, now_ms: u64) {
        if !self.rules.config.session.backfill {
            return;
        }
        let pins = Arc::clone(self.rules.judge.pins());
        for session in pins.since(&mut self.heard) {
            self.backfill(session, now_ms);
        }
    }

    /// Everything that waits for time to pass.
    fn turn(&mut self, now_ms: u64, next: &mut Next<'_>) {
        self.durable_wake(now_ms, false);
        self.room.feel(next.pressure(), now_ms);
        self.serve(now_ms, next);
        self.expire_quarantine(now_ms);
        self.hear_pins(now_ms);
        self.admit_waiting(now_ms, next);
        self.durable_flush(now_ms);
        if now_ms >= self.shown_ms + 1000 {
            self.shown_ms = now_ms;
            self.learnt.sweep();
            let holding = self.holding();
            self.books.show(holding);
        }
    }

    fn holding(&self) -> Holding {
        let waiting: u64 = self.waiting.iter().map(Waiting::bytes).sum();
        Holding {
            traces: self.table.len() as u64,
            spans: self.spans_held(),
            bytes: self.table.resident() + self.quarantine.bytes() + waiting,
            spilled: self.room.spilled_bytes(),
            pending: self.durable.pending_bytes(),
            keys: self.learnt.keys() as u64,
        }
    }

    /// Spans of open, quarantined and waiting traces.
    pub fn spans_held(&self) -> u64 {
        self.table.n_spans() + self.quarantine.n_spans() + self.waiting.len() as u64
    }

    /// Spans in, kept, dropped and lost since this processor was made; what is missing is held.
    pub fn accounts(&self) -> [u64; 4] {
        let Books {
            spans_in,
            spans_kept,
            spans_dropped,
            spans_lost,
            ..
        } = self.books;
        [spans_in, spans_kept, spans_dropped, spans_lost]
    }

    /// Bytes of open traces and their records, as the byte budget counts them.
    pub fn bytes_held(&self) -> u64 {
        self.table.resident()
    }

    /// Open traces in order of arrival, with their number of spans.
    pub fn open_traces(&self) -> Vec<(Id, u64)> {
        let open = self.table.by_age().filter_map(|slot| self.table.get(slot));
        open.map(|trace| (trace.id, u64::from(trace.n_spans)))
            .collect()
    }

    pub(super) fn flush_out(&mut self, next: &mut Next<'_>) {
        next.take_back(std::mem::take(&mut self.durable.restored));
        self.out.flush(next);
    }
}

impl Processor for TailSampling {
    fn process(&mut self, batch: Batch, next: &mut Next<'_>) {
        self.adopt();
        let now_ms = self.time(next.now());
        let Batch {
            telemetry,
            receipts,
        } = batch;
        match telemetry {
            Telemetry::Traces(spans) => {
                self.durable_wake(now_ms, true);
                self.durable_pending(&spans, now_ms);
                self.take_spans(spans, &receipts, now_ms, next);
                self.durable_flush(now_ms);
            }
            Telemetry::Logs(logs) => match &mut self.follower {
                Some(follower) => follower.take(logs, &receipts, now_ms, &mut self.out),
                None => next.send(Batch {
                    telemetry: Telemetry::Logs(logs),
                    receipts,
                }),
            },
            other @ Telemetry::Metrics(_) => next.send(Batch {
                telemetry: other,
                receipts,
            }),
        }
        self.flush_out(next);
    }

    fn tick(&mut self, next: &mut Next<'_>) {
        self.adopt();
        let now_ms = self.time(next.now());
        self.turn(now_ms, next);
        if let Some(follower) = &mut self.follower {
            follower.turn(now_ms, &mut self.out);
        }
        self.flush_out(next);
    }

    fn drain(&mut self, next: &mut Next<'_>) {
        let now_ms = self.time(next.now());
        self.turn(now_ms, next);
        if !self.durable.keeps_pending() {
            self.leave(now_ms, next);
        }
        // Their drop is decided, and nothing brings them back in another process.
        while let Some(trace) = self.quarantine.pop() {
            self.forget(trace, Decision::Drop);
        }
        if let Some(follower) = &mut self.follower {
            follower.leave(&mut self.out);
        }
        self.durable_flush(now_ms);
        let holding = self.holding();
        self.books.show(holding);
        self.flush_out(next);
        if self.durable.keeps_pending() {
            next.discard_items(self.spans_held(), Reason::Persisted);
        }
    }

    fn held(&self) -> u64 {
        let logs = self.follower.as_ref().map_or(0, Follower::n_held);
        self.spans_held() + logs
    }
}

impl TailSampling {
    /// Decides or loses everything open, in order of arrival.
    fn leave(&mut self, now_ms: u64, next: &mut Next<'_>) {
        while let Some(waiting) = self.waiting.pop_front() {
            let receipts: Vec<Arc<Receipt>> = waiting.receipts.clone();
            self.admit(waiting, &receipts, now_ms);
        }
        let open: Vec<Slot> = self.table.by_age().collect();
        for slot in open {
            if self.rules.config.drop_pending {
                self.lose(slot, Trigger::Shutdown, now_ms);
            } else {
                self.decide(slot, Trigger::Shutdown, now_ms);
            }
            self.out.flush_if_large(next);
        }
    }

    /// Whether arrivals wait for room.
    pub(super) fn blocks(&self) -> bool {
        self.rules.config.limits.overflow == Overflow::Block
    }
}
