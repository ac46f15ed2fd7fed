//! OTLP/gRPC: the request, and what its status means.

use std::time::Duration;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::Full;
use prost::Message;

use super::Compression;
use super::answer;
use super::client::Answer;
use super::endpoint::Endpoint;
use super::headers::percent_decoded;
use super::http::AGENT;
use crate::component::{Delivered, ExportError};
use crate::otlp::Signal;

/// What the specification says of a status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Success,
    Retry,
    /// Worth another try only if the destination says when.
    RetryIfTold,
    Reject,
}

/// Every gRPC code by its number, with its rule (OTLP specification, "Failures").
const RULES: &[(&str, Rule)] = &[
    ("OK", Rule::Success),
    ("CANCELLED", Rule::Retry),
    ("UNKNOWN", Rule::Reject),
    ("INVALID_ARGUMENT", Rule::Reject),
    ("DEADLINE_EXCEEDED", Rule::Retry),
    ("NOT_FOUND", Rule::Reject),
    ("ALREADY_EXISTS", Rule::Reject),
    ("PERMISSION_DENIED", Rule::Reject),
    ("RESOURCE_EXHAUSTED", Rule::RetryIfTold),
    ("FAILED_PRECONDITION", Rule::Reject),
    ("ABORTED", Rule::Retry),
    ("OUT_OF_RANGE", Rule::Retry),
    ("UNIMPLEMENTED", Rule::Reject),
    ("INTERNAL", Rule::Reject),
    ("UNAVAILABLE", Rule::Retry),
    ("DATA_LOSS", Rule::Retry),
    ("UNAUTHENTICATED", Rule::Reject),
];

const UNKNOWN: usize = 2;
const OUT_OF_RANGE: usize = 11;

/// What an HTTP status without a gRPC one means (gRPC's "HTTP to gRPC status code mapping").
const FROM_HTTP: &[(u16, usize)] = &[
    (400, 13),
    (401, 16),
    (403, 7),
    (404, 12),
    (429, 14),
    (502, 14),
    (503, 14),
    (504, 14),
];

/// tonic answers a message over its limit with OUT_OF_RANGE, which would be repeated for ever.
const TOO_LARGE_WORDS: &str = "message length too large";

/// Longest `grpc-status-details-bin` that is looked into, in bytes of base64.
const DETAILS_MAX: usize = 64 << 10;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn request(
    endpoint: &Endpoint,
    signal: Signal,
    compression: Compression,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let service = match signal {
        Signal::Traces => "trace.v1.TraceService",
        Signal::Metrics => "metrics.v1.MetricsService",
        Signal::Logs => "logs.v1.LogsService",
    };
    let uri = endpoint.at(&format!("/opentelemetry.proto.collector.{service}/Export"))?;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(CONTENT_TYPE, "application/grpc")
        .header(TE, "trailers")
        .header(USER_AGENT, AGENT);
    if let Some(token) = compression.token() {
        request = request.header("grpc-encoding", token);
    }
    request.body(Full::new(body))
}

pub(super) fn verdict(answer: &Answer) -> Result<Delivered, ExportError> {
    // An answer without a body carries its status in the head ("trailers only").
    let told = |map: &HeaderMap| {
        map.get("grpc-status")?
            .to_str()
            .ok()?
            .trim()
            .parse::<usize>()
            .ok()
    };
    let (code, place) = match (told(&answer.trailers), told(&answer.head.headers)) {
        (Some(code), _) => (Some(code), &answer.trailers),
        (None, code) => (code, &answer.head.headers),
    };
    let Some(code) = code else {
        return Err(without_status(answer));
    };
    let (name, rule) = RULES
        .get(code)
        .copied()
        .unwrap_or(("an unknown code", Rule::Reject));
    let words = place
        .get("grpc-message")
        .and_then(|value| value.to_str().ok());
    let words = percent_decoded(words.unwrap_or_default());
    let why = if words.is_empty() {
        name.to_owned()
    } else {
        format!("{name}: {words}")
    };
    if code == OUT_OF_RANGE && words.contains(TOO_LARGE_WORDS) {
        return Err(ExportError::TooLarge(why));
    }
    let hint = retry_info(place);
    match (rule, hint) {
        (Rule::Success, _) => Ok(answer::delivered(message(&answer.body))),
        (Rule::Retry, after) | (Rule::RetryIfTold, after @ Some(_)) => {
            Err(ExportError::Retry { after, why })
        }
        (Rule::RetryIfTold, None) | (Rule::Reject, _) => Err(ExportError::Reject(why)),
    }
}

/// No gRPC status: a proxy spoke, or the connection was cut after the head.
fn without_status(answer: &Answer) -> ExportError {
    let status = answer.head.status;
    if status == StatusCode::OK {
        return ExportError::Retry {
            after: None,
            why: "the answer ended without a gRPC status".into(),
        };
    }
    let code = FROM_HTTP
        .iter()
        .find(|(http, _)| *http == status.as_u16())
        .map_or(UNKNOWN, |(_, code)| *code);
    let why = format!("{status} without a gRPC status");
    match RULES.get(code) {
        Some((_, Rule::Retry)) => ExportError::Retry { after: None, why },
        _ => ExportError::Reject(why),
    }
}

/// The one message of a unary answer. We offer no compression, so a compressed one is not read.
fn message(body: &Bytes) -> &[u8] {
    match body.split_first_chunk::<5>() {
        Some(([0, ..], message)) => message,
        // A field number of zero: never a message.
        Some(_) => &[0],
        None => &[],
    }
}

/// The throttle hint in `grpc-status-details-bin`. A negative delay is no hint.
fn retry_info(map: &HeaderMap) -> Option<Duration> {
    let details = map.get("grpc-status-details-bin")?.as_bytes();
    let details = BASE64
        .decode(details.get(..DETAILS_MAX.min(details.len()))?)
        .ok()?;
    let status = tonic_types::Status::decode(&*details).ok()?;
    let info = status
        .details
        .iter()
        .find(|any| any.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(&*info.value)
        .ok()?
        .retry_delay
        .unwrap_or_default();
    let seconds = u64::try_from(delay.seconds).ok()?;
    Some(Duration::new(
        seconds,
        u32::try_from(delay.nanos).unwrap_or(0).min(999_999_999),
    ))
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, Copy, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}
