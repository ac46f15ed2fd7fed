//! Every attribute name of every dialect in one table, so that a name is looked up once.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::concept::Concept;
use super::table::Table;

/// A dialect by its place in the register.
pub(super) type DialectId = u8;

/// What an attribute name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) concept: Option<Concept>,
    /// Lower is better, among the spellings of one concept.
    pub(super) rank: u16,
    /// Counts only on spans of this dialect.
    pub(super) only: Option<DialectId>,
    /// Its presence marks this dialect.
    pub(super) marks: Option<DialectId>,
    /// Also found on spans that have nothing to do with models or tools.
    pub(super) common: bool,
}

/// The names, with a filter before them that turns most foreign names away for one load.
#[derive(Clone)]
pub(super) struct Vocabulary {
    meanings: HashMap<Cow<'static, str>, Vec<Meaning>, foldhash::fast::RandomState>,
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
            meanings: HashMap::with_hasher(foldhash::fast::RandomState::default()),
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
        let common = only.is_none() && COMMON.contains(&&*name);
        self.push(
            name,
            Meaning {
                concept: Some(concept),
                rank,
                only,
                marks: None,
                common,
            },
        );
    }

    /// Adds a name whose presence marks a dialect.
    pub(super) fn mark(&mut self, name: Cow<'static, str>, dialect: DialectId) {
        let marks = Some(dialect);
        self.push(
            name,
            Meaning {
                concept: None,
                rank: 0,
                only: None,
                marks,
                common: false,
            },
        );
    }

    /// Takes every name of a concept away.
    pub(super) fn forget(&mut self, concept: Concept) {
        for meanings in self.meanings.values_mut() {
            meanings.retain(|meaning| meaning.concept != Some(concept));
        }
        self.meanings.retain(|_, meanings| !meanings.is_empty());
    }

    fn push(&mut self, name: Cow<'static, str>, meaning: Meaning) {
        if let Some(lengths) = self.lengths.get_mut(usize::from(first_byte(&name))) {
            *lengths |= 1 << (name.len() % 64);
        }
        self.meanings.entry(name).or_default().push(meaning);
    }

    /// The meanings of a name; `None` for a foreign one.
    pub(super) fn meanings(&self, name: &str) -> Option<&[Meaning]> {
        let lengths = self
            .lengths
            .get(usize::from(first_byte(name)))
            .copied()
            .unwrap_or(0);
        if lengths & (1 << (name.len() % 64)) == 0 {
            return None;
        }
        self.meanings.get(name).map(Vec::as_slice)
    }

    /// Every name known under some meaning.
    #[cfg(test)]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.meanings.keys().map(AsRef::as_ref)
    }
}

fn first_byte(name: &str) -> u8 {
    name.as_bytes().first().copied().unwrap_or(0)
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
