//! What one pass over a span's attributes found, by concept.

use super::Dialects;
use super::concept::Concept;
use super::value::{is_nothing, text};
use super::vocabulary::{DialectId, Meaning, Vocabulary, earlier};
use crate::otlp::{Attributes, Encoded, Value};

/// The attributes of one span that mean something, the best spelling of each concept in front.
pub(super) struct Found<'a> {
    /// The dialect, if scope or attributes told.
    pub(super) dialect: Option<DialectId>,
    /// By concept: one more than the place in `hits` of the best spelling, 0 for none.
    best: [u8; Concept::ALL.len()],
    /// The same of the canonical spelling.
    canonical: [u8; Concept::ALL.len()],
    hits: Vec<Hit<'a>>,
}

/// One attribute that means something.
#[derive(Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) value: Encoded<'a>,
    pub(super) meaning: Meaning,
    /// The attribute's name, by its place in the vocabulary.
    pub(super) name: u16,
}

/// More hits than this are not read: slots are bytes.
const HITS_MAX: usize = 250;
/// Few spans have more hits.
const HITS_MOSTLY: usize = 24;

/// Takes in attributes one after the other.
pub(super) struct Search<'d, 'a> {
    vocabulary: &'d Vocabulary,
    hits: Vec<Hit<'a>>,
    by_marker: Option<DialectId>,
    /// Whether an attribute was seen that only spans of interest to us carry.
    says: bool,
}

impl<'d, 'a> Search<'d, 'a> {
    pub(super) fn with(dialects: &'d Dialects) -> Self {
        Search {
            vocabulary: &dialects.vocabulary,
            hits: Vec::new(),
            by_marker: None,
            says: false,
        }
    }

    /// Takes in an attribute: a foreign name costs one load, mostly.
    #[inline]
    pub(super) fn see(&mut self, name: &[u8], value: Encoded<'a>) {
        let Some((name, known)) = self.vocabulary.find(name) else {
            return;
        };
        if let Some(marked) = known.marks {
            self.by_marker = Some(self.by_marker.map_or(marked, |best| earlier(best, marked)));
        }
        if self.hits.capacity() == 0 {
            self.hits.reserve(HITS_MOSTLY);
        }
        for meaning in &known.meanings {
            self.says |= !meaning.common && meaning.only.is_none();
            if self.hits.len() < HITS_MAX {
                self.hits.push(Hit {
                    value,
                    meaning: *meaning,
                    name,
                });
            }
        }
    }

    /// What was found on a span of this scope; `None` if nothing on it means anything to us.
    pub(super) fn finish(self, by_scope: Option<DialectId>) -> Option<Found<'a>> {
        let dialect = by_scope.or(self.by_marker);
        if dialect.is_none() && !self.says {
            return None;
        }
        let mut found = Found {
            dialect,
            best: [0; Concept::ALL.len()],
            canonical: [0; Concept::ALL.len()],
            hits: self.hits,
        };
        found.choose();
        Some(found)
    }
}

impl<'a> Found<'a> {
    /// What the attributes of a resource or a log record say.
    pub(super) fn among(
        dialects: &Dialects,
        attributes: Attributes<'a>,
        by_scope: Option<DialectId>,
    ) -> Option<Self> {
        let mut search = Search::with(dialects);
        for (name, value) in attributes.encoded() {
            search.see(name, value);
        }
        search.finish(by_scope)
    }

