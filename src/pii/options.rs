//! What an operator may add to the catalogue: patterns, words, keys, and what is allowed.

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::detector::{Found, Kind};

/// The compiled size that one pattern may have, in bytes.
const PATTERN_SIZE_MAX: usize = 1 << 20;

/// What to look for beyond the catalogue, and what to leave alone.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names of detectors to run; empty for all.
    pub detectors: Vec<String>,
    /// Names of detectors not to run.
    pub without: Vec<String>,
    /// The user's own patterns.
    pub patterns: Vec<Pattern>,
    /// The user's own words, found case-insensitively between boundaries.
    pub words: Vec<WordList>,
    /// Keys whose whole value is hidden, compared by segments.
    pub sensitive_keys: Vec<String>,
    /// Keys that are never looked into, exactly, or by prefix with a final `*`.
    pub ignored_keys: Vec<String>,
    /// Patterns of findings that are allowed: the finding as a whole must match.
    pub allowed: Vec<String>,
    /// Detectors that do not run under a key (exact, or prefix with a final `*`).
    pub exceptions: Vec<Exception>,
}

/// A pattern of the user: every match is a finding.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The type's name in labels and reports.
    pub name: String,
    /// A regular expression of the `regex` crate: linear time, no look-around.
    pub pattern: String,
    /// What replaces a match instead of the label; `$1` stands for a group.
    pub replacement: Option<String>,
}

/// Words of the user: names of customers, projects, places.
#[derive(Clone, Debug)]
pub struct WordList {
    /// The type's name in labels and reports.
    pub name: String,
    /// The words.
    pub words: Vec<String>,
}

/// A detector that is not wanted under a key.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The attribute key, or a prefix with a final `*`.
    pub key: String,
    /// The detector's name.
    pub detector: String,
}

impl Options {
    pub(super) fn runs(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        (self.detectors.is_empty() || named(&self.detectors)) && !named(&self.without)
    }
}

/// What is wrong with the options, one sentence each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<String>);

impl std::fmt::Display for Faults {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Faults {}

/// The compiled additions of the user.
#[derive(Debug, Default)]
pub(super) struct Own {
    names: Vec<(String, Option<String>)>,
    set: Option<RegexSet>,
    patterns: Vec<Regex>,
    /// Each list with the index of its name.
    words: Vec<(u16, AhoCorasick)>,
    allowed: Option<RegexSet>,
    /// The segments of each key, last first.
    sensitive_keys: Vec<Vec<String>>,
    ignored_keys: Vec<String>,
    exceptions: Vec<Exception>,
}

impl Own {
    pub(super) fn compile(options: &Options) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut own = Self {
            sensitive_keys: options
                .sensitive_keys
                .iter()
                .map(|key| segments(key))
                .collect(),
            ignored_keys: options.ignored_keys.clone(),
            exceptions: options.exceptions.clone(),
            ..Self::default()
        };
        let known = |name: &str| super::detectors::find(name).is_some();
        for name in options.detectors.iter().chain(&options.without) {
            if !known(name) {
                faults.push(format!("there is no detector `{name}`"));
            }
        }
        for pattern in &options.patterns {
            match RegexBuilder::new(&pattern.pattern)
                .size_limit(PATTERN_SIZE_MAX)
                .build()
            {
                Ok(regex) if regex.is_match("") => {
                    faults.push(format!("pattern `{}` matches the empty text", pattern.name));
                }
                Ok(regex) => {
                    own.patterns.push(regex);
                    own.names
                        .push((pattern.name.clone(), pattern.replacement.clone()));
                }
                Err(error) => faults.push(format!("pattern `{}`: {error}", pattern.name)),
            }
        }
        own.set = set(own.patterns.iter().map(Regex::as_str), &mut faults);
        own.allowed = set(
            options
                .allowed
                .iter()
                .map(|allowed| format!("^(?:{allowed})$")),
            &mut faults,
        );
        own.add_words(&options.words, &mut faults);
        if !options.sensitive_keys.is_empty() {
            own.names.push(("SENSITIVE_KEY".to_string(), None));
        }
        if faults.is_empty() {
            Ok(own)
        } else {
            Err(Faults(faults))
        }
    }

