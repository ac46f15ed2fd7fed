//! The text that stands around a number, and the words for codes in it.

use std::ops::Range;

use super::code_letters::{joins, length, small};
use super::code_words::{SAID, Tells};
use crate::pii::text::{before, byte};

/// How far is read before a number, and behind it.
const BEFORE: usize = 88;
const BEHIND: usize = 112;
/// So many words are told of either side: more than anybody says.
const HITS: usize = 48;

/// The text of one side, in small letters: of the number's own line, and no further than words reach.
pub(super) struct Side {
    text: [u8; BEHIND],
    length: usize,
    /// Where the first sentence ends, and where the last one starts that is not ended.
    pub(super) first_end: usize,
    pub(super) last_start: usize,
    /// All that is told, as bits.
    told: u32,
    hits: [Hit; HITS],
    n_hits: usize,
}

/// Where a word stands, and what it tells.
#[derive(Clone, Copy, Default)]
struct Hit {
    start: u8,
    end: u8,
    tells: u32,
}

impl Side {
    /// What stands before a place; nothing if that is a list of numbers.
    pub(super) fn before(bytes: &[u8], place: usize) -> Option<Self> {
        let mut start = place.saturating_sub(BEFORE);
        let line = memchr::memrchr(b'\n', &bytes[start..place]);
        start += line.map_or(0, |at| at + 1);
        let mut escapes = memchr::memrchr_iter(b'\\', &bytes[start..place]);
        let escaped = escapes.find(|at| byte(bytes, start + at + 1) == b'n');
        start += escaped.map_or(0, |at| at + 2);
        // A word that is cut is none.
        let is_cut = line.is_none() && escaped.is_none() && start > 0;
        let part = start.min(place)..place;
        (!is_list(&bytes[part.clone()])).then(|| Self::of(bytes, part, is_cut))
    }

    /// What stands behind a place.
    pub(super) fn behind(bytes: &[u8], place: usize) -> Self {
        let end = bytes.len().min(place + BEHIND);
        let rest = &bytes[place..end];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut escapes = memchr::memchr_iter(b'\\', &rest[..line]);
        let escaped = escapes.find(|at| byte(rest, at + 1) == b'n');
        Self::of(bytes, place..place + escaped.unwrap_or(line), false)
    }

    fn of(bytes: &[u8], part: Range<usize>, is_cut: bool) -> Self {
        let mut side = Self {
            text: [b' '; BEHIND],
            length: part.len(),
            first_end: part.len(),
            last_start: 0,
            told: 0,
            hits: [Hit::default(); HITS],
            n_hits: 0,
        };
        fold_into(&mut side.text, bytes, part);
        let (mut at, mut joined) = (0, is_cut);
        while at < side.length {
            let first = side.text[at];
            // Most are these, and the others ask for more.
            if first.is_ascii_alphanumeric() {
                if !joined {
                    side.read_at(at);
                }
                (joined, at) = (true, at + 1);
                continue;
            }
            // The rest of a letter that is cut.
            if first & 0b1100_0000 == 0b1000_0000 {
                at += 1;
                continue;
            }
            let joins = joins(&side.text[..side.length], at);
            if !(joins && joined) && first != b' ' {
                side.read_at(at);
            }
            if !joins && let Some(length) = ended(side.text(), at) {
                side.first_end = side.first_end.min(at);
                side.last_start = side.length.min(at + length);
            }
            joined = joins;
            at += length(first);
        }
        side
    }

