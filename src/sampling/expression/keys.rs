//! Finds the attributes that somebody asks about among those that a span has.

use super::reading::{Slot, Slots};
use crate::otlp::{Attributes, Outline, Span};

/// The attribute keys somebody asks about, found by length first and then by their ends: keys share
/// their beginnings.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// One bit for each length that a key has, those from 64 on again from the first.
    lengths: u64,
    by_length: Vec<Vec<Key>>,
    n: Slot,
}

#[derive(Clone, Debug)]
struct Key {
    end: u64,
    whole: Box<[u8]>,
    slot: Slot,
}

impl Keys {
    /// The slot of a key; a new one if nobody asked before.
    pub fn slot(&mut self, key: &str) -> Slot {
        if let Some(slot) = self.find(key.as_bytes()) {
            return slot;
        }
        if self.by_length.len() <= key.len() {
            self.by_length.resize(key.len() + 1, Vec::new());
        }
        let slot = self.n;
        self.n += 1;
        self.lengths |= length_bit(key.len());
        if let Some(same_length) = self.by_length.get_mut(key.len()) {
            let whole = key.as_bytes().into();
            let end = end(key.as_bytes());
            same_length.push(Key { end, whole, slot });
        }
        slot
    }

    /// The slot of a key, if somebody asks about it.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        if self.lengths & length_bit(key.len()) == 0 {
            return None;
        }
        let end = end(key);
        let same_length = self.by_length.get(key.len())?;
        let own = same_length
            .iter()
            .find(|own| own.end == end && *own.whole == *key);
        own.map(|own| own.slot)
    }

    /// Puts the values somebody asks about into their slots.
    pub fn fill<'a>(&self, attributes: Attributes<'a>, slots: &mut Slots<'a>) {
        slots.clear(self.len());
        for (key, value) in attributes.encoded() {
            if let Some(slot) = self.find(key) {
                slots.take(slot, value);
            }
        }
    }

    /// The same for a span's own attributes; gathers the rest of the span on the way.
    #[inline]
    pub fn read<'a>(&self, span: &'a Span, slots: &mut Slots<'a>) -> Outline<'a> {
        slots.clear(self.len());
        span.outline(|key, value| {
            if let Some(slot) = self.find(key) {
                slots.take(slot, value);
            }
        })
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

#[inline]
fn length_bit(len: usize) -> u64 {
    1 << (len % 64)
}

/// The last eight bytes as a number; zero for a shorter key.
#[inline]
fn end(key: &[u8]) -> u64 {
    key.last_chunk().copied().map_or(0, u64::from_le_bytes)
}
