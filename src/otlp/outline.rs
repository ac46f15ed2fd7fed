//! The fields of a span that readers want together, gathered in one walk over it.

use super::SpanId;
use super::encoded::Encoded;
use super::span::{Event, Span, Status};
use super::value::key_value;
use super::wire::{Fields, Reader, Tag, text};

const SPAN_ID: u32 = 2;
const TRACE_STATE: u32 = 3;
const PARENT: u32 = 4;
const NAME: u32 = 5;
const KIND: u32 = 6;
const START: u32 = 7;
const END: u32 = 8;
const ATTRIBUTES: u32 = 9;
const EVENTS: u32 = 11;
const STATUS: u32 = 15;
const FLAGS: u32 = 16;

/// What a span says beside its attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outline<'a> {
    /// OTLP's number of the span's kind.
    pub kind: i32,
    /// When it began, in nanoseconds since 1970; 0 if unknown.
    pub start_unix_nano: u64,
    /// When it ended, in nanoseconds since 1970; 0 if unknown.
    pub end_unix_nano: u64,
    /// Its flags, all bits as sent.
    pub flags: u32,
    span_id: &'a [u8],
    parent: &'a [u8],
    trace_state: &'a [u8],
    name: &'a [u8],
    status: &'a [u8],
    /// What follows from the first event on, in the message and in what was appended to it.
    events: [&'a [u8]; 2],
}

impl Span {
    /// Shows every attribute to `see`, key and value as they lie on the wire, and gathers the rest
    /// on the way.
    #[inline]
    pub fn outline<'a>(&'a self, mut see: impl FnMut(&'a [u8], Encoded<'a>)) -> Outline<'a> {
        let mut outline = Outline::default();
        for (part, message) in [&self.message[..], &self.tail[..]].into_iter().enumerate() {
            let mut reader = Reader::new(message);
            while let Some(entry) = outline.next_attribute(&mut reader, part) {
                let (key, value) = key_value(entry);
                see(key, Encoded(value));
            }
        }
        outline
    }
}

impl<'a> Outline<'a> {
    /// The span's name.
    pub fn name(&self) -> &'a str {
        text(self.name)
    }

    /// Its own id.
    pub fn span_id(&self) -> SpanId {
        SpanId::from_slice(self.span_id).unwrap_or_default()
    }

    /// The span it stands under; `None` for a root.
    pub fn parent_span_id(&self) -> Option<SpanId> {
        SpanId::from_slice(self.parent)
    }

    /// Whether there is a W3C trace state.
    #[inline]
    pub fn has_trace_state(&self) -> bool {
        !self.trace_state.is_empty()
    }

    /// The W3C trace state, as it was sent.
    pub fn trace_state(&self) -> &'a str {
        text(self.trace_state)
    }

    /// How the span ended.
    pub fn status(&self) -> Status<'a> {
        Status::of(self.status)
    }

    /// The same by its number alone.
    #[inline]
    pub fn status_code(&self) -> i32 {
        if self.status.is_empty() {
            return 0;
        }
        Status::of(self.status).code
    }

    /// What happened during the span.
    pub fn events(&self) -> impl Iterator<Item = Event<'a>> + use<'a> {
        let [message, tail] = self.events;
        Fields::of(message)
            .chain(Fields::of(tail))
            .filter(|field| field.number == EVENTS)
            .map(|field| Event(field.raw.bytes()))
    }

    /// The next attribute; fields before it are taken in.
    #[inline]
    fn next_attribute(&mut self, reader: &mut Reader<'a>, part: usize) -> Option<&'a [u8]> {
        loop {
            if let Some(entry) = reader.short(Tag::len(ATTRIBUTES)) {
                return Some(entry);
            }
            if reader.is_empty() {
                return None;
            }
            let here = reader.rest;
            let tag = reader.tag().ok()?;
            match tag.number() {
                ATTRIBUTES => return reader.bytes().ok(),
                NAME => self.name = reader.bytes().ok()?,
                STATUS => self.status = reader.bytes().ok()?,
                KIND => self.kind = reader.varint().ok()? as i32,
                START => self.start_unix_nano = reader.fixed64().ok()?,
                END => self.end_unix_nano = reader.fixed64().ok()?,
                SPAN_ID => self.span_id = reader.bytes().ok()?,
                PARENT => self.parent = reader.bytes().ok()?,
                TRACE_STATE => self.trace_state = reader.bytes().ok()?,
                FLAGS => self.flags = reader.fixed32().ok()?,
                other => {
                    if other == EVENTS && self.events[part].is_empty() {
                        self.events[part] = here;
                    }
                    reader.skip(tag).ok()?;
                }
            }
        }
    }
}
