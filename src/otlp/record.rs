//! One span, log record or metric: its encoded message behind views, edited by copy on write.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use super::check::{Form, check};
use super::new_value::{NewValue, put_key_value};
use super::note::Note;
use super::parse::ParseError;
use super::place::Place;
use super::plain::plain;
use super::put::put_bytes;
use super::redact::{Each, Redacted, Redactor, redact};
use super::rewrite::{Fate, rewrite};
use super::shape::Shape;
use super::value::{Attributes, Value, key_value};
use super::wire::{Raw, find};
use super::{Limits, Signal};

/// What makes a record a span, a log record or a metric.
pub trait Kind: 'static + Send + Sync + Sized {
    /// The signal it belongs to.
    const SIGNAL: Signal;
    #[doc(hidden)]
    const SHAPE: Table;
    /// The number of the field that holds its attributes.
    #[doc(hidden)]
    const ATTRIBUTES: u32;
    /// How many items a record counts for.
    #[doc(hidden)]
    fn items(record: &Record<Self>) -> usize;
    /// Takes out what is invalid on its own; `false` if nothing is left.
    #[doc(hidden)]
    fn admit(record: &mut Record<Self>, rejected: &mut super::Rejected) -> bool;
}

/// A row of the schema, opaque outside this room.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Table(pub(super) &'static Shape);

/// A span, log record or metric: an encoded message that was checked once.
///
/// An unchanged record is a slice of the request it came in and is re-emitted by copying it.
/// New attributes are appended in `tail` (encoded messages merge when concatenated); every other
/// edit copies the message once.
pub struct Record<K> {
    pub(super) message: Bytes,
    /// Fields appended to the message; only repeated ones.
    pub(super) tail: Vec<u8>,
    /// Wiped wherever `message` or `tail` changes.
    pub(super) note: Note,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Record<K> {
    /// Reads one encoded record, such as a `Span` message.
    pub fn parse(message: Bytes) -> Result<Self, ParseError> {
        Self::parse_slice(&message, &message, Limits::default().max_depth)
            .map_err(|fault| ParseError::at(fault, &message))
    }

    /// Reads one that was read before, however deeply its values are nested, and written by ourselves.
    pub fn parse_own(message: Bytes) -> Result<Self, ParseError> {
        Self::parse_slice(&message, &message, Limits::OWN.max_depth)
            .map_err(|fault| ParseError::at(fault, &message))
    }

    /// Reads the record at `slice` of `whole`, sharing its memory.
    pub(super) fn parse_slice(
        whole: &Bytes,
        slice: &[u8],
        depth_max: usize,
    ) -> Result<Self, super::wire::Fault> {
        let message = match check(K::SHAPE.0, slice, 0, depth_max)? {
            Form::Plain => whole.slice_ref(slice),
            Form::Odd => {
                let mut message = Vec::with_capacity(slice.len());
                plain(K::SHAPE.0, &[slice], &mut message);
                Bytes::from(message)
            }
        };
        Ok(Self::from_checked(message))
    }

    /// A record of a message known to be well formed and plain.
    pub(super) fn from_checked(message: Bytes) -> Self {
        Record {
            message,
            tail: Vec::new(),
            note: Note::default(),
            kind: PhantomData,
        }
    }

    /// Bytes of the encoded message.
    pub fn encoded_len(&self) -> usize {
        self.message.len() + self.tail.len()
    }

    /// Appends the encoded message.
    pub fn encode_record(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.message);
        out.extend_from_slice(&self.tail);
    }

    /// A record of bytes that are those of [`Record::parts`], one after the other, and have not left
    /// this process since: what was checked once is not checked again.
    pub fn of_parts(bytes: Bytes) -> Self {
        Self::from_checked(bytes)
    }

