//! One open trace: its spans as bytes, and the running aggregates that policies read.

use std::sync::Arc;

use super::config::{Coin, Mode};
use super::policy::Basis;
use super::rules::Rules;
use super::spans::Spans;
use super::vault::Ticket;
use crate::sampling::decimal::Decimal;
use crate::sampling::expression::{Mask, Scalar, TraceField, TraceFigures};
use crate::sampling::loops::Calls;
use crate::sampling::randomness::Randomness;
use crate::sampling::rollup::{Figure, Rollup};
use crate::sampling::threshold::Threshold;
use crate::sampling::verdict::Trigger;

/// A trace id.
pub(super) type Id = [u8; 16];

/// A time that does not come.
pub(super) const NEVER: u64 = u64::MAX;

/// An open, quarantined or partly flushed trace.
pub(super) struct Trace {
    pub id: Id,
    /// The rules it arrived under: what was read of its spans is what these ask about.
    pub rules: Arc<Rules>,
    /// Order of first arrival.
    pub seq: u64,
    /// First arrival, in milliseconds since 1970.
    pub first_ms: u64,
    /// Latest arrival.
    pub last_ms: u64,
    /// Arrival of the first root; [`NEVER`] if none has come.
    pub root_ms: u64,
    /// When its timer rings at the earliest.
    pub timer_ms: u64,
    /// Encoded bytes of its spans, wherever they are.
    pub bytes: u64,
    /// What the table counts it with.
    pub counted: u64,
    /// Spans, wherever they are.
    pub n_spans: u32,
    pub n_errors: u32,
    /// Earliest start and latest end, nanoseconds since 1970; zero is none.
    pub start: u64,
    pub end: u64,
    pub mask: Mask,
    pub randomness: Option<Randomness>,
    pub incoming: Option<Threshold>,
    /// A keep is certain, whatever else comes.
    pub certain: bool,
    /// What its latest span has changed.
    pub changed: Basis,
    /// Those in memory.
    pub spans: Spans,
    pub extra: Option<Box<Extra>>,
}

/// What only some traces or configurations need.
#[derive(Default)]
pub(super) struct Extra {
    pub rollup: Rollup,
    pub counters: Vec<u32>,
    pub calls: Vec<Calls>,
    pub tracked: Vec<Vec<Box<str>>>,
    /// Rank of its key, and the session's name.
    pub session: Option<(u16, Box<str>)>,
    /// Spans on disk, the earliest first.
    pub spilled: Vec<Ticket>,
}

/// Bytes a record takes, with its places in the table: by id, by age and by deadline.
const RECORD_BYTES: u64 = size_of::<Trace>() as u64 + 48;

impl Trace {
    /// A trace of which nothing is known yet.
    pub(super) fn new(id: Id, seq: u64, now_ms: u64, rules: Arc<Rules>) -> Self {
        Trace {
            id,
            rules,
            seq,
            first_ms: now_ms,
            last_ms: now_ms,
            root_ms: NEVER,
            timer_ms: 0,
            bytes: 0,
            counted: 0,
            n_spans: 0,
            n_errors: 0,
            start: 0,
            end: 0,
            mask: Mask::default(),
            randomness: None,
            incoming: None,
            certain: false,
            changed: Basis::NOTHING,
            spans: Spans::default(),
            extra: None,
        }
    }

    /// Its aggregates alone, without a span.
    pub(super) fn aggregates(&self) -> Box<Trace> {
        let extra = self.extra.as_ref().map(|extra| {
            Box::new(Extra {
                rollup: extra.rollup.clone(),
                counters: extra.counters.clone(),
                calls: extra.calls.clone(),
                tracked: extra.tracked.clone(),
                session: extra.session.clone(),
                spilled: Vec::new(),
            })
        });
        Box::new(Trace {
            rules: Arc::clone(&self.rules),
            spans: Spans::default(),
            extra,
            ..*self
        })
    }

    /// The randomness it is judged by, and whether spans without `rv` are given it.
    pub(super) fn randomness(&self) -> (Randomness, bool) {
        let by_session = self.rules.config.randomness == Coin::Session;
        let own = Randomness::of_trace(&self.id);
        match (self.randomness, self.session()) {
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
                let idle = self.last_ms + config.idle.as_ms();
                let oldest = self.first_ms + config.max_age.as_ms();
                if oldest < idle {
                    (oldest, Trigger::MaxAge)
                } else {
                    (idle, Trigger::Idle)
                }
            }
        };
        let after_root = config.after_root.as_ms();
        let root = self.root_ms.saturating_add(after_root);
        if after_root > 0 && root < deadline {
            (root, Trigger::Root)
        } else {
            (deadline, trigger)
        }
    }

    /// Its session, if it has said one.
    pub(super) fn session(&self) -> Option<&str> {
        self.extra
            .as_ref()?
            .session
            .as_ref()
            .map(|(_, session)| &**session)
    }

    /// The values seen of a tracked attribute, in order of arrival.
    pub(super) fn values(&self, tracked: usize) -> &[Box<str>] {
        let extra = self.extra.as_ref();
        extra
            .and_then(|extra| extra.tracked.get(tracked))
            .map_or(&[], Vec::as_slice)
    }

    /// A figure summed without roll-ups.
    pub(super) fn sum(&self, figure: Figure) -> Decimal {
        self.extra
            .as_ref()
            .map_or(Decimal::ZERO, |extra| extra.rollup.sum(figure))
    }

    /// Input and output tokens, each summed without its own roll-ups.
    pub(super) fn tokens(&self) -> Decimal {
        self.sum(Figure::Input) + self.sum(Figure::Output)
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
        RECORD_BYTES + self.spans.resident() + extra
    }
}

impl Extra {
    fn resident(&self) -> u64 {
        let calls: usize = self
            .calls
            .iter()
            .map(|calls| size_of::<Calls>() + calls.bytes())
            .sum();
        let values: usize = self
            .tracked
            .iter()
            .flatten()
            .map(|value| value.len() + 16)
            .sum();
        let own = size_of::<Extra>() + self.rollup.bytes() + calls + values;
        own as u64
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
            TraceField::HasRoot => Scalar::Bool(self.root_ms != NEVER),
        }
    }
}
