//! Finds context words in a text, whatever their case and joints.

use std::sync::LazyLock;

use super::context::Word;
use super::fold::Folded;
#[cfg(any(test, fuzzing))]
use super::fold::fold;
use super::gate::{Heads, Set, Slots, is_behind_escape, openings};
use super::scout::BLOCK;
use super::spellings::{Spelling, spellings};
use super::text::{before, byte};

/// Finds the words of a text.
pub(super) struct Reader {
    /// Anchors of two and three bytes.
    short: Heads,
    /// How longer ones begin.
    long: Set,
    entries: Slots<Entry>,
    /// So many letters stand at the start of those words that are looked for within others.
    run: u32,
    /// How many bytes the longest word has.
    pub(super) longest: usize,
}

/// A spelling, and its anchor: the part of it that is looked for.
struct Entry {
    /// The first eight bytes of the anchor, and those of them that count.
    head: u64,
    mask: u64,
    /// How far behind the start of the word the anchor stands.
    back: usize,
    spelling: Spelling,
}

impl Entry {
    fn new(spelling: Spelling, run: u32) -> Self {
        let text = spelling.text.as_bytes();
        let back = anchor(text, run).unwrap_or_default();
        let unused = 8 - (text.len() - back).min(8) as u32;
        Self {
            head: eight(&text[back..]),
            mask: u64::MAX >> (8 * unused),
            back,
            spelling,
        }
    }

    /// What all words have in common that are kept with this one.
    fn key(&self) -> u32 {
        key(self.head as u32, self.spelling.text.len() - self.back)
    }

    /// The word whose anchor stands at a place, where the text begins with these eight bytes.
    fn at(&self, bytes: &[u8], folded: &Folded, anchor: usize, head: u64) -> Option<Word> {
        if head & self.mask != self.head {
            return None;
        }
        let at = anchor.checked_sub(self.back)?;
        let text = self.spelling.text.as_bytes();
        (folded.from() <= at && folded.at(at).starts_with(text))
            .then(|| self.word(bytes, at))
            .flatten()
    }

    /// The word at a place where this spelling stands, if it counts there.
    fn word(&self, bytes: &[u8], at: usize) -> Option<Word> {
        let end = at + self.spelling.text.len();
        let counts =
            stands_alone(bytes, at, end) && (!self.spelling.dotted || bytes[end - 1] == b'.');
        counts.then_some(Word {
            topic: self.spelling.topic,
            start: at as isize,
            end: end as isize,
        })
    }
}

/// Anchors of two and three bytes are kept by two, longer ones by four.
fn key(head: u32, length: usize) -> u32 {
    if length < 4 { head & 0xFFFF } else { head }
}

/// Where in a word its anchor starts, so that it is found wherever the word may stand: a word that
/// stands apart is found by its start, and so is one that begins with as many letters as are looked
/// at within others; any other word by a letter behind a sign.
fn anchor(text: &[u8], run: u32) -> Option<usize> {
    let is_letter = |at: usize| text[at].is_ascii_alphabetic() || !text[at].is_ascii();
    let apart = !may_be_part(text[0], text.len()) || !text[0].is_ascii();
    let lead = (0..text.len()).take_while(|&at| is_letter(at)).count();
    if apart || lead as u32 >= run {
        return Some(0);
    }
    let parts = (1..text.len() - 1).filter(|&at| is_letter(at) && !is_letter(at - 1));
    parts.min_by_key(|at| 4usize.saturating_sub(text.len() - at))
}

/// So many letters at the start of a word, and no more, tell that it may stand within another.
const RUN: u32 = 7;

impl Reader {
    fn of(mut spellings: Vec<Spelling>) -> Self {
        // In a slot the shortest stand first; of two alike the later one counts first.
        spellings.reverse();
        spellings.sort_by_key(|spelling| spelling.text.len());
        // What has no anchor for this run has one for a shorter one.
        let fits = |run: &u32| {
            let anchored = |spelling: &Spelling| anchor(spelling.text.as_bytes(), *run).is_some();
            spellings.iter().all(anchored)
        };
        let run = (1..=RUN).rev().find(fits).unwrap_or(1);
        let longest = spellings.last().map_or(0, |spelling| spelling.text.len());
        let entries = spellings.into_iter().map(|one| Entry::new(one, run));
        let (mut short, mut long) = (Heads::default(), Set::default());
        let entries = entries.map(|entry| {
            match &entry.spelling.text.as_bytes()[entry.back..] {
                anchor @ ([_, _] | [_, _, _]) => short.add(anchor),
                _ => long.add(entry.key()),
            }
            (entry.key(), entry)
        });
        Self {
            entries: Slots::of(entries.collect()),
            short,
            long,
            run,
            longest,
        }
    }

