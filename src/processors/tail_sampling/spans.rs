//! The spans of one trace in memory: one run of bytes on the shelf, and the scopes they are under.

use std::sync::Arc;

use bytes::Bytes;

use super::shelf::{Chain, Shelf};
use super::trace::Id;
use crate::otlp::{Scope, Span};

/// Encoded spans: for each the place of its scope, its length, and the record.
#[derive(Default)]
pub(super) struct Spans {
    scopes: OwnScopes,
    chain: Chain,
}

/// The scopes of a trace, in order of arrival; most have one.
#[derive(Default)]
struct OwnScopes {
    first: Option<Arc<Scope>>,
    #[expect(
        clippy::box_collection,
        reason = "most traces have none, in 8 bytes and not 24"
    )]
    later: Option<Box<Vec<Arc<Scope>>>>,
}

impl OwnScopes {
    /// The place of a scope, which is added if it is new.
    fn place(&mut self, scope: Arc<Scope>) -> usize {
        let same = |own: &Arc<Scope>| Arc::ptr_eq(own, &scope);
        match &self.first {
            Some(first) if same(first) => return 0,
            Some(_) => {}
            None => {
                self.first = Some(scope);
                return 0;
            }
        }
        let later = self.later.get_or_insert_default();
        let known = later.iter().rposition(same);
        let place = known.unwrap_or_else(|| {
            later.push(scope);
            later.len() - 1
        });
        place + 1
    }

    fn get(&self, place: usize) -> Option<&Arc<Scope>> {
        match place.checked_sub(1) {
            None => self.first.as_ref(),
            Some(place) => self.later.as_ref()?.get(place),
        }
    }

    /// Bytes of memory they take beside this.
    fn resident(&self) -> u64 {
        let later = self.later.as_ref();
        later.map_or(0, |later| size_of_val(&**later) + 8 * later.capacity()) as u64
    }
}

/// A record as it lies on the shelf.
struct Kept<'a> {
    /// The place of its scope.
    scope: usize,
    /// Whether it began with the trace id, which is left out.
    shortened: bool,
    bytes: &'a [u8],
}

/// How a span's encoding begins, unless its sender has an order of fields of his own.
const ID_BYTES: usize = 18;

fn id_field(id: &Id) -> [u8; ID_BYTES] {
    let mut field = [0; ID_BYTES];
    field[0] = 1 << 3 | 2;
    field[1] = id.len() as u8;
    field[2..].copy_from_slice(id);
    field
}

impl Spans {
    /// Whether none is in memory.
    pub(super) fn is_empty(&self) -> bool {
        self.chain.is_empty()
    }

    /// Bytes of memory they take beside this.
    pub(super) fn resident(&self) -> u64 {
        self.chain.resident() + self.scopes.resident()
    }

    /// Adds a span of the trace with this id; `buffer` is memory that is used again.
    pub(super) fn add(
        &mut self,
        shelf: &mut Shelf,
        buffer: &mut Vec<u8>,
        id: &Id,
        (span, scope): (&Span, Arc<Scope>),
    ) {
        let [message, tail] = span.parts();
        let rest = message.strip_prefix(&id_field(id));
        let shortened = usize::from(rest.is_some());
        let rest = rest.unwrap_or(message);
        buffer.clear();
        put_number(buffer, self.scopes.place(scope));
        put_number(buffer, (rest.len() + tail.len()) << 1 | shortened);
        shelf.append(&mut self.chain, &[buffer, rest, tail]);
    }

    /// The bytes of all spans in memory, for [`Spans::read`].
    pub(super) fn copy(&self, shelf: &Shelf) -> Vec<u8> {
        shelf.read(&self.chain)
    }

    /// Gives up the spans in memory; those elsewhere are still under its scopes.
    pub(super) fn free(&mut self, shelf: &mut Shelf) {
        shelf.free(&mut self.chain);
    }

    /// Reads what [`Spans::copy`] gave of the trace with this id, in order of arrival: each span as
    /// `parse` does.
    pub(super) fn read(
        &self,
        id: &Id,
        bytes: &[u8],
        parse: impl Fn(Bytes) -> Option<Span>,
        out: &mut Vec<(Arc<Scope>, Span)>,
    ) {
        let field = id_field(id);
        let begin = |kept: &Kept<'_>| if kept.shortened { &field[..] } else { &[] };
        let len = |kept: &Kept<'_>| begin(kept).len() + kept.bytes.len();
        let mut all = Vec::with_capacity(records(bytes).map(|kept| len(&kept)).sum());
        for kept in records(bytes) {
            all.extend_from_slice(begin(&kept));
            all.extend_from_slice(kept.bytes);
        }
        let mut all = Bytes::from(all);
        for kept in records(bytes) {
            let span = parse(all.split_to(len(&kept)));
            if let Some((scope, span)) = self.scopes.get(kept.scope).zip(span) {
                out.push((Arc::clone(scope), span));
            }
        }
    }
}

/// The records of a run of bytes.
fn records(mut bytes: &[u8]) -> impl Iterator<Item = Kept<'_>> {
    std::iter::from_fn(move || {
        let scope = take_number(&mut bytes)?;
        let number = take_number(&mut bytes)?;
        Some(Kept {
            scope,
            shortened: number & 1 == 1,
            bytes: bytes.split_off(..number >> 1)?,
        })
    })
}

/// Seven bits a byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let seven = |number, byte: &u8| number << 7 | usize::from(byte & 0x7f);
    Some(bytes.split_off(..len)?.iter().rev().fold(0, seven))
}
