//! What one reader found out about a record, kept for the next until the record changes.

use std::any::Any;
use std::sync::Arc;

use super::additions::Additions;
use super::record::{Kind, Record};

/// What is known of a record beside its bytes. It never leaves the process, and what it holds in
/// memory of its own never outlives the bytes it was read from: any change of the record wipes it.
#[derive(Clone, Debug, Default)]
pub enum Note {
    /// Nobody has looked, or the record has changed since.
    #[default]
    Unread,
    /// Somebody looked and found nothing.
    Nothing,
    /// What was found; those who leave and read it know its type.
    Found(Arc<dyn Any + Send + Sync>),
}

impl<K: Kind> Record<K> {
    /// The note that was left on the record as it is now.
    #[inline]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The note, to be added to.
    pub fn note_mut(&mut self) -> &mut Note {
        &mut self.note
    }

    /// Leaves a note.
    pub fn leave_note(&mut self, note: Note) {
        self.note = note;
    }

    /// Adds attributes that are no news to readers of the note, so that it stays. As with
    /// [`Record::add_attributes`], none of their keys may be there already.
    pub fn add_aside(&mut self, new: Additions<K>) {
        let note = std::mem::take(&mut self.note);
        self.add_attributes(new);
        self.note = note;
    }
}