    fn add_words(&mut self, lists: &[WordList], faults: &mut Vec<String>) {
        for list in lists {
            let words = list.words.iter().filter(|word| !word.is_empty());
            match AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .build(words)
            {
                Ok(finder) => {
                    self.words.push((self.names.len() as u16, finder));
                    self.names.push((list.name.clone(), None));
                }
                Err(error) => faults.push(format!("word list `{}`: {error}", list.name)),
            }
        }
    }

    pub(super) fn look(&self, key: Option<&str>, text: &str, found: &mut Vec<Found>) {
        if let Some(set) = &self.set {
            for index in set.matches(text) {
                for hit in self.patterns[index].find_iter(text) {
                    push(
                        found,
                        index as u16,
                        hit.start(),
                        hit.end(),
                        "the user's pattern",
                    );
                }
            }
        }
        for (name, finder) in &self.words {
            for hit in finder.find_iter(text) {
                if is_free(text.as_bytes(), hit.start(), hit.end()) {
                    push(found, *name, hit.start(), hit.end(), "the user's word list");
                }
            }
        }
        if let Some(key) = key
            && self.is_sensitive(key)
        {
            push(
                found,
                self.names.len() as u16 - 1,
                0,
                text.len(),
                "the user's sensitive key",
            );
        }
    }

    /// Whether the key ends with, or is, one of the user's sensitive keys.
    fn is_sensitive(&self, key: &str) -> bool {
        self.sensitive_keys.iter().any(|wanted| {
            let mut parts = super::keys::segments_backwards(key.as_bytes());
            let is_next = |part: &String| {
                parts
                    .next()
                    .is_some_and(|found| found.eq_ignore_ascii_case(part.as_bytes()))
            };
            !wanted.is_empty() && wanted.iter().all(is_next)
        })
    }

    /// Removes what is allowed: by key, by exception, by the finding's own text. Says whether there
    /// was nothing at all.
    pub(super) fn pardon(&self, key: Option<&str>, text: &str, found: &mut Vec<Found>) -> bool {
        if found.is_empty() {
            return true;
        }
        let key = key.unwrap_or_default();
        if self.ignored_keys.iter().any(|ignored| covers(ignored, key)) {
            found.clear();
        }
        if self.exceptions.is_empty() && self.allowed.is_none() {
            return false;
        }
        found.retain(|finding| {
            let allowed = self.allowed.as_ref().is_some_and(|allowed| {
                text.get(finding.start..finding.end)
                    .is_some_and(|value| allowed.is_match(value))
            });
            let excepted = self.exceptions.iter().any(|exception| {
                covers(&exception.key, key)
                    && self
                        .name_of(finding.kind)
                        .eq_ignore_ascii_case(&exception.detector)
            });
            !allowed && !excepted
        });
        false
    }

    fn name_of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Known(detector) => detector.name,
            Kind::Own(index) => self.name(index),
        }
    }

    pub(super) fn name(&self, index: u16) -> &str {
        self.names
            .get(usize::from(index))
            .map_or("OWN", |(name, _)| name)
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| known == name)
    }

    pub(super) fn replacement(&self, index: u16, value: &str) -> Option<String> {
        let (_, replacement) = self.names.get(usize::from(index))?;
        let replacement = replacement.as_deref()?;
        let pattern = self.patterns.get(usize::from(index))?;
        Some(pattern.replace(value, replacement).into_owned())
    }
}

fn set(
    patterns: impl Iterator<Item = impl AsRef<str>>,
    faults: &mut Vec<String>,
) -> Option<RegexSet> {
    let patterns: Vec<_> = patterns.collect();
    if patterns.is_empty() {
        return None;
    }
    let limit = PATTERN_SIZE_MAX * patterns.len();
    RegexSetBuilder::new(patterns)
        .size_limit(limit)
        .build()
        .map_err(|error| faults.push(error.to_string()))
        .ok()
}

fn push(found: &mut Vec<Found>, index: u16, start: usize, end: usize, rule: &'static str) {
    found.push(Found {
        kind: Kind::Own(index),
        start,
        end,
        rule,
    });
}

fn is_free(bytes: &[u8], start: usize, end: usize) -> bool {
    !super::text::before(bytes, start).is_ascii_alphanumeric()
        && !super::text::byte(bytes, end).is_ascii_alphanumeric()
}

/// Whether `wanted` (exact, or a prefix with a final `*`) covers `key`.
pub(super) fn covers(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => key.starts_with(prefix),
        None => wanted == key,
    }
}

fn segments(key: &str) -> Vec<String> {
    super::keys::segments_backwards(key.as_bytes())
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}
