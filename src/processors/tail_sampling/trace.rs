//! One open trace: its spans as bytes, and the running aggregates that policies read.

use std::cell::OnceCell;
use std::sync::Arc;

use super::config::{Coin, Mode};
use super::exact::Exact;
use super::plan::Plan;
use super::policy::Basis;
use super::rules::Rules;
use super::shelf::Shelf;
use super::spans::Spans;
use super::table::Slot;
use super::vault::Ticket;
use crate::sampling::expression::Mask;
use crate::sampling::randomness::Randomness;
use crate::sampling::rollup::Figure;
use crate::sampling::sums::Most;
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
    /// What its latest span has changed, and what any of them has.
    pub changed: Basis,
    pub ever: Basis,
    /// Those in memory.
    pub spans: Spans,
    pub extra: Option<Box<Extra>>,
    rare: Option<Box<Rare>>,
}

/// What only some configurations need.
#[derive(Clone, Default)]
pub(super) struct Extra {
    /// What its figures come to at most.
    pub most: Most,
    /// How many spans have passed each counted test; none until there is one.
    counts: Box<[u32]>,
    /// The same exactly, once somebody had to know.
    pub exact: OnceCell<Box<Exact>>,
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
            ever: Basis::NOTHING,
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
    #[inline]
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

    /// No less than some figures together, each summed without its own roll-ups.
    pub(super) fn at_most(&self, figures: &[Figure]) -> f64 {
        let extra = self.extra.as_ref();
        extra.map_or(0.0, |extra| extra.most.of(figures))
    }

    /// What its spans add up to exactly, if anything is added up. Once that is known, it stays known
    /// whatever becomes of them; until then they are all on the shelf.
    pub(super) fn settle(&self, shelf: &Shelf) -> Option<&Exact> {
        let extra = self.extra.as_ref()?;
        let work_out = || Box::new(Exact::of(self, shelf));
        Some(extra.exact.get_or_init(work_out))
    }

    /// How many spans have passed a counted test.
    pub(super) fn count(&self, counter: usize) -> u32 {
        let extra = self.extra.as_ref();
        let count = extra.and_then(|extra| extra.counts.get(counter));
        count.copied().unwrap_or_default()
    }

    /// How many spans are calls to a loop policy.
    pub(super) fn n_calls(&self, index: usize) -> u32 {
        let spec = self.rules.plan.loops.get(index);
        spec.map_or(0, |spec| self.count(spec.place))
    }

    /// Whether a root has arrived.
    pub(super) fn has_root(&self) -> bool {
        self.root != NEVER
    }

    /// Whether [`Trace::duration_nanos`] is more than this; what has not ended is not long.
    #[inline]
    pub(super) fn lasts_longer_than(&self, nanos: u64) -> bool {
        (self.start != 0) & (self.end.saturating_sub(self.start) > nanos)
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
    /// Nothing added up yet.
    pub(super) fn new(plan: &Plan) -> Self {
        let extra = Extra::default();
        if plan.sums.as_ref().is_some_and(|sums| sums.exactly) {
            extra.exact.get_or_init(|| Box::new(Exact::new(plan)));
        }
        extra
    }

    /// One more span has passed a test, of so many that are counted; says how many that are.
    pub(super) fn count_up(&mut self, place: usize, places: usize) -> u32 {
        if self.counts.is_empty() {
            self.counts = vec![0; places].into();
        }
        let Some(count) = self.counts.get_mut(place) else {
            return 0;
        };
        *count = count.saturating_add(1);
        *count
    }

    fn resident(&self) -> u64 {
        let exact = self.exact.get().map_or(0, |exact| exact.bytes());
        (size_of::<Extra>() + size_of_val(&*self.counts) + exact) as u64
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
