//! One open trace: its spans as bytes, and the running aggregates that policies read.

use std::borrow::Cow;
use std::sync::Arc;

use super::config::{Coin, Mode};
use super::plan::Plan;
use super::policy::Basis;
use super::rules::Rules;
use super::spans::Spans;
use super::vault::Ticket;
use crate::sampling::decimal::Decimal;
use crate::sampling::expression::{Mask, Reading, Scalar, Slot, TraceField, TraceFigures};
use crate::sampling::loops::Calls;
use crate::sampling::randomness::Randomness;
use crate::sampling::rollup::{Amount, Figure, Figures, Rollup};
use crate::sampling::threshold::Threshold;
use crate::sampling::tracestate::Ot;
use crate::sampling::verdict::Trigger;

/// A trace id.
pub(super) type Id = [u8; 16];

/// Distinct values remembered per tracked attribute and trace.
const VALUES_MAX: usize = 16;
/// Longest remembered value, in bytes.
const VALUE_MAX: usize = 256;
/// A time that does not come.
pub(super) const NEVER: u64 = u64::MAX;
/// Longest remembered session name, in bytes.
const SESSION_MAX: usize = 4096;

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

    /// Takes a span into the aggregates.
    pub(super) fn accumulate(&mut self, plan: &Plan, span: &Reading<'_>) {
        self.n_spans = self.n_spans.saturating_add(1);
        self.n_errors += u32::from(span.status == 2);
        if span.start != 0 {
            self.start = if self.start == 0 {
                span.start
            } else {
                self.start.min(span.start)
            };
        }
        self.end = self.end.max(span.end);
        if !span.tracestate.is_empty() {
            let ot = Ot::read(span.tracestate);
            self.randomness = self.randomness.or(ot.randomness);
            self.incoming = self.incoming.or(ot.threshold);
        }
        // Tests of whole traces may ask for what a first span does not change.
        self.changed = if self.n_spans == 1 {
            Basis::ANYTHING
        } else {
            Basis::SPANS
        };
        self.changed
            .add(Basis::BITS, plan.bits.mark(span, &mut self.mask));
        let plain = plan.sums.is_none()
            && plan.counters.is_empty()
            && plan.loops.is_empty()
            && plan.tracked.is_empty()
            && plan.sessions.is_empty();
        if !plain {
            let extra = self.extra.get_or_insert_default();
            extra.accumulate(plan, span, &mut self.changed);
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
    fn accumulate(&mut self, plan: &Plan, span: &Reading<'_>, changed: &mut Basis) {
        if let Some(slots) = &plan.sums {
            let number = |slot: &Slot| amount(span.own(*slot));
            let mut costs = slots.cost.iter().map(number);
            let cost = costs.find(|cost| cost.exists()).unwrap_or_default();
            let figures: Figures = [cost, number(&slots.input), number(&slots.output)];
            let adds = self.rollup.add(span.id, span.parent, &figures);
            changed.add(Basis::SUMS, adds);
        }
        if self.counters.is_empty() {
            self.counters = vec![0; plan.counters.len()];
        }
        for (count, test) in self.counters.iter_mut().zip(&plan.counters) {
            let holds = test.holds(span);
            *count += u32::from(holds);
            changed.add(Basis::COUNTS, holds);
        }
        self.accumulate_calls(plan, span, changed);
        if self.tracked.is_empty() {
            self.tracked = vec![Vec::new(); plan.tracked.len()];
        }
        for (values, slot) in self.tracked.iter_mut().zip(&plan.tracked) {
            note(values, span.either(*slot));
        }
        for (rank, slot) in (0..).zip(&plan.sessions) {
            if self.session.as_ref().is_some_and(|(own, _)| *own <= rank) {
                break;
            }
            let name = [span.own(*slot), span.resource(*slot)]
                .into_iter()
                .find_map(|value| value.as_str().filter(|text| !text.is_empty()));
            if let Some(name) = name {
                self.session = Some((rank, cut(name, SESSION_MAX).into()));
                break;
            }
        }
    }

    fn accumulate_calls(&mut self, plan: &Plan, span: &Reading<'_>, changed: &mut Basis) {
        for (index, spec) in plan.loops.iter().enumerate() {
            if !spec.is_call.holds(span) {
                continue;
            }
            // Many traces have no call at all.
            if self.calls.is_empty() {
                let fresh = plan.loops.iter().map(|spec| Calls::new(spec.shape));
                self.calls = fresh.collect();
            }
            let tool = span.own(spec.tool).as_str().unwrap_or_default();
            let arguments = spec.arguments.and_then(|slot| match span.own(slot) {
                Scalar::Str(text) => Some(Cow::Borrowed(text)),
                // Structured arguments cannot be compared here: such calls are never the same.
                Scalar::Other => Some(Cow::Owned(span.id.to_string())),
                _ => None,
            });
            let key = plan.call_keys.of(tool, arguments.as_deref());
            if let Some(calls) = self.calls.get_mut(index) {
                calls.add(span.start, key);
            }
            changed.add(Basis::CALLS, true);
        }
    }

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

/// A span's number.
fn amount(value: Scalar<'_>) -> Amount {
    match value {
        Scalar::Int(n) => Amount::Whole(n),
        Scalar::Double(x) if x.is_finite() => Amount::Double(x),
        _ => Amount::Absent,
    }
}

/// Remembers a value as text.
fn note(values: &mut Vec<Box<str>>, value: Scalar<'_>) {
    let text = match value {
        Scalar::Str(text) => cut(text, VALUE_MAX).to_owned(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Double(x) => x.to_string(),
        Scalar::Bool(b) => b.to_string(),
        Scalar::Absent | Scalar::Other => return,
    };
    if values.len() < VALUES_MAX && values.iter().all(|own| **own != *text) {
        values.push(text.into());
    }
}

fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max))
        .unwrap_or_default()
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
