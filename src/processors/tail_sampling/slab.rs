//! Places for many things of one kind, in segments: found by number, used again when left.

use super::vacant::Vacant;

/// Places of a segment.
const PLACES: u32 = 256;

/// Things by the number of their place.
pub(super) struct Slab<T> {
    segments: Vec<Segment<T>>,
    vacant: Vacant,
}

struct Segment<T> {
    /// Without memory of its own while nobody is here.
    things: Vec<Option<T>>,
    /// Places that were left.
    left: Vec<u8>,
}

impl<T> Segment<T> {
    const EMPTY: Self = Segment {
        things: Vec::new(),
        left: Vec::new(),
    };

    fn is_full(&self) -> bool {
        self.left.is_empty() && self.things.len() == PLACES as usize
    }

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
            *self = Segment::EMPTY;
        }
        Some(thing)
    }
}

impl<T> Slab<T> {
    /// Nothing in it.
    pub(super) fn new() -> Self {
        Slab {
            segments: Vec::new(),
            vacant: Vacant::default(),
        }
    }

    /// Gives a thing a place.
    pub(super) fn put(&mut self, thing: T) -> u32 {
        let number = self.vacant.first(|| {
            self.segments.push(Segment::EMPTY);
            self.segments.len() as u32 - 1
        });
        let Some(segment) = self.segments.get_mut(number as usize) else {
            return u32::MAX;
        };
        let place = segment.put(thing);
        if segment.is_full() {
            self.vacant.filled(number);
        }
        number * PLACES + place
    }

    /// Takes a thing out.
    pub(super) fn take(&mut self, place: u32) -> Option<T> {
        let number = place / PLACES;
        let segment = self.segments.get_mut(number as usize)?;
        let was_full = segment.is_full();
        let thing = segment.take(place % PLACES)?;
        if was_full {
            self.vacant.opened(number);
        }
        Some(thing)
    }

    /// What is at a place.
    #[inline]
    pub(super) fn get(&self, place: u32) -> Option<&T> {
        let segment = self.segments.get((place / PLACES) as usize)?;
        segment.things.get((place % PLACES) as usize)?.as_ref()
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        let segment = self.segments.get_mut((place / PLACES) as usize)?;
        segment.things.get_mut((place % PLACES) as usize)?.as_mut()
    }
}
