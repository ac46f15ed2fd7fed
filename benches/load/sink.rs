//! Where a collector sends: counts spans and answers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use tokio::net::TcpListener;
use tonic::Status;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::Failure;
use crate::raw::{Exports, Handler};

/// A listening sink.
#[derive(Clone, Default)]
pub(crate) struct Sink {
    spans: Arc<AtomicU64>,
}

impl Sink {
    /// Listens on a free port and serves until the process ends.
    pub(crate) async fn start() -> Result<(Sink, u16), Failure> {
        let sink = Sink::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let service = Exports(sink.clone());
        tokio::spawn(
            Server::builder()
                .add_service(service)
                .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true))),
        );
        Ok((sink, port))
    }

    /// Spans received so far.
    pub(crate) fn spans(&self) -> u64 {
        self.spans.load(Relaxed)
    }
}

impl Handler for Sink {
    async fn handle(self, message: Bytes) -> Result<Bytes, Status> {
        self.spans.fetch_add(count(&message, &[1, 2, 2]), Relaxed);
        Ok(Bytes::new())
    }
}

/// Messages found by following field numbers: resource spans, scope spans, spans.
fn count(mut message: &[u8], path: &[u64]) -> u64 {
    let Some((field, below)) = path.split_first() else {
        return 1;
    };
    let mut found = 0;
    while let Some((tag, rest)) = varint(message) {
        message = match tag & 7 {
            0 => varint(rest).map_or(&[][..], |(_, rest)| rest),
            1 => rest.get(8..).unwrap_or_default(),
            5 => rest.get(4..).unwrap_or_default(),
            2 => {
                let Some((length, rest)) = varint(rest) else {
                    break;
                };
                let Some((inside, rest)) = rest.split_at_checked(length as usize) else {
                    break;
                };
                if tag >> 3 == *field {
                    found += count(inside, below);
                }
                rest
            }
            _ => break,
        };
    }
    found
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}
