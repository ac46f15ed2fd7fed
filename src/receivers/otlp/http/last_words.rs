//! Gives the refusals that hyper writes by itself the body OTLP asks for.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use memchr::memmem;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::refusal::{Kind, Refusal};
use super::super::status::{self, Encoding};

/// How much of a request's head is looked at for its media type.
const HEARD_MAX: usize = 2048;

/// A connection whose last words are complete.
///
/// When a head cannot be parsed, hyper answers 4xx with an empty body and closes. No refusal of
/// our own is empty, so that one can be told apart, and is replaced on its way out.
pub(in super::super) struct LastWords<S> {
    io: S,
    heard: Vec<u8>,
    has_answered: bool,
    last: Option<Last>,
}

/// A replacement being written, and how many bytes of hyper's it stands for.
struct Last {
    words: Vec<u8>,
    written: usize,
    stands_for: usize,
}

impl<S> LastWords<S> {
    /// Wraps an HTTP connection.
    pub(in super::super) fn new(io: S) -> Self {
        LastWords {
            io,
            heard: Vec::new(),
            has_answered: false,
            last: None,
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        if std::mem::take(&mut self.has_answered) {
            self.heard.clear();
        }
        let room = HEARD_MAX.saturating_sub(self.heard.len()).min(bytes.len());
        self.heard
            .extend_from_slice(bytes.get(..room).unwrap_or_default());
    }
}

impl<S: AsyncWrite + Unpin> LastWords<S> {
    /// Replaces `buf`, which stands alone, if hyper wrote it by itself.
    fn poll_replace(
        &mut self,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Option<Poll<io::Result<usize>>> {
        if self.last.is_none() && is_hypers(buf) {
            let words = words(buf, &self.heard);
            self.last = Some(Last {
                words,
                written: 0,
                stands_for: buf.len(),
            });
        }
        let last = self.last.as_mut()?;
        loop {
            let rest = last.words.get(last.written..).unwrap_or_default();
            if rest.is_empty() {
                let stands_for = last.stands_for;
                self.last = None;
                return Some(Poll::Ready(Ok(stands_for)));
            }
            match Pin::new(&mut self.io).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => {
                    return Some(Poll::Ready(Err(io::ErrorKind::WriteZero.into())));
                }
                Poll::Ready(Ok(written)) => last.written += written,
                other => return Some(other),
            }
        }
    }
}

/// A refusal without a body: never one of ours.
fn is_hypers(buf: &[u8]) -> bool {
    buf.starts_with(b"HTTP/1.1 4")
        && buf.ends_with(b"\r\n\r\n")
        && memmem::find(buf, b"content-length: 0\r\n").is_some()
}

/// The same refusal with a Status in the encoding the request seems to have had.
fn words(hypers: &[u8], heard: &[u8]) -> Vec<u8> {
    let line = hypers
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let kind = if line.starts_with(b"HTTP/1.1 400") {
        Kind::BadHead
    } else {
        Kind::LargeHead
    };
    let message = match kind {
        Kind::BadHead => "the head of the request is not HTTP/1.1",
        _ => "the head of the request is too large",
    };
    let heard = heard.to_ascii_lowercase();
    let (media, encoding) = match memmem::find(&heard, b"application/x-protobuf") {
        Some(_) => ("application/x-protobuf", Encoding::Protobuf),
        None => ("application/json", Encoding::Json),
    };
    let body = status::body(&Refusal::new(kind, message), encoding);
    let mut words = line.to_vec();
    words.extend_from_slice(b"\r\nconnection: close\r\ncontent-type: ");
    words.extend_from_slice(media.as_bytes());
    words.extend_from_slice(format!("\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes());
    words.extend_from_slice(&body);
    words
}

impl<S: AsyncRead + Unpin> AsyncRead for LastWords<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        self.hear(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LastWords<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.has_answered = true;
        let replaced = self.poll_replace(cx, buf);
        replaced.unwrap_or_else(|| Pin::new(&mut self.io).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = bufs {
            return self.poll_write(cx, only);
        }
        self.has_answered = true;
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
