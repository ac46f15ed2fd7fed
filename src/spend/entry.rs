//! One line of the spend ledger: an hour, who and what, and how much.

/// What a line counts. A tool's share is another view of money that a call line holds too, so
/// lines of different kinds are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Model calls.
    Call,
    /// What a tool caused: direct and induced.
    Tool,
}

/// Which line. `hour` is whole hours since 1970-01-01 UTC, of the call's start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Whole hours since the epoch.
    pub hour: u64,
    /// Calls or tools.
    pub kind: Kind,
    /// `tenant.id`; empty if unknown, as all that follow.
    pub tenant: Box<str>,
    /// `project.id`
    pub project: Box<str>,
    /// `user.id`
    pub user: Box<str>,
    /// `gen_ai.agent.name`
    pub agent: Box<str>,
    /// `gen_ai.provider.name`
    pub provider: Box<str>,
    /// The model that answered.
    pub model: Box<str>,
    /// The tool, on lines of tools.
    pub tool: Box<str>,
}

/// How much. Signed, because a late span may correct what was written before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Nanodollars.
    pub nanos: i64,
    /// Tokens, input and output.
    pub tokens: i64,
    /// Calls.
    pub calls: i64,
}

impl Amount {
    /// Adds another amount, saturating.
    pub fn add(&mut self, other: Amount) {
        self.nanos = self.nanos.saturating_add(other.nanos);
        self.tokens = self.tokens.saturating_add(other.tokens);
        self.calls = self.calls.saturating_add(other.calls);
    }

    /// Takes another amount away, saturating.
    pub fn subtract(&mut self, other: Amount) {
        self.nanos = self.nanos.saturating_sub(other.nanos);
        self.tokens = self.tokens.saturating_sub(other.tokens);
        self.calls = self.calls.saturating_sub(other.calls);
    }

    /// Whether nothing is left of it.
    pub fn is_zero(&self) -> bool {
        *self == Amount::default()
    }
}

/// Between the parts of a stored key; it cannot stand in a part, which is cleaned of it.
const SEPARATOR: char = '\u{1f}';

impl Entry {
    /// The stored key: hours sort first, so that a range of time is a range of keys.
    pub(super) fn key(&self) -> String {
        let kind = match self.kind {
            Kind::Call => "c",
            Kind::Tool => "t",
        };
        let mut key = format!("{:012}", self.hour);
        for part in [
            kind,
            &self.tenant,
            &self.project,
            &self.user,
            &self.agent,
            &self.provider,
            &self.model,
            &self.tool,
        ] {
            key.push(SEPARATOR);
            key.extend(
                part.chars()
                    .filter(|c| *c != SEPARATOR)
                    .take(PART_CHARS_MAX),
            );
        }
        key
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        let mut parts = key.split(SEPARATOR);
        let hour = parts.next()?.parse().ok()?;
        let kind = match parts.next()? {
            "c" => Kind::Call,
            "t" => Kind::Tool,
            _ => return None,
        };
        let mut next = || parts.next().map(Box::from);
        Some(Entry {
            hour,
            kind,
            tenant: next()?,
            project: next()?,
            user: next()?,
            agent: next()?,
            provider: next()?,
            model: next()?,
            tool: next()?,
        })
    }
}

/// Longest part of a key; senders choose these texts.
const PART_CHARS_MAX: usize = 128;
