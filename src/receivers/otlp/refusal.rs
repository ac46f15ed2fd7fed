//! Why a request is refused, and which code says so over gRPC and HTTP.

use std::time::Duration;

use http::StatusCode;

use super::decompress::Fault;
use crate::component::Busy;
use crate::otlp::ParseError;

/// A request that is not taken: what to answer, in the sender's own terms.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// What is wrong with it.
    pub(super) kind: Kind,
    /// One English sentence for the developer at the other end.
    pub(super) message: String,
    /// When to come back; only for what is worth another try.
    pub(super) retry_after: Option<Duration>,
}

/// Canonical gRPC codes, as far as they are answered here.
pub(super) mod code {
    pub(crate) const OK: u8 = 0;
    pub(crate) const CANCELLED: u8 = 1;
    pub(crate) const INVALID_ARGUMENT: u8 = 3;
    pub(crate) const DEADLINE_EXCEEDED: u8 = 4;
    pub(crate) const NOT_FOUND: u8 = 5;
    pub(crate) const RESOURCE_EXHAUSTED: u8 = 8;
    pub(crate) const UNIMPLEMENTED: u8 = 12;
    pub(crate) const INTERNAL: u8 = 13;
    pub(crate) const UNAVAILABLE: u8 = 14;
    pub(crate) const UNAUTHENTICATED: u8 = 16;
}

/// Declares the kinds of refusal as a table: gRPC code, HTTP status and label.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident: $grpc:ident, $http:ident, $label:literal;)+) => {
        /// What is wrong with a refused request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $($(#[doc = $doc])+ $kind,)+ }

        impl Kind {
            /// Every kind.
            #[cfg(test)]
            pub(super) const ALL: &'static [Kind] = &[$(Kind::$kind,)+];

            /// The canonical gRPC code.
            pub(super) fn grpc(self) -> u8 {
                match self { $(Kind::$kind => code::$grpc,)+ }
            }

            /// The HTTP status.
            pub(super) fn http(self) -> StatusCode {
                match self { $(Kind::$kind => StatusCode::$http,)+ }
            }

            /// The value of the `outcome` label.
            pub(super) fn label(self) -> &'static str {
                match self { $(Kind::$kind => $label,)+ }
            }
        }
    };
}

kinds! {
    /// Over the size limit, before or after decompression. Never worth another try.
    TooLarge: RESOURCE_EXHAUSTED, PAYLOAD_TOO_LARGE, "too_large";
    /// More items than one request may hold.
    TooManyItems: RESOURCE_EXHAUSTED, PAYLOAD_TOO_LARGE, "too_many_items";
    /// Not OTLP, not UTF-8, cut short, or nested too deep.
    BadData: INVALID_ARGUMENT, BAD_REQUEST, "bad_data";
    /// The framing around the message is broken.
    BadFraming: INTERNAL, BAD_REQUEST, "bad_framing";
    /// No room at the moment.
    Busy: UNAVAILABLE, SERVICE_UNAVAILABLE, "busy";
    /// No valid token.
    Unauthenticated: UNAUTHENTICATED, UNAUTHORIZED, "unauthenticated";
    /// A content coding that is not spoken here.
    UnknownCoding: UNIMPLEMENTED, UNSUPPORTED_MEDIA_TYPE, "unknown_coding";
    /// A content type that is not OTLP.
    UnknownMedia: INTERNAL, UNSUPPORTED_MEDIA_TYPE, "unknown_media";
    /// No such method, service or path; or no pipeline takes the signal.
    NotFound: UNIMPLEMENTED, NOT_FOUND, "not_found";
    /// A health nobody asked us to have.
    UnknownService: NOT_FOUND, NOT_FOUND, "unknown_service";
    /// Only POST is spoken here.
    WrongMethod: UNIMPLEMENTED, METHOD_NOT_ALLOWED, "wrong_method";
    /// The head of an HTTP/1 request cannot be parsed.
    BadHead: INVALID_ARGUMENT, BAD_REQUEST, "bad_head";
    /// The head of an HTTP/1 request is too large.
    LargeHead: RESOURCE_EXHAUSTED, REQUEST_HEADER_FIELDS_TOO_LARGE, "large_head";
    /// The body came in more slowly than the minimum rate.
    Slow: DEADLINE_EXCEEDED, REQUEST_TIMEOUT, "slow";
    /// The sender's own deadline passed.
    Deadline: DEADLINE_EXCEEDED, REQUEST_TIMEOUT, "deadline";
    /// The sender left in the middle of its body.
    Gone: CANCELLED, BAD_REQUEST, "gone";
}

impl Refusal {
    /// A refusal for good, with its sentence.
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Refusal {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }

    /// Over the size limit of `limit` bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the request is over the limit of {limit} bytes after decompression");
        Refusal::new(Kind::TooLarge, message)
    }
}

impl From<Busy> for Refusal {
    fn from(busy: Busy) -> Self {
        Refusal {
            kind: Kind::Busy,
            message: busy.why.to_owned(),
            retry_after: Some(spread(busy.retry_after)),
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        let kind = match error {
            ParseError::TooManyItems { .. } => Kind::TooManyItems,
            _ => Kind::BadData,
        };
        Refusal::new(kind, error.to_string())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let kind = match fault {
            Fault::TooManyMembers | Fault::WindowTooLarge => Kind::TooLarge,
            Fault::Corrupt(_) | Fault::Truncated | Fault::Unavailable => Kind::BadData,
        };
        Refusal::new(kind, fault.to_string())
    }
}

/// The shortest and the longest wait that is asked for: long enough to recover, short enough not
/// to lose what the sender holds meanwhile.
const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Most that is added to a short wait.
const SPREAD: Duration = Duration::from_secs(1);
/// Up to where a wait is spread; the intake has spread longer ones itself.
const SHORT: Duration = Duration::from_secs(5);

/// Spreads short waits, so that senders do not come back together.
fn spread(wait: Duration) -> Duration {
    let wait = wait.clamp(WAIT.0, WAIT.1);
    let room = SHORT.saturating_sub(wait).min(SPREAD);
    wait + room.mul_f64(fastrand::f64())
}
