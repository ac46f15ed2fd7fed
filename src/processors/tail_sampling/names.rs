//! Policies' names as small numbers, for memories and logs.

use std::sync::Arc;

use crate::sampling::memory::NO_POLICY;

/// Names in the order they were first needed.
#[derive(Clone, Default)]
pub(super) struct Names(Vec<Arc<str>>);

impl Names {
    /// A name's number; whether it is new.
    pub(super) fn number(&mut self, name: &Arc<str>) -> (u16, bool) {
        if let Some(place) = self.0.iter().position(|own| own == name) {
            return (place as u16, false);
        }
        if self.0.len() >= usize::from(NO_POLICY) {
            return (NO_POLICY, false);
        }
        self.0.push(Arc::clone(name));
        (self.0.len() as u16 - 1, true)
    }

    /// The name of a number.
    pub(super) fn name(&self, number: u16) -> Option<&Arc<str>> {
        self.0.get(usize::from(number))
    }

    /// All, with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Arc<str>)> {
        (0..).zip(&self.0)
    }
}
