//! A connection that gives up on peers who neither speak nor listen.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::crowd::Member;

/// How long a peer is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// From the first byte of a request's head to its end.
    pub(super) head: Duration,
    /// For the next request of a connection.
    pub(super) idle: Duration,
    /// For a peer that does not take its answer.
    pub(super) write: Duration,
}

/// How HTTP/2 connections begin (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection with limited patience.
///
/// HTTP/1 waits for a request's head; its body is timed by who reads it. HTTP/2 waits for its
/// preface; later silence is found out by pings.
pub(super) struct Patient<S> {
    io: S,
    member: Member,
    patience: Patience,
    protocol: Protocol,
    heard: usize,
    requests: u64,
    waiting: Option<(Wait, Pin<Box<Sleep>>)>,
    stalled: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Unknown,
    Http1,
    Http2,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Head,
    Idle,
}

impl<S> Patient<S> {
    /// Wraps a connection; `http2_only` skips the guessing.
    pub(super) fn new(io: S, member: Member, patience: Patience, http2_only: bool) -> Self {
        let protocol = if http2_only {
            Protocol::Http2
        } else {
            Protocol::Unknown
        };
        Patient {
            io,
            member,
            patience,
            protocol,
            heard: 0,
            requests: 0,
            waiting: None,
            stalled: None,
        }
    }

    /// An HTTP/2 connection past its preface: pings look after it from here on.
    fn is_settled(&self) -> bool {
        self.protocol == Protocol::Http2 && self.heard >= PREFACE.len()
    }

    fn heard(&mut self, bytes: &[u8]) {
        if bytes.is_empty() || self.is_settled() {
            return;
        }
        if self.protocol == Protocol::Unknown {
            let expected = PREFACE.get(self.heard..).unwrap_or_default();
            let same = bytes.iter().zip(expected).all(|(got, want)| got == want);
            let is_whole = self.heard + bytes.len() >= PREFACE.len();
            match (same, is_whole) {
                (false, _) => self.protocol = Protocol::Http1,
                (true, true) => self.protocol = Protocol::Http2,
                (true, false) => {}
            }
        }
        self.heard = self.heard.saturating_add(bytes.len());
        let is_head = self
            .waiting
            .as_ref()
            .is_some_and(|(wait, _)| *wait == Wait::Head);
        if !self.member.is_busy() && !is_head {
            self.waiting = Some((Wait::Head, Box::pin(sleep(self.patience.head))));
        }
    }

    /// Polled while there is nothing to read: whether the peer's time is up.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_settled() || self.member.is_busy() {
            self.waiting = None;
            return Poll::Pending;
        }
        let started = self.member.started();
        if started != self.requests {
            self.requests = started;
            self.waiting = None;
        }
        let (wait, time) = match self.protocol {
            Protocol::Http2 => (Wait::Head, self.patience.head),
            Protocol::Http1 | Protocol::Unknown => (Wait::Idle, self.patience.idle),
        };
        let (_, timer) = self
            .waiting
            .get_or_insert_with(|| (wait, Box::pin(sleep(time))));
        timer.as_mut().poll(cx)
    }

    fn check_written<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let time = self.patience.write;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(time)));
        timer
            .as_mut()
            .poll(cx)
            .map(|()| Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        if read.is_ready() {
            self.heard(buf.filled().get(before..).unwrap_or_default());
            return read;
        }
        self.poll_silence(cx)
            .map(|()| Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.check_written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.check_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.check_written(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(cx);
        self.check_written(cx, shut)
    }
}