    /// Calls `visit` with every word whose anchor stands in the blocks between two places: answers
    /// where the last block ends. What is folded already reaches to the first place or not at all.
    pub(super) fn words(
        &self,
        bytes: &[u8],
        folded: &mut Folded,
        (from, to): (usize, usize),
        mut visit: impl FnMut(Word),
    ) -> usize {
        let mut base = from;
        folded.reach(bytes, to.max(from) + BLOCK + self.longest);
        while base < to {
            let rest = folded.at(base);
            let mut tail = [b' '; AHEAD];
            let block = rest.first_chunk().unwrap_or_else(|| {
                tail[..rest.len()].copy_from_slice(rest);
                &tail
            });
            let mut places = openings(bytes, base, self.run);
            while places != 0 {
                let bit = places.trailing_zeros() as usize;
                places &= places - 1;
                let head = four_at(block, bit);
                if self.short.has(head) {
                    self.words_at(bytes, folded, base + bit, key(head, 2), &mut visit);
                }
                if self.long.has(head) {
                    self.words_at(bytes, folded, base + bit, head, &mut visit);
                }
            }
            base += BLOCK;
        }
        base
    }

    /// The words of one key whose anchor stands at a place, the shortest first.
    fn words_at(
        &self,
        bytes: &[u8],
        folded: &Folded,
        anchor: usize,
        key: u32,
        visit: &mut impl FnMut(Word),
    ) {
        let head = eight(folded.at(anchor));
        for entry in self.entries.of_key(key) {
            if let Some(word) = entry.at(bytes, folded, anchor, head) {
                visit(word);
            }
        }
    }

    /// The words that start at a place, found by trying all.
    #[cfg(any(test, fuzzing))]
    pub(super) fn words_slowly(&self, bytes: &[u8], at: usize, mut visit: impl FnMut(Word)) {
        for entry in self.entries.all() {
            let text = &entry.spelling.text;
            let end = (at + text.len()).min(bytes.len());
            let mut folded = (at..end).map(|at| fold(bytes, at));
            if text.bytes().all(|byte| folded.next() == Some(byte)) {
                entry.word(bytes, at).into_iter().for_each(&mut visit);
            }
        }
    }
}

/// A block and the bytes behind it that words at its end begin with.
const AHEAD: usize = BLOCK + 4;

/// Four bytes from a place of a block on.
fn four_at(block: &[u8; AHEAD], bit: usize) -> u32 {
    let bit = bit % BLOCK;
    u32::from_le_bytes([block[bit], block[bit + 1], block[bit + 2], block[bit + 3]])
}

/// The first eight bytes; behind the end of the text stands nothing.
fn eight(text: &[u8]) -> u64 {
    u64::from_le_bytes(match text.first_chunk() {
        Some(eight) => *eight,
        None => std::array::from_fn(|step| text.get(step).copied().unwrap_or_default()),
    })
}

/// Whether a word may be a part of another: a long one, or one of a script without spaces.
fn may_be_part(first: u8, length: usize) -> bool {
    let spaced = first.is_ascii() || (0xC3..=0xDF).contains(&first);
    length >= 7 && first.is_ascii() || length > 8 || !spaced
}

/// Short words count only between boundaries (`pin`, not `shipping`); an upper-case letter after a
/// lower-case one is a boundary (`homePhone`); long words may be parts of compounds, and scripts
/// that write no spaces know no boundaries.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let (Some(&first), Some(&last)) = (bytes.get(start), bytes.get(end - 1)) else {
        return false;
    };
    if may_be_part(first, end - start) {
        return true;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || !first.is_ascii() && byte >= 0x80;
    let (before, after) = (before(bytes, start), byte(bytes, end));
    let open = !is_letter(before)
        || (first.is_ascii_uppercase() && before.is_ascii_lowercase())
        || is_behind_escape(bytes, start);
    let closed = !is_letter(after)
        || (after.is_ascii_uppercase() && last.is_ascii_lowercase())
        || (after == b's' && !bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic));
    open && closed
}

pub(super) static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(spellings()));
