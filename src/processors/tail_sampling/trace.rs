//! One open trace: its spans as bytes, and the running aggregates that policies read.

use std::sync::Arc;

use super::config::{Coin, Mode};
use super::policy::Basis;
use super::rules::Rules;
use super::spans::Spans;
use super::table::Slot;
use super::vault::Ticket;
use crate::sampling::decimal::Decimal;
use crate::sampling::expression::{Mask, Scalar, TraceField, TraceFigures};
use crate::sampling::loops::Calls;
use crate::sampling::randomness::Randomness;
use crate::sampling::rollup::Figure;
use crate::sampling::sums::{Bar, Sums};
use crate::sampling::threshold::Threshold;
use crate::sampling::verdict::Trigger;

/// A trace id.
pub(super) type Id = [u8; 16];

/// A time that has not come: later than all others, which end before it.
const NEVER: u32 = u32::MAX;

/// Where no trace is.
pub(super) const NOBODY: Slot = Slot::MAX;

/// An open, quarantined or partly flushed trace.
pub(super) struct Trace {
    pub id: Id,
    /// The rules it arrived under: what was read of its spans is what these ask about.
    pub rules: Arc<Rules>,
    /// Order of first arrival.
    pub seq: u64,
    /// Who arrived before it and after it, of those that are open.
    pub older: Slot,
    pub newer: Slot,
    /// First arrival, in milliseconds since 1970; the times below are counted from it.
    pub first_ms: u64,
    /// Latest arrival.
    last: u32,
    /// Arrival of the first root.
    root: u32,
    /// When its timer rings at the earliest.
    timer: u32,
    /// What the table counts it with, in units of [`UNIT`].
    counted: u32,
    /// Encoded bytes of its spans, wherever they are.
    pub bytes: u64,
    /// Spans, wherever they are.
    pub n_spans: u32,
    pub n_errors: u32,
    /// Earliest start and latest end, nanoseconds since 1970; zero is none.
    pub start: u64,
    pub end: u64,
    pub mask: Mask,
    /// A keep is certain, whatever else comes.
    pub certain: bool,
    /// What its latest span has changed.
    pub changed: Basis,
    /// Those in memory.
    pub spans: Spans,
    pub extra: Option<Box<Extra>>,
    rare: Option<Box<Rare>>,
}

/// What only some configurations need.
#[derive(Clone, Default)]
pub(super) struct Extra {
    pub sums: Sums,
    /// None until one counts something.
    counters: Box<[u32]>,
    /// None until there is one.
    pub calls: Box<[Calls]>,
}

/// What only few traces have.
#[derive(Default)]
pub(super) struct Rare {
    /// What its `tracestate` says.
    pub randomness: Option<Randomness>,
    pub incoming: Option<Threshold>,
    pub tracked: Vec<Vec<Box<str>>>,
    /// Rank of its key, and the session's name.
    pub session: Option<(u16, Box<str>)>,
    /// Spans on disk, the earliest first.
    pub spilled: Vec<Ticket>,
}

/// Bytes a record takes, with its places in the table: by id and by deadline.
const RECORD_BYTES: u64 = size_of::<Trace>() as u64 + 16;
/// What resident bytes are counted in.
const UNIT: u64 = 16;

impl Trace {
    /// A trace of which nothing is known yet.
    pub(super) fn new(id: Id, seq: u64, now_ms: u64, rules: Arc<Rules>) -> Self {
        Trace {
            id,
            rules,
            seq,
            older: NOBODY,
            newer: NOBODY,
            first_ms: now_ms,
            last: 0,
            root: NEVER,
            timer: NEVER,
            counted: 0,
            bytes: 0,
            n_spans: 0,
            n_errors: 0,
            start: 0,
            end: 0,
            mask: Mask::default(),
            certain: false,
            changed: Basis::NOTHING,
            spans: Spans::default(),
            extra: None,
            rare: None,
        }
    }

    /// Something of it arrives.
    pub(super) fn touch(&mut self, now_ms: u64, is_root: bool) {
        let now = self.after(now_ms);
        self.last = self.last.max(now);
        if is_root && self.root == NEVER {
            self.root = now;
        }
    }

    /// Latest arrival, in milliseconds since 1970.
    pub(super) fn last_ms(&self) -> u64 {
        self.first_ms + u64::from(self.last)
    }