    /// The value of a concept, in its best spelling.
    pub(super) fn get(&self, concept: Concept) -> Option<Value<'a>> {
        self.at(&self.best, concept).map(|hit| hit.value.get())
    }

    /// The same, as a non-empty text.
    pub(super) fn text(&self, concept: Concept) -> Option<&'a str> {
        self.get(concept).and_then(text)
    }

    /// The value that stands under the concept's canonical name.
    pub(super) fn canonical(&self, concept: Concept) -> Option<Value<'a>> {
        self.at(&self.canonical, concept).map(|hit| hit.value.get())
    }

    /// Every attribute with a meaning on this span's dialect, chosen or not.
    pub(super) fn hits(&self) -> impl Iterator<Item = &Hit<'a>> {
        self.hits.iter().filter(|hit| self.counts(hit))
    }

    /// Every value of a concept that says something, best spelling first being no promise.
    pub(super) fn all(&self, concept: Concept) -> impl Iterator<Item = Value<'a>> {
        let some = self.at(&self.best, concept).is_some();
        self.hits()
            .take_while(move |_| some)
            .filter(move |hit| hit.meaning.concept == concept)
            .map(|hit| hit.value.get())
    }

    /// The best spelling of a concept, by its place in the vocabulary.
    pub(super) fn spelling(&self, concept: Concept) -> Option<u16> {
        self.at(&self.best, concept).map(|hit| hit.name)
    }

    /// Whether an attribute that a pricing writes is there, even one that says nothing.
    pub(super) fn is_priced(&self) -> bool {
        use Concept::{CostAmount, CostCurrency, CostSource, Priced};
        let written = |hit: &Hit<'_>| {
            let concept = hit.meaning.concept;
            matches!(concept, Priced | CostAmount | CostCurrency | CostSource)
        };
        self.hits.iter().any(written)
    }

    #[inline]
    fn at(&self, slots: &[u8; Concept::ALL.len()], concept: Concept) -> Option<&Hit<'a>> {
        let slot = slots.get(concept as usize).copied().unwrap_or(0);
        self.hits.get(usize::from(slot).checked_sub(1)?)
    }

    fn counts(&self, hit: &Hit<'_>) -> bool {
        hit.meaning.only.is_none() || hit.meaning.only == self.dialect
    }

    fn choose(&mut self) {
        for (index, hit) in self.hits.iter().enumerate() {
            if !self.counts(hit) {
                continue;
            }
            let concept = hit.meaning.concept as usize;
            let place = index as u8 + 1;
            let canonical = self.canonical.get_mut(concept);
            if let Some(slot) = canonical.filter(|slot| hit.meaning.canonical && **slot == 0) {
                *slot = place;
            }
            let best = self.at(&self.best, hit.meaning.concept);
            let better = best.is_none_or(|best| hit.meaning.rank < best.meaning.rank);
            if better
                && !is_void(hit.value)
                && let Some(slot) = self.best.get_mut(concept)
            {
                *slot = place;
            }
        }
        if self.get(Concept::Mark).is_some() {
            self.prefer_sums();
        }
    }

    /// `normalize` has added up what the source counted apart: its sums stand under the canonical
    /// names, and what the source said beside them is the older word, whoever's name it bears.
    fn prefer_sums(&mut self) {
        for concept in SUMS {
            let Some(&place) = self.canonical.get(concept as usize) else {
                continue;
            };
            let says = self
                .at(&self.canonical, concept)
                .is_some_and(|hit| !is_void(hit.value));
            if let Some(slot) = self.best.get_mut(concept as usize).filter(|_| says) {
                *slot = place;
            }
        }
    }
}

/// The counts that sources spell each in its own way.
const SUMS: [Concept; 8] = [
    Concept::Input,
    Concept::Output,
    Concept::CacheRead,
    Concept::CacheWrite,
    Concept::CacheWrite5m,
    Concept::CacheWrite1h,
    Concept::Reasoning,
    Concept::WebSearches,
];

/// An attribute that was written and says nothing gives way to a worse spelling that says something.
fn is_void(value: Encoded<'_>) -> bool {
    if let Some(head) = value.text_head()
        && head.is_ascii_alphanumeric()
        && !matches!(head, b'N' | b'n' | b'u')
    {
        return false;
    }
    if value.is_number() {
        return false;
    }
    match value.get() {
        Value::Empty => true,
        Value::Str(text) => is_nothing(text.trim()) || text.trim() == "\"\"",
        _ => false,
    }
}
