//! What one walk over a span yields: the attributes somebody asks about, each in its slot.

use super::clauses::Facts;
use crate::otlp::{Encoded, Event, Outline, Scope, SpanId, Value};

/// A value a condition can look at, without its memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Scalar<'a> {
    /// There is none.
    #[default]
    Absent,
    /// Text.
    Str(&'a str),
    /// A whole number.
    Int(i64),
    /// A double.
    Double(f64),
    /// A truth value.
    Bool(bool),
    /// Something that is there but cannot be compared: bytes, an array, a map.
    Other,
}

impl<'a> Scalar<'a> {
    /// The text, if it is one.
    pub fn as_str(self) -> Option<&'a str> {
        if let Scalar::Str(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The number, if it is one.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Scalar::Int(n) => Some(n as f64),
            Scalar::Double(x) => Some(x),
            _ => None,
        }
    }

    /// The value it was read from, if it has not lost anything.
    pub(super) fn plain(self) -> Option<Value<'a>> {
        match self {
            Scalar::Str(text) => Some(Value::Str(text)),
            Scalar::Int(n) => Some(Value::Int(n)),
            Scalar::Double(x) => Some(Value::Double(x)),
            Scalar::Bool(b) => Some(Value::Bool(b)),
            Scalar::Absent | Scalar::Other => None,
        }
    }

    /// Whether there is a value at all.
    pub fn exists(self) -> bool {
        !matches!(self, Scalar::Absent)
    }
}

impl<'a> Scalar<'a> {
    /// A value, looked into.
    #[inline]
    pub fn of(value: Encoded<'a>) -> Self {
        Scalar::from(&value.number().unwrap_or_else(|| value.get()))
    }
}

impl<'a> From<&Value<'a>> for Scalar<'a> {
    fn from(value: &Value<'a>) -> Self {
        match value {
            Value::Str(text) => Scalar::Str(text),
            Value::Bool(b) => Scalar::Bool(*b),
            Value::Int(n) => Scalar::Int(*n),
            Value::Double(x) => Scalar::Double(*x),
            Value::Empty => Scalar::Absent,
            Value::Bytes(_) | Value::Array(_) | Value::Map(_) => Scalar::Other,
        }
    }
}

/// Where an attribute's value stands in a [`Reading`].
pub type Slot = u16;

/// Values by slot.
#[derive(Clone, Debug)]
pub struct Slots<'a> {
    /// Most configurations ask about no more: these need no memory.
    few: [Encoded<'a>; FEW],
    more: Vec<Encoded<'a>>,
    /// One bit for each of the first [`BITS`] slots that has a value.
    present: u64,
    /// One bit for each of them whose value is worth a look.
    looks: u64,
}

/// Slots that need no memory of their own.
const FEW: usize = 24;

/// Slots whose presence is one bit.
pub(super) const BITS: Slot = 52;

impl<'a> Slots<'a> {
    /// Room for so many values.
    #[inline]
    pub fn new(len: usize) -> Self {
        Slots {
            few: [Encoded::default(); FEW],
            more: match len.checked_sub(FEW) {
                None | Some(0) => Vec::new(),
                Some(more) => vec![Encoded::default(); more],
            },
            present: 0,
            looks: 0,
        }
    }

    /// The value of a slot.
    #[inline]
    pub fn get(&self, slot: Slot) -> Scalar<'a> {
        self.find(slot).map_or(Scalar::Absent, Scalar::of)
    }

    /// The value of a slot before it is looked into.
    #[inline]
    pub fn find(&self, slot: Slot) -> Option<Encoded<'a>> {
        match self.few.get(usize::from(slot)) {
            Some(value) => (self.present >> slot & 1 != 0).then_some(*value),
            None => self.find_more(slot),
        }
    }

    #[cold]
    fn find_more(&self, slot: Slot) -> Option<Encoded<'a>> {
        let value = self.more.get(usize::from(slot) - FEW);
        value.copied().filter(|value| value.exists())
    }

    /// Whether a slot has a value.
    #[inline]
    pub fn has(&self, slot: Slot) -> bool {
        self.find(slot).is_some()
    }

    /// A slot's bit; that of a later slot is every bit.
    pub fn bit(slot: Slot) -> u64 {
        if slot < BITS { 1 << slot } else { u64::MAX }
    }

    /// Whether there may be a value in one of some slots, given by their bits.
    #[inline]
    pub fn has_any(&self, bits: u64) -> bool {
        self.present & bits != 0 || bits == u64::MAX
    }

    /// One bit for each of the first slots that has a value.
    #[inline]
    pub(super) fn present(&self) -> u64 {
        self.present
    }

    /// One bit for each of the first slots whose value is worth a look.
    #[inline]
    pub(super) fn looks(&self) -> u64 {
        self.looks
    }

    /// Takes in a value that exists; of those with equal keys the first counts.
    #[inline]
    pub(super) fn take(&mut self, slot: Slot, value: Encoded<'a>, is_worth_a_look: bool) {
        match self.few.get_mut(usize::from(slot)) {
            Some(own) => {
                if self.present >> slot & 1 == 0 {
                    *own = value;
                    self.present |= 1 << slot;
                    self.looks |= u64::from(is_worth_a_look) << slot;
                }
            }
            None => self.take_more(slot, value, is_worth_a_look),
        }
    }

    #[cold]
    fn take_more(&mut self, slot: Slot, value: Encoded<'a>, is_worth_a_look: bool) {
        let own = self.more.get_mut(usize::from(slot) - FEW);
        if let Some(own) = own.filter(|own| !own.exists()) {
            *own = value;
            if slot < BITS {
                self.present |= 1 << slot;
                self.looks |= u64::from(is_worth_a_look) << slot;
            }
        }
    }
}

