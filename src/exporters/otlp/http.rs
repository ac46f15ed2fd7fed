//! OTLP/HTTP with protobuf bodies: the request, and what its status means.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use prost::Message;

use super::Compression;
use super::answer;
use super::client::Answer;
use super::endpoint::Endpoint;
use crate::clock::Now;
use crate::component::{Delivered, ExportError};
use crate::otlp::Signal;

/// Statuses that are worth another try; the specification forbids it for all others.
const RETRYABLE: &[u16] = &[429, 502, 503, 504];

pub(super) const AGENT: &str = concat!("tollgate/", env!("CARGO_PKG_VERSION"));

pub(super) fn request(
    endpoint: &Endpoint,
    signal: Signal,
    compression: Compression,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let uri = endpoint.at(&format!("/v1/{}", signal.name()))?;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(CONTENT_TYPE, "application/x-protobuf")
        .header(USER_AGENT, AGENT);
    if let Some(token) = compression.token() {
        request = request.header(CONTENT_ENCODING, token);
    }
    request.body(Full::new(body))
}

pub(super) fn verdict(answer: &Answer, now: Now) -> Result<Delivered, ExportError> {
    let status = answer.head.status;
    if status.is_success() {
        return Ok(answer::delivered(answer.body.clone()));
    }
    let why = describe(status, answer);
    if !RETRYABLE.contains(&status.as_u16()) {
        return Err(ExportError::Reject(why));
    }
    let hint = answer
        .head
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    Err(ExportError::Retry {
        after: hint.and_then(|hint| answer::retry_after(hint, now)),
        why,
    })
}

fn describe(status: StatusCode, answer: &Answer) -> String {
    if status.is_redirection() && answer.head.headers.contains_key(LOCATION) {
        return format!("{status}: redirects are not followed; correct the endpoint");
    }
    let words = words(&answer.body);
    if words.is_empty() {
        status.to_string()
    } else {
        format!("{status}: {words}")
    }
}

/// The destination's own words: the message of a `google.rpc.Status`, or plain text.
fn words(body: &Bytes) -> String {
    let told = tonic_types::Status::decode(body.clone()).map(|status| status.message);
    let told = told.ok().filter(|message| !message.is_empty());
    told.unwrap_or_else(|| {
        let text = String::from_utf8_lossy(body);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}