    /// Has its timer ring no later than `deadline_ms`; says whether it has to be set for that.
    pub(super) fn arm(&mut self, deadline_ms: u64) -> bool {
        let deadline = self.after(deadline_ms);
        let earlier = deadline < self.timer;
        if earlier {
            self.timer = deadline;
        }
        earlier
    }

    /// A timer has rung.
    pub(super) fn rung(&mut self, now_ms: u64) {
        if self.timer <= self.after(now_ms) {
            self.timer = NEVER;
        }
    }

    /// Milliseconds from its first arrival to a time; 49 days at most, where none waits for more
    /// than 20.
    fn after(&self, ms: u64) -> u32 {
        let after = u32::try_from(ms.saturating_sub(self.first_ms));
        after.unwrap_or(NEVER).min(NEVER - 1)
    }

    /// Its aggregates alone, without a span.
    pub(super) fn aggregates(&self) -> Box<Trace> {
        let rare = self.rare.as_ref().map(|rare| {
            Box::new(Rare {
                tracked: rare.tracked.clone(),
                session: rare.session.clone(),
                spilled: Vec::new(),
                ..**rare
            })
        });
        Box::new(Trace {
            rules: Arc::clone(&self.rules),
            spans: Spans::default(),
            extra: self.extra.clone(),
            rare,
            ..*self
        })
    }

    /// What few traces have, to be changed.
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Spans on disk, the earliest first; it has none then.
    pub(super) fn take_spilled(&mut self) -> Vec<Ticket> {
        let rare = self.rare.as_mut();
        rare.map_or_else(Vec::new, |rare| std::mem::take(&mut rare.spilled))
    }

    /// The threshold it came with.
    pub(super) fn incoming(&self) -> Option<Threshold> {
        self.rare.as_ref()?.incoming
    }

    /// The randomness it is judged by, and whether spans without `rv` are given it.
    pub(super) fn randomness(&self) -> (Randomness, bool) {
        let by_session = self.rules.config.randomness == Coin::Session;
        let own = Randomness::of_trace(&self.id);
        let explicit = self.rare.as_ref().and_then(|rare| rare.randomness);
        match (explicit, self.session()) {
            (Some(explicit), _) => (explicit, false),
            (None, Some(session)) if by_session => (Randomness::of_session(session), true),
            _ => (own, false),
        }
    }

    /// When it is due, and what will have made it so.
    pub(super) fn due(&self) -> (u64, Trigger) {
        let config = &self.rules.config;
        let (deadline, trigger) = match config.mode {
            Mode::Fixed => (self.first_ms + config.wait.as_ms(), Trigger::Deadline),
            Mode::Activity => {
                let idle = self.last_ms() + config.idle.as_ms();
                let oldest = self.first_ms + config.max_age.as_ms();
                if oldest < idle {
                    (oldest, Trigger::MaxAge)
                } else {
                    (idle, Trigger::Idle)
                }
            }
        };
        let after_root = config.after_root.as_ms();
        let root = self.first_ms + u64::from(self.root) + after_root;
        if after_root > 0 && self.root != NEVER && root < deadline {
            (root, Trigger::Root)
        } else {
            (deadline, trigger)
        }
    }

    /// Rank of the key that its session was found under.
    pub(super) fn session_rank(&self) -> Option<u16> {
        let session = self.rare.as_ref()?.session.as_ref();
        session.map(|(rank, _)| *rank)
    }

    /// Its session, if it has said one.
    pub(super) fn session(&self) -> Option<&str> {
        let (_, session) = self.rare.as_ref()?.session.as_ref()?;
        Some(session)
    }

    /// The values seen of a tracked attribute, in order of arrival.
    pub(super) fn values(&self, tracked: usize) -> &[Box<str>] {
        let rare = self.rare.as_ref();
        rare.and_then(|rare| rare.tracked.get(tracked))
            .map_or(&[], Vec::as_slice)
    }

    /// A figure summed without roll-ups.
    pub(super) fn sum(&self, figure: Figure) -> Decimal {
        self.extra
            .as_ref()
            .map_or(Decimal::ZERO, |extra| extra.sums.sum(figure))
    }

