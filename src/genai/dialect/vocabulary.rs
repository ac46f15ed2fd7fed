//! Every attribute name of every dialect in one table, so that a name is looked up once.

use std::borrow::Cow;

use super::concept::Concept;
use super::lexicon::Lexicon;
use super::table::Table;
use crate::genai::call::WRITTEN;

/// A dialect by its place in the register.
pub(super) type DialectId = u8;

/// What an attribute name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) concept: Concept,
    /// Lower is better, among the spellings of one concept.
    pub(super) rank: u16,
    /// Counts only on spans of this dialect.
    pub(super) only: Option<DialectId>,
    /// Also found on spans that have nothing to do with models or tools.
    pub(super) common: bool,
    /// Whether the name is the concept's canonical one.
    pub(super) canonical: bool,
}

/// A name some dialect knows.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) meanings: Vec<Meaning>,
    /// Its presence marks this dialect, the earliest of several.
    pub(super) marks: Option<DialectId>,
}

/// The names, with a filter before them that turns most foreign names away for one load.
#[derive(Clone)]
pub(super) struct Vocabulary {
    known: Lexicon<Known>,
    /// By first byte: the lengths (modulo 64) of names that start so.
    lengths: [u64; 256],
}

/// Where a row's rank begins: a user's dialect, a dialect's own keys, the canonical names, the rest.
pub(super) const RANK_USER: u16 = 0;
/// Attributes a user chose for identity come before any built-in name, or after all of them.
pub(super) const RANK_CHOSEN: u16 = 500;
pub(super) const RANK_LAST: u16 = 60_000;
const RANK_OWN: u16 = 1_000;
const RANK_CANONICAL: u16 = 2_000;
const RANK_TABLES: u16 = 3_000;
/// Room for the rows of one table.
const RANKS_PER_TABLE: u16 = 200;

impl Vocabulary {
    pub(super) fn of(tables: &[&'static Table]) -> Self {
        let mut vocabulary = Vocabulary {
            known: Lexicon::default(),
            lengths: [0; 256],
        };
        for concept in Concept::ALL {
            if let Some(name) = concept.canonical() {
                vocabulary.add(name.into(), *concept, RANK_CANONICAL, None);
            }
        }
        for (id, table) in tables.iter().enumerate() {
            let id = id as DialectId;
            let base = RANK_TABLES + u16::from(id) * RANKS_PER_TABLE;
            for (row, (name, concept)) in table.rows.iter().enumerate() {
                vocabulary.add((*name).into(), *concept, base + row as u16, None);
            }
            for (row, (name, concept)) in table.own.iter().enumerate() {
                vocabulary.add((*name).into(), *concept, RANK_OWN + row as u16, Some(id));
            }
            for name in table.markers {
                vocabulary.mark((*name).into(), id);
            }
        }
        for name in WRITTEN {
            // The proposed ones have a meaning already.
            if vocabulary.find(name.as_bytes()).is_none() {
                vocabulary.add((*name).into(), Concept::Priced, RANK_CANONICAL, None);
            }
        }
        vocabulary
    }

    /// Adds a meaning of a name.
    pub(super) fn add(
        &mut self,
        name: Cow<'static, str>,
        concept: Concept,
        rank: u16,
        only: Option<DialectId>,
    ) {
        let common = only.is_none() && (concept == Concept::Priced || COMMON.contains(&&*name));
        let meaning = Meaning {
            concept,
            rank,
            only,
            common,
            canonical: concept.canonical() == Some(&*name),
        };
        if let Some(known) = self.known(name) {
            known.meanings.push(meaning);
        }
    }

    /// Adds a name whose presence marks a dialect.
    pub(super) fn mark(&mut self, name: Cow<'static, str>, dialect: DialectId) {
        if let Some(known) = self.known(name) {
            let earliest = known
                .marks
                .map_or(dialect, |marked| earlier(marked, dialect));
            known.marks = Some(earliest);
        }
    }

    /// Takes every name of a concept away.
    pub(super) fn forget(&mut self, concept: Concept) {
        for known in self.known.values_mut() {
            known.meanings.retain(|meaning| meaning.concept != concept);
        }
    }

    fn known(&mut self, name: Cow<'static, str>) -> Option<&mut Known> {
        if let Some(lengths) = self
            .lengths
            .get_mut(usize::from(first_byte(name.as_bytes())))
        {
            *lengths |= 1 << (name.len() % 64);
        }
        self.known.entry(name, Known::default())
    }

    /// What a name means, and its place; `None` for a foreign one.
    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<(u16, &Known)> {
        if self.may_hold(name) {
            self.known.find(name)
        } else {
            None
        }
    }

    /// Whether a name of this length and beginning is known at all: one load.
    #[inline]
    pub(super) fn may_hold(&self, name: &[u8]) -> bool {
        let lengths = self.lengths.get(usize::from(first_byte(name)));
        lengths.is_some_and(|lengths| lengths & (1 << (name.len() % 64)) != 0)
    }

    /// The name at a place that [`Vocabulary::find`] gave.
    pub(super) fn name(&self, place: u16) -> &str {
        self.known.name(place)
    }

    /// Every name known under some meaning.
    #[cfg(test)]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.known.names()
    }
}

#[inline]
fn first_byte(name: &[u8]) -> u8 {
    name.first().copied().unwrap_or(0)
}

/// Names that any span may carry. Alone they make no facts.
const COMMON: &[&str] = &[
    "error.type",
    "error.message",
    "http.response.status_code",
    "http.status_code",
    "rpc.system",
    "rpc.method",
    "rpc.response.status_code",
    "event.name",
    "metadata",
    "model",
];

/// The earlier of two dialects in the order of recognition; a user's, whose ids follow the
/// tables', come first.
pub(super) fn earlier(one: DialectId, other: DialectId) -> DialectId {
    let place = |id: DialectId| id.wrapping_sub(super::TABLES.len() as DialectId);
    if place(other) < place(one) {
        other
    } else {
        one
    }
}
