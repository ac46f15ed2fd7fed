//! How a catalogue entry recognises a name: equals, starts with, contains, patterns, and, or.

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// As written in a catalogue file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClauseRow {
    Equals(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Regex(String),
    Or(Vec<ClauseRow>),
    And(Vec<ClauseRow>),
}

/// A test on a lower-cased name.
#[derive(Debug)]
pub(super) enum Clause {
    Equals(Box<str>),
    StartsWith(Box<str>),
    EndsWith(Box<str>),
    Contains(Box<str>),
    Pattern(Pattern),
    Or(Vec<Clause>),
    And(Vec<Clause>),
}

/// Nesting beyond this is a broken file, not a rule.
const DEPTH_MAX: usize = 16;

impl Clause {
    /// Compiles a row; plain texts are lower-cased, patterns are kept as they are.
    pub(super) fn parse(row: ClauseRow) -> Result<Self, String> {
        Clause::parse_at(row, 0)
    }

    fn parse_at(row: ClauseRow, depth: usize) -> Result<Self, String> {
        if depth > DEPTH_MAX {
            return Err(format!("rules nested deeper than {DEPTH_MAX}"));
        }
        let lower = |text: String| text.to_lowercase().into_boxed_str();
        let all = |rows: Vec<ClauseRow>| -> Result<Vec<Clause>, String> {
            rows.into_iter()
                .map(|row| Clause::parse_at(row, depth + 1))
                .collect()
        };
        Ok(match row {
            ClauseRow::Equals(text) => Clause::Equals(lower(text)),
            ClauseRow::StartsWith(text) => Clause::StartsWith(lower(text)),
            ClauseRow::EndsWith(text) => Clause::EndsWith(lower(text)),
            ClauseRow::Contains(text) => Clause::Contains(lower(text)),
            ClauseRow::Regex(text) => Clause::Pattern(Pattern::parse(&text)?),
            ClauseRow::Or(rows) => Clause::Or(all(rows)?),
            ClauseRow::And(rows) => Clause::And(all(rows)?),
        })
    }

    /// Whether a name, lower-cased by the caller, passes.
    pub(super) fn holds(&self, lower: &str) -> bool {
        match self {
            Clause::Equals(text) => lower == &**text,
            Clause::StartsWith(text) => lower.starts_with(&**text),
            Clause::EndsWith(text) => lower.ends_with(&**text),
            Clause::Contains(text) => lower.contains(&**text),
            Clause::Pattern(pattern) => pattern.found_in(lower),
            Clause::Or(clauses) => clauses.iter().any(|clause| clause.holds(lower)),
            Clause::And(clauses) => clauses.iter().all(|clause| clause.holds(lower)),
        }
    }

    /// Takes out the names that an index can hold: `equals` alone or under top-level `or`s.
    /// Returns what is left to be tried one by one.
    pub(super) fn split_names(self, names: &mut Vec<Box<str>>) -> Option<Clause> {
        match self {
            Clause::Equals(text) => {
                names.push(text);
                None
            }
            Clause::Or(clauses) => {
                let rest: Vec<Clause> = clauses
                    .into_iter()
                    .filter_map(|clause| clause.split_names(names))
                    .collect();
                (!rest.is_empty()).then_some(Clause::Or(rest))
            }
            other => Some(other),
        }
    }

