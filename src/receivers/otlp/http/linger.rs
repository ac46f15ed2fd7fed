//! Reads on for a while after a refusal, so that a sender still busy sending gets to see it.

use std::time::Duration;

use http::Version;
use http::request::Parts;
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout, timeout_at};

use super::super::pace::Stream;

/// How long a refused body is read on.
const WHOLE: Duration = Duration::from_secs(10);
/// How long a pause in it may be.
const PAUSE: Duration = Duration::from_secs(2);

/// Reads and forgets the rest of a refused body, at most twice the size `limit`.
///
/// On HTTP/1, closing a connection with unread data resets it, and the answer may be lost with it.
/// HTTP/2 can end a single stream. Whoever waits for "100 Continue" sends nothing more.
pub(super) fn after_refusal(head: &Parts, body: Stream, limit: usize) {
    let rest = body.into_rest();
    let is_http1 = head.version < Version::HTTP_2;
    if is_http1 && !rest.is_end_stream() && !super::expects_continue(head) {
        tokio::spawn(timeout(WHOLE, read_on(rest, limit.saturating_mul(2))));
    }
}

async fn read_on(mut rest: Incoming, mut bytes: usize) {
    while let Ok(Some(Ok(frame))) = timeout_at(Instant::now() + PAUSE, rest.frame()).await {
        let len = frame.data_ref().map_or(0, bytes::Bytes::len);
        match bytes.checked_sub(len) {
            Some(left) => bytes = left,
            None => return,
        }
    }
}
