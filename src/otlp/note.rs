//! What one reader found out about a record, kept for the next until the record changes.

use super::record::{Kind, Record};

/// A few bits; what they mean is known to those who leave and read them. No bit: nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note(pub u8);

impl Note {
    /// Whether all of these bits are set.
    pub fn says(self, bits: u8) -> bool {
        self.0 & bits == bits
    }
}

impl<K: Kind> Record<K> {
    /// The note that was left on the record as it is now.
    #[inline]
    pub fn note(&self) -> Note {
        self.note
    }

    /// Leaves a note. Any change of the record wipes it off.
    pub fn leave_note(&mut self, note: Note) {
        self.note = note;
    }
}
