//! How letters around one-time codes are read: small ones, the numbers of their first and last bytes, and
//! whether they join to words.

use crate::pii::fold;
use crate::pii::text::{before, byte};

/// A byte of a text in small letters: letters keep their length.
pub(super) fn small(bytes: &[u8], at: usize) -> u8 {
    match bytes[at] {
        byte if byte.is_ascii() => byte.to_ascii_lowercase(),
        wide @ 0xE2.. => wide,
        _ => fold::fold(bytes, at),
    }
}

/// A number for the first three bytes at a place, their case aside; those behind a sign are not told.
#[inline]
pub(super) fn start_key(text: &[u8], at: usize) -> u64 {
    match text.get(at..at + 3) {
        Some(&[near, next, far]) => number([near, next, far]),
        _ => number([0, 1, 2].map(|more| byte(text, at + more))),
    }
}

/// A number for the last letters of a word before a place, more of them than `end_key` tells.
pub(super) fn tail_key(text: &[u8], end: usize) -> u64 {
    // Between wide ones no blank stands.
    let wide = end >= 3 && text[end - 3] >= 0xE0;
    // Of a word that ends in a sign only that is told.
    let most = match before(text, end) {
        sign if is_sign(sign) => return u64::from(sign),
        _ if wide => 3,
        _ => 8,
    };
    let last = text[..end].iter().rev().take(most);
    let last = last.take_while(|byte| !is_sign(**byte));
    last.fold(0, |sum, byte| sum << 8 | u64::from(alike(*byte)))
}

/// The same for the last three bytes before a place.
#[inline]
pub(super) fn end_key(text: &[u8], end: usize) -> u64 {
    number([0, 1, 2].map(|back| before(text, end.saturating_sub(back))))
}

pub(super) const fn is_sign(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric()
}

/// Three bytes, the nearest first, without what is behind a sign and without what tells large letters
/// from small ones: in some scripts of two bytes the first one does.
#[inline]
fn number([near, next, far]: [u8; 3]) -> u64 {
    let next = TOLD[usize::from(next)];
    let far = if next == b' ' {
        b' '
    } else {
        TOLD[usize::from(far)]
    };
    u64::from(alike(near)) << 16 | u64::from(next) << 8 | u64::from(far)
}

/// What is told of a byte: nothing of signs, and of letters not whether they are large.
static TOLD: [u8; 256] = {
    let (mut told, mut byte) = ([b' '; 256], 0);
    while byte < 256 {
        if !is_sign(byte as u8) {
            told[byte] = alike(byte as u8);
        }
        byte += 1;
    }
    told
};

const fn alike(byte: u8) -> u8 {
    byte | 0x20 | byte >> 7
}

/// Whether a letter or digit stands at a place that joins with others into words that blanks part.
pub(super) fn joins(text: &[u8], at: usize) -> bool {
    match byte(text, at) {
        byte if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        0xC3 => !matches!(byte(text, at + 1), 0x97 | 0xB7),
        // The signs of Arabic.
        0xD8 => !matches!(byte(text, at + 1), 0x8C | 0x9B | 0x9F),
        0xC4..=0xDF => true,
        // The scripts of India, without the ends of sentences.
        0xE0 => !matches!(
            (byte(text, at + 1), byte(text, at + 2)),
            (0xB8.., _) | (0xA5, 0xA4 | 0xA5)
        ),
        0xE1 => matches!(byte(text, at + 1), 0xBA | 0xBB),
        _ => false,
    }
}

/// Whether what ends at a place joins with letters behind it.
fn joins_before(text: &[u8], end: usize) -> bool {
    const CONTINUED: u8 = 0b1100_0000;
    let mut at = end.saturating_sub(1);
    while at > 0 && end - at < 4 && byte(text, at) & CONTINUED == 0x80 {
        at -= 1;
    }
    end > 0 && joins(text, at)
}

/// Where the ending of a word stops.
pub(super) fn joined_end(text: &[u8], bare: usize) -> usize {
    const ENDING_MAX: usize = 24;
    if !joins_before(text, bare) {
        return bare;
    }
    let mut end = bare;
    while end < text.len() && end - bare < ENDING_MAX && joins(text, end) {
        end += length(text[end]);
    }
    end.min(text.len())
}

/// How many bytes a letter has, by its first one.
pub(super) fn length(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0.. => 4,
        _ => 1,
    }
}
