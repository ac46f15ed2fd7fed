//! Places by number, in segments: the lowest with room is filled first, so that the last ones become
//! empty after a rush and go back to the system.

use std::collections::BTreeSet;

/// Places of a segment.
pub(super) const PLACES: u32 = 256;
/// The number of no place.
pub(super) const NONE: u32 = u32::MAX;

/// So many places, with memory of its own while any is in use.
pub(super) trait Segment {
    /// Without memory.
    fn empty() -> Self;
    /// Whether every place is in use.
    fn is_full(&self) -> bool;
}

/// Segments, and which of them have room.
pub(super) struct Segments<S> {
    all: Vec<S>,
    vacant: Vacant,
}

/// Numbers of segments with room, those without memory of their own included.
#[derive(Default)]
struct Vacant {
    numbers: BTreeSet<u32>,
    /// The lowest of them, at hand.
    lowest: Option<u32>,
}

impl Vacant {
    /// The lowest segment has no room any more.
    fn filled(&mut self, number: u32) {
        self.numbers.remove(&number);
        self.lowest = self.numbers.first().copied();
    }

    /// A segment has room.
    fn opened(&mut self, number: u32) {
        self.numbers.insert(number);
        self.lowest = Some(self.lowest.map_or(number, |lowest| lowest.min(number)));
    }
}

/// The segment that a place is in.
pub(super) fn segment_of(place: u32) -> u32 {
    place / PLACES
}

impl<S: Segment> Segments<S> {
    /// None yet.
    pub(super) fn new() -> Self {
        Segments {
            all: Vec::new(),
            vacant: Vacant::default(),
        }
    }

    /// Has the lowest segment with room put something somewhere; answers the number of the place.
    pub(super) fn put(&mut self, put: impl FnOnce(&mut S) -> u32) -> u32 {
        let number = self.vacant.lowest.unwrap_or_else(|| {
            self.all.push(S::empty());
            let number = self.all.len() as u32 - 1;
            self.vacant.opened(number);
            number
        });
        let Some(segment) = self.all.get_mut(number as usize) else {
            return NONE;
        };
        let place = put(segment);
        if segment.is_full() {
            self.vacant.filled(number);
        }
        number * PLACES + place
    }

    /// Has a segment take something out of a place.
    pub(super) fn take<T>(&mut self, place: u32, take: impl FnOnce(&mut S, u32) -> T) -> Option<T> {
        let number = segment_of(place);
        let segment = self.all.get_mut(number as usize)?;
        let was_full = segment.is_full();
        let taken = take(segment, place % PLACES);
        if was_full && !segment.is_full() {
            self.vacant.opened(number);
        }
        Some(taken)
    }

    /// Empties a segment in which nothing is.
    pub(super) fn release(&mut self, number: u32) {
        if let Some(segment) = self.all.get_mut(number as usize) {
            *segment = S::empty();
        }
    }

    /// The segment of a place, and the place in it.
    #[inline]
    pub(super) fn get(&self, place: u32) -> Option<(&S, u32)> {
        let segment = self.all.get(segment_of(place) as usize)?;
        Some((segment, place % PLACES))
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, place: u32) -> Option<(&mut S, u32)> {
        let segment = self.all.get_mut(segment_of(place) as usize)?;
        Some((segment, place % PLACES))
    }

    /// All of them.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        self.all.iter()
    }
}
