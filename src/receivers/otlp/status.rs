//! `google.rpc.Status`: what every refusal says, as protobuf or JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::{ErrorDetails, StatusExt};

use super::refusal::{Kind, Refusal};

/// How bodies are written: what the sender's `Content-Type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

/// Longest message that is ever sent back, in bytes.
const MESSAGE_MAX: usize = 4096;
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// The refusal as a Status body.
pub(super) fn body(refusal: &Refusal, encoding: Encoding) -> Bytes {
    match encoding {
        Encoding::Protobuf => protobuf(refusal),
        Encoding::Json => Bytes::from(json_status(refusal).to_string()),
    }
}

/// The refusal as `grpc-status-details-bin` carries it, if it has details.
pub(super) fn details_bin(refusal: &Refusal) -> Option<String> {
    let has_details = refusal.retry_after.is_some() || refusal.kind == Kind::BadData;
    has_details.then(|| STANDARD_NO_PAD.encode(protobuf(refusal)))
}

/// At most [`MESSAGE_MAX`] bytes of `text`, cut between characters.
pub(super) fn short(text: &str) -> &str {
    let mut end = text.len().min(MESSAGE_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn protobuf(refusal: &Refusal) -> Bytes {
    let message = short(&refusal.message);
    let details = match (refusal.kind, refusal.retry_after) {
        (_, Some(wait)) => ErrorDetails::with_retry_info(Some(wait)),
        (Kind::BadData, None) => ErrorDetails::with_bad_request_violation("body", message),
        _ => ErrorDetails::new(),
    };
    let code = Code::from(i32::from(refusal.kind.grpc()));
    let status = tonic::Status::with_error_details(code, message, details);
    Bytes::copy_from_slice(status.details())
}

fn json_status(refusal: &Refusal) -> Value {
    let message = short(&refusal.message);
    let details = match (refusal.kind, refusal.retry_after) {
        (_, Some(wait)) => json!([{
            "@type": RETRY_INFO,
            "retryDelay": format!("{}.{:09}s", wait.as_secs(), wait.subsec_nanos()),
        }]),
        (Kind::BadData, None) => json!([{
            "@type": BAD_REQUEST,
            "fieldViolations": [{ "field": "body", "description": message }],
        }]),
        _ => json!([]),
    };
    json!({ "code": refusal.kind.grpc(), "message": message, "details": details })
}
