//! The open traces of one worker: found by id, by deadline, by age and by weight.

use std::iter::successors;
use std::sync::Arc;

use super::places::Places;
use super::rules::Rules;
use super::slab::Slab;
use super::trace::{Id, NOBODY, Trace};
use crate::sampling::wheel::Wheel;

/// A trace's place; it is used again after the trace has left.
pub(super) type Slot = u32;

/// A place, and who is there: the low bits of its order of arrival, so that who left is known.
type Entry = (Slot, u32);

/// Weight classes: powers of two.
const CLASSES: usize = 64;

/// Open traces.
pub(super) struct Table {
    traces: Slab<Trace>,
    places: Places,
    wheel: Wheel,
    next_seq: u64,
    /// The first and the last to arrive; each trace knows its neighbours.
    oldest: Slot,
    newest: Slot,
    /// By the largest power of two not above their bytes, if somebody asks for the heaviest.
    classes: Option<Vec<Vec<Entry>>>,
    resident: u64,
    n_spans: u64,
}

impl Table {
    /// An empty table.
    pub(super) fn new(now_ms: u64) -> Self {
        Table {
            traces: Slab::new(),
            places: Places::new(),
            wheel: Wheel::new(now_ms),
            next_seq: 0,
            oldest: NOBODY,
            newest: NOBODY,
            classes: None,
            resident: 0,
            n_spans: 0,
        }
    }

    /// Whether the heaviest trace will be asked for from now on.
    pub(super) fn weigh(&mut self, weighs: bool) {
        if !weighs {
            self.classes = None;
        } else if self.classes.is_none() {
            let mut classes = vec![Vec::new(); CLASSES];
            for slot in self.by_age() {
                let trace = self.get(slot);
                let list = trace.and_then(|trace| classes.get_mut(class(trace.bytes)));
                if let (Some(trace), Some(list)) = (trace, list) {
                    list.push((slot, trace.seq as u32));
                }
            }
            self.classes = Some(classes);
        }
    }

    /// Open traces.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Bytes of open traces and their records.
    pub(super) fn resident(&self) -> u64 {
        self.resident
    }

    /// Spans of open traces.
    pub(super) fn n_spans(&self) -> u64 {
        self.n_spans
    }

    /// Where a trace is.
    pub(super) fn find(&self, id: &Id) -> Option<Slot> {
        let same = |slot| self.get(slot).is_some_and(|trace| trace.id == *id);
        self.places.find(id, same)
    }

    /// The trace at a place.
    pub(super) fn get(&self, slot: Slot) -> Option<&Trace> {
        self.traces.get(slot)
    }

    /// Opens a trace under the rules of the day.
    pub(super) fn open(&mut self, id: Id, now_ms: u64, rules: &Arc<Rules>) -> Slot {
        let seq = self.next_seq;
        self.next_seq += 1;
        let mut trace = Trace::new(id, seq, now_ms, Arc::clone(rules));
        self.resident += trace.count_bytes();
        trace.older = self.newest;
        let slot = self.traces.put(trace);
        let traces = &mut self.traces;
        match traces.get_mut(self.newest) {
            Some(before) => before.newer = slot,
            None => self.oldest = slot,
        }
        self.newest = slot;
        self.places
            .add(&id, slot, |slot| Some(traces.get(slot)?.id));
        slot
    }

    /// Changes a trace, and keeps the totals right.
    pub(super) fn change<T>(
        &mut self,
        slot: Slot,
        change: impl FnOnce(&mut Trace) -> T,
    ) -> Option<T> {
        let trace = self.traces.get_mut(slot)?;
        let (counted, n_spans) = (trace.counted(), trace.n_spans);
        let class = class(trace.bytes);
        let result = change(trace);
        self.resident = (self.resident + trace.count_bytes()).saturating_sub(counted);
        self.n_spans = (self.n_spans + u64::from(trace.n_spans)).saturating_sub(u64::from(n_spans));
        if let Some(classes) = &mut self.classes {
            let now = self::class(trace.bytes);
            if let Some(list) = classes.get_mut(now).filter(|_| now != class) {
                list.push((slot, trace.seq as u32));
            }
        }
        Some(result)
    }

    /// Closes a trace.
    pub(super) fn close(&mut self, slot: Slot) -> Option<Box<Trace>> {
        let trace = self.traces.take(slot)?;
        self.places.remove(&trace.id, slot);
        match self.traces.get_mut(trace.older) {
            Some(older) => older.newer = trace.newer,
            None => self.oldest = trace.newer,
        }
        match self.traces.get_mut(trace.newer) {
            Some(newer) => newer.older = trace.older,
            None => self.newest = trace.older,
        }
        self.resident = self.resident.saturating_sub(trace.counted());
        self.n_spans = self.n_spans.saturating_sub(u64::from(trace.n_spans));
        Some(Box::new(trace))
    }

    /// Makes sure that a timer rings no later than `deadline_ms`.
    pub(super) fn arm(&mut self, slot: Slot, deadline_ms: u64) {
        let trace = self.traces.get_mut(slot);
        if trace.is_some_and(|trace| trace.arm(deadline_ms)) {
            self.wheel.set(slot, deadline_ms);
        }
    }

    /// The places whose timers have rung; each has to be armed again or closed.
    pub(super) fn ring(&mut self, now_ms: u64, limit: usize, due: &mut Vec<Slot>) {
        self.wheel.ring(now_ms, limit, due);
        for slot in due {
            if let Some(trace) = self.traces.get_mut(*slot) {
                trace.rung(now_ms);
            }
        }
    }

    /// How many timers are due and have not rung.
    pub(super) fn overdue(&self, now_ms: u64) -> u64 {
        self.wheel.overdue(now_ms) as u64
    }

    /// The trace that arrived first.
    pub(super) fn oldest(&self) -> Option<Slot> {
        Some(self.oldest).filter(|slot| *slot != NOBODY)
    }

    /// All places, in order of first arrival.
    pub(super) fn by_age(&self) -> impl Iterator<Item = Slot> {
        successors(self.oldest(), |slot| {
            let newer = self.get(*slot)?.newer;
            Some(newer).filter(|slot| *slot != NOBODY)
        })
    }

    /// The trace with the most bytes; of equal ones the oldest.
    pub(super) fn heaviest(&mut self) -> Option<Slot> {
        let traces = &self.traces;
        for (number, list) in self.classes.as_mut()?.iter_mut().enumerate().rev() {
            list.retain(|entry| {
                alive(traces, *entry).is_some_and(|trace| class(trace.bytes) == number)
            });
            list.dedup();
            let weight = |entry: &&Entry| {
                let trace = alive(traces, **entry);
                trace.map(|trace| (trace.bytes, std::cmp::Reverse(trace.seq)))
            };
            if let Some((slot, _)) = list.iter().max_by_key(weight) {
                return Some(*slot);
            }
        }
        None
    }
}

fn alive(traces: &Slab<Trace>, (slot, seq): Entry) -> Option<&Trace> {
    let trace = traces.get(slot)?;
    (trace.seq as u32 == seq).then_some(trace)
}

fn class(bytes: u64) -> usize {
    bytes
        .checked_ilog2()
        .map_or(0, |class| class as usize + 1)
        .min(CLASSES - 1)
}
