//! Where and when a span stands, gathered in one walk over its fields.

use super::span::Span;
use super::wire::{Reader, Tag};
use super::{SpanId, TraceId};

/// The longest run of fields, and none that is looked for here.
const ATTRIBUTES: u32 = 9;

/// The fields by which spans find each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// Its own id.
    pub span_id: SpanId,
    /// The span it stands under; `None` for a root.
    pub parent_span_id: Option<SpanId>,
    /// When it began, in nanoseconds since 1970; 0 if unknown.
    pub start_unix_nano: u64,
    /// When it ended, in nanoseconds since 1970; 0 if unknown.
    pub end_unix_nano: u64,
}

impl Span {
    /// Its ids and times.
    pub fn heading(&self) -> Heading {
        let mut heading = Heading::default();
        let mut reader = Reader::new(&self.message);
        while heading.take(&mut reader).is_some() {}
        heading
    }
}

impl Heading {
    /// Takes one field in; `None` behind the last.
    #[inline]
    fn take(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        while reader.short(Tag::len(ATTRIBUTES)).is_some() {}
        let tag = reader.tag().ok()?;
        match tag.number() {
            1 => self.trace_id = TraceId::from_slice(reader.bytes().ok()?).unwrap_or_default(),
            2 => self.span_id = SpanId::from_slice(reader.bytes().ok()?).unwrap_or_default(),
            4 => self.parent_span_id = SpanId::from_slice(reader.bytes().ok()?),
            7 => self.start_unix_nano = reader.fixed64().ok()?,
            8 => self.end_unix_nano = reader.fixed64().ok()?,
            _ => reader.skip(tag).ok()?,
        }
        Some(())
    }
}
