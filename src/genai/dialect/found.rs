//! What one pass over a span's attributes found, by concept.

use super::Dialects;
use super::concept::Concept;
use super::vocabulary::{DialectId, Meaning};
use crate::otlp::{Attributes, Value};

/// The attributes of one span that mean something, the best spelling of each concept in front.
pub(super) struct Found<'a> {
    /// The dialect, if scope or attributes told.
    pub(super) dialect: Option<DialectId>,
    /// By concept: one more than the place in `hits`, 0 for none.
    slots: [u8; Concept::ALL.len()],
    hits: Vec<Hit<'a>>,
}

/// One attribute that means something.
#[derive(Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) name: &'a str,
    pub(super) value: Value<'a>,
    pub(super) meaning: Meaning,
}

/// More hits than this are not read: slots are bytes.
const HITS_MAX: usize = 250;

impl<'a> Found<'a> {
    /// One pass over the attributes; `None` if not one of them means anything to us.
    pub(super) fn among(
        dialects: &Dialects,
        attributes: Attributes<'a>,
        by_scope: Option<DialectId>,
    ) -> Option<Self> {
        let mut hits: Vec<Hit<'a>> = Vec::new();
        let mut by_marker: Option<DialectId> = None;
        let mut common_only = by_scope.is_none();
        for (name, value, meanings) in attributes.known(|name| dialects.vocabulary.meanings(name)) {
            for meaning in meanings {
                if let Some(marked) = meaning.marks {
                    by_marker =
                        Some(by_marker.map_or(marked, |best| dialects.earlier(best, marked)));
                }
                common_only &= meaning.common || meaning.only.is_some() && meaning.only != by_scope;
                if meaning.concept.is_some() && hits.len() < HITS_MAX {
                    if hits.is_empty() {
                        hits.reserve(24);
                    }
                    hits.push(Hit {
                        name,
                        value,
                        meaning: *meaning,
                    });
                }
            }
        }
        let dialect = by_scope.or(by_marker);
        if dialect.is_none() && common_only {
            return None;
        }
        let mut found = Found {
            dialect,
            slots: [0; Concept::ALL.len()],
            hits,
        };
        found.choose();
        Some(found)
    }

    /// The value of a concept, in its best spelling.
    pub(super) fn get(&self, concept: Concept) -> Option<Value<'a>> {
        self.hit(concept).map(|hit| hit.value)
    }

    /// The attribute chosen for a concept.
    pub(super) fn hit(&self, concept: Concept) -> Option<&Hit<'a>> {
        let slot = self.slots.get(concept as usize).copied().unwrap_or(0);
        self.hits.get(usize::from(slot).checked_sub(1)?)
    }

    /// Every attribute with a meaning on this span's dialect, chosen or not.
    pub(super) fn hits(&self) -> impl Iterator<Item = &Hit<'a>> {
        self.hits.iter().filter(|hit| self.counts(hit))
    }

    /// Every value of a concept, best spelling first being no promise.
    pub(super) fn all(&self, concept: Concept) -> impl Iterator<Item = Value<'a>> {
        self.hits()
            .filter(move |hit| hit.meaning.concept == Some(concept))
            .map(|hit| hit.value)
    }

    fn counts(&self, hit: &Hit<'_>) -> bool {
        hit.meaning.only.is_none() || hit.meaning.only == self.dialect
    }

    fn choose(&mut self) {
        for index in 0..self.hits.len() {
            let Some(hit) = self.hits.get(index).copied() else {
                return;
            };
            let Some(concept) = hit.meaning.concept else {
                continue;
            };
            if !self.counts(&hit) || is_void(hit.value) {
                continue;
            }
            let better = self
                .hit(concept)
                .is_none_or(|best| hit.meaning.rank < best.meaning.rank);
            if let Some(slot) = self.slots.get_mut(concept as usize).filter(|_| better) {
                *slot = index as u8 + 1;
            }
        }
    }
}

/// An attribute that was written and says nothing gives way to a worse spelling that says something.
fn is_void(value: Value<'_>) -> bool {
    match value {
        Value::Empty => true,
        Value::Str(text) => matches!(text.trim(), "" | "\"\"" | "None" | "null"),
        _ => false,
    }
}
