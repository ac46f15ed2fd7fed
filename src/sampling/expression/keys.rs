//! Finds the attributes that somebody asks about among those that a span has.

use super::bits::Bits;
use super::reading::{Slot, Slots};
use super::sieve::Sieve;
use crate::otlp::{Attributes, Encoded, Outline, Span};

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
    /// Which of its values are worth a look.
    sieve: Sieve,
}

const END: usize = 16;

impl Key {
    fn new(key: &[u8], next: Slot) -> Self {
        let ends = [key.first_chunk(), key.last_chunk()];
        Key {
            bytes: key.into(),
            ends: ends.map(|end| end.copied().unwrap_or_default()),
            next,
            sieve: Sieve::ANYTHING,
        }
    }

    #[inline]
    fn is(&self, key: &[u8]) -> bool {
        match (key.first_chunk(), key.last_chunk()) {
            (Some(first), Some(last)) if key.len() <= 2 * END => {
                (key.len() == self.bytes.len()) & (*first == self.ends[0]) & (*last == self.ends[1])
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

    /// Has values be looked at only if one of some tests may be passed by them. Keys and tests that
    /// are added afterwards are not known yet.
    pub fn mind(&mut self, bits: &Bits) {
        for (slot, key) in (0..).zip(&mut self.keys) {
            key.sieve = bits.sieve(slot);
        }
    }

    /// The slot of a key, if somebody asks about it.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        self.known(key).map(|(slot, _)| slot)
    }

    #[expect(clippy::inline_always, reason = "see `put`")]
    #[inline(always)]
    fn known(&self, key: &[u8]) -> Option<(Slot, &Key)> {
        let mut next = self.places[usize::from(place(key))];
        while next != 0 {
            let slot = next - 1;
            let own = self.keys.get(usize::from(slot))?;
            if own.is(key) {
                return Some((slot, own));
            }
            next = own.next;
        }
        None
    }

    /// Puts a value in its slot, if somebody asks about it.
    #[expect(
        clippy::inline_always,
        reason = "a call costs half as much as what is done for most attributes: nothing"
    )]
    #[inline(always)]
    fn put<'a>(&self, key: &[u8], value: Encoded<'a>, slots: &mut Slots<'a>) {
        if let Some((slot, own)) = self.known(key)
            && let Some(is_worth_a_look) = own.sieve.may_pass(value)
        {
            slots.take(slot, value, is_worth_a_look);
        }
    }

    /// The values somebody asks about, in their slots.
    pub fn fill<'a>(&self, attributes: Attributes<'a>) -> Slots<'a> {
        let mut slots = Slots::new(self.len());
        for (key, value) in attributes.encoded() {
            self.put(key, value, &mut slots);
        }
        slots
    }

    /// The same for a span's own attributes; gathers the rest of the span on the way.
    #[inline]
    pub fn read<'a>(&self, span: &'a Span, slots: &mut Slots<'a>) -> Outline<'a> {
        span.outline(|key, value| self.put(key, value, slots))
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