    fn read_at(&mut self, at: usize) {
        let Self {
            text,
            length,
            told,
            hits,
            n_hits,
            ..
        } = self;
        SAID.each_at(&text[..*length], at, |end, tells| {
            if let Some(hit) = hits.get_mut(*n_hits) {
                let (start, end) = (at as u8, end as u8);
                *hit = Hit { start, end, tells };
                *n_hits += 1;
                *told |= tells;
            }
        });
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// Where the words stand that tell one of these things.
    fn telling(&self, tells: u32) -> impl Iterator<Item = Range<usize>> {
        let n_hits = if self.told & tells == 0 {
            0
        } else {
            self.n_hits
        };
        let hits = self.hits[..n_hits].iter();
        let hits = hits.filter(move |hit| hit.tells & tells != 0);
        hits.map(|hit| usize::from(hit.start)..usize::from(hit.end))
    }

    /// Those of them that tell something within a part of the text.
    fn within(&self, what: Tells, part: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let inside = |word: &Range<usize>| part.start <= word.start && word.end <= part.end;
        self.telling(what.bit()).filter(inside)
    }

    /// Whether something is told within a part of the text.
    pub(super) fn tells(&self, what: Tells, part: &Range<usize>) -> bool {
        self.first(what, part).is_some()
    }

    /// Whether something is told anywhere in it.
    pub(super) fn speaks(&self, what: Tells) -> bool {
        self.told & what.bit() != 0
    }

    /// All that words tell that end at a place, as bits.
    pub(super) fn told_up_to(&self, end: usize) -> u32 {
        let words = self.hits[..self.n_hits].iter();
        let words = words.filter(|hit| usize::from(hit.end) == end);
        words.fold(0, |told, hit| told | hit.tells)
    }

    /// The first word within a part of the text that tells something, the longest of them.
    pub(super) fn first(&self, what: Tells, part: &Range<usize>) -> Option<Range<usize>> {
        let words = self.within(what, part);
        words.min_by_key(|word| (word.start, std::cmp::Reverse(word.end)))
    }

    /// The last word within a part of the text that tells something.
    pub(super) fn last(&self, what: Tells, part: &Range<usize>) -> Option<Range<usize>> {
        let words = self.within(what, part);
        words.max_by_key(|word| (word.start, word.end))
    }

    /// Where the word starts that tells something and ends at a place.
    pub(super) fn ending(&self, what: Tells, end: usize) -> Option<usize> {
        let words = self.telling(what.bit()).filter(|word| word.end == end);
        words.map(|word| word.start).min()
    }

    /// Where the word ends that tells something and starts at a place.
    pub(super) fn starting(&self, what: Tells, start: usize) -> Option<usize> {
        let words = self.telling(what.bit()).filter(|word| word.start == start);
        words.map(|word| word.end).max()
    }

    /// The start of so many words, of so many bytes at most, up to a place.
    pub(super) fn words_before(&self, end: usize, count: usize, most: usize) -> usize {
        let text = self.text();
        let floor = end.saturating_sub(most);
        let blanks = (floor..end).rev().filter(|at| text[*at] == b' ');
        blanks.map(|at| at + 1).nth(count - 1).unwrap_or(floor)
    }
}

/// Whether so many numbers stand in a part of a text that words around one of them say nothing of it.
fn is_list(part: &[u8]) -> bool {
    const LEAST: usize = 4;
    const MANY: usize = 4;
    let (mut n_digits, mut n_numbers) = (0, 0);
    for byte in part {
        n_digits = if byte.is_ascii_digit() {
            n_digits + 1
        } else {
            0
        };
        n_numbers += usize::from(n_digits == LEAST);
    }
    n_numbers >= MANY
}

/// Writes a part of a text in small letters.
fn fold_into(to: &mut [u8], bytes: &[u8], part: Range<usize>) {
    let (to, from) = (&mut to[..part.len()], &bytes[part.clone()]);
    to.copy_from_slice(from);
    to.make_ascii_lowercase();
    if !from.is_ascii() {
        let wide = to.iter_mut().zip(part).filter(|(to, _)| !to.is_ascii());
        wide.for_each(|(to, at)| *to = small(bytes, at));
    }
}

/// How long the sign is with which a sentence ends at a place, if it does.
fn ended(text: &[u8], at: usize) -> Option<usize> {
    match text[at] {
        b'.' | b'!' | b'?' | b';' if text.get(at + 1) == Some(&b' ') => Some(2),
        0xE3 if text[at..].starts_with("。".as_bytes()) => Some(3),
        0xEF if matches!(text[at..], [_, 0xBC, 0x81 | 0x9F, ..]) => Some(3),
        _ => None,
    }
}

/// What may stand between a word and the code, beyond ASCII.
const WIDE_SIGNS: [&str; 12] = [
    "：", "「", "『", "【", "（", "“", "”", "„", "‘", "«", "»", "」",
];

/// Where the signs start that end at a place and may stand between a word and the code; never before
/// `floor`.
pub(super) fn signs_before(text: &[u8], mut end: usize, floor: usize) -> usize {
    while end > floor {
        end -= match before(text, end) {
            b' ' | b':' | b'"' | b'\'' | b'`' | b'*' | b'(' | b'[' | b'\\' | b'=' => 1,
            byte if byte.is_ascii() => break,
            _ => match WIDE_SIGNS
                .iter()
                .find(|sign| text[..end].ends_with(sign.as_bytes()))
            {
                Some(sign) => sign.len(),
                None => break,
            },
        };
    }
    end
}

/// Where the signs end that start at a place.
pub(super) fn signs_behind(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        at += match byte(text, at) {
            b' ' | b'"' | b'\'' | b'`' | b'*' | b'\\' => 1,
            byte if byte.is_ascii() => break,
            _ => match WIDE_SIGNS
                .iter()
                .find(|sign| text[at..].starts_with(sign.as_bytes()))
            {
                Some(sign) => sign.len(),
                None => break,
            },
        };
    }
    at
}
