//! A span's fields.

use super::put::{put_bytes, put_fixed32, put_uint};
use super::record::{Kind, Record, Table};
use super::rewrite::Fate;
use super::value::Attributes;
use super::wire::{Field, Fields, Raw, find};
use super::{RejectReason, Rejected, Signal, SpanId, TraceId, shape};

/// Marks the records of traces.
#[derive(Debug)]
pub enum Spans {}

/// One span.
pub type Span = Record<Spans>;

impl Kind for Spans {
    const SIGNAL: Signal = Signal::Traces;
    const SHAPE: Table = Table(&shape::SPAN);
    const ATTRIBUTES: u32 = 9;

    fn items(_: &Span) -> usize {
        1
    }

    /// A span needs a trace id and a span id, and its parent, if any, a whole id.
    fn admit(span: &mut Span, rejected: &mut Rejected) -> bool {
        let parent = span.field(4).map(Raw::bytes).unwrap_or_default();
        let why = match () {
            () if span
                .field(1)
                .map(Raw::bytes)
                .and_then(TraceId::from_slice)
                .is_none() =>
            {
                "a span's trace id is not 16 bytes, one of them not zero"
            }
            () if span
                .field(2)
                .map(Raw::bytes)
                .and_then(SpanId::from_slice)
                .is_none() =>
            {
                "a span's id is not 8 bytes, one of them not zero"
            }
            () if !parent.is_empty() && parent.len() != 8 => "a span's parent id is not 8 bytes",
            () => return true,
        };
        rejected.add(RejectReason::InvalidId, 1, why);
        false
    }
}

/// How a span ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status<'a> {
    /// 0 unset, 1 ok, 2 error; other numbers are kept as they are.
    pub code: i32,
    /// Said by the developer, mostly for errors.
    pub message: &'a str,
}

impl<'a> Status<'a> {
    /// The status an encoded message holds.
    pub(super) fn of(status: &'a [u8]) -> Self {
        Status {
            code: find(status, 3).map_or(0, |code| code.number() as i32),
            message: find(status, 2).map(Raw::text).unwrap_or_default(),
        }
    }

    /// The code of a span that failed.
    pub const ERROR: i32 = 2;
    /// The code of a span whose developer calls it good.
    pub const OK: i32 = 1;

    /// Whether the span failed.
    pub fn is_error(&self) -> bool {
        self.code == Self::ERROR
    }
}

impl Span {
    /// The trace it belongs to (all zero only in a span built by hand without one).
    #[inline]
    pub fn trace_id(&self) -> TraceId {
        self.field(1)
            .map(Raw::bytes)
            .and_then(TraceId::from_slice)
            .unwrap_or_default()
    }

    /// Its own id.
    #[inline]
    pub fn span_id(&self) -> SpanId {
        self.field(2)
            .map(Raw::bytes)
            .and_then(SpanId::from_slice)
            .unwrap_or_default()
    }

    /// The span it stands under; `None` for a root.
    pub fn parent_span_id(&self) -> Option<SpanId> {
        self.field(4).map(Raw::bytes).and_then(SpanId::from_slice)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.text(5)
    }

    /// The W3C trace state, as it was sent.
    pub fn trace_state(&self) -> &str {
        self.text(3)
    }

    /// 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer; others are kept.
    pub fn kind(&self) -> i32 {
        self.number(6) as i32
    }

    /// When it began, in nanoseconds since 1970; 0 if unknown.
    pub fn start_unix_nano(&self) -> u64 {
        self.number(7)
    }

    /// When it ended, in nanoseconds since 1970; 0 if unknown.
    pub fn end_unix_nano(&self) -> u64 {
        self.number(8)
    }

    /// How long it took, in nanoseconds; 0 if it ended before it began.
    pub fn duration_nano(&self) -> u64 {
        self.end_unix_nano().saturating_sub(self.start_unix_nano())
    }

    /// W3C trace flags in the lowest byte, whether the parent is remote above; all bits as sent.
    pub fn flags(&self) -> u32 {
        self.number(16) as u32
    }