    /// The encoded message in two parts.
    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.message, &self.tail]
    }

    /// Moves the record into memory of its own, exactly as large as it, so that it no longer keeps
    /// its whole request alive.
    pub fn detach(&mut self) {
        let mut own = Vec::with_capacity(self.encoded_len());
        self.encode_record(&mut own);
        self.replace(own);
    }

    /// How many items it counts for: data points for a metric, otherwise one.
    pub fn items(&self) -> usize {
        K::items(self)
    }

    /// Its attributes; for a metric, its metadata (data points have attributes of their own).
    #[inline]
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes::of(K::ATTRIBUTES, &self.message, &self.tail)
    }

    /// The value of the attribute `key`: the first, if there are several.
    #[inline]
    pub fn attribute(&self, key: &str) -> Option<Value<'_>> {
        self.attributes().get(key)
    }

    /// Sets an attribute, in place if the key is there (once, then), otherwise at the end.
    pub fn set_attribute(&mut self, key: &str, value: impl Into<NewValue>) {
        let value = value.into();
        if self.attribute(key).is_none() {
            self.note = Note::default();
            self.tail.reserve(2 * key.len() + 64);
            return put_key_value(&mut self.tail, K::ATTRIBUTES, key, &value);
        }
        let mut entry = Vec::new();
        put_key_value(&mut entry, K::ATTRIBUTES, key, &value);
        let mut replacement = Some(entry);
        self.edit_attributes(|name, _| match () {
            () if name != key.as_bytes() => Fate::Keep,
            () => replacement.take().map_or(Fate::Drop, Fate::Replace),
        });
    }

    /// Sets several attributes in one walk; means what [`Record::set_attribute`] for one after the
    /// other means, so the last value given for a key wins.
    pub fn set_attributes(&mut self, entries: &[(&str, NewValue)]) {
        for entries in entries.chunks(u64::BITS as usize) {
            let present = self.present(entries);
            if present != 0 {
                self.put_in_place(entries);
            }
            self.append(entries, present);
        }
    }

    /// Which of at most 64 entries have keys that are there, by bit.
    fn present(&self, entries: &[(&str, NewValue)]) -> u64 {
        let bit = |len: usize| 1_u64 << (len % 64);
        // Most keys differ in length from all that are looked for.
        let lengths = entries
            .iter()
            .fold(0, |bits, (key, _)| bits | bit(key.len()));
        let mut present = 0;
        for name in self.attributes().keys() {
            if lengths & bit(name.len()) == 0 {
                continue;
            }
            for (index, (key, _)) in entries.iter().enumerate() {
                if key.as_bytes() == name {
                    present |= bit(index);
                }
            }
        }
        present
    }

    /// Gives the keys that are there their new values, each once.
    fn put_in_place(&mut self, entries: &[(&str, NewValue)]) {
        let mut placed = 0_u64;
        self.edit_attributes(|name, _| {
            let is_it = |(key, _): &(&str, NewValue)| key.as_bytes() == name;
            let Some(last) = entries.iter().rposition(is_it) else {
                return Fate::Keep;
            };
            if placed & 1 << last != 0 {
                return Fate::Drop;
            }
            placed |= 1 << last;
            let mut entry = Vec::new();
            let (key, value) = &entries[last];
            put_key_value(&mut entry, K::ATTRIBUTES, key, value);
            Fate::Replace(entry)
        });
    }

    /// Appends the entries whose bit is not set in `present`, in the order of first mention.
    fn append(&mut self, entries: &[(&str, NewValue)], present: u64) {
        let room = entries.iter().map(|(key, value)| key.len() + value.room());
        self.note = Note::default();
        self.tail.reserve(room.sum());
        for (index, (key, value)) in entries.iter().enumerate() {
            let (before, after) = (&entries[..index], &entries[index + 1..]);
            if present & 1 << index != 0 || before.iter().any(|(other, _)| other == key) {
                continue;
            }
            let last = after.iter().rfind(|(other, _)| other == key);
            let value = last.map_or(value, |(_, value)| value);
            put_key_value(&mut self.tail, K::ATTRIBUTES, key, value);
        }
    }

    /// Removes every attribute of that key; says whether there was one.
    pub fn remove_attribute(&mut self, key: &str) -> bool {
        self.edit_attributes(|name, _| {
            if name == key.as_bytes() {
                Fate::Drop
            } else {
                Fate::Keep
            }
        })
    }

    /// Gives an attribute another key, in its place and with its value; an attribute that had the
    /// new key before is replaced. Says whether there was one to rename.
    pub fn rename_attribute(&mut self, old: &str, new: &str) -> bool {
        if old == new || self.attribute(old).is_none() {
            return self.attribute(old).is_some();
        }
        let mut renamed = false;
        self.edit_attributes(|name, value| {
            if name == new.as_bytes() || renamed && name == old.as_bytes() {
                return Fate::Drop;
            }
            if name != old.as_bytes() {
                return Fate::Keep;
            }
            renamed = true;
            let mut entry = Vec::with_capacity(new.len() + value.len() + 16);
            super::put::put_message(&mut entry, K::ATTRIBUTES, |out| {
                put_bytes(out, 1, new.as_bytes());
                put_bytes(out, 2, value);
            });
            Fate::Replace(entry)
        })
    }

    /// Keeps the attributes for which `keep` says so.
    pub fn retain_attributes(&mut self, mut keep: impl FnMut(&str, Value<'_>) -> bool) {
        self.edit_attributes(|name, value| {
            let stays = keep(super::wire::text(name), Value::of(value));
            if stays { Fate::Keep } else { Fate::Drop }
        });
    }

    /// Offers every text and whole number in the record to `replace`; `Some` takes its place. See
    /// [`Place`].
    ///
    /// Says whether anything changed.
    pub fn redact_with(&mut self, replace: impl FnMut(Place<'_>, &str) -> Option<String>) -> bool {
        let redacted = self.redacted(&mut Each(replace));
        redacted.map(|new| self.put_redacted(new)).is_some()
    }

    /// Offers every text and whole number in the record to a redactor, and answers what the record
    /// shall become; `None` if it stays.
    pub fn redacted(&self, redactor: &mut dyn Redactor) -> Option<Redacted> {
        redact(K::SHAPE.0, [&self.message[..], &self.tail[..]], redactor)
    }

    /// Becomes what a redactor made of this record.
    pub fn put_redacted(&mut self, redacted: Redacted) {
        self.replace(redacted.0);
    }

    /// A field of the message that appears at most once.
    #[inline]
    pub(super) fn field(&self, number: u32) -> Option<Raw<'_>> {
        find(&self.message, number)
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.field(number).map(Raw::text).unwrap_or_default()
    }

    pub(super) fn number(&self, number: u32) -> u64 {
        self.field(number).map(Raw::number).unwrap_or_default()
    }

    /// Replaces every field of that number by one, given with its tag (none if it is empty).
    pub(super) fn set_field(&mut self, number: u32, field: Vec<u8>) {
        if self.field(number).is_none() {
            if !field.is_empty() {
                // Before the tail, where a singular field is looked for.
                self.replace([&self.message[..], &field, &self.tail].concat());
            }
            return;
        }
        let mut replacement = Some(field);
        let parts = [&self.message[..], &self.tail[..]];
        let edited = rewrite(parts, |old| match () {
            () if old.number != number => Fate::Keep,
            () => replacement.take().map_or(Fate::Drop, Fate::Replace),
        });
        if let Some(message) = edited {
            self.replace(message);
        }
    }

    /// Rewrites fields of the message; says whether anything changed.
    pub(super) fn edit_fields(
        &mut self,
        fate: impl FnMut(&super::wire::Field<'_>) -> Fate,
    ) -> bool {
        match rewrite([&self.message[..], &self.tail[..]], fate) {
            Some(message) => self.replace(message),
            None => return false,
        }
        true
    }

    fn edit_attributes(&mut self, mut fate: impl FnMut(&[u8], &[u8]) -> Fate) -> bool {
        self.edit_fields(|field| {
            if field.number != K::ATTRIBUTES {
                return Fate::Keep;
            }
            let (name, value) = key_value(field.raw.bytes());
            fate(name, value)
        })
    }

    fn replace(&mut self, message: Vec<u8>) {
        self.message = Bytes::from(message);
        self.tail = Vec::new();
        self.note = Note::default();
    }
}

impl<K> Clone for Record<K> {
    fn clone(&self) -> Self {
        Record {
            message: self.message.clone(),
            tail: self.tail.clone(),
            note: self.note.clone(),
            kind: PhantomData,
        }
    }
}

/// Equal bytes; two encodings of one meaning are not equal.
impl<K> PartialEq for Record<K> {
    fn eq(&self, other: &Self) -> bool {
        let bytes = |record: &Self| [&record.message[..], &record.tail[..]].concat();
        self.message == other.message && self.tail == other.tail || bytes(self) == bytes(other)
    }
}

/// Never the content: records hold what people wrote.
impl<K> fmt::Debug for Record<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} bytes)", self.message.len() + self.tail.len())
    }
}
