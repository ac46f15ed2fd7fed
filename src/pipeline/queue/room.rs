//! What waits in a queue, by signal: bounded in bytes, batched up by items, bytes and time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::component::Batch;
use crate::config::{self, OnFull};
use crate::otlp::Signal;

/// One batch that waits.
pub(super) struct Waiting {
    pub(super) batch: Arc<Batch>,
    pub(super) bytes: usize,
    pub(super) items: u64,
    /// When it was offered, on the clock's `mono`.
    pub(super) since: Duration,
}

/// Batches of one signal that leave together.
pub(super) struct Load {
    pub(super) signal: Signal,
    pub(super) parts: Vec<Arc<Batch>>,
    pub(super) bytes: usize,
    /// When the oldest part was offered.
    pub(super) since: Duration,
}

/// What became of an offer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    Taken,
    /// Taken, at the cost of so many older items.
    Evicted(u64),
    Refused,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    items: u64,
    /// Requests in flight.
    away: usize,
}

/// The waiting room. Knows nothing of tasks or time: it is told both.
pub(super) struct Room {
    settings: config::Queue,
    lanes: [Lane; 3],
    /// Waiting and in flight.
    bytes: usize,
}

fn lane_of(signal: Signal) -> usize {
    match signal {
        Signal::Traces => 0,
        Signal::Metrics => 1,
        Signal::Logs => 2,
    }
}

const SIGNALS: [Signal; 3] = [Signal::Traces, Signal::Metrics, Signal::Logs];

impl Room {
    pub(super) fn new(settings: config::Queue) -> Self {
        Room {
            settings,
            lanes: Default::default(),
            bytes: 0,
        }
    }

    /// Bytes waiting or in flight.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Items waiting (those in flight are not in it).
    pub(super) fn items(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.items).sum()
    }

    /// Whether nothing waits.
    pub(super) fn is_idle(&self) -> bool {
        self.lanes.iter().all(|lane| lane.waiting.is_empty())
    }

    pub(super) fn put(&mut self, new: Waiting) -> Put {
        let limit = self.settings.max_bytes.bytes();
        let fits = |room: &Room| room.bytes + new.bytes <= limit || room.bytes == 0;
        let mut evicted = 0;
        match self.settings.on_full {
            Some(OnFull::DropNewest) if !fits(self) => return Put::Refused,
            Some(OnFull::DropOldest) => {
                while !fits(self) {
                    // What is in flight stays; one batch may wait beside it, however full.
                    let Some(oldest) = self.oldest().and_then(|lane| self.pop(lane)) else {
                        break;
                    };
                    self.bytes -= oldest.bytes;
                    evicted += oldest.items;
                }
            }
            _ => {}
        }
        self.settle(new, evicted)
    }

    /// The next request, if one is ready: its lane is full enough, old enough, or all must leave.
    pub(super) fn take(&mut self, now: Duration, closing: bool) -> Option<Load> {
        let ready = |(_, lane): &(usize, &Lane)| {
            closing || self.is_full_enough(lane) || self.age_left(lane, now) == Some(Duration::ZERO)
        };
        let (index, _) = self
            .free_lanes()
            .filter(ready)
            .min_by_key(|(_, lane)| lane.head())?;
        let first = self.pop(index)?;
        let mut load = Load {
            signal: *SIGNALS.get(index)?,
            bytes: first.bytes,
            since: first.since,
            parts: vec![first.batch],
        };
        let mut items = first.items;
        while let Some(next) = self.lanes.get(index).and_then(|lane| lane.waiting.front()) {
            let fits = load.bytes + next.bytes <= self.settings.batch_bytes.bytes();
            if items >= self.settings.batch_items as u64 || !fits {
                break;
            }
            let Some(next) = self.pop(index) else { break };
            load.bytes += next.bytes;
            items += next.items;
            load.parts.push(next.batch);
        }
        self.lanes.get_mut(index)?.away += 1;
        Some(load)
    }

    /// How long until [`Room::take`] may have something, if nothing else happens.
    pub(super) fn due(&self, now: Duration) -> Option<Duration> {
        self.free_lanes()
            .filter_map(|(_, lane)| self.age_left(lane, now))
            .min()
    }

    /// A request came back, delivered or given up.
    pub(super) fn returned(&mut self, signal: Signal, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        if let Some(lane) = self.lanes.get_mut(lane_of(signal)) {
            lane.away = lane.away.saturating_sub(1);
        }
    }

    /// Forgets everything that waits; answers how many items that were.
    pub(super) fn empty(&mut self) -> u64 {
        let lost = self.items();
        for index in 0..self.lanes.len() {
            while let Some(gone) = self.pop(index) {
                self.bytes = self.bytes.saturating_sub(gone.bytes);
            }
        }
        lost
    }

    fn settle(&mut self, new: Waiting, evicted: u64) -> Put {
        self.bytes += new.bytes;
        if let Some(lane) = self.lanes.get_mut(lane_of(new.batch.telemetry.signal())) {
            lane.bytes += new.bytes;
            lane.items += new.items;
            lane.waiting.push_back(new);
        }
        if evicted == 0 {
            Put::Taken
        } else {
            Put::Evicted(evicted)
        }
    }

    /// Takes the head of a lane; its bytes stay counted until it is returned.
    fn pop(&mut self, index: usize) -> Option<Waiting> {
        let lane = self.lanes.get_mut(index)?;
        let head = lane.waiting.pop_front()?;
        lane.bytes -= head.bytes;
        lane.items -= head.items;
        Some(head)
    }

    fn oldest(&self) -> Option<usize> {
        let waiting = self
            .lanes
            .iter()
            .enumerate()
            .filter(|(_, lane)| !lane.waiting.is_empty());
        waiting
            .min_by_key(|(_, lane)| lane.head())
            .map(|(index, _)| index)
    }

    /// Lanes that may send now. Metrics go one request at a time, so that a cumulative point is
    /// never overtaken by a later one while it is retried.
    fn free_lanes(&self) -> impl Iterator<Item = (usize, &Lane)> {
        let metrics = lane_of(Signal::Metrics);
        let free = move |(index, lane): &(usize, &Lane)| {
            !lane.waiting.is_empty() && (*index != metrics || lane.away == 0)
        };
        self.lanes.iter().enumerate().filter(free)
    }

    fn is_full_enough(&self, lane: &Lane) -> bool {
        lane.items >= self.settings.batch_items as u64
            || lane.bytes >= self.settings.batch_bytes.bytes()
    }

    fn age_left(&self, lane: &Lane, now: Duration) -> Option<Duration> {
        let due = lane.waiting.front()?.since + self.settings.batch_timeout.get();
        Some(due.saturating_sub(now))
    }
}

impl Lane {
    fn head(&self) -> Option<Duration> {
        self.waiting.front().map(|head| head.since)
    }
}
