//! A fault in a configuration: what is wrong, where, and what to do about it.

use std::fmt;

/// A place in a file, counted from 1; columns are characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as it was named on the command line.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line itself, for showing.
    pub source: String,
}

/// A fault in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where; `None` until the document has placed it.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// A warning does not keep the service from starting.
    pub warning: bool,
}

impl Fault {
    /// A fault that has no place yet.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Fault {
            place: None,
            message: message.into(),
            remedy: remedy.into(),
            warning: false,
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warn(mut self) -> Self {
        self.warning = true;
        self
    }

    /// All of it in one line, for logs; without the line of the file, which may hold a secret.
    pub fn line(&self) -> String {
        let place = self.place.as_ref();
        let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
        let remedy = match self.remedy.as_str() {
            "" => String::new(),
            remedy => format!("; {remedy}"),
        };
        format!("{}{}{remedy}", place.unwrap_or_default(), self.message)
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.warning { "warning" } else { "error" };
        if let Some(place) = &self.place {
            write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
        }
        write!(f, "{kind}: {}", self.message)?;
        if let Some(place) = self
            .place
            .as_ref()
            .filter(|place| !place.source.trim().is_empty())
        {
            write!(f, "\n    | {}", place.source)?;
            write!(f, "\n    | {:>width$}", "^", width = place.column)?;
        }
        if !self.remedy.is_empty() {
            write!(f, "\n    = {}", self.remedy)?;
        }
        Ok(())
    }
}

/// The accepted name nearest to what was written, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, accepted: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    accepted
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().max(written.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A fault in one component's table of `pipelines.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// The key inside the component's table, dotted (`tls.cert`); empty for the table itself.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl ConfigError {
    /// A fault at `key`.
    pub fn at(key: impl Into<String>, message: impl Into<String>) -> Self {
        ConfigError {
            key: key.into(),
            message: message.into(),
        }
    }

    /// `Ok` if the condition holds, a fault at `key` otherwise.
    pub fn unless(condition: bool, key: &str, message: &str) -> Result<(), ConfigError> {
        if condition {
            Ok(())
        } else {
            Err(ConfigError::at(key, message))
        }
    }
}
