//! A dialect the user wrote in `pipelines.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::concept::Concept;
use super::vocabulary::{DialectId, RANK_USER, Vocabulary};
use super::words::class_of;
use crate::genai::facts::Class;

/// A dialect of the user's own: how it is recognised and what its attributes mean.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Custom {
    /// The name written to `tollgate.dialect`.
    pub name: String,
    /// Spans whose scope name starts with one of these are of this dialect.
    pub scopes: Vec<String>,
    /// Spans that carry one of these attributes are of this dialect.
    pub markers: Vec<String>,
    /// From an attribute of this dialect to the canonical name it stands for.
    pub aliases: std::collections::BTreeMap<String, String>,
    /// From a word of this dialect for an operation to a canonical one (`chat`, `execute_tool`).
    pub operations: std::collections::BTreeMap<String, String>,
    /// Whether the input count leaves cached tokens out.
    pub input_excludes_cache: bool,
    /// Whether the output count leaves reasoning tokens out.
    pub output_excludes_reasoning: bool,
}

/// Why a user's dialect cannot be understood: which entry, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct CustomFault {
    /// The key inside the dialect's table (`aliases.\"my.tokens\"`).
    pub key: String,
    /// What is wrong and what to do.
    pub why: String,
}

/// How many dialects a user may add; ids are one byte.
const CUSTOM_MAX: usize = 64;

impl Custom {
    /// Every fault in the table.
    pub fn faults(&self) -> Vec<CustomFault> {
        let fault = |key: String, why: String| CustomFault { key, why };
        let mut faults = Vec::new();
        if self.name.is_empty() {
            faults.push(fault("name".into(), "a dialect needs a name".into()));
        }
        if self.scopes.is_empty() && self.markers.is_empty() {
            let why = "nothing recognises this dialect: give `scopes` or `markers`";
            faults.push(fault("scopes".into(), why.into()));
        }
        for (name, canonical) in &self.aliases {
            if Concept::of_canonical(canonical).is_none() {
                let why = format!("`{canonical}` is no canonical attribute name");
                faults.push(fault(format!("aliases.\"{name}\""), why));
            }
        }
        for (word, operation) in &self.operations {
            if class_of(operation).is_none() {
                let why = format!("`{operation}` is no operation the conventions know");
                faults.push(fault(format!("operations.\"{word}\""), why));
            }
        }
        faults
    }

    /// The class and operation of one of this dialect's own words.
    pub(super) fn class_of(&self, word: &str) -> Option<(Class, &'static str)> {
        class_of(self.operations.get(word)?)
    }

    pub(super) fn enter(&self, words: &mut Vocabulary, id: DialectId) -> Result<(), CustomFault> {
        if let Some(fault) = self.faults().into_iter().next() {
            return Err(fault);
        }
        if usize::from(id) >= CUSTOM_MAX + super::TABLES.len() {
            let why = format!("more than {CUSTOM_MAX} dialects");
            return Err(CustomFault {
                key: "name".into(),
                why,
            });
        }
        for (name, canonical) in &self.aliases {
            if let Some(concept) = Concept::of_canonical(canonical) {
                words.add(name.clone().into(), concept, RANK_USER, Some(id));
            }
        }
        for name in &self.markers {
            words.mark(name.clone().into(), id);
        }
        Ok(())
    }
}
