//! Finds the attributes that somebody asks about among those that a span has.

use super::reading::{Slot, Slots};
use crate::otlp::{Attributes, Outline, Span};

/// The attribute keys somebody asks about.
#[derive(Clone, Debug)]
pub struct Keys {
    /// By slot.
    keys: Vec<Key>,
    /// The first slot at each place, plus one; zero is none. A key's [`place`] says where.
    places: Box<[Slot; PLACES]>,
}

/// One key.
#[derive(Clone, Debug)]
struct Key {
    bytes: Box<[u8]>,
    /// Its first bytes and its last: of most keys, that is all of them.
    ends: [[u8; END]; 2],
    /// The next slot, plus one, of those that share a place.
    next: Slot,
}

const END: usize = 16;

impl Key {
    fn new(key: &[u8], next: Slot) -> Self {
        let ends = [key.first_chunk(), key.last_chunk()];
        Key {
            bytes: key.into(),
            ends: ends.map(|end| end.copied().unwrap_or_default()),
            next,
        }
    }

    #[inline]
    fn is(&self, key: &[u8]) -> bool {
        let len = self.bytes.len();
        if key.len() != len {
            return false;
        }
        match (key.first_chunk(), key.last_chunk()) {
            (Some(first), Some(last)) if len <= 2 * END => {
                *first == self.ends[0] && *last == self.ends[1]
            }
            _ => *self.bytes == *key,
        }
    }
}

/// How many places there are, far more than most configurations have keys.
const PLACES: usize = 1 << 8;

impl Default for Keys {
    fn default() -> Self {
        Keys {
            keys: Vec::new(),
            places: Box::new([0; PLACES]),
        }
    }
}

impl Keys {
    /// The slot of a key; a new one if nobody asked before.
    pub fn slot(&mut self, key: &str) -> Slot {
        let key = key.as_bytes();
        if let Some(slot) = self.find(key) {
            return slot;
        }
        let slot = self.keys.len() as Slot;
        let first = &mut self.places[usize::from(place(key))];
        self.keys.push(Key::new(key, *first));
        *first = slot + 1;
        slot
    }

    /// The slot of a key, if somebody asks about it.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        let mut next = self.places[usize::from(place(key))];
        while next != 0 {
            let slot = next - 1;
            let own = self.keys.get(usize::from(slot))?;
            if own.is(key) {
                return Some(slot);
            }
            next = own.next;
        }
        None
    }

    /// The values somebody asks about, in their slots.
    pub fn fill<'a>(&self, attributes: Attributes<'a>) -> Slots<'a> {
        let mut slots = Slots::new(self.len());
        for (key, value) in attributes.encoded() {
            if let Some(slot) = self.find(key) {
                slots.take(slot, value);
            }
        }
        slots
    }

    /// The same for a span's own attributes; gathers the rest of the span on the way.
    #[inline]
    pub fn read<'a>(&self, span: &'a Span, slots: &mut Slots<'a>) -> Outline<'a> {
        span.outline(|key, value| {
            if let Some(slot) = self.find(key) {
                slots.take(slot, value);
            }
        })
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nobody asks about anything.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Where a key is looked for, by its length and its last eight bytes.
#[inline]
fn place(key: &[u8]) -> u8 {
    let end = match key.last_chunk() {
        Some(end) => u64::from_le_bytes(*end),
        None => key
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    ((end ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8
}
