//! Log records wait for their trace's verdict and share it.
//!
//! Logs come through a pipeline of their own, so through a processor of their own, on the same
//! worker as their trace. Verdicts reach it over a bounded wire.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use hashbrown::HashMap;

use super::config::{Config, Mode};
use super::release::Outgoing;
use super::sampler::Shared;
use super::scopes::Scopes;
use super::trace::Id;
use crate::component::Receipt;
use crate::otlp::{self, LogRecord, Scope};
use crate::sampling::lru::Lru;

/// An encoded log record under its scope.
struct Stored {
    scope: Arc<Scope>,
    bytes: Bytes,
}

/// Verdicts on their way; the oldest make room if nobody listens.
#[derive(Clone)]
pub(super) struct Wire {
    send: Sender<(Id, bool)>,
    receive: Receiver<(Id, bool)>,
}

const WIRE: usize = 1 << 14;

impl Wire {
    /// A wire for one worker.
    pub(super) fn new() -> Self {
        let (send, receive) = bounded(WIRE);
        Wire { send, receive }
    }

    /// Sends a verdict.
    pub(super) fn tell(&self, id: Id, kept: bool) {
        if let Err(TrySendError::Full(verdict)) = self.send.try_send((id, kept)) {
            let oldest = self.receive.try_recv();
            // Another listener may have emptied the wire in between; then this one is lost to it.
            debug_assert!(oldest.is_ok() || self.receive.is_empty());
            self.send.try_send(verdict).unwrap_or_default();
        }
    }
}

/// The logs of one worker.
pub(super) struct Follower {
    wire: Wire,
    verdicts: Lru<Id, bool>,
    held: HashMap<Id, Vec<Stored>, std::hash::RandomState>,
    /// By first arrival, with the time until which a verdict is waited for.
    order: VecDeque<(Id, u64)>,
    scopes: Scopes,
    wait_ms: u64,
    bytes: u64,
    bytes_max: u64,
    n: u64,
    /// Only who has logs to follow listens: the sampler in the pipeline of spans does not.
    listens: bool,
}

/// Part of the byte budget that logs may take.
const LOGS_SHARE: u64 = 4;
/// Verdicts remembered for logs that come late.
const VERDICTS: usize = 100_000;

impl Follower {
    /// Nothing held yet; see [`Follower::adopt`].
    pub(super) fn new(shared: &Shared, worker: usize) -> Self {
        Follower {
            wire: shared.wires.get(worker).cloned().unwrap_or_else(Wire::new),
            verdicts: Lru::new(VERDICTS),
            held: HashMap::default(),
            order: VecDeque::new(),
            scopes: Scopes::default(),
            wait_ms: 0,
            bytes: 0,
            bytes_max: 0,
            n: 0,
            listens: false,
        }
    }

    /// Takes these rules for its own. The wait never becomes shorter: a trace of the rules before
    /// may still be open.
    pub(super) fn adopt(&mut self, config: &Config, workers: usize) {
        let longest = match config.mode {
            Mode::Fixed => config.wait,
            Mode::Activity => config.max_age,
        };
        self.wait_ms = self.wait_ms.max(longest.as_ms() + 1000);
        self.bytes_max = match config.limits.bytes.0 {
            0 => u64::MAX,
            bytes => bytes / LOGS_SHARE / workers.max(1) as u64,
        };
    }

    /// Log records held.
    pub(super) fn n_held(&self) -> u64 {
        self.n
    }

    /// Takes in a batch of logs.
    pub(super) fn take(
        &mut self,
        batch: otlp::Batch<LogRecord>,
        receipts: &[Arc<Receipt>],
        now_ms: u64,
        out: &mut Outgoing,
    ) {
        self.listens = true;
        self.listen(out);
        for group in batch.groups {
            for log in group.records {
                let verdict = log
                    .trace_id()
                    .map(|id| (id.0, self.verdicts.get(&id.0).copied()));
                match verdict {
                    None | Some((_, Some(true))) => {
                        out.push_log(&group.scope, log);
                        out.under(receipts);
                    }
                    Some((_, Some(false))) => out.discard_dropped(1),
                    Some((id, None)) => {
                        let scope = self.scopes.one(&group.scope);
                        let mut bytes = Vec::with_capacity(log.encoded_len());
                        log.encode_record(&mut bytes);
                        self.hold(
                            id,
                            Stored {
                                scope,
                                bytes: bytes.into(),
                            },
                            now_ms,
                        );
                    }
                }
            }
        }
        self.turn(now_ms, out);
    }

    /// Hears of verdicts; lets go of logs whose trace never had one.
    pub(super) fn turn(&mut self, now_ms: u64, out: &mut Outgoing) {
        self.listen(out);
        while let Some((id, until_ms)) = self.order.front().copied() {
            if until_ms > now_ms && self.bytes <= self.bytes_max {
                return;
            }
            self.order.pop_front();
            self.settle(&id, true, out);
        }
    }

    /// Lets everything go: no verdict is no reason to lose a log.
    pub(super) fn leave(&mut self, out: &mut Outgoing) {
        self.listen(out);
        while let Some((id, _)) = self.order.pop_front() {
            self.settle(&id, true, out);
        }
    }

    fn listen(&mut self, out: &mut Outgoing) {
        while self.listens
            && let Ok((id, kept)) = self.wire.receive.try_recv()
        {
            self.verdicts.insert(id, kept);
            self.settle(&id, kept, out);
        }
    }

    fn hold(&mut self, id: Id, log: Stored, now_ms: u64) {
        self.n += 1;
        self.bytes += log.bytes.len() as u64;
        let logs = self.held.entry(id).or_default();
        if logs.is_empty() {
            self.order.push_back((id, now_ms + self.wait_ms));
        }
        logs.push(log);
    }

    fn settle(&mut self, id: &Id, kept: bool, out: &mut Outgoing) {
        let Some(logs) = self.held.remove(id) else {
            return;
        };
        self.n = self.n.saturating_sub(logs.len() as u64);
        for Stored { scope, bytes } in logs {
            self.bytes = self.bytes.saturating_sub(bytes.len() as u64);
            if kept {
                out.push_log(&scope, LogRecord::of_parts(bytes));
            } else {
                out.discard_dropped(1);
            }
        }
    }
}
