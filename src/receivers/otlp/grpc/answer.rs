//! The gRPC answer: messages, then trailers; or trailers alone.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::{Body, Frame, SizeHint};

use super::super::refusal::{Kind, Refusal, code};
use super::super::status;
use crate::component::BoxFuture;

/// The body of an answer: frames that are ready, and perhaps some for later.
#[derive(Default)]
pub(in super::super) struct Answer {
    ready: VecDeque<Frame<Bytes>>,
    later: Option<BoxFuture<'static, VecDeque<Frame<Bytes>>>>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.ready.is_empty()
            && let Some(later) = &mut self.later
        {
            self.ready = std::task::ready!(later.as_mut().poll(cx));
            self.later = None;
        }
        Poll::Ready(self.ready.pop_front().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.ready.is_empty() && self.later.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// One message and success.
pub(super) fn message(message: &[u8]) -> Response<Answer> {
    respond(Answer {
        ready: [framed(message), success()].into(),
        later: None,
    })
}

/// One message now, and one more message and success when `later` resolves.
pub(super) fn stream(first: &[u8], later: BoxFuture<'static, Vec<u8>>) -> Response<Answer> {
    let later = Box::pin(async move { [framed(&later.await), success()].into() });
    respond(Answer {
        ready: [framed(first)].into(),
        later: Some(later),
    })
}

/// A refusal: trailers alone, as headers.
pub(super) fn refused(refusal: &Refusal) -> Response<Answer> {
    let mut response = respond(Answer::default());
    let headers = response.headers_mut();
    headers.insert(
        "grpc-status",
        HeaderValue::from(u16::from(refusal.kind.grpc())),
    );
    if let Ok(message) = HeaderValue::try_from(percent_encoded(status::short(&refusal.message))) {
        headers.insert("grpc-message", message);
    }
    if let Some(Ok(details)) = status::details_bin(refusal).map(HeaderValue::try_from) {
        headers.insert("grpc-status-details-bin", details);
    }
    if refusal.kind == Kind::UnknownCoding {
        let codings = HeaderValue::from_static("identity,gzip,zstd");
        headers.insert("grpc-accept-encoding", codings);
    }
    response
}

/// What is no gRPC call at all gets no gRPC answer.
pub(super) fn not_grpc() -> Response<Answer> {
    let mut response = Response::new(Answer::default());
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

fn respond(answer: Answer) -> Response<Answer> {
    let mut response = Response::new(answer);
    let grpc = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(header::CONTENT_TYPE, grpc);
    response
}

fn framed(message: &[u8]) -> Frame<Bytes> {
    let mut frame = BytesMut::with_capacity(5 + message.len());
    frame.put_u8(0);
    frame.put_u32(message.len() as u32);
    frame.put_slice(message);
    Frame::data(frame.freeze())
}

fn success() -> Frame<Bytes> {
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert("grpc-status", HeaderValue::from(u16::from(code::OK)));
    Frame::trailers(trailers)
}

/// Percent-encodes what `grpc-message` may not hold as it is.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}
