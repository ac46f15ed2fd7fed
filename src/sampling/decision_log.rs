//! The bytes of the decision log: frames that are appended, and read back around what is damaged.
//!
//! ```text
//! file   magic, then frames
//! frame  kind u8 · length u8 · payload · check u32 (FNV-1a over what stands before it)
//! name   index u16 · UTF-8 text                       who is credited, before its first use
//! verdict  id 16 · kept u8 · threshold u64 · randomness u64 · policy u16
//! ```
//! All numbers are little-endian. A snapshot is a file of the same format. A kept verdict is 41
//! bytes, a dropped one 23. Where a frame cannot be read, reading goes on at the next one whose check
//! is right; a tail that was torn off in the middle of a frame is the gap at the end.

use std::collections::BTreeSet;

use super::memory::{Kept, NO_POLICY, Packed};

/// What every file starts with; the digit is the version.
pub const MAGIC: &[u8; 8] = b"TGDLOG1\n";

const NAME: u8 = 1;
const VERDICT: u8 = 2;
const DROPPED: u8 = 0;
const KEPT: u8 = 1;
/// Payload of a verdict.
const DROPPED_BYTES: u8 = 17;
const KEPT_BYTES: u8 = 35;
/// Kind, length and check of a frame.
const AROUND: usize = 6;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// From here on this index means this credit: a policy, under a version of the rules.
    Name(u16, String),
    /// A trace was dropped, whatever was said before.
    Dropped([u8; 16]),
    /// A trace was kept, whatever was said before.
    Kept([u8; 16], Kept),
}

/// Appends one frame.
pub fn encode(entry: &Entry, out: &mut Vec<u8>) {
    let start = out.len();
    match entry {
        Entry::Name(index, name) => {
            let end = name.floor_char_boundary(250);
            out.extend([NAME, (end + 2) as u8]);
            out.extend(index.to_le_bytes());
            out.extend(name.as_bytes().iter().take(end));
        }
        Entry::Dropped(id) => {
            out.extend([VERDICT, DROPPED_BYTES]);
            out.extend(id);
            out.push(DROPPED);
        }
        Entry::Kept(id, kept) => {
            let packed = Packed::from(*kept);
            out.extend([VERDICT, KEPT_BYTES]);
            out.extend(id);
            out.push(KEPT);
            out.extend(packed.threshold.to_le_bytes());
            out.extend(packed.randomness.to_le_bytes());
            out.extend(packed.policy.to_le_bytes());
        }
    }
    let check = check(out.get(start..).unwrap_or_default());
    out.extend(check.to_le_bytes());
}

/// What stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// An entry.
    Entry(Entry),
    /// Bytes that are no frame.
    Gap(Gap),
}

/// Bytes of a file in which no frame could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where they begin.
    pub offset: usize,
    /// How many they are.
    pub bytes: usize,
    /// Verdicts that stood there: exactly if their frames can still be told apart, at most otherwise.
    pub verdicts: usize,
}

/// Reads all that a file says, in order, and where it cannot be read.
pub fn decode(file: &[u8]) -> Reader<'_> {
    let mut reader = Reader {
        file,
        at: 0,
        named: None,
    };
    if file.starts_with(MAGIC) {
        reader.at = MAGIC.len();
    }
    reader
}

/// The entries and gaps of a file.
pub struct Reader<'f> {
    file: &'f [u8],
    at: usize,
    /// After a gap in which a name may have stood: the numbers that were named since. Only they are
    /// sure to mean what they say.
    named: Option<BTreeSet<u16>>,
}

impl Iterator for Reader<'_> {
    type Item = Read;

    fn next(&mut self) -> Option<Read> {
        let rest = self.file.get(self.at..).filter(|rest| !rest.is_empty())?;
        if let Some((entry, bytes)) = frame(rest) {
            self.at += bytes;
            return Some(Read::Entry(self.credited(entry)));
        }
        let starts = (1..rest.len()).find(|start| rest.get(*start..).and_then(frame).is_some());
        let lost = rest.get(..starts.unwrap_or(rest.len())).unwrap_or(rest);
        let exactly = verdicts(lost);
        if exactly.is_none() {
            self.named = Some(BTreeSet::new());
        }
        let gap = Gap {
            offset: self.at,
            bytes: lost.len(),
            verdicts: exactly.unwrap_or(lost.len().div_ceil(usize::from(DROPPED_BYTES) + AROUND)),
        };
        self.at += lost.len();
        Some(Read::Gap(gap))
    }
}

impl Reader<'_> {
    /// The entry; without its credit if the number may have been given to another name in a gap.
    fn credited(&mut self, entry: Entry) -> Entry {
        let Some(named) = &mut self.named else {
            return entry;
        };
        match entry {
            Entry::Kept(id, kept) if !named.contains(&kept.policy) => {
                let policy = NO_POLICY;
                Entry::Kept(id, Kept { policy, ..kept })
            }
            Entry::Name(number, _) => {
                named.insert(number);
                entry
            }
            _ => entry,
        }
    }
}

/// How many verdicts stood in damaged bytes whose lengths lead from one to the next and to the end.
fn verdicts(mut lost: &[u8]) -> Option<usize> {
    let mut count = 0;
    while let [kind, length, ..] = *lost {
        if kind != VERDICT || !matches!(length, DROPPED_BYTES | KEPT_BYTES) {
            return None;
        }
        lost = lost.get(usize::from(length) + AROUND..)?;
        count += 1;
    }
    lost.is_empty().then_some(count)
}

/// The frame that bytes begin with, and its length.
fn frame(bytes: &[u8]) -> Option<(Entry, usize)> {
    let kind = *bytes.first()?;
    let length = usize::from(*bytes.get(1)?);
    let (frame, after) = bytes.split_at_checked(length + 2)?;
    if !matches!(kind, NAME | VERDICT)
        || u32::from_le_bytes(*after.first_chunk::<4>()?) != check(frame)
    {
        return None;
    }
    Some((read(kind, frame.get(2..)?)?, length + AROUND))
}

fn read(kind: u8, payload: &[u8]) -> Option<Entry> {
    match kind {
        NAME => {
            let (index, name) = payload.split_first_chunk::<2>()?;
            let name = str::from_utf8(name).ok()?.to_owned();
            Some(Entry::Name(u16::from_le_bytes(*index), name))
        }
        VERDICT => {
            let (id, rest) = payload.split_first_chunk::<16>()?;
            let rest = match rest.split_first()? {
                (&DROPPED, []) => return Some(Entry::Dropped(*id)),
                (&KEPT, rest) => rest,
                _ => return None,
            };
            let (threshold, rest) = rest.split_first_chunk::<8>()?;
            let (randomness, rest) = rest.split_first_chunk::<8>()?;
            let packed = Packed {
                threshold: u64::from_le_bytes(*threshold),
                randomness: u64::from_le_bytes(*randomness),
                policy: u16::from_le_bytes(rest.try_into().ok()?),
            };
            Some(Entry::Kept(*id, packed.into()))
        }
        _ => None,
    }
}

fn check(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests;
