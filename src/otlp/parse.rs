//! From a request's bytes to a batch: count, check, take out what is invalid.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::batch::{Batch, Group, Item};
use super::check::{Form, check};
use super::envelope::{Resource, Scope};
use super::plain::plain;
use super::record::{Kind, Record};
use super::shape::{self, Shape};
use super::wire::{Fault, Raw, Reader, Why};
use super::{Signal, Telemetry};

/// What a request may hold. Sizes in bytes are the receivers' business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "a limit is read far from the word limits"
)]
pub struct Limits {
    /// Spans, log records or data points of one request, at most.
    pub max_items: usize,
    /// Scopes that hold records, at most; each costs a little memory of its own.
    pub max_scopes: usize,
    /// Values inside values, at most: an attribute's own value is the first level.
    pub max_depth: usize,
}

impl Limits {
    /// For what was read under a sender's limits before, and written by ourselves.
    pub const OWN: Limits = Limits {
        max_items: usize::MAX,
        max_scopes: usize::MAX,
        max_depth: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_items: 250_000,
            max_scopes: 50_000,
            max_depth: 65,
        }
    }
}

/// A request that was read.
#[derive(Debug)]
pub struct Parsed {
    /// What is valid.
    pub telemetry: Telemetry,
    /// What was not, and is gone.
    pub rejected: Rejected,
}

/// Items that were taken out of a request because they were invalid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    /// How many.
    pub items: u64,
    /// Why, in English, for the sender; at most 4 kB.
    pub message: String,
    /// How many for which reason.
    pub by: Vec<(RejectReason, u64)>,
}

/// Why an item is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// A span whose ids are missing, of the wrong length, or zero.
    InvalidId,
    /// A data point without a time or value, or one that contradicts itself.
    InvalidPoint,
}

impl RejectReason {
    /// A word for metrics and ledgers.
    pub const fn name(self) -> &'static str {
        match self {
            RejectReason::InvalidId => "invalid_id",
            RejectReason::InvalidPoint => "invalid_point",
        }
    }
}

/// The message to a sender never grows past this.
const MESSAGE_MAX: usize = 1024;

impl Rejected {
    /// Counts rejected items; each different `why` is said once.
    pub(super) fn add(&mut self, reason: RejectReason, items: u64, why: &str) {
        self.items += items;
        match self.by.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += items,
            None => self.by.push((reason, items)),
        }
        if !self.message.contains(why) && self.message.len() + why.len() + 2 <= MESSAGE_MAX {
            if !self.message.is_empty() {
                self.message.push_str("; ");
            }
            self.message.push_str(why);
        }
    }
}

/// Why a whole request was refused. Sending it again will not help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// More items than [`Limits::max_items`], or more scopes than [`Limits::max_scopes`].
    TooManyItems {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// Values nested more deeply than [`Limits::max_depth`].
    TooDeep,
    /// Not a request of this signal; says what is wrong and where.
    Malformed(String),
}

