//! What a taken request is answered: success, or partial success with the exact count.

use bytes::Bytes;
use prost::Message;
use serde_json::json;

use super::status::{Encoding, short};
use crate::otlp::{Rejected, Signal};

/// `Export*ServiceResponse`: one shape for all three signals.
#[derive(Clone, PartialEq, prost::Message)]
struct Response {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

/// `Export*PartialSuccess`: one shape for all three signals.
#[derive(Clone, PartialEq, prost::Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// The body of a success. `partial_success` is unset unless something was rejected or said.
pub(super) fn body(signal: Signal, rejected: &Rejected, encoding: Encoding) -> Bytes {
    let said = rejected.items > 0 || !rejected.message.is_empty();
    match encoding {
        Encoding::Protobuf => protobuf(rejected, said),
        Encoding::Json if said => json_partial(signal, rejected),
        Encoding::Json => Bytes::from_static(b"{}"),
    }
}

fn protobuf(rejected: &Rejected, said: bool) -> Bytes {
    let partial_success = said.then(|| PartialSuccess {
        rejected: i64::try_from(rejected.items).unwrap_or(i64::MAX),
        error_message: short(&rejected.message).to_owned(),
    });
    Bytes::from(Response { partial_success }.encode_to_vec())
}

fn json_partial(signal: Signal, rejected: &Rejected) -> Bytes {
    let count = match signal {
        Signal::Traces => "rejectedSpans",
        Signal::Metrics => "rejectedDataPoints",
        Signal::Logs => "rejectedLogRecords",
    };
    let message = short(&rejected.message);
    let partial = json!({ count: rejected.items.to_string(), "errorMessage": message });
    Bytes::from(json!({ "partialSuccess": partial }).to_string())
}
