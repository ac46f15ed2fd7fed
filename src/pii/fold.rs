//! Folds a text as the reader of context words takes it: small letters, joints as spaces.

use std::sync::LazyLock;

/// A byte of ASCII, folded.
pub(super) const fn fold_plain(byte: u8) -> u8 {
    match byte {
        b'_' | b'-' | b'.' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The byte as the reader takes it, also as a part of a letter beyond ASCII.
#[inline]
pub(super) fn fold(bytes: &[u8], at: usize) -> u8 {
    match bytes[at] {
        byte if byte.is_ascii() => fold_plain(byte),
        byte => fold_wide(bytes, at, byte),
    }
}

/// A byte of a letter beyond ASCII.
fn fold_wide(bytes: &[u8], at: usize, byte: u8) -> u8 {
    match byte {
        lead @ FIRST..=LAST if at + 1 < bytes.len() => small_pair(lead, bytes[at + 1])[0],
        rest @ 0x80..=0xBF if at > 0 && matches!(bytes[at - 1], FIRST..=LAST) => {
            small_pair(bytes[at - 1], rest)[1]
        }
        // Vietnamese: of each two letters the first is the large one.
        0x80..=0xBF if matches!(bytes[..at], [.., VIETNAMESE, 0xBA | 0xBB]) => byte | 1,
        byte => byte,
    }
}

/// The first bytes of letters of two bytes that are large or small.
pub(super) const FIRST: u8 = 0xC3;
pub(super) const LAST: u8 = 0xD4;
/// The first byte of those of three, in which small ones follow large ones.
pub(super) const VIETNAMESE: u8 = 0xE1;

/// The small letter, as two bytes, of a letter of two bytes.
fn small_pair(lead: u8, rest: u8) -> [u8; 2] {
    SMALL[usize::from(lead - FIRST)][usize::from(rest & 0x3F)]
}

/// The small letters by the first and the second byte.
static SMALL: LazyLock<[[[u8; 2]; 64]; (LAST - FIRST) as usize + 1]> = LazyLock::new(|| {
    let small = |lead: u8, rest: u8| {
        let letter = char::from_u32(u32::from(lead & 0x1F) << 6 | u32::from(rest & 0x3F));
        let small = letter.and_then(|letter| letter.to_lowercase().next());
        let mut buffer = [0; 4];
        match small.map(|letter| letter.encode_utf8(&mut buffer).as_bytes()) {
            Some([lead, rest]) => [*lead, *rest],
            _ => [lead, rest],
        }
    };
    std::array::from_fn(|lead| {
        std::array::from_fn(|rest| small(FIRST + lead as u8, 0x80 | rest as u8))
    })
});
