//! The HTTP answers: 200 with the response, or a status with its `google.rpc.Status`.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, header};
use http_body_util::Full;

use super::super::refusal::{Kind, Refusal};
use super::super::reply;
use super::super::status::{self, Encoding};
use crate::otlp::{Rejected, Signal};

/// What some refusals have to say in a header (RFC 9110).
const HEADERS: &[(Kind, HeaderName, &str)] = &[
    (Kind::WrongMethod, header::ALLOW, "POST"),
    (Kind::UnknownCoding, header::ACCEPT_ENCODING, "gzip, zstd"),
    (Kind::Unauthenticated, header::WWW_AUTHENTICATE, "Bearer"),
];

/// Success, or partial success.
pub(super) fn taken(
    signal: Signal,
    rejected: &Rejected,
    encoding: Encoding,
) -> Response<Full<Bytes>> {
    respond(reply::body(signal, rejected, encoding), encoding)
}

/// A refusal in the sender's encoding.
pub(super) fn refused(refusal: &Refusal, encoding: Encoding) -> Response<Full<Bytes>> {
    let mut response = respond(status::body(refusal, encoding), encoding);
    *response.status_mut() = refusal.kind.http();
    let headers = response.headers_mut();
    for (_, name, value) in HEADERS.iter().filter(|(kind, _, _)| *kind == refusal.kind) {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    if let Some(wait) = refusal.retry_after {
        let seconds = wait.as_millis().div_ceil(1000);
        let seconds = HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX));
        headers.insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn respond(body: Bytes, encoding: Encoding) -> Response<Full<Bytes>> {
    let media = match encoding {
        Encoding::Protobuf => "application/x-protobuf",
        Encoding::Json => "application/json",
    };
    let mut response = Response::new(Full::new(body));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
