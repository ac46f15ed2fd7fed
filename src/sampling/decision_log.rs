//! The bytes of the decision log: frames that are appended, and read back up to a torn tail.
//!
//! ```text
//! file   magic, then frames
//! frame  kind u8 · length u8 · payload · check u32 (FNV-1a over what stands before it)
//! name   index u16 · UTF-8 text                       who is credited, before its first use
//! verdict  id 16 · kept u8 · threshold u64 · randomness u64 · policy u16
//! ```
//! All numbers are little-endian. A snapshot is a file of the same format. A kept verdict is 41
//! bytes, a dropped one 23.

use super::memory::{Kept, Packed};

/// What every file starts with; the digit is the version.
pub const MAGIC: &[u8; 8] = b"TGDLOG1\n";

const NAME: u8 = 1;
const VERDICT: u8 = 2;
const DROPPED: u8 = 0;
const KEPT: u8 = 1;

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
            out.extend([VERDICT, 17]);
            out.extend(id);
            out.push(DROPPED);
        }
        Entry::Kept(id, kept) => {
            let packed = Packed::from(*kept);
            out.extend([VERDICT, 35]);
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

/// Reads the frames of a file, in order, up to the first that is torn or damaged.
pub fn decode(file: &[u8]) -> impl Iterator<Item = Entry> {
    let mut rest = file.strip_prefix(MAGIC.as_slice()).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = usize::from(*rest.get(1)?);
        let (frame, after) = rest.split_at_checked(length + 2)?;
        let (written, after) = after.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*written) != check(frame) {
            return None;
        }
        rest = after;
        read(*frame.first()?, frame.get(2..)?)
    })
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
            let (kept, rest) = rest.split_first()?;
            if *kept == DROPPED {
                return Some(Entry::Dropped(*id));
            }
            let (threshold, rest) = rest.split_first_chunk::<8>()?;
            let (randomness, rest) = rest.split_first_chunk::<8>()?;
            let packed = Packed {
                threshold: u64::from_le_bytes(*threshold),
                randomness: u64::from_le_bytes(*randomness),
                policy: u16::from_le_bytes(*rest.first_chunk::<2>()?),
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
