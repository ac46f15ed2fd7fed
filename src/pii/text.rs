//! Reads the neighbourhood of a candidate: boundaries, groups of digits, words and tokens.

use super::gate::Gate;

/// Digit values of a candidate, at most twenty-six.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    /// With room for one more, which is not counted.
    values: [u8; MOST + 1],
    len: usize,
}

const MOST: usize = 26;

impl Digits {
    /// The digits of `bytes`, other characters skipped.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut values = [0; MOST + 1];
        let mut len = 0;
        for byte in bytes {
            let value = byte.wrapping_sub(b'0');
            values[len] = value;
            len += usize::from(value < 10 && len < MOST);
        }
        Self { values, len }
    }
}

impl std::ops::Deref for Digits {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.values[..self.len]
    }
}

/// The eight bytes at a place, the first lowest; behind the text stands nothing.
pub(super) fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    if let Some(eight) = rest.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    if let Some(last) = bytes.last_chunk()
        && let missing @ 1..8 = 8 - rest.len()
    {
        return u64::from_le_bytes(*last) >> (8 * missing);
    }
    let last = rest.iter().rev();
    last.fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

/// The four bytes at a place, likewise.
#[inline]
pub(super) fn four(bytes: &[u8], at: usize) -> u64 {
    eight(bytes, at) & 0xFFFF_FFFF
}

/// The byte at `at`, or a space beyond either end.
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(b' ')
}

/// The byte before `at`, or a space at the start.
pub(super) fn before(bytes: &[u8], at: usize) -> u8 {
    if at == 0 { b' ' } else { byte(bytes, at - 1) }
}

/// Whether the letter at `at` belongs to an escape (`\n`, `\t`, `\r`, `\b`, `\f`) and so to no word.
pub(super) fn is_escape_letter(bytes: &[u8], at: usize) -> bool {
    matches!(byte(bytes, at), b'n' | b't' | b'r' | b'b' | b'f') && before(bytes, at) == b'\\'
}

/// The byte before `at` as the text means it: an escape such as `\\n` is white space.
pub(super) fn left(bytes: &[u8], at: usize) -> u8 {
    if at > 0 && is_escape_letter(bytes, at - 1) {
        b' '
    } else {
        before(bytes, at)
    }
}

/// Where the run of ASCII letters and digits around `at` starts; never before `floor`.
pub(super) fn word_start(bytes: &[u8], at: usize, floor: usize) -> usize {
    let mut start = at;
    while start > floor
        && bytes[start - 1].is_ascii_alphanumeric()
        && !is_escape_letter(bytes, start - 1)
    {
        start -= 1;
    }
    start
}

/// Where the run of ASCII letters and digits from `at` ends.
pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    span_end(bytes, at, u8::is_ascii_alphanumeric)
}

/// Where the run of digits from `at` ends: eight bytes are told at once.
#[inline]
pub(super) fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const DIGITS: u64 = 0x3030_3030_3030_3030;
    const BEYOND: u64 = 0x0606_0606_0606_0606;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let eight = u64::from_le_bytes(*eight);
        // A digit keeps its upper half, also with six added to it; a carry spoils only what stands
        // behind the first other byte.
        let others = (eight & HIGH ^ DIGITS) | (eight.wrapping_add(BEYOND) & HIGH ^ DIGITS);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    span_end(bytes, at, u8::is_ascii_digit)
}

/// Where the run of bytes that `belongs` accepts ends, starting at `at`.
pub(super) fn span_end(bytes: &[u8], at: usize, belongs: impl Fn(&u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|byte| !belongs(byte))
        .unwrap_or(rest.len())
}

/// What is as long as this and holds many signs is a chain of pairs and no value: each of them would be
/// read to the end of all. A fingerprint of 64 bytes, two digits each, is shorter.
const SURE: usize = 192;
/// The same where what stands between is no fingerprint: then there is no value at all.
const SURE_OF_KEYS: usize = 64;

/// Where a value ends that starts at a place and goes on as long as `end_within` finds no end before
/// the limit it is given; of a chain of pairs only so much is read as is sure.
#[inline]
pub(super) fn value_end_by(
    bytes: &[u8],
    start: usize,
    end_within: impl Fn(usize, &[u8]) -> usize,
) -> usize {
    let (mut at, mut limit) = (start, start + SURE_OF_KEYS / 2);
    loop {
        let near = bytes.get(..limit).unwrap_or(bytes);
        at = end_within(at, near);
        if at < limit {
            return at;
        }
        let value = &bytes[start..at];
        let n_signs = |sign: u8| count(value, |byte| byte == sign);
        // Keys between colons hold letters that no hexadecimal number does.
        let is_named = || n_signs(b':') >= 7 && count(value, |byte| !byte.is_ascii_hexdigit()) > 20;
        let length = limit - start;
        if length < SURE && (n_signs(b'=') >= 6 || is_named()) {
            return start;
        }
        if length >= SURE && n_signs(b'=') + n_signs(b':') >= 8 {
            return at;
        }
        let longer = 2 * length;
        limit = start
            + if length < SURE_OF_KEYS {
                longer
            } else {
                longer.max(SURE)
            };
    }
}

