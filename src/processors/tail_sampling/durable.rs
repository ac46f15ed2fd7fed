//! A worker's files: opened when it wakes, written before anything leaves, read back once.
//!
//! Of open traces it asks three things, and whatever stands at the door instead of [`PendingLog`]
//! has to offer them: to be given each request with the time it came before its spans are taken in
//! (`durable_pending`), what was not settled once and in that order after a restart (`restore`), and
//! to be told up to which time nothing is open any more (`durable_flush`). Deadlines follow from
//! the times of arrival, so that they survive without being written down.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release};

use super::arrive::Arrival;
use super::config::Logs;
use super::handover::Handover;
use super::journal::DecisionLog;
use super::pending::{self, PendingLog, Request, Unfinished};
use super::sampler::TailSampling;
use super::trace::Id;
use super::walk;
use crate::otlp::{self, Span};
use crate::sampling::decision_log::Entry;

/// The files, if there are any.
#[derive(Default)]
pub(super) struct Durable {
    awake: bool,
    decisions: Option<DecisionLog>,
    pending: Option<PendingLog>,
    claim: Option<Claim>,
    buffer: Vec<u8>,
    /// Spans of the latest request that have been taken in, the one at hand included.
    taken: u32,
    /// Spans that were open when the process before this one ended.
    pub restored: u64,
}

/// That this processor alone has its worker's files open.
struct Claim(Arc<AtomicBool>);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.store(false, Release);
    }
}

impl Durable {
    /// Notes a decision.
    pub(super) fn log(&mut self, entry: &Entry) {
        if let Some(log) = &mut self.decisions {
            log.add(entry);
        }
    }

    /// Notes that another span of the latest request is taken in.
    pub(super) fn take(&mut self) {
        self.taken = self.taken.saturating_add(1);
    }

    /// Notes that all spans of a trace that were taken in have met their fate.
    pub(super) fn settle(&mut self, id: &Id) {
        if let Some(pending) = &mut self.pending {
            pending.settle(id, self.taken);
        }
    }

    /// Bytes of open traces on disk, and of those that were open in their time.
    pub(super) fn pending_bytes(&self) -> u64 {
        self.pending.as_ref().map_or(0, PendingLog::bytes)
    }

    /// Whether open traces survive this process.
    pub(super) fn keeps_pending(&self) -> bool {
        self.pending.is_some()
    }
}

impl TailSampling {
    /// Opens the files and takes up what they hold, once. With logs that follow, a processor
    /// without spans may stand in a pipeline of logs, and only spans wake it.
    pub(super) fn durable_wake(&mut self, now_ms: u64, by_spans: bool) {
        let asleep = !self.durable.awake;
        let waits = self.shared.started.logs == Logs::Follow && !by_spans;
        let folder = self.shared.started.persist.folder.clone();
        let Some(folder) = folder.filter(|_| asleep && !waits) else {
            return;
        };
        self.durable.awake = true;
        let claim = self.shared.claims.get(self.worker).map(Arc::clone);
        let Some(claim) = claim.filter(|claim| !claim.swap(true, AcqRel)) else {
            tracing::warn!(processor = %self.shared.name,
                "two pipelines of spans share this sampler; only one is persisted");
            return;
        };
        self.durable.claim = Some(Claim(claim));
        if let Err(error) = self.take_up(&folder, now_ms) {
            tracing::error!(%error, folder = %folder.display(), "nothing is persisted");
        }
    }

    fn take_up(&mut self, folder: &Path, now_ms: u64) -> io::Result<()> {
        let persist = self.shared.started.persist.clone();
        let workers = self.shared.workers.max(1);
        let bytes_max = persist.bytes.0 / workers as u64;
        let hand_over = || {
            let handover = Handover {
                processor: &self.shared.name,
                folder,
                workers,
                file_bytes: pending::file_bytes(bytes_max),
            };
            handover.run().map_err(|error| error.to_string())
        };
        // Whoever comes first does it for all, who wait.
        let handed_over = self.shared.handover.get_or_init(hand_over);
        handed_over.clone().map_err(io::Error::other)?;
        if persist.decisions {
            let name = &self.shared.name;
            let (log, entries) = DecisionLog::open(name, folder, self.worker, persist.sync)?;
            self.remember_all(entries);
            self.durable.decisions = Some(log);
            let names: Vec<Entry> = self
                .names
                .iter()
                .map(|(number, name)| Entry::Name(number, name.text()))
                .collect();
            for entry in &names {
                self.durable.log(entry);
            }
        }
        if persist.pending {
            let name = &self.shared.name;
            let (log, unfinished) =
                PendingLog::open(name, folder, self.worker, bytes_max, persist.sync)?;
            self.durable.pending = Some(log);
            self.durable.taken = u32::MAX;
            for request in unfinished.requests() {
                self.restore(&unfinished, &request?, now_ms);
            }
        }
        Ok(())
    }

