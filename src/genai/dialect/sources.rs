//! Where identity is looked for: the dialects' own places, and those a user names.

use schemars::JsonSchema;
use serde::Deserialize;

use super::concept::Concept;
use super::vocabulary::{RANK_CHOSEN, RANK_LAST, Vocabulary};

/// The word that stands for the places every dialect is known to use.
const DEFAULT: &str = "default";
/// Longest list; ranks leave room for no more.
const NAMES_MAX: usize = 100;

/// Attribute names to ask for each part of an identity, on the span first and on its resource
/// last; the first that says something wins. `"default"` stands for the places the dialects are
/// known to use, and a list without it asks nowhere else. The canonical name (`tenant.id`) is
/// always asked in the end, because that is where `normalize` writes what it found.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Sources {
    /// Who pays (`tenant.id`).
    pub tenant: Vec<String>,
    /// The project of a tenant (`project.id`).
    pub project: Vec<String>,
    /// The person (`user.id`).
    pub user: Vec<String>,
    /// The person's session (`session.id`); never the session of a protocol.
    pub session: Vec<String>,
    /// The agent that works for them (`gen_ai.agent.name`).
    pub agent: Vec<String>,
    /// The conversation (`gen_ai.conversation.id`).
    pub conversation: Vec<String>,
}

impl Default for Sources {
    fn default() -> Self {
        let known = || vec![DEFAULT.to_owned()];
        Sources {
            tenant: known(),
            project: known(),
            user: known(),
            session: known(),
            agent: known(),
            conversation: known(),
        }
    }
}

/// Which parts may also be read from a JSON attribute called `metadata`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InMetadata {
    pub(super) tenant: bool,
    pub(super) project: bool,
    pub(super) user: bool,
    pub(super) session: bool,
    pub(super) conversation: bool,
}

impl Default for InMetadata {
    fn default() -> Self {
        Sources::default().in_metadata()
    }
}

impl Sources {
    /// Every fault: the key, and what is wrong with it.
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        for (part, _, names) in self.parts() {
            for (index, name) in names.iter().enumerate() {
                let key = || format!("{part}.{index}");
                if name.trim().is_empty() {
                    faults.push((key(), "an attribute has a name"));
                } else if names.iter().take(index).any(|before| before == name) {
                    faults.push((key(), "this name stands in the list already"));
                }
            }
            if names.is_empty() {
                let why = "an empty list would find nobody; leave it out, or name an attribute";
                faults.push((part.to_owned(), why));
            } else if names.len() > NAMES_MAX {
                faults.push((part.to_owned(), "at most 100 names"));
            }
        }
        faults
    }

    /// Makes the names known, in their order around the dialects' own.
    pub(super) fn enter(&self, words: &mut Vocabulary) {
        for (_, concept, names) in self.parts() {
            let default = names.iter().position(|name| name == DEFAULT);
            if default.is_none() {
                words.forget(concept);
                let canonical = concept.canonical().unwrap_or_default();
                words.add(
                    canonical.into(),
                    concept,
                    RANK_LAST + names.len() as u16,
                    None,
                );
            }
            for (index, name) in names.iter().enumerate() {
                let chosen = default.is_none_or(|default| index < default);
                let rank = if chosen { RANK_CHOSEN } else { RANK_LAST };
                if default != Some(index) {
                    words.add(name.clone().into(), concept, rank + index as u16, None);
                }
            }
        }
    }

    pub(super) fn in_metadata(&self) -> InMetadata {
        let asked = |names: &[String]| names.iter().any(|name| name == DEFAULT);
        InMetadata {
            tenant: asked(&self.tenant),
            project: asked(&self.project),
            user: asked(&self.user),
            session: asked(&self.session),
            conversation: asked(&self.conversation),
        }
    }

    fn parts(&self) -> [(&'static str, Concept, &[String]); 6] {
        [
            ("tenant", Concept::Tenant, &self.tenant),
            ("project", Concept::Project, &self.project),
            ("user", Concept::User, &self.user),
            ("session", Concept::Session, &self.session),
            ("agent", Concept::Agent, &self.agent),
            ("conversation", Concept::Conversation, &self.conversation),
        ]
    }
}
