//! What goes wrong, said as what the caller will do about it.

use std::fmt;
use std::io;
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

/// Why an address could not be listened on, with what to do about it.
pub fn cannot_listen(address: impl fmt::Display, error: &io::Error) -> io::Error {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => "another process listens there; stop it or choose another port",
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address",
        io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege; choose a higher one",
        _ => "write it as host:port",
    };
    io::Error::new(
        error.kind(),
        format!("cannot listen on {address}: {error}; {remedy}"),
    )
}