    /// Fills the memories from a log, whose numbers for names are its own.
    fn remember_all(&mut self, entries: Vec<Entry>) {
        for entry in self.names.translate(entries) {
            match entry {
                Entry::Name(..) => {}
                Entry::Dropped(id) => self.dropped.insert(id),
                Entry::Kept(id, kept) => {
                    self.dropped.remove(&id);
                    self.kept.insert(id, kept);
                }
            }
        }
    }

    /// Takes in a request of the process before, as of its own time; what was settled since is
    /// passed over.
    fn restore(&mut self, unfinished: &Unfinished, request: &Request, now_ms: u64) {
        let Some(batch) = request.spans(&self.shared.name) else {
            return;
        };
        let rules = Arc::clone(&self.rules);
        let mut places = 0_u32..;
        for group in batch.groups {
            let scope = self.scopes.one(&group.scope);
            let resource = walk::origin(&rules.plan, &scope);
            let arrival = Arrival {
                scope: &scope,
                rules: &rules,
                resource: &resource,
                receipts: &[],
                now_ms: now_ms.min(request.arrived_ms),
            };
            for span in group.records {
                let (id, index) = (span.trace_id().0, places.next().unwrap_or_default());
                if !unfinished.is_settled(&id, request, index) {
                    self.durable.restored += 1;
                    self.books.spans_in += 1;
                    self.arrive(span, &arrival);
                }
            }
        }
    }

    /// Writes a request down before its spans are taken in.
    pub(super) fn durable_pending(&mut self, spans: &otlp::Batch<Span>, now_ms: u64) {
        self.durable.taken = 0;
        let Some(pending) = &mut self.durable.pending else {
            return;
        };
        let buffer = &mut self.durable.buffer;
        buffer.clear();
        spans.encode(buffer);
        if buffer.is_empty() {
            self.durable.taken = u32::MAX;
        } else if let Err(error) = pending.add(now_ms, buffer) {
            // What is settled from here on was so in all of the request before.
            self.durable.taken = u32::MAX;
            tracing::error!(%error, "pending spans are not written; a crash would lose them");
        }
    }

    /// Writes the decisions of this call before its spans leave.
    pub(super) fn durable_flush(&mut self, now_ms: u64) {
        let oldest = self.table.oldest().and_then(|slot| self.table.get(slot));
        // A trace that waited for room was written down before its clock began.
        let oldest_ms = oldest.map_or(now_ms, |trace| trace.first_ms);
        let oldest_ms = oldest_ms.saturating_sub(self.longest_wait_ms);
        if let Some(pending) = &mut self.durable.pending {
            if let Err(error) = pending.flush(now_ms) {
                tracing::error!(%error, "a restart would take in again what was decided");
            }
            // Spans that wait for room are in no trace yet.
            if self.waiting.is_empty() {
                pending.trim(oldest_ms);
            }
        }
        self.durable.taken = u32::MAX;
        let Some(log) = &mut self.durable.decisions else {
            return;
        };
        if let Err(error) = log.flush() {
            tracing::error!(%error, "decisions are not written; a restart would forget them");
        }
        if log.is_long()
            && let Err(error) = self.shorten()
        {
            tracing::error!(%error, "the decision log is not shortened");
        }
    }

    /// Rewrites the log with what is still remembered.
    fn shorten(&mut self) -> io::Result<()> {
        let Some(log) = &mut self.durable.decisions else {
            return Ok(());
        };
        // Fingerprints cannot be written; the log itself has the ids.
        let dropped: Vec<Entry> = if let Some(ids) = self.dropped.ids() {
            ids.into_iter().map(Entry::Dropped).collect()
        } else {
            let mut written = log.read()?;
            written.retain(|entry| matches!(entry, Entry::Dropped(_)));
            written
        };
        let remembered = self.shared.started.memory.dropped;
        let skipped = dropped.len().saturating_sub(remembered);
        let names = self
            .names
            .iter()
            .map(|(number, name)| Entry::Name(number, name.text()));
        let kept = self.kept.entries().map(|(id, kept)| Entry::Kept(id, kept));
        // Keeps come last: a trace that was brought back was dropped before.
        let entries: Vec<Entry> = names
            .chain(dropped.into_iter().skip(skipped))
            .chain(kept)
            .collect();
        log.rewrite(entries.iter())
    }
}