    /// How it ended.
    pub fn status(&self) -> Status<'_> {
        Status::of(self.field(15).map(Raw::bytes).unwrap_or_default())
    }

    /// What happened during it.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.all(11).map(Event)
    }

    /// The spans it is connected with beside its parent.
    pub fn links(&self) -> impl Iterator<Item = Link<'_>> {
        self.all(13).map(Link)
    }

    /// Attributes its sender left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.number(10) as u32
    }

    /// Events its sender left out.
    pub fn dropped_events_count(&self) -> u32 {
        self.number(12) as u32
    }

    /// Links its sender left out.
    pub fn dropped_links_count(&self) -> u32 {
        self.number(14) as u32
    }

    /// Gives it another name.
    pub fn set_name(&mut self, name: &str) {
        self.set_bytes(5, name.as_bytes());
    }

    /// Gives it another trace state; an empty one removes it.
    pub fn set_trace_state(&mut self, state: &str) {
        self.set_bytes(3, state.as_bytes());
    }

    /// Sets its W3C flags.
    pub fn set_flags(&mut self, flags: u32) {
        let mut field = Vec::new();
        put_fixed32(&mut field, 16, flags);
        self.set_field(16, field);
    }

    /// Sets how it ended.
    pub fn set_status(&mut self, code: i32, message: &str) {
        let mut status = Vec::new();
        super::put::put_message(&mut status, 15, |out| {
            if !message.is_empty() {
                put_bytes(out, 2, message.as_bytes());
            }
            if code != 0 {
                put_uint(out, 3, i64::from(code) as u64);
            }
        });
        self.set_field(15, status);
    }

    /// Keeps the events for which `keep` says so.
    pub fn retain_events(&mut self, mut keep: impl FnMut(Event<'_>) -> bool) {
        self.edit_fields(|field| match field.number {
            11 if !keep(Event(field.raw.bytes())) => Fate::Drop,
            _ => Fate::Keep,
        });
    }

    /// A span to be made, for tests and for spans of our own.
    pub fn build() -> super::SpanBuilder {
        super::SpanBuilder::default()
    }

    fn set_bytes(&mut self, number: u32, bytes: &[u8]) {
        let mut field = Vec::new();
        if !bytes.is_empty() {
            put_bytes(&mut field, number, bytes);
        }
        self.set_field(number, field);
    }

    /// The messages in a repeated field.
    fn all(&self, number: u32) -> impl Iterator<Item = &[u8]> {
        let fields = Fields::of(&self.message).chain(Fields::of(&self.tail));
        fields
            .filter(move |field: &Field<'_>| field.number == number)
            .map(|field| field.raw.bytes())
    }
}

/// Something that happened during a span.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(pub(super) &'a [u8]);

impl<'a> Event<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        find(self.0, 2).map(Raw::text).unwrap_or_default()
    }

    /// When it happened, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        find(self.0, 1).map(Raw::number).unwrap_or_default()
    }

    /// Its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::of(3, self.0, &[])
    }

    /// Attributes its sender left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        find(self.0, 4).map(Raw::number).unwrap_or_default() as u32
    }
}

/// A connection to another span.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a>(&'a [u8]);

impl<'a> Link<'a> {
    /// The trace of the other span, if the id is valid.
    pub fn trace_id(&self) -> Option<TraceId> {
        find(self.0, 1)
            .map(Raw::bytes)
            .and_then(TraceId::from_slice)
    }

    /// The other span, if the id is valid.
    pub fn span_id(&self) -> Option<SpanId> {
        find(self.0, 2).map(Raw::bytes).and_then(SpanId::from_slice)
    }

    /// The W3C trace state of the other span.
    pub fn trace_state(&self) -> &'a str {
        find(self.0, 3).map(Raw::text).unwrap_or_default()
    }

    /// Its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::of(4, self.0, &[])
    }

    /// The flags of the other span, all bits as sent.
    pub fn flags(&self) -> u32 {
        find(self.0, 6).map(Raw::number).unwrap_or_default() as u32
    }
}
