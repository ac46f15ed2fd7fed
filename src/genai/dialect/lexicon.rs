//! A set of names in which any other name is looked up by one probe and mostly one comparison.

use std::borrow::Cow;

/// Names, each with what is known of it.
///
/// The names are ours or the configuration's, never a stranger's, so the hash needs no secret: what
/// strangers ask for is only looked up.
#[derive(Clone)]
pub(super) struct Lexicon<T> {
    entries: Vec<(Cow<'static, str>, T)>,
    /// One more than the place in `entries`, 0 for none; a power of two of them, a quarter full at
    /// most.
    slots: Vec<u16>,
}

/// More names than this are not taken in: slots are two bytes.
const NAMES_MAX: usize = u16::MAX as usize - 1;

impl<T> Lexicon<T> {
    /// Takes in a name, if it is new, and gives what is known of it.
    pub(super) fn entry(&mut self, name: Cow<'static, str>, new: T) -> Option<&mut T> {
        let known = self.place(name.as_bytes());
        let place = match known {
            Some(place) => usize::from(place),
            None if self.entries.len() >= NAMES_MAX => return None,
            None => {
                self.entries.push((name, new));
                self.seat(self.entries.len());
                self.entries.len() - 1
            }
        };
        self.entries.get_mut(place).map(|(_, known)| known)
    }

    /// What is known of a name.
    #[inline]
    pub(super) fn get(&self, name: &[u8]) -> Option<&T> {
        self.find(name).map(|(_, known)| known)
    }

    /// The place of a name, and what is known of it.
    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<(u16, &T)> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(name) as usize & mask;
        loop {
            let place = self.slots.get(at)?.checked_sub(1)?;
            let (known, value) = self.entries.get(usize::from(place))?;
            if known.as_bytes() == name {
                return Some((place, value));
            }
            at = (at + 1) & mask;
        }
    }

    /// The name at a place.
    pub(super) fn name(&self, place: u16) -> &str {
        let entry = self.entries.get(usize::from(place));
        entry.map_or("", |(name, _)| name)
    }

    /// What is known of every name, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, known)| known)
    }

    /// Every name, in the order they were taken in.
    #[cfg(test)]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| &**name)
    }

    fn place(&self, name: &[u8]) -> Option<u16> {
        self.find(name).map(|(place, _)| place)
    }

    /// Seats the newest of so many entries, or all of them anew if there is too little room.
    fn seat(&mut self, entries: usize) {
        let mut first = entries - 1;
        if self.slots.len() < entries * 4 {
            self.slots = vec![0; (entries * 8).next_power_of_two()];
            first = 0;
        }
        let mask = self.slots.len() - 1;
        for (place, (name, _)) in self.entries.iter().enumerate().skip(first) {
            let mut at = hash(name.as_bytes()) as usize & mask;
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = place as u16 + 1;
            }
        }
    }
}

impl<T: Copy> Lexicon<T> {
    /// A fixed list; the first of equal names counts.
    pub(super) fn of(rows: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut lexicon = Lexicon::default();
        for (name, value) in rows {
            lexicon.entry(Cow::Borrowed(name), value);
        }
        lexicon
    }

    /// What is known of a name that is in lower case here, however it is written there.
    pub(super) fn get_in_any_case(&self, name: &str) -> Option<T> {
        const LONGEST: usize = 64;
        let mut lower = [0; LONGEST];
        let place = lower.get_mut(..name.len())?;
        place.copy_from_slice(name.as_bytes());
        place.make_ascii_lowercase();
        self.get(place).copied()
    }
}

impl<T> Default for Lexicon<T> {
    fn default() -> Self {
        Lexicon {
            entries: Vec::new(),
            slots: Vec::new(),
        }
    }
}

/// Names differ in length, at their ends or in the middle; these make the hash.
#[inline]
fn hash(name: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15; // 2^64 divided by the golden ratio
    let mixed = match name.last_chunk::<8>() {
        Some(end) => {
            let middle = name.get((name.len() - 8) / 2..).unwrap_or_default();
            let middle = middle.first_chunk().copied().unwrap_or_default();
            u64::from_le_bytes(*end).rotate_left(29) ^ u64::from_le_bytes(middle)
        }
        None => name.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    (mixed ^ name.len() as u64).wrapping_mul(SPREAD) >> 40
}
