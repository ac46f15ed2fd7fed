//! Spans of dropped traces, held for a while: a late evaluation or error may bring them back.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::trace::{Id, Trace};
use crate::sampling::shared::{Pins, SessionKey};

/// One worker's dropped traces; holds none until it is [`Quarantine::set`].
#[derive(Default)]
pub(super) struct Quarantine {
    hold_ms: u64,
    /// Held in memory.
    bytes_max: u64,
    held: HashMap<Id, Held, std::hash::RandomState>,
    /// In order of decision; those brought back are skipped.
    order: VecDeque<(Id, u64)>,
    /// By session as workers hear of it, if pins bring traces back.
    sessions: Option<HashMap<SessionKey, Vec<Id>, std::hash::RandomState>>,
    bytes: u64,
    n_spans: u64,
}

/// A dropped trace, and until when it may come back.
pub(super) struct Held {
    pub(super) trace: Box<Trace>,
    until_ms: u64,
    session: Option<SessionKey>,
}

impl Quarantine {
    /// Takes other settings for its own; what is held already stays for the time it was given.
    pub(super) fn set(&mut self, hold_ms: u64, bytes_max: u64, by_session: bool) {
        (self.hold_ms, self.bytes_max) = (hold_ms, bytes_max);
        if !by_session {
            self.sessions = None;
        } else if self.sessions.is_none() {
            let mut sessions: HashMap<_, Vec<Id>, _> = HashMap::default();
            for (id, held) in &self.held {
                if let Some(session) = held.session {
                    sessions.entry(session).or_default().push(*id);
                }
            }
            self.sessions = Some(sessions);
        }
    }

    /// Whether anything is ever held.
    pub(super) fn is_on(&self) -> bool {
        self.hold_ms > 0
    }

    /// Spans held.
    pub(super) fn n_spans(&self) -> u64 {
        self.n_spans
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Holds a trace from its decision on.
    pub(super) fn hold(&mut self, trace: Box<Trace>, session: Option<SessionKey>, now_ms: u64) {
        let (id, until_ms) = (trace.id, now_ms + self.hold_ms);
        let session = session.map(Pins::heard);
        if let (Some(sessions), Some(session)) = (&mut self.sessions, session) {
            sessions.entry(session).or_default().push(id);
        }
        self.order.push_back((id, until_ms));
        self.put_back(Held {
            trace,
            until_ms,
            session,
        });
    }

    /// Whether a trace is held.
    pub(super) fn has(&self, id: &Id, now_ms: u64) -> bool {
        self.held.get(id).is_some_and(|held| now_ms < held.until_ms)
    }

    /// Takes a trace out; give it back with [`Quarantine::put_back`] or let it go.
    pub(super) fn take(&mut self, id: &Id) -> Option<Held> {
        let held = self.held.remove(id)?;
        self.count(&held.trace, false);
        Some(held)
    }

    /// Puts a trace back for the rest of its time.
    pub(super) fn put_back(&mut self, held: Held) {
        self.count(&held.trace, true);
        self.held.insert(held.trace.id, held);
    }

    /// Takes out the traces of a session, in order of arrival.
    #[expect(clippy::vec_box, reason = "each goes its own way again")]
    pub(super) fn of_session(&mut self, heard: SessionKey) -> Vec<Box<Trace>> {
        let ids = self
            .sessions
            .as_mut()
            .and_then(|sessions| sessions.remove(&heard));
        let traces = ids.unwrap_or_default();
        let mut traces: Vec<_> = traces
            .iter()
            .filter_map(|id| self.take(id))
            .map(|held| held.trace)
            .collect();
        traces.sort_by_key(|trace| trace.seq);
        traces
    }

    /// Takes out one trace whose time is over, or that has to make room.
    pub(super) fn expired(&mut self, now_ms: u64) -> Option<Box<Trace>> {
        while let Some((id, until_ms)) = self.order.front().copied() {
            if until_ms > now_ms && self.bytes <= self.bytes_max {
                return None;
            }
            self.order.pop_front();
            // Brought back and dropped again, it has a later entry.
            if self
                .held
                .get(&id)
                .is_some_and(|held| held.until_ms == until_ms)
            {
                return self.release(&id);
            }
        }
        None
    }

    /// Takes out any trace.
    pub(super) fn pop(&mut self) -> Option<Box<Trace>> {
        let id = *self.held.keys().next()?;
        self.release(&id)
    }

    /// Takes a trace out for good.
    pub(super) fn release(&mut self, id: &Id) -> Option<Box<Trace>> {
        let held = self.take(id)?;
        if let (Some(sessions), Some(session)) = (&mut self.sessions, held.session)
            && let Some(ids) = sessions.get_mut(&session)
        {
            ids.retain(|own| own != id);
            if ids.is_empty() {
                sessions.remove(&session);
            }
        }
        Some(held.trace)
    }

    fn count(&mut self, trace: &Trace, comes: bool) {
        let (bytes, n_spans) = (trace.resident(), u64::from(trace.n_spans));
        if comes {
            self.bytes += bytes;
            self.n_spans += n_spans;
        } else {
            self.bytes = self.bytes.saturating_sub(bytes);
            self.n_spans = self.n_spans.saturating_sub(n_spans);
        }
    }
}
