//! OTLP's schema as static tables, for all three signals; a test holds them against `proto/`.

mod common;
mod logs;
pub(super) mod metrics;
mod traces;

pub(super) use common::{ANY_VALUE, KEY_VALUE};
pub(super) use logs::{LOG_RECORD, LOGS_DATA, RESOURCE_LOGS, SCOPE_LOGS};
pub(super) use metrics::{METRIC, METRICS_DATA, RESOURCE_METRICS, SCOPE_METRICS};
pub(super) use traces::{RESOURCE_SPANS, SCOPE_SPANS, SPAN, TRACES_DATA};

/// A message type.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name in the `.proto` file, with its parents': `Span.Event`.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Row],
    /// From a field's number to its place in `fields`, counted from one; zero is unknown.
    slots: [u8; SLOTS],
}

/// One more than the highest field number of OTLP.
pub(super) const SLOTS: usize = 17;

/// A field of a message type.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u32,
    /// Its name in the `.proto` file.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: Label,
    pub(super) site: Site,
}

/// How often a field may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// At most once; the default value is not sent.
    One,
    /// At most once; sent even when it is the default (`optional`).
    Maybe,
    /// At most one of the message's `Either` fields.
    Either,
    /// Any number of times.
    Many,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Str,
    Bytes,
    /// A span's own id of that many bytes: a wrong one makes the span invalid.
    OwnId(u8),
    /// An id of that many bytes that points elsewhere: a wrong one is cleared.
    Ref(u8),
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Enum,
    Fixed32,
    Fixed64,
    Sfixed64,
    Double,
    Message(&'static Shape),
}

/// Where a text stands, for whoever redacts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// Said by the rows around it.
    Inner,
    SpanName,
    StatusMessage,
    TraceState,
    EventName,
    SeverityText,
    LogEventName,
    Body,
    MetricName,
    MetricDescription,
    MetricUnit,
    ScopeName,
    ScopeVersion,
    SchemaUrl,
    EntityRef,
    Attribute,
    EventAttribute,
    LinkAttribute,
    ResourceAttribute,
    ScopeAttribute,
    PointAttribute,
    ExemplarAttribute,
    MetricMetadata,
}

impl Shape {
    const fn new(name: &'static str, fields: &'static [Row]) -> Self {
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < fields.len() {
            slots[fields[index].number as usize] = index as u8 + 1;
            index += 1;
        }
        Shape {
            name,
            fields,
            slots,
        }
    }

    /// The row of a field number with its index; `None` if this version does not know it.
    #[inline]
    pub(super) fn row(&self, number: u32) -> Option<(usize, &'static Row)> {
        let slot = *self.slots.get(number as usize)?;
        let index = usize::from(slot).checked_sub(1)?;
        self.fields.get(index).map(|row| (index, row))
    }
}

impl Kind {
    /// The wire type an unpacked value has.
    pub(super) const fn wire_type(self) -> u32 {
        use super::wire::{FIXED32, FIXED64, LEN, VARINT};
        match self {
            Kind::Str | Kind::Bytes | Kind::OwnId(_) | Kind::Ref(_) | Kind::Message(_) => LEN,
            Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => FIXED64,
            Kind::Fixed32 => FIXED32,
            _ => VARINT,
        }
    }
}

const fn row(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::One,
        site: Site::Inner,
    }
}

const fn text(number: u32, name: &'static str, site: Site) -> Row {
    Row {
        number,
        name,
        kind: Kind::Str,
        label: Label::One,
        site,
    }
}

const fn maybe(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Maybe,
        site: Site::Inner,
    }
}

const fn either(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Either,
        site: Site::Inner,
    }
}

const fn many(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Many,
        site: Site::Inner,
    }
}

const fn attributes(number: u32, site: Site) -> Row {
    Row {
        number,
        name: "attributes",
        kind: Kind::Message(&KEY_VALUE),
        label: Label::Many,
        site,
    }
}
