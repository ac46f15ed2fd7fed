//! What one walk over a span yields: the attributes somebody asks about, each in its slot.

use crate::otlp::{Attributes, Span, Value};

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
        self != Scalar::Absent
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
        let same_length = self.by_length.get(key.len())?;
        same_length
            .iter()
            .find(|(own, _)| **own == *key)
            .map(|(_, slot)| *slot)
    }

    /// Puts the values somebody asks about into their slots; of equal keys the first counts.
    pub fn fill<'a>(&self, attributes: Attributes<'a>, slots: &mut Vec<Scalar<'a>>) {
        slots.resize(self.len(), Scalar::Absent);
        for (key, value) in attributes {
            let slot = self
                .find(key)
                .and_then(|slot| slots.get_mut(usize::from(slot)));
            if let Some(slot) = slot.filter(|slot| !slot.exists()) {
                *slot = Scalar::from(&value);
            }
        }
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
    /// The span's own attributes by slot.
    pub own: &'a [Scalar<'a>],
    /// Its resource's attributes by slot.
    pub resource: &'a [Scalar<'a>],
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
}

impl<'a> Reading<'a> {
    /// A span with its own and its resource's slots, and without evaluations.
    pub fn of(span: &'a Span, own: &'a [Scalar<'a>], resource: &'a [Scalar<'a>]) -> Self {
        Reading {
            own,
            resource,
            name: span.name(),
            status: span.status().code,
            kind: span.kind(),
            start: span.start_unix_nano(),
            end: span.end_unix_nano(),
            flags: span.flags(),
            tracestate: span.trace_state(),
            is_root: span.parent_span_id().is_none(),
            evaluations: &[],
        }
    }

    /// The span's own value of a slot.
    pub fn own(&self, slot: Slot) -> Scalar<'a> {
        self.own.get(usize::from(slot)).copied().unwrap_or_default()
    }

    /// The resource's value of a slot.
    pub fn resource(&self, slot: Slot) -> Scalar<'a> {
        self.resource
            .get(usize::from(slot))
            .copied()
            .unwrap_or_default()
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
