//! What became of one setting, and what is left to do about it.

use std::fmt;

use serde::Serialize;

/// How well a setting converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// It means the same.
    Converted,
    /// It is not needed here.
    Unneeded,
    /// It means nearly the same; somebody should look at it.
    Approximated,
    /// It has no equivalent and is left out.
    NoEquivalent,
}

impl Grade {
    /// All of them, the most wanted first.
    pub const ALL: [Grade; 4] = [
        Grade::Converted,
        Grade::Unneeded,
        Grade::Approximated,
        Grade::NoEquivalent,
    ];

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Converted => "converted",
            Grade::Unneeded => "not needed",
            Grade::Approximated => "approximated",
            Grade::NoEquivalent => "no equivalent",
        }
    }

    /// Whether somebody has to look at it.
    pub fn needs_a_look(self) -> bool {
        matches!(self, Grade::Approximated | Grade::NoEquivalent)
    }
}

/// What became of one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How well it converted.
    pub grade: Grade,
    /// Where it stood: `processors.batch.metadata_keys`.
    pub path: String,
    /// The line it stood on, from 1.
    pub line: u64,
    /// What it became, or what to do instead.
    pub note: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the file"
        } else {
            &self.path
        };
        write!(f, "{path} (line {})", self.line)?;
        if !self.note.is_empty() {
            write!(f, ": {}", self.note)?;
        }
        Ok(())
    }
}
