//! Places for many things of one kind: found by number, used again when left.

use super::segments::{PLACES, Segment, Segments};

/// Things by the number of their place.
pub(super) struct Slab<T>(Segments<Things<T>>);

struct Things<T> {
    /// Without memory of its own while nobody is here.
    things: Vec<Option<T>>,
    /// Places that were left.
    left: Vec<u8>,
}

impl<T> Segment for Things<T> {
    fn empty() -> Self {
        Things {
            things: Vec::new(),
            left: Vec::new(),
        }
    }

    fn is_full(&self) -> bool {
        self.left.is_empty() && self.things.len() == PLACES as usize
    }
}

impl<T> Things<T> {
    fn put(&mut self, thing: T) -> u32 {
        if let Some(place) = self.left.pop()
            && let Some(free) = self.things.get_mut(usize::from(place))
        {
            *free = Some(thing);
            return u32::from(place);
        }
        if self.things.is_empty() {
            self.things.reserve_exact(PLACES as usize);
        }
        self.things.push(Some(thing));
        self.things.len() as u32 - 1
    }

    fn take(&mut self, place: u32) -> Option<T> {
        let thing = self.things.get_mut(place as usize)?.take()?;
        self.left.push(place as u8);
        if self.left.len() == self.things.len() {
            *self = Things::empty();
        }
        Some(thing)
    }
}

impl<T> Slab<T> {
    /// Nothing in it.
    pub(super) fn new() -> Self {
        Slab(Segments::new())
    }

    /// Gives a thing a place.
    pub(super) fn put(&mut self, thing: T) -> u32 {
        self.0.put(|things| things.put(thing))
    }

    /// Takes a thing out.
    pub(super) fn take(&mut self, place: u32) -> Option<T> {
        self.0.take(place, Things::take)?
    }

    /// What is at a place.
    #[inline]
    pub(super) fn get(&self, place: u32) -> Option<&T> {
        let (things, place) = self.0.get(place)?;
        things.things.get(place as usize)?.as_ref()
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        let (things, place) = self.0.get_mut(place)?;
        things.things.get_mut(place as usize)?.as_mut()
    }
}
