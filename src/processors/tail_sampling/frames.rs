//! How requests lie in files of open traces: one frame after the other, read around what is damaged.

use bytes::Bytes;

/// Length, arrival and check before each body.
const HEAD: usize = 16;
/// In the length: what follows is no request but a list of traces and how far they are settled.
const SETTLED: u32 = 1 << 31;
/// No two neighbours in a file are further apart in time, in milliseconds: more than a year.
const APART_MAX_MS: u64 = 400 * 24 * 3_600_000;

/// So many times the length of a file is checked in search of the next frame, at most.
const CHECKED_MAX: usize = 8;

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// OTLP as it came.
    Request,
    /// Traces, and how far they are settled.
    Settled,
}

/// What is found in a file.
pub(super) enum Found {
    /// A body and its time.
    Frame(Kind, u64, Bytes),
    /// Bytes that cannot be read, from an offset on.
    Gap(usize, usize),
}

/// A body with its head.
pub(super) fn encode(kind: Kind, now_ms: u64, body: &[u8]) -> Vec<u8> {
    let kind = if kind == Kind::Settled { SETTLED } else { 0 };
    let mut frame = Vec::with_capacity(HEAD + body.len());
    frame.extend((body.len() as u32 | kind).to_le_bytes());
    frame.extend(now_ms.to_le_bytes());
    frame.extend(check(body).to_le_bytes());
    frame.extend(body);
    frame
}

/// The frames of a file and the gaps between them, in order.
pub(super) fn frames(file: &Bytes) -> impl Iterator<Item = Found> {
    let (mut at, mut latest_ms) = (0, None);
    std::iter::from_fn(move || {
        if at >= file.len() {
            return None;
        }
        let Some((kind, ms, body)) = whole(file, at, None) else {
            let gap = at;
            at = resume(file, at, latest_ms);
            return Some(Found::Gap(gap, at - gap));
        };
        (at, latest_ms) = (body.end, Some(ms));
        Some(Found::Frame(kind, ms, file.slice(body)))
    })
}

/// Where a file can be read again behind a damaged place; its end if nowhere, or if too much would have
/// to be checked: what looks like a head may stand at every byte.
fn resume(file: &[u8], damaged: usize, near_ms: Option<u64>) -> usize {
    let mut left = CHECKED_MAX * file.len();
    // Where its head is as it was, the next frame is where that says, whatever the body holds.
    let next = head(file, damaged).map(|(len, ..)| damaged + HEAD + (len & !SETTLED) as usize);
    let next = next.filter(|next| whole(file, *next, near_ms).is_some());
    let search = || {
        (damaged + 1..file.len()).find(|at| {
            let Some((.., sum, body)) = body(file, *at, near_ms) else {
                return false;
            };
            let bytes = file.get(body).filter(|bytes| bytes.len() <= left);
            left -= bytes.map_or(0, <[u8]>::len);
            bytes.is_some_and(|bytes| check(bytes) == sum)
        })
    };
    next.or_else(search).unwrap_or(file.len())
}

/// The frame at a place, if there is one, from about this time.
fn whole(
    file: &[u8],
    at: usize,
    near_ms: Option<u64>,
) -> Option<(Kind, u64, std::ops::Range<usize>)> {
    let (kind, ms, sum, body) = body(file, at, near_ms)?;
    (check(file.get(body.clone())?) == sum).then_some((kind, ms, body))
}

/// What the head at a place says of a body, if it could be one.
fn body(
    file: &[u8],
    at: usize,
    near_ms: Option<u64>,
) -> Option<(Kind, u64, u32, std::ops::Range<usize>)> {
    let (len, ms, sum) = head(file, at)?;
    let body = at + HEAD..at + HEAD + (len & !SETTLED) as usize;
    let is_near = near_ms.is_none_or(|near| near.abs_diff(ms) < APART_MAX_MS);
    let kind = if len & SETTLED == 0 {
        Kind::Request
    } else {
        Kind::Settled
    };
    // A page of nothing but zeros would look like a frame without a body.
    let fits = is_near && !body.is_empty() && body.end <= file.len();
    fits.then_some((kind, ms, sum, body))
}

fn head(file: &[u8], at: usize) -> Option<(u32, u64, u32)> {
    let (len, rest) = file.get(at..)?.split_first_chunk::<4>()?;
    let (ms, rest) = rest.split_first_chunk::<8>()?;
    let sum = rest.first_chunk::<4>()?;
    Some((
        u32::from_le_bytes(*len),
        u64::from_le_bytes(*ms),
        u32::from_le_bytes(*sum),
    ))
}

fn check(bytes: &[u8]) -> u32 {
    // Word by word: requests are large, and this only has to notice a torn or stale page.
    let (words, rest) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| {
        (sum ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| {
        mix(sum, u64::from_le_bytes(*word))
    });
    let sum = rest
        .iter()
        .fold(sum, |sum, byte| mix(sum, u64::from(*byte)));
    (sum >> 32) as u32 ^ sum as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_full_of_what_looks_like_heads_is_read_in_bounded_time() {
        // Every fourth byte begins a length of 2 MiB: to check them all would take hours.
        let mut file = [0, 0, 0x20, 0].repeat(2 << 20);
        file.extend(encode(Kind::Request, 0, b"spans"));
        let file = Bytes::from(file);
        let gaps = frames(&file).filter(|found| matches!(found, Found::Gap(..)));
        assert_eq!(1, gaps.count());
    }
}
