//! Copy on write: a message is copied only when one of its fields does not stay as it is.

use super::wire::{Field, Fields};

/// What becomes of a field.
pub(super) enum Fate {
    Keep,
    Drop,
    /// Other bytes in its place: whole fields, with their tags.
    Replace(Vec<u8>),
}

/// The message that the `parts` are together, after each field met its fate; `None` if all stay.
pub(super) fn rewrite<'a>(
    parts: [&'a [u8]; 2],
    mut fate: impl FnMut(&Field<'a>) -> Fate,
) -> Option<Vec<u8>> {
    let mut copy: Option<Vec<u8>> = None;
    let mut kept = 0;
    for field in parts.into_iter().flat_map(Fields::of) {
        match (fate(&field), &mut copy) {
            (Fate::Keep, None) => kept += field.whole.len(),
            (Fate::Keep, Some(out)) => out.extend_from_slice(field.whole),
            (Fate::Drop, out) => {
                out.get_or_insert_with(|| begin(parts, kept));
            }
            (Fate::Replace(bytes), out) => {
                out.get_or_insert_with(|| begin(parts, kept))
                    .extend_from_slice(&bytes);
            }
        }
    }
    copy
}

/// A copy of the first `kept` bytes, with room for the rest.
fn begin(parts: [&[u8]; 2], kept: usize) -> Vec<u8> {
    let [head, tail] = parts;
    let mut out = Vec::with_capacity(head.len() + tail.len() + 64);
    let from_head = kept.min(head.len());
    out.extend_from_slice(&head[..from_head]);
    out.extend_from_slice(&tail[..kept - from_head]);
    out
}
