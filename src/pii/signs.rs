//! Tells by a table what the signs around a word mean to it: jumps for each nobody could foresee.

use super::detector::Word;
use super::text::{before, byte};

/// Joints of chains.
const COLON: u8 = 1;
/// Joints of chains of pairs.
const DASH: u8 = 2;
/// Signs over which something random goes on.
const GOES_ON: u8 = 4;
/// What may stand between two tokens of one thing.
const STOP: u8 = 8;
/// Signs that join a number to the one before it.
const JOINS: u8 = 16;

static SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let classes: [(&[u8], u8); 5] = [
        (b":.", COLON),
        (b"-", DASH),
        (b"+/=~", GOES_ON),
        (b".", STOP),
        (b" -./:", JOINS),
    ];
    let mut at = 0;
    while at < classes.len() {
        let (mut bytes, class) = classes[at];
        while let [byte, rest @ ..] = bytes {
            signs[*byte as usize] |= class;
            bytes = rest;
        }
        at += 1;
    }
    signs
};

fn class(byte: u8) -> u8 {
    SIGNS[usize::from(byte)]
}

/// Whether a short word may be a part of a chain: a sign of chains stands beside it. Dashes join
/// pairs only, and none of four.
#[inline]
pub(super) fn is_joined(bytes: &[u8], word: &Word) -> bool {
    let dash = if word.end - word.start == 2 { DASH } else { 0 };
    let beside = class(before(bytes, word.start)) | class(byte(bytes, word.end));
    beside & (COLON | dash) != 0
}

/// Whether a token is no part of something longer that may be random: base64, a cookie.
pub(super) fn stands_alone(bytes: &[u8], token: &Word) -> bool {
    let (left, right) = (before(bytes, token.start), byte(bytes, token.end));
    let beside = class(left) & GOES_ON | class(right) & (GOES_ON | STOP);
    beside == 0
}

/// Whether a digit and a sign stand right before `at`, so that what is said before is said of that
/// number. A sign that separates cells says nothing of the kind.
#[inline]
pub(super) fn follows_digit(bytes: &[u8], at: usize) -> bool {
    let [digit, sign] = match at.checked_sub(2).and_then(|two| bytes.get(two..at)) {
        Some(&[digit, sign]) => [digit, sign],
        _ => [0; 2],
    };
    (class(sign) & JOINS != 0) & digit.is_ascii_digit()
}