    /// The part that holds for a name, in words, for explanations.
    pub(super) fn reason(&self, lower: &str) -> Option<String> {
        match self {
            Clause::Or(clauses) => clauses.iter().find_map(|clause| clause.reason(lower)),
            _ => self.holds(lower).then(|| self.to_string()),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, clauses: &[Clause], word: &str| {
            for (at, clause) in clauses.iter().enumerate() {
                write!(f, "{}{clause}", if at == 0 { "" } else { word })?;
            }
            Ok(())
        };
        match self {
            Clause::Equals(text) => write!(f, "equals `{text}`"),
            Clause::StartsWith(text) => write!(f, "starts with `{text}`"),
            Clause::EndsWith(text) => write!(f, "ends with `{text}`"),
            Clause::Contains(text) => write!(f, "contains `{text}`"),
            Clause::Pattern(pattern) => write!(f, "matches /{}/", pattern.source),
            Clause::Or(clauses) => joined(f, clauses, " or "),
            Clause::And(clauses) => joined(f, clauses, " and "),
        }
    }
}

/// A regular expression, compiled when a name first shares its literal beginning: most never are,
/// and seventy compiled expressions would weigh more than the whole catalogue.
#[derive(Debug)]
pub(super) struct Pattern {
    source: Box<str>,
    /// What every match begins with, if the expression is anchored and says so.
    literal: Box<str>,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    wanted: Regex,
    /// What must not follow the start: a leading negative look-ahead, which the crate lacks.
    unwanted: Option<Regex>,
}

impl Pattern {
    /// Checks an expression that is searched for anywhere in a name.
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        let pattern = Pattern {
            source: source.into(),
            literal: literal_start(source).into(),
            compiled: OnceLock::new(),
        };
        if source.len() > 1_000 {
            return Err("pattern longer than 1000 characters".to_owned());
        }
        // Seventy compilations would cost more than all the rest of reading a catalogue; the
        // parser alone says whether an expression is sound.
        let (unwanted, wanted) = split_look_ahead(source);
        for part in unwanted.iter().chain([&wanted]) {
            regex_syntax::parse(part).map_err(|_| format!("`{source}` is not a valid pattern"))?;
        }
        Ok(pattern)
    }

    /// Checks an expression that must match from the start of a text, though not to its end.
    pub(super) fn parse_anchored(source: &str) -> Result<Self, String> {
        let mut pattern = Pattern::parse(&format!("^(?:{source})"))?;
        pattern.literal = literal_start(&format!("^{source}")).into();
        Ok(pattern)
    }

    pub(super) fn found_in(&self, text: &str) -> bool {
        if !text.starts_with(&*self.literal) {
            return false;
        }
        let compiled = self.compiled.get_or_init(|| {
            let (unwanted, wanted) = split_look_ahead(&self.source);
            let unwanted = unwanted
                .map(|unwanted| Regex::new(&unwanted))
                .transpose()
                .ok()?;
            Some(Compiled {
                wanted: Regex::new(&wanted).ok()?,
                unwanted,
            })
        });
        compiled.as_ref().is_some_and(|compiled| {
            !compiled
                .unwanted
                .as_ref()
                .is_some_and(|unwanted| unwanted.is_match(text))
                && compiled.wanted.is_match(text)
        })
    }
}

/// `^(?!A)B` says "not `^A`, and `^B`"; anything else says itself.
fn split_look_ahead(source: &str) -> (Option<String>, String) {
    let Some(rest) = source.strip_prefix("^(?!") else {
        return (None, source.to_owned());
    };
    let Some(end) = closing_bracket(rest) else {
        return (None, source.to_owned());
    };
    let (inner, after) = rest.split_at(end);
    (
        Some(format!("^(?:{inner})")),
        format!("^(?:{})", after.get(1..).unwrap_or("")),
    )
}

/// Where the group that is open at the start of `text` ends.
fn closing_bracket(text: &str) -> Option<usize> {
    let (mut depth, mut in_class, mut escaped) = (1_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The plain text that every match must begin with; empty if that cannot be told at a glance.
fn literal_start(source: &str) -> String {
    let mut literal = String::new();
    let Some(rest) = source.strip_prefix('^') else {
        return literal;
    };
    // An alternative may begin otherwise.
    if source.contains('|') {
        return literal;
    }
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        let plain = match character {
            '\\' => match characters.next() {
                Some(escaped) if !escaped.is_alphanumeric() => escaped,
                _ => break,
            },
            '(' | ')' | '[' | ']' | '{' | '}' | '.' | '*' | '+' | '?' | '^' | '$' => break,
            other => other,
        };
        // A following quantifier could make it optional.
        if matches!(characters.peek(), Some('?' | '*' | '{' | '+')) {
            break;
        }
        literal.push(plain);
    }
    literal
}
