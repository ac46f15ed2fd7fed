//! The spans of one trace in memory: one run of bytes on the shelf, and the scopes they are under.

use std::sync::Arc;

use bytes::Bytes;

use super::shelf::{Chain, Shelf};
use crate::otlp::{Scope, Span};
use crate::sampling::index::push;

/// An encoded record under its scope.
pub(super) struct Stored {
    pub scope: Arc<Scope>,
    pub bytes: Bytes,
}

/// Encoded spans: for each the place of its scope, its length, and the record.
#[derive(Default)]
pub(super) struct Spans {
    scopes: Vec<Arc<Scope>>,
    chain: Chain,
}

impl Spans {
    /// Whether none is in memory.
    pub(super) fn is_empty(&self) -> bool {
        self.chain.is_empty()
    }

    /// Bytes of memory they take beside this.
    pub(super) fn resident(&self) -> u64 {
        self.chain.resident() + 8 * self.scopes.capacity() as u64
    }

    /// Adds a span; `buffer` is memory that is used again.
    pub(super) fn add(
        &mut self,
        shelf: &mut Shelf,
        buffer: &mut Vec<u8>,
        span: &Span,
        scope: Arc<Scope>,
    ) {
        let known = self.scopes.iter().rposition(|own| Arc::ptr_eq(own, &scope));
        let place = known.unwrap_or_else(|| {
            push(&mut self.scopes, scope);
            self.scopes.len() - 1
        });
        buffer.clear();
        put_number(buffer, place);
        put_number(buffer, span.encoded_len());
        span.encode_record(buffer);
        shelf.append(&mut self.chain, buffer);
    }

    /// The bytes of all spans in memory, for [`Spans::read`].
    pub(super) fn copy(&self, shelf: &Shelf) -> Vec<u8> {
        shelf.read(&self.chain)
    }

    /// Gives up the spans in memory; those elsewhere are still under its scopes.
    pub(super) fn free(&mut self, shelf: &mut Shelf) {
        shelf.free(&mut self.chain);
    }

    /// Reads what [`Spans::copy`] gave, in order of arrival.
    pub(super) fn read(&self, mut bytes: Bytes, out: &mut Vec<Stored>) {
        while let Some((place, len)) = take_number(&mut bytes).zip(take_number(&mut bytes)) {
            if len > bytes.len() {
                return;
            }
            let own = bytes.split_to(len);
            if let Some(scope) = self.scopes.get(place) {
                out.push(Stored {
                    scope: Arc::clone(scope),
                    bytes: own,
                });
            }
        }
    }
}

/// Seven bits a byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &mut Bytes) -> Option<usize> {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let number = bytes
        .split_to(len)
        .iter()
        .rev()
        .fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f));
    Some(number)
}
