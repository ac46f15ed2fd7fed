//! What one walk over a span yields: the attributes somebody asks about, each in its slot.

use crate::otlp::{Attributes, Encoded, Event, Outline, Span, SpanId, Value};

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

    /// Whether there is a value at all.
    pub fn exists(self) -> bool {
        !matches!(self, Scalar::Absent)
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

/// The attribute keys somebody asks about, found by length first.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    by_length: Vec<Vec<(Box<str>, Slot)>>,
    n: Slot,
}

impl Keys {
    /// The slot of a key; a new one if nobody asked before.
    pub fn slot(&mut self, key: &str) -> Slot {
        if let Some(slot) = self.find(key) {
            return slot;
        }
        if self.by_length.len() <= key.len() {
            self.by_length.resize(key.len() + 1, Vec::new());
        }
        let slot = self.n;
        self.n += 1;
        if let Some(same_length) = self.by_length.get_mut(key.len()) {
            same_length.push((key.into(), slot));
        }
        slot
    }

    /// The slot of a key, if somebody asks about it.
    pub fn find(&self, key: &str) -> Option<Slot> {
        self.find_bytes(key.as_bytes())
    }

    #[inline]
    fn find_bytes(&self, key: &[u8]) -> Option<Slot> {
        let same_length = self.by_length.get(key.len())?;
        same_length
            .iter()
            .find(|(own, _)| own.as_bytes() == key)
            .map(|(_, slot)| *slot)
    }

    /// Puts the values somebody asks about into their slots.
    pub fn fill<'a>(&self, attributes: Attributes<'a>, slots: &mut Slots<'a>) {
        slots.clear(self.len());
        for (key, value) in attributes.encoded() {
            slots.take(self.find_bytes(key), value);
        }
    }

    /// The same for a span's own attributes; gathers the rest of the span on the way.
    pub fn read<'a>(&self, span: &'a Span, slots: &mut Slots<'a>) -> Outline<'a> {
        slots.clear(self.len());
        span.outline(|key, value| slots.take(self.find_bytes(key), value))
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        usize::from(self.n)
    }

    /// Whether nobody asks about anything.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
}

/// Values by slot.
#[derive(Clone, Debug, Default)]
pub struct Slots<'a> {
    values: Vec<Scalar<'a>>,
    /// One bit for each of the first [`BITS`] slots that has a value.
    present: u64,
}

/// Slots whose presence is one bit.
pub(super) const BITS: Slot = u64::BITS as Slot;

impl<'a> Slots<'a> {
    /// The value of a slot.
    #[inline]
    pub fn get(&self, slot: Slot) -> Scalar<'a> {
        let value = self.values.get(usize::from(slot));
        value.copied().unwrap_or_default()
    }

    /// The same memory for values of another lifetime: collecting in place does not allocate.
    #[must_use]
    pub fn recycle<'b>(mut self) -> Slots<'b> {
        self.values.clear();
        Slots {
            values: self.values.into_iter().map(|_| Scalar::Absent).collect(),
            present: 0,
        }
    }

    fn clear(&mut self, len: usize) {
        self.values.clear();
        self.values.resize(len, Scalar::Absent);
        self.present = 0;
    }

    /// Of values with equal keys the first counts.
    #[inline]
    fn take(&mut self, slot: Option<Slot>, value: Encoded<'a>) {
        let Some(slot) = slot else { return };
        let place = self.values.get_mut(usize::from(slot));
        if let Some(place) = place.filter(|place| !place.exists()) {
            *place = Scalar::from(&value.get());
            if place.exists() && slot < BITS {
                self.present |= 1 << slot;
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
    /// One bit for each slot that has a value on either.
    pub(super) present: u64,
    /// The span's id as a number.
    pub id: u64,
    /// Its parent's id as a number; zero is none.
    pub parent: u64,
    /// The span's name.
    pub name: &'a str,
    /// Status code: 0 unset, 1 ok, 2 error.
    pub status: i32,
    /// Span kind, 0 to 5.
    pub kind: i32,
    /// Start, nanoseconds since 1970.
    pub start: u64,
    /// End, nanoseconds since 1970; 0 if it has not ended.
    pub end: u64,
    /// The flags word.
    pub flags: u32,
    /// The `tracestate`.
    pub tracestate: &'a str,
    /// Whether it has no parent.
    pub is_root: bool,
    /// Evaluations on it, if somebody asks about them.
    pub evaluations: &'a [Evaluation<'a>],
    outline: Outline<'a>,
}

impl<'a> Reading<'a> {
    /// What [`Keys::read`] and [`Keys::fill`] found on a span and its resource.
    pub fn of(outline: Outline<'a>, own: &'a Slots<'a>, resource: &'a Slots<'a>) -> Self {
        let number = |id: SpanId| u64::from_be_bytes(id.0);
        let parent = outline.parent_span_id();
        Reading {
            own,
            resource,
            present: own.present | resource.present,
            id: number(outline.span_id()),
            parent: parent.map_or(0, number),
            name: outline.name(),
            status: outline.status().code,
            kind: outline.kind,
            start: outline.start_unix_nano,
            end: outline.end_unix_nano,
            flags: outline.flags,
            tracestate: outline.trace_state(),
            is_root: parent.is_none(),
            evaluations: &[],
            outline,
        }
    }

    /// The same with what was found of evaluations.
    #[must_use]
    pub fn with(self, evaluations: &'a [Evaluation<'a>]) -> Self {
        Reading {
            evaluations,
            ..self
        }
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

    /// The resource's value of a slot.
    #[inline]
    pub fn resource(&self, slot: Slot) -> Scalar<'a> {
        self.resource.get(slot)
    }

    /// The span's own value, or else the resource's.
    pub fn either(&self, slot: Slot) -> Scalar<'a> {
        let own = self.own(slot);
        if own.exists() {
            own
        } else {
            self.resource(slot)
        }
    }

    /// Milliseconds from start to end, if the span has ended.
    pub fn duration_ms(&self) -> Option<f64> {
        let nanos = i128::from(self.end) - i128::from(self.start);
        (self.end != 0).then_some(nanos as f64 / 1e6)
    }
}
