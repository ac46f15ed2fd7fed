//! What goes wrong, said as what the caller will do about it.

use std::time::Duration;

/// The door is closed for now; the sender should come back after a while.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}; retry after {} ms", retry_after.as_millis())]
pub struct Busy {
    /// When to come back; jittered, never zero.
    pub retry_after: Duration,
    /// What was exhausted.
    pub why: &'static str,
}

/// What the queue does with a request that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Worth another try, after at least the given time if the destination named one.
    #[error("{why}")]
    Retry {
        /// The destination's own throttle hint (`RetryInfo`, `Retry-After`).
        after: Option<Duration>,
        /// What happened, in one line, secrets masked.
        why: String,
    },
    /// Never worth another try.
    #[error("{0}")]
    Reject(String),
    /// Too large for the destination as one request; smaller ones may pass.
    #[error("{0}")]
    TooLarge(String),
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
        ConfigError { key: key.into(), message: message.into() }
    }

    /// `Ok` if the condition holds, a fault at `key` otherwise.
    pub fn unless(condition: bool, key: &str, message: &str) -> Result<(), ConfigError> {
        if condition { Ok(()) } else { Err(ConfigError::at(key, message)) }
    }
}
