//! Brings legal but odd messages into the one form the views read.
//!
//! Protobuf lets a singular message come in pieces, a scalar twice and a oneof change its mind;
//! the meaning is fixed (merge, last wins), so the message is rewritten to say it once. What a
//! later value overrode is gone, so nothing can hide there. Unknown fields stay where they are.
//!
//! A message is given as pieces, so that merging copies nothing: however often and deeply a
//! sender splits, memory stays a small multiple of what was sent.

use super::put::put_message;
use super::shape::{Kind, Label, Row, SLOTS, Shape};
use super::wire::{Field, Fields};

/// Appends the message that `pieces` are together, in plain form.
pub(super) fn plain(shape: &'static Shape, pieces: &[&[u8]], out: &mut Vec<u8>) {
    let ends = Ends::of(shape, pieces);
    for (at, field) in fields(pieces).enumerate() {
        let Some((_, row)) = shape.row(field.number) else {
            out.extend_from_slice(field.whole);
            continue;
        };
        match (row.label, row.kind) {
            (Label::Many, Kind::Message(inner)) => {
                put_message(out, row.number, |out| {
                    plain(inner, &[field.raw.bytes()], out);
                });
            }
            (Label::Many, _) => out.extend_from_slice(field.whole),
            _ if !ends.is_last(row, at) => {}
            (_, Kind::Message(inner)) => {
                let start = if row.label == Label::Either {
                    ends.oneof_start
                } else {
                    0
                };
                let parts: Vec<&[u8]> = fields(pieces)
                    .skip(start)
                    .filter(|part| part.number == row.number)
                    .map(|part| part.raw.bytes())
                    .filter(|part| !part.is_empty())
                    .collect();
                put_message(out, row.number, |out| plain(inner, &parts, out));
            }
            (_, Kind::Ref(len)) if !is_id(field.raw.bytes(), len) => {}
            _ => out.extend_from_slice(field.whole),
        }
    }
}

fn fields<'a>(pieces: &'a [&'a [u8]]) -> impl Iterator<Item = Field<'a>> {
    pieces.iter().copied().flat_map(Fields::of)
}

fn is_id(bytes: &[u8], len: u8) -> bool {
    bytes.is_empty() || bytes.len() == usize::from(len)
}

/// Where each singular field is said for the last time.
struct Ends {
    last: [usize; SLOTS],
    oneof_last: usize,
    /// From here on the oneof holds the member it ends with; pieces before it are void.
    oneof_start: usize,
}

impl Ends {
    fn of(shape: &'static Shape, pieces: &[&[u8]]) -> Self {
        let mut ends = Ends {
            last: [0; SLOTS],
            oneof_last: 0,
            oneof_start: 0,
        };
        let mut member = 0;
        for (at, field) in fields(pieces).enumerate() {
            let Some((_, row)) = shape.row(field.number) else {
                continue;
            };
            ends.last[row.number as usize] = at;
            if row.label == Label::Either {
                if member != row.number {
                    member = row.number;
                    ends.oneof_start = at;
                }
                ends.oneof_last = at;
            }
        }
        ends
    }

    fn is_last(&self, row: &Row, at: usize) -> bool {
        let last = match row.label {
            Label::Either => self.oneof_last,
            _ => self.last[row.number as usize],
        };
        at == last
    }
}