/// An evaluation's name and score, found together on a span or on one of its events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation<'a> {
    /// `gen_ai.evaluation.name`.
    pub name: &'a str,
    /// `gen_ai.evaluation.score.value`.
    pub score: f64,
}

/// One span, read once.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The span's own attributes.
    own: &'a Slots<'a>,
    /// Its resource's attributes.
    resource: &'a Slots<'a>,
    outline: &'a Outline<'a>,
    scope: &'a Scope,
    /// What is known of it at a glance.
    pub(super) facts: Facts,
    /// The span's id as a number.
    pub id: u64,
    /// Its parent's id as a number; zero is none.
    pub parent: u64,
    /// Status code: 0 unset, 1 ok, 2 error.
    pub status: i32,
    /// Evaluations on it, if somebody asks about them.
    pub evaluations: &'a [Evaluation<'a>],
}

impl<'a> Reading<'a> {
    /// What [`Keys::read`](super::Keys::read) and [`Keys::fill`](super::Keys::fill) found on a span
    /// and its resource.
    #[inline]
    pub fn of(
        outline: &'a Outline<'a>,
        own: &'a Slots<'a>,
        resource: &'a Slots<'a>,
        scope: &'a Scope,
    ) -> Self {
        let number = |id: SpanId| u64::from_be_bytes(id.0);
        let status = outline.status_code();
        let parent = outline.parent_span_id().map_or(0, number);
        Reading {
            own,
            resource,
            outline,
            scope,
            facts: Facts::of(own, resource, status, outline.kind, parent == 0),
            id: number(outline.span_id()),
            parent,
            status,
            evaluations: &[],
        }
    }

    /// The span's name.
    pub fn name(&self) -> &'a str {
        self.outline.name()
    }

    /// The instrumentation scope it is under.
    pub fn scope(&self) -> &'a Scope {
        self.scope
    }

    /// Span kind, 0 to 5.
    pub fn kind(&self) -> i32 {
        self.outline.kind
    }

    /// Start, nanoseconds since 1970.
    pub fn start(&self) -> u64 {
        self.outline.start_unix_nano
    }

    /// End, nanoseconds since 1970; 0 if it has not ended.
    pub fn end(&self) -> u64 {
        self.outline.end_unix_nano
    }

    /// The flags word.
    pub fn flags(&self) -> u32 {
        self.outline.flags
    }

    /// Whether it has a `tracestate`.
    #[inline]
    pub fn has_tracestate(&self) -> bool {
        self.outline.has_trace_state()
    }

    /// The `tracestate`.
    pub fn tracestate(&self) -> &'a str {
        self.outline.trace_state()
    }

    /// Whether it has no parent.
    pub fn is_root(&self) -> bool {
        self.parent == 0
    }

    /// What happened during the span.
    pub fn events(&self) -> impl Iterator<Item = Event<'a>> + use<'a> {
        self.outline.events()
    }

    /// The span's own value of a slot.
    #[inline]
    pub fn own(&self, slot: Slot) -> Scalar<'a> {
        self.own.get(slot)
    }

    /// The span's own values.
    #[inline]
    pub fn own_slots(&self) -> &'a Slots<'a> {
        self.own
    }

    /// Its resource's values.
    #[inline]
    pub(super) fn resource_slots(&self) -> &'a Slots<'a> {
        self.resource
    }

    /// The resource's value of a slot.
    #[inline]
    pub fn resource(&self, slot: Slot) -> Scalar<'a> {
        self.resource.get(slot)
    }

    /// The span's own value, or else the resource's.
    pub fn either(&self, slot: Slot) -> Scalar<'a> {
        if self.own.has(slot) {
            self.own(slot)
        } else {
            self.resource(slot)
        }
    }

    /// Milliseconds from start to end, if the span has ended.
    pub fn duration_ms(&self) -> Option<f64> {
        let nanos = i128::from(self.end()) - i128::from(self.start());
        (self.end() != 0).then_some(nanos as f64 / 1e6)
    }
}
