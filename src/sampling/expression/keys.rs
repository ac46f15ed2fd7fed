//! Finds the attributes that somebody asks about among those that a span has.

use super::reading::{Slot, Slots};
use crate::otlp::{Attributes, Outline, Span};

/// The attribute keys somebody asks about.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// By slot; each with the next slot, plus one, of those that share a place.
    keys: Vec<(Box<[u8]>, Slot)>,
    /// The first slot at each place, plus one; zero is none. A key's [`place`] says where.
    places: Vec<Slot>,
}

/// How many places there are, far more than most configurations have keys.
const PLACES: usize = 256;

impl Keys {
    /// The slot of a key; a new one if nobody asked before.
    pub fn slot(&mut self, key: &str) -> Slot {
        let key = key.as_bytes();
        if let Some(slot) = self.find(key) {
            return slot;
        }
        self.places.resize(PLACES, 0);
        let slot = self.keys.len() as Slot;
        if let Some(first) = self.places.get_mut(place(key)) {
            self.keys.push((key.into(), *first));
            *first = slot + 1;
        }
        slot
    }

    /// The slot of a key, if somebody asks about it.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        let mut next = self.places.get(place(key)).copied()?;
        while next != 0 {
            let slot = next - 1;
            let (own, after) = self.keys.get(usize::from(slot))?;
            if **own == *key {
                return Some(slot);
            }
            next = *after;
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

/// Where a key is looked for: most keys differ in length, or in the last or middle letter.
#[inline]
fn place(key: &[u8]) -> usize {
    let letter = |at: usize| key.get(at).map_or(0, |letter| usize::from(*letter));
    let (len, last) = (key.len(), key.len().wrapping_sub(1));
    ((len * 37) ^ letter(last) ^ (letter(len / 2) << 3)) % PLACES
}