/// How many bytes of a few hundred are such.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let in_part = |part: &[u8]| -> u8 { part.iter().map(|&byte| u8::from(is(byte))).sum() };
    let parts = bytes.chunks(32);
    parts.map(|part| usize::from(in_part(part))).sum()
}

/// Where a value ends as `span_end` tells, but of a chain of pairs only so much is read as is sure.
pub(super) fn value_end(bytes: &[u8], start: usize, belongs: impl Fn(&u8) -> bool) -> usize {
    value_end_by(bytes, start, |at, near| span_end(near, at, &belongs))
}

/// Whether all bytes are such: told of many at once, not one after the other.
#[inline]
pub(super) fn are_all(bytes: &[u8], is: impl Fn(&u8) -> bool) -> bool {
    bytes.iter().fold(true, |all, byte| all & is(byte))
}

/// Where the run of bytes that `belongs` accepts and that ends at `at` starts; never before `floor`.
pub(super) fn span_start(
    bytes: &[u8],
    at: usize,
    floor: usize,
    belongs: impl Fn(&u8) -> bool,
) -> usize {
    let run = bytes.get(floor..at).unwrap_or_default();
    at - run
        .iter()
        .rev()
        .position(|byte| !belongs(byte))
        .unwrap_or(run.len())
}

/// Whether `bytes` at `at` starts with `word`, ASCII case ignored.
#[inline]
pub(super) fn starts_with(bytes: &[u8], at: usize, word: &str) -> bool {
    let word = word.as_bytes();
    // Of most the first byte tells that they do not.
    let may_start = word.is_empty() || (byte(bytes, at) ^ word[0]) & !0x20 == 0;
    may_start
        && bytes
            .get(at..at + word.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// Whether `bytes` up to `at` ends with `word`, ASCII case ignored.
pub(super) fn ends_with(bytes: &[u8], at: usize, word: &str) -> bool {
    at.checked_sub(word.len())
        .is_some_and(|start| starts_with(bytes, start, word))
}

/// Whether the text ends at `at`, or was cut there by somebody who marked the cut.
pub(super) fn is_cut(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.is_empty()
        || [
            "...",
            "…",
            "[truncated",
            "<truncated",
            "(truncated",
            "[…",
            "[...",
        ]
        .iter()
        .any(|mark| starts_with(rest, 0, mark))
}

/// How some words end, their case aside: of most others it tells at once that they are not these.
pub(super) struct Tails<const N: usize = 3>(Gate<64>);

impl<const N: usize> Tails<N> {
    pub(super) fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut tails = Gate::default();
        let last = words.filter_map(|word| word.as_bytes().last_chunk());
        last.for_each(|last| tails.add(Self::number(*last)));
        Self(tails)
    }

    /// Whether one of the words, of `N` bytes at least, may end where `bytes` do.
    pub(super) fn may_end(&self, bytes: &[u8]) -> bool {
        bytes
            .last_chunk()
            .is_some_and(|last| !last.is_ascii() || self.0.has(Self::number(*last)))
    }

    fn number(last: [u8; N]) -> u64 {
        last.iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(byte | 0x20))
    }
}

/// Thirty-six characters of five hexadecimal groups.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    // Counted, not asked one by one: that is done for many at once.
    let is_dash = |place: &usize| value[*place] == b'-';
    let is_hex = |byte: &u8| u8::from(byte.is_ascii_hexdigit());
    value.len() == 36
        && [8, 13, 18, 23].iter().all(is_dash)
        && value.iter().map(is_hex).sum::<u8>() == 32
}

/// Character classes of a piece of text: how random it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mix {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digit: usize,
    pub(super) other: usize,
    /// How often neighbouring characters change class.
    pub(super) turns: usize,
}

impl Mix {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut mix = Self::default();
        let mut last = bytes.first().map_or(0, |&byte| class(byte));
        for part in bytes.chunks(usize::from(u16::MAX)) {
            let mut counts = 0;
            for &byte in part {
                let class = class(byte);
                counts += class;
                mix.turns += usize::from(class != last);
                last = class;
            }
            let count = |class: u32| (counts >> (16 * class)) as usize & 0xFFFF;
            mix.other += count(0);
            mix.lower += count(1);
            mix.upper += count(2);
            mix.digit += count(3);
        }
        mix
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }
}

/// What a byte counts as in a `Mix`, as a one in the sixteen bits of another, a small letter, a capital
/// or a digit.
fn class(byte: u8) -> u64 {
    const CLASSES: [u64; 256] = {
        let mut classes = [1; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            classes[byte as usize] = match byte {
                b'a'..=b'z' => 1 << 16,
                b'A'..=b'Z' => 1 << 32,
                b'0'..=b'9' => 1 << 48,
                _ => 1,
            };
            byte += 1;
        }
        classes
    };
    CLASSES[usize::from(byte)]
}
