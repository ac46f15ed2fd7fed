//! Reads a body from a sender who has to keep a pace.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use super::refusal::{Kind, Refusal};

/// The pace a sender has to keep: after a grace, an average of so many bytes a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Time before the average counts.
    pub(super) grace: Duration,
    /// The average it has to keep.
    pub(super) bytes_per_second: u64,
}

/// A body being read at a pace.
pub(super) struct Stream {
    body: Incoming,
    pace: Pace,
    due: Instant,
}

impl Stream {
    /// Starts the clock.
    pub(super) fn new(body: Incoming, pace: Pace) -> Self {
        Stream {
            body,
            pace,
            due: Instant::now() + pace.grace,
        }
    }

    /// The next bytes, or `None` at the end. Every byte buys the sender a little more time.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        loop {
            let frame = timeout_at(self.due, self.body.frame())
                .await
                .map_err(|_| Refusal::new(Kind::Slow, "the body came in too slowly"))?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|_| Refusal::new(Kind::Gone, "the body was cut off"))?;
            if let Ok(data) = frame.into_data() {
                self.due += self.pace.worth(data.len());
                return Ok(Some(data));
            }
        }
    }

    /// What is left of the body.
    pub(super) fn into_rest(self) -> Incoming {
        self.body
    }
}

impl Pace {
    /// The time so many bytes may take.
    fn worth(self, bytes: usize) -> Duration {
        let nanos = (bytes as u64).saturating_mul(1_000_000_000) / self.bytes_per_second.max(1);
        Duration::from_nanos(nanos)
    }
}