    /// Input and output tokens, each summed without its own roll-ups.
    pub(super) fn tokens(&self) -> Decimal {
        self.sum(Figure::Input) + self.sum(Figure::Output)
    }

    /// Whether some figures together, each summed without its own roll-ups, come to an amount.
    pub(super) fn reaches(&self, figures: &[Figure], bar: &Bar) -> bool {
        match &self.extra {
            Some(extra) => extra.sums.reach(figures, bar),
            None => Sums::default().reach(figures, bar),
        }
    }

    /// How many spans have passed a counted test.
    pub(super) fn count(&self, counter: usize) -> u32 {
        let extra = self.extra.as_ref();
        extra
            .and_then(|extra| extra.counters.get(counter))
            .copied()
            .unwrap_or_default()
    }

    /// What a loop policy has found.
    pub(super) fn most_calls(&self, index: usize) -> u32 {
        let extra = self.extra.as_ref();
        extra
            .and_then(|extra| extra.calls.get(index))
            .map_or(0, Calls::most)
    }

    /// Nanoseconds from the earliest start to the latest end, if anything has ended.
    pub(super) fn duration_nanos(&self) -> Option<u64> {
        let known = self.start != 0 && self.end != 0;
        known.then(|| self.end.checked_sub(self.start)).flatten()
    }

    /// Resident bytes: what the byte budget counts.
    pub(super) fn resident(&self) -> u64 {
        let extra = self.extra.as_ref().map_or(0, |extra| extra.resident());
        let rare = self.rare.as_ref().map_or(0, |rare| rare.resident());
        RECORD_BYTES + self.spans.resident() + extra + rare
    }

    /// Counts its resident bytes anew; [`Trace::counted`] is what they came to.
    pub(super) fn count_bytes(&mut self) -> u64 {
        let units = self.resident().div_ceil(UNIT);
        self.counted = u32::try_from(units).unwrap_or(u32::MAX);
        self.counted()
    }

    /// The resident bytes it was last counted with.
    pub(super) fn counted(&self) -> u64 {
        u64::from(self.counted) * UNIT
    }
}

impl Extra {
    /// One more span has passed a counted test, of so many that there are.
    pub(super) fn count_up(&mut self, counter: usize, counters: usize) {
        if self.counters.is_empty() {
            self.counters = vec![0; counters].into();
        }
        if let Some(count) = self.counters.get_mut(counter) {
            *count += 1;
        }
    }

    fn resident(&self) -> u64 {
        let calls: usize = self.calls.iter().map(Calls::bytes).sum();
        let lists = size_of_val(&*self.calls) + size_of_val(&*self.counters);
        (size_of::<Extra>() + self.sums.bytes() + calls + lists) as u64
    }
}

impl Rare {
    fn resident(&self) -> u64 {
        let values = self.tracked.iter().flatten();
        let values: usize = values.map(|value| value.len() + 16).sum();
        let session = self
            .session
            .as_ref()
            .map_or(0, |(_, session)| session.len());
        (size_of::<Rare>() + size_of_val(&*self.tracked) + values + session) as u64
    }
}

impl TraceFigures for Trace {
    fn mask(&self) -> &Mask {
        &self.mask
    }

    fn figure(&self, field: TraceField) -> Scalar<'_> {
        let int = |n: u64| Scalar::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match field {
            TraceField::DurationMs => match self.duration_nanos() {
                Some(nanos) => Scalar::Double(nanos as f64 / 1e6),
                None => Scalar::Absent,
            },
            TraceField::Spans => int(u64::from(self.n_spans)),
            TraceField::Errors => int(u64::from(self.n_errors)),
            TraceField::Bytes => int(self.bytes),
            TraceField::CostUsd => Scalar::Double(self.sum(Figure::Cost).as_f64()),
            TraceField::Tokens => Scalar::Double(self.tokens().as_f64()),
            TraceField::HasRoot => Scalar::Bool(self.root != NEVER),
        }
    }

    fn at_most(&self, field: TraceField) -> f64 {
        let figures: &[Figure] = match field {
            TraceField::CostUsd => &[Figure::Cost],
            TraceField::Tokens => &[Figure::Input, Figure::Output],
            _ => return f64::INFINITY,
        };
        let extra = self.extra.as_ref();
        extra.map_or(0.0, |extra| extra.sums.at_most(figures))
    }
}