impl ParseError {
    /// The error of a fault in `whole`.
    pub(super) fn at(fault: Fault, whole: &[u8]) -> Self {
        if fault.why == Why::TooDeep {
            return ParseError::TooDeep;
        }
        let text = fault.why.text();
        ParseError::Malformed(match fault.offset_in(whole) {
            Some(offset) => format!("{text}, at byte {offset} of {}", whole.len()),
            None => text.to_owned(),
        })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::TooManyItems { what, max } => {
                write!(
                    f,
                    "the request holds more than {max} {what}; send smaller batches"
                )
            }
            ParseError::TooDeep => f.write_str("attribute values are nested too deeply"),
            ParseError::Malformed(what) => write!(f, "the request is malformed: {what}"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Reads a request of that signal.
pub(super) fn parse(signal: Signal, body: Bytes, limits: &Limits) -> Result<Parsed, ParseError> {
    let mut rejected = Rejected::default();
    let telemetry = match signal {
        Signal::Traces => Telemetry::Traces(read(&body, limits, &mut rejected)?),
        Signal::Metrics => Telemetry::Metrics(read(&body, limits, &mut rejected)?),
        Signal::Logs => Telemetry::Logs(read(&body, limits, &mut rejected)?),
    };
    Ok(Parsed {
        telemetry,
        rejected,
    })
}

fn read<K: Kind>(
    body: &Bytes,
    limits: &Limits,
    rejected: &mut Rejected,
) -> Result<Batch<Record<K>>, ParseError>
where
    Record<K>: Item,
{
    let at = |fault| ParseError::at(fault, body);
    count::<K>(body, limits)?;
    let mut maker = Maker::<K> {
        body,
        limits,
        rejected,
        batch: Batch::default(),
    };
    let mut reader = Reader::new(body);
    while let Some(field) = reader.field().map_err(at)? {
        match (field.number, field.raw) {
            (1, Raw::Len(resource)) => maker.resource(resource).map_err(at)?,
            (1, _) => return Err(at(Fault::new(Why::WireType, field.whole))),
            _ => maker.batch.unknown.extend_from_slice(field.whole),
        }
    }
    Ok(maker.batch)
}

/// Counts items and scopes before anything is built, so that no request can grow in memory.
fn count<K: Kind>(body: &[u8], limits: &Limits) -> Result<(), ParseError> {
    let at = |fault| ParseError::at(fault, body);
    let (mut items, mut scopes) = (0, 0);
    each(body, 1, &mut |resource| {
        each(resource, 2, &mut |scope| {
            let before = items;
            each(scope, 2, &mut |record| {
                items += if K::SIGNAL == Signal::Metrics {
                    points(record)?.max(1)
                } else {
                    1
                };
                if items > limits.max_items {
                    Err(Stop::Items)
                } else {
                    Ok(())
                }
            })?;
            scopes += usize::from(items > before);
            if scopes > limits.max_scopes {
                Err(Stop::Scopes)
            } else {
                Ok(())
            }
        })
    })
    .map_err(|stop| match stop {
        Stop::Fault(fault) => at(fault),
        Stop::Items => ParseError::TooManyItems {
            what: "items",
            max: limits.max_items,
        },
        Stop::Scopes => ParseError::TooManyItems {
            what: "scopes",
            max: limits.max_scopes,
        },
    })
}

/// Why counting ended early.
enum Stop {
    Fault(Fault),
    Items,
    Scopes,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

/// Calls `visit` with each message in the field of that number.
fn each(
    message: &[u8],
    number: u32,
    visit: &mut dyn FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut reader = Reader::new(message);
    while !reader.is_empty() {
        let tag = reader.tag()?;
        let raw = reader.raw(tag)?;
        if tag.number() == number
            && let Raw::Len(inner) = raw
        {
            visit(inner)?;
        }
    }
    Ok(())
}

/// The data points of a metric: every kind keeps them in its first field.
pub(super) fn points(metric: &[u8]) -> Result<usize, Fault> {
    let mut points = 0;
    let mut reader = Reader::new(metric);
    while let Some(field) = reader.field()? {
        if !matches!(field.number, 5 | 7 | 9 | 10 | 11) {
            continue;
        }
        let mut data = Reader::new(field.raw.bytes());
        while !data.is_empty() {
            let tag = data.tag()?;
            data.raw(tag)?;
            points += usize::from(tag.number() == 1);
        }
    }
    Ok(points)
}

/// Builds the batch.
struct Maker<'a, K> {
    body: &'a Bytes,
    limits: &'a Limits,
    rejected: &'a mut Rejected,
    batch: Batch<Record<K>>,
}

impl<K: Kind> Maker<'_, K>
where
    Record<K>: Item,
{
    fn resource(&mut self, message: &[u8]) -> Result<(), Fault> {
        let envelope = self.envelope(resource_shape(K::SIGNAL), message)?;
        let resource = Arc::new(Resource::from_envelope(envelope));
        let mut reader = Reader::new(message);
        while let Some(field) = reader.field()? {
            if field.number == 2 {
                self.scope(field.raw.bytes(), &resource)?;
            }
        }
        Ok(())
    }

    fn scope(&mut self, message: &[u8], resource: &Arc<Resource>) -> Result<(), Fault> {
        let envelope = self.envelope(scope_shape(K::SIGNAL), message)?;
        let mut records = Vec::new();
        let mut reader = Reader::new(message);
        while let Some(field) = reader.field()? {
            if field.number != 2 {
                continue;
            }
            let bytes = field.raw.bytes();
            let mut record = Record::parse_slice(self.body, bytes, self.limits.max_depth)?;
            if K::admit(&mut record, self.rejected) {
                records.push(record);
            }
        }
        if !records.is_empty() {
            records.shrink_to_fit();
            let scope = Arc::new(Scope::from_envelope(envelope, Arc::clone(resource)));
            self.batch.groups.push(Group { scope, records });
        }
        Ok(())
    }

    /// A resource's or scope's message without what it contains, checked and plain.
    fn envelope(&self, shape: &'static Shape, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let form = check(shape, message, 2, self.limits.max_depth)?;
        let mut envelope = Vec::new();
        let mut reader = Reader::new(message);
        while let Some(field) = reader.field()? {
            if field.number != 2 {
                envelope.extend_from_slice(field.whole);
            }
        }
        if form == Form::Plain {
            return Ok(envelope);
        }
        let mut again = Vec::with_capacity(envelope.len());
        plain(shape, &[&envelope], &mut again);
        Ok(again)
    }
}

fn resource_shape(signal: Signal) -> &'static Shape {
    match signal {
        Signal::Traces => &shape::RESOURCE_SPANS,
        Signal::Metrics => &shape::RESOURCE_METRICS,
        Signal::Logs => &shape::RESOURCE_LOGS,
    }
}

fn scope_shape(signal: Signal) -> &'static Shape {
    match signal {
        Signal::Traces => &shape::SCOPE_SPANS,
        Signal::Metrics => &shape::SCOPE_METRICS,
        Signal::Logs => &shape::SCOPE_LOGS,
    }
}
