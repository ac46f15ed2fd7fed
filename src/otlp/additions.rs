//! Attributes to be added to a record, encoded as they are named.

use std::fmt;
use std::marker::PhantomData;

use super::note::Note;
use super::put::{field_len, put_head, varint_len};
use super::record::{Kind, Record};
use super::rewrite::Fate;
use super::value::{Attributes, key_value};
use super::wire::Fields;

/// Room for the attributes most callers add; grown if it is not enough.
const ROOM: usize = 448;

/// New attributes of a record, each key at most once.
pub struct Additions<K> {
    encoded: Vec<u8>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Additions<K> {
    /// Whether nothing is to be added.
    pub fn is_empty(&self) -> bool {
        self.encoded.is_empty()
    }

    /// Adds a text: the `parts` together.
    pub fn text(&mut self, key: &str, parts: &[&str]) {
        let len = parts.iter().map(|part| part.len()).sum();
        self.entry(key, field_len(1, len), |out| {
            put_head(out, 1, len);
            for part in parts {
                out.extend_from_slice(part.as_bytes());
            }
        });
    }

    /// Adds an array of one text.
    pub fn texts(&mut self, key: &str, text: &str) {
        let any = field_len(1, text.len());
        let array = field_len(1, any);
        self.entry(key, field_len(5, array), |out| {
            put_head(out, 5, array);
            put_head(out, 1, any);
            put_head(out, 1, text.len());
            out.extend_from_slice(text.as_bytes());
        });
    }

    /// Adds an integer.
    pub fn int(&mut self, key: &str, number: i64) {
        let number = number as u64;
        self.entry(key, 1 + varint_len(number), |out| {
            super::put::put_uint(out, 3, number);
        });
    }

    /// Adds a floating-point number.
    pub fn double(&mut self, key: &str, number: f64) {
        self.entry(key, 9, |out| {
            super::put::put_fixed64(out, 4, number.to_bits());
        });
    }

    /// Adds a truth value.
    pub fn bool(&mut self, key: &str, truth: bool) {
        self.entry(key, 2, |out| {
            super::put::put_uint(out, 2, u64::from(truth));
        });
    }

    #[inline]
    fn entry(&mut self, key: &str, value: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let out = &mut self.encoded;
        let len = field_len(1, key.len()) + field_len(2, value);
        if out.capacity() - out.len() < len + 8 {
            out.reserve(ROOM.max(len + 8));
        }
        put_head(out, K::ATTRIBUTES, len);
        put_head(out, 1, key.len());
        out.extend_from_slice(key.as_bytes());
        put_head(out, 2, value);
        write(out);
    }
}

impl<K: Kind> Record<K> {
    /// Adds attributes at the end. None of their keys may be there already; see
    /// [`Record::put_attributes`].
    pub fn add_attributes(&mut self, new: Additions<K>) {
        self.note = Note::default();
        if self.tail.is_empty() {
            self.tail = new.encoded;
        } else {
            self.tail.extend_from_slice(&new.encoded);
        }
    }

    /// Adds attributes at the end; those of the same keys go.
    pub fn put_attributes(&mut self, new: Additions<K>) {
        let added = Attributes::of(K::ATTRIBUTES, &new.encoded, &[]);
        self.edit_fields(|field| {
            let is_attribute = field.number == K::ATTRIBUTES;
            let key = || key_value(field.raw.bytes()).0;
            if is_attribute && added.keys().any(|new| new == key()) {
                Fate::Drop
            } else {
                Fate::Keep
            }
        });
        self.add_attributes(new);
    }
}

impl<K> Default for Additions<K> {
    fn default() -> Self {
        Additions {
            encoded: Vec::new(),
            kind: PhantomData,
        }
    }
}

/// Never the content: attributes hold what people wrote.
impl<K> fmt::Debug for Additions<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let added = Fields::of(&self.encoded).count();
        write!(f, "Additions({added} attributes)")
    }
}
