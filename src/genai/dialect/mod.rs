//! How each instrumentation spells the same facts: one table per dialect, in a register.
//!
//! A span's dialect is recognised by its scope first and by its attributes second. Names that mean
//! the same everywhere are understood on any span, whatever its dialect; names that do not (`model`,
//! `output.value`) only on spans of their own dialect. What a span says becomes
//! [`Facts`](super::facts::Facts), in one pass over its attributes.

mod answer;
mod block;
mod canonical;
mod classify;
mod concept;
mod content;
mod found;
mod lexicon;
mod message;
mod metadata;
mod model_call;
mod read;
mod read_log;
mod scopes;
mod sources;
mod table;
mod tables;
mod tokens;
mod tool_call;
mod user;
mod value;
mod vocabulary;
mod words;

pub use canonical::{Edits, Originals};
pub use read_log::Logged;
pub use sources::Sources;
pub use user::{Custom, CustomFault};
pub(super) use words::provider as provider_name;

use std::borrow::Cow;

use scopes::Scopes;
use sources::InMetadata;
use table::Table;
use tables::TABLES;
use vocabulary::{DialectId, Vocabulary};

/// Every dialect there is, compiled for reading. Made once, shared by all workers.
#[derive(Clone)]
pub struct Dialects {
    vocabulary: Vocabulary,
    scopes: Scopes,
    custom: Vec<Custom>,
    in_metadata: InMetadata,
}

impl Dialects {
    /// The built-in register.
    pub fn builtin() -> Self {
        Dialects {
            vocabulary: Vocabulary::of(TABLES),
            scopes: Scopes::of(TABLES, &[]),
            custom: Vec::new(),
            in_metadata: InMetadata::default(),
        }
    }

    /// The same, asking for identity where a user says it stands.
    #[must_use]
    pub fn asking(mut self, sources: &Sources) -> Self {
        sources.enter(&mut self.vocabulary);
        self.in_metadata = sources.in_metadata();
        self
    }

    /// The same, with a user's own dialects before the built-in ones.
    pub fn with(&self, custom: Vec<Custom>) -> Result<Self, CustomFault> {
        let mut dialects = self.clone();
        for dialect in custom {
            let id = (TABLES.len() + dialects.custom.len()) as DialectId;
            dialect.enter(&mut dialects.vocabulary, id)?;
            dialects.custom.push(dialect);
        }
        dialects.scopes = Scopes::of(TABLES, &dialects.custom);
        Ok(dialects)
    }

    /// The names of all dialects, in register order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let custom = self.custom.iter().map(|dialect| dialect.name.as_str());
        custom.chain(TABLES.iter().map(|table| table.name))
    }

    fn table(id: DialectId) -> &'static Table {
        TABLES
            .get(usize::from(id))
            .copied()
            .unwrap_or(&Table::EMPTY)
    }

    fn custom(&self, id: DialectId) -> Option<&Custom> {
        self.custom.get(usize::from(id).checked_sub(TABLES.len())?)
    }

    fn name(&self, id: DialectId) -> Cow<'static, str> {
        match self.custom(id) {
            Some(custom) => Cow::Owned(custom.name.clone()),
            None => Cow::Borrowed(Self::table(id).name),
        }
    }
}

impl Default for Dialects {
    fn default() -> Self {
        Dialects::builtin()
    }
}

#[cfg(test)]
mod tests;
