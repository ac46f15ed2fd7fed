//! What both transports say in the same words: partial success and throttling.

use std::time::Duration;

use bytes::Buf;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use super::headers::shorten;
use crate::clock::Now;
use crate::component::{Delivered, Reason};

/// The success a body describes. The three response messages have the same shape on the wire.
///
/// The data was taken, so a body that cannot be read is a remark and no failure.
pub(super) fn delivered(body: impl Buf) -> Delivered {
    let Ok(response) = ExportTraceServiceResponse::decode(body) else {
        return Delivered {
            rejected: Vec::new(),
            message: "the answer's body is not an OTLP response".into(),
        };
    };
    let partial = response.partial_success.unwrap_or_default();
    let rejected = u64::try_from(partial.rejected_spans).ok();
    let rejected = rejected.filter(|items| *items > 0);
    Delivered {
        rejected: rejected
            .map(|items| (Reason::PartialSuccess, items))
            .into_iter()
            .collect(),
        message: shorten(&partial.error_message),
    }
}

/// `Retry-After`: seconds or an HTTP date. Anything else, and any moment that has passed, is no
/// hint or none to wait for; the queue holds the upper bound.
pub(super) fn retry_after(value: &str, now: Now) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(Duration::from_nanos(now.unix_nanos)))
}
