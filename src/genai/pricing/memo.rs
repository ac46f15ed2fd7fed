//! Remembers where names led, bounded, because model names are strangers' strings.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::catalogue::{Hit, Miss, Query};

/// Names a worker remembers; when there are more it forgets all and starts anew.
const NAMES_MAX: usize = 4_096;
/// Longer names are looked up each time: nobody's model is called that.
const LENGTH_MAX: usize = 256;

/// Answers of the catalogue by the exact bytes of the question: a hit allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Memo {
    known: HashTable<Known>,
    hasher: foldhash::fast::RandomState,
}

#[derive(Debug)]
struct Known {
    provider: Option<Box<str>>,
    api_url: Option<Box<str>>,
    model: Box<str>,
    answer: Result<Hit, Miss>,
}

impl Known {
    fn is(&self, query: &Query<'_>) -> bool {
        *self.model == *query.model
            && self.provider.as_deref() == query.provider
            && self.api_url.as_deref() == query.api_url
    }
}

impl Memo {
    /// The remembered answer, or the one `find` gives.
    pub(super) fn answer(
        &mut self,
        query: Query<'_>,
        find: impl FnOnce(Query<'_>) -> Result<Hit, Miss>,
    ) -> Result<Hit, Miss> {
        let hash = self.hash(query.provider, query.api_url, query.model);
        if let Some(known) = self.known.find(hash, |known| known.is(&query)) {
            return known.answer;
        }
        let answer = find(query);
        let length = |text: Option<&str>| text.map_or(0, str::len);
        if query.model.len() + length(query.provider) + length(query.api_url) > LENGTH_MAX {
            return answer;
        }
        if self.known.len() >= NAMES_MAX {
            self.known.clear();
        }
        let known = Known {
            provider: query.provider.map(Into::into),
            api_url: query.api_url.map(Into::into),
            model: query.model.into(),
            answer,
        };
        let hasher = self.hasher.clone();
        self.known.insert_unique(hash, known, |known| {
            hash_of(
                &hasher,
                known.provider.as_deref(),
                known.api_url.as_deref(),
                &known.model,
            )
        });
        answer
    }

    /// Forgets everything: another catalogue answers otherwise.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }

    fn hash(&self, provider: Option<&str>, api_url: Option<&str>, model: &str) -> u64 {
        hash_of(&self.hasher, provider, api_url, model)
    }
}

fn hash_of(
    hasher: &foldhash::fast::RandomState,
    provider: Option<&str>,
    api_url: Option<&str>,
    model: &str,
) -> u64 {
    hasher.hash_one((provider, api_url, model))
}
