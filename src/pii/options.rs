//! What an operator may add to the catalogue: patterns, words, keys, and what is allowed.

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

/// Which option is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name of a detector to run, by its place in the list.
    Detector(usize),
    /// The name of a detector not to run.
    Without(usize),
    /// A pattern.
    Pattern(usize),
    /// The pattern of what is allowed.
    Allowed(usize),
    /// A list of words, by its name.
    Words(String),
    /// The sensitive keys.
    Keys,
}

/// What is wrong with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which one.
    pub part: Part,
    /// What is wrong, and what to do.
    pub why: String,
}

/// All that is wrong with the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, part: Part, why: impl Into<String>) {
        let why = why.into();
        self.0.push(Fault { part, why });
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whys: Vec<&str> = self.0.iter().map(|fault| &*fault.why).collect();
        formatter.write_str(&whys.join("; "))
    }
}

impl std::error::Error for Faults {}
