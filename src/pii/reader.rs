//! Finds context words in a text, whatever their case and joints.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::blocks::each;
use super::context::Word;
use super::fold::{FIRST, LAST, VIETNAMESE, fold, fold_plain};
use super::gate::Gate;
use super::keyed::Keyed;
use super::openings::{LEAD, Openings, STEP, is_behind_escape};
use super::spellings::{Spelling, spellings};
use super::text::{before, byte, eight};

/// Finds the words of a text.
///
/// A word of ASCII is found by its first run of letters: by all of it, or by the first seven where
/// there are as many, because such a word may stand within another. Any other word is found by its
/// first bytes.
pub(super) struct Reader {
    /// The first runs of letters, and all other numbers by which words are found.
    gate: Gate,
    entries: Keyed<Arc<Entry>>,
    /// By so many bytes words are found that begin beyond ASCII: as many as the shortest has.
    n_wide: usize,
    /// How many bytes the longest word has.
    pub(super) longest: usize,
}

/// A spelling, how it is found, and what may stand around it.
struct Entry {
    spelling: Spelling,
    /// How far behind the start of the word stands what it is found by.
    back: usize,
    /// So many bytes from there on stand in the text wherever the word is found.
    known: usize,
    /// What stands behind its first run of letters, folded, where the word goes on there; or 0.
    behind: u8,
    /// It may go on from another word, or into one.
    opens: bool,
    goes_on: bool,
}

impl Entry {
    fn new(spelling: Spelling, n_wide: usize) -> Self {
        let text = spelling.text.as_bytes();
        let is_plain = text[0].is_ascii();
        let spaced = is_plain || (0xC3..=0xDF).contains(&text[0]);
        let is_long = text.len() > 8 || !spaced;
        let is_lead = run(text) >= LEAD;
        // A word within others whose first letters are too few is found by a letter beyond ASCII.
        let is_compound = is_plain && !is_lead && run_of_all(text) >= LEAD as usize;
        let wide = first_wide(text, n_wide).filter(|_| is_compound);
        let letter = if is_plain { first_letter(text) } else { 0 };
        let back = wide.unwrap_or(letter);
        let n_known = run(&text[back..]);
        let behind = text
            .get(back + n_known as usize)
            .filter(|_| (1..LEAD).contains(&n_known));
        Self {
            back,
            behind: behind.map_or(0, |behind| BEHIND[usize::from(*behind)]),
            known: n_known.min(LEAD) as usize,
            opens: is_lead || wide.is_some() || is_long && !is_plain,
            goes_on: text.len() >= LEAD as usize && is_plain || is_long,
            spelling,
        }
    }

    /// The numbers by which the word is found.
    fn keys(&self, n_wide: usize) -> Vec<u64> {
        let text = &self.spelling.text.as_bytes()[self.back..];
        if !text[0].is_ascii() {
            return vec![wide_key(text, 0, n_wide)];
        }
        let (head, run) = (eight(text, 0), run(text));
        if run >= LEAD {
            return vec![lead_key(head)];
        }
        if run as usize != text.len() {
            return vec![letters(head, run)];
        }
        // A word may stand in the plural: `pins`.
        let plural = head | u64::from(b's') << (8 * run);
        vec![letters(head, run), letters(plural, run + 1)]
    }

    /// The word that is found at a place, if it stands and counts there; `behind` is what stands
    /// behind the first run of letters.
    #[inline]
    fn at(&self, bytes: &[u8], at: usize, behind: u8) -> Option<Word> {
        let goes_on = self.behind == 0 || self.behind == BEHIND[usize::from(behind)];
        if goes_on {
            self.whole_at(bytes, at)
        } else {
            None
        }
    }

    fn whole_at(&self, bytes: &[u8], at: usize) -> Option<Word> {
        let start = at.checked_sub(self.back)?;
        let text = self.spelling.text.as_bytes();
        let end = start + text.len();
        let stands = end <= bytes.len()
            && self.is_at(bytes, start, 0..self.back)
            && self.is_at(bytes, start, self.back + self.known..text.len())
            && self.counts(bytes, start, end);
        stands.then_some(Word {
            topic: self.spelling.topic,
            start: start as isize,
            end: end as isize,
        })
    }

    /// Whether a part of the word stands where it must if the word starts here.
    fn is_at(&self, bytes: &[u8], start: usize, part: Range<usize>) -> bool {
        let text = &self.spelling.text.as_bytes()[part.clone()];
        part.zip(text)
            .all(|(back, byte)| fold(bytes, start + back) == *byte)
    }

    /// Short words count only between boundaries (`pin`, not `shipping`); an upper-case letter after
    /// a lower-case one is a boundary (`homePhone`); long words may be parts of compounds, and
    /// scripts that write no spaces know no boundaries.
    fn counts(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        let (first, last) = (bytes[start], bytes[end - 1]);
        let is_letter = |byte: u8| byte.is_ascii_alphabetic() || !first.is_ascii() && byte >= 0x80;
        let (left, right) = (before(bytes, start), byte(bytes, end));
        let open = self.opens
            || !is_letter(left)
            || (first.is_ascii_uppercase() && left.is_ascii_lowercase())
            || is_behind_escape(bytes, start);
        let closed = self.goes_on
            || !is_letter(right)
            || (right.is_ascii_uppercase() && last.is_ascii_lowercase())
            || (right == b's' && !byte(bytes, end + 1).is_ascii_alphabetic());
        open && closed && (!self.spelling.dotted || last == b'.')
    }
}

/// How many letters a text begins with, those beyond ASCII by their bytes.
fn run_of_all(text: &[u8]) -> usize {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    text.iter().take_while(is_letter).count()
}

/// Where the first letter beyond ASCII stands, if a word can be found by it.
fn first_wide(text: &[u8], n_wide: usize) -> Option<usize> {
    let wide = text.iter().position(|byte| !byte.is_ascii());
    wide.filter(|at| at + n_wide <= text.len())
}

/// Where the first letter of a word of ASCII stands.
fn first_letter(text: &[u8]) -> usize {
    let letter = text.iter().position(u8::is_ascii_alphabetic);
    letter.unwrap_or_default()
}

/// How many letters of ASCII a text begins with.
fn run(text: &[u8]) -> u32 {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
    letters.count() as u32
}

/// What belongs to a run of up to seven letters: the run itself, made small.
#[inline]
fn letters(head: u64, run: u32) -> u64 {
    (head | SMALL) & !(u64::MAX << (8 * run))
}

/// The bytes behind a run of letters, folded; those beyond ASCII are alike.
static BEHIND: [u8; 256] = {
    let mut behind = [0x80; 256];
    let mut byte = 0;
    while byte < 0x80 {
        behind[byte as usize] = fold_plain(byte);
        byte += 1;
    }
    behind
};

/// What belongs to the first seven letters of a longer word.
#[inline]
fn lead_key(head: u64) -> u64 {
    letters(head, LEAD) | 1 << 56
}

/// What belongs to the first bytes of a word that begins beyond ASCII.
fn wide_key(bytes: &[u8], at: usize, length: usize) -> u64 {
    if let Some(head) = bytes[at..].first_chunk() {
        let (head, used) = (u64::from_le_bytes(*head), !(u64::MAX << (8 * length)));
        if cased(head) & used == 0 {
            return head & used | 2 << (8 * length);
        }
    }
    let folded = (0..length).rev().map(|step| fold(bytes, at + step));
    folded.fold(2, |key, byte| key << 8 | u64::from(byte))
}

/// A bit of each of eight bytes that may be another when folded: ASCII, and the first bytes of
/// letters that are large or small.
fn cased(eight: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let top = ONES << 7;
    let from = |byte: u8| (eight & !top) + (0x80 - u64::from(byte & 0x7F)) * ONES;
    let within = |first: u8, last: u8| from(first) & !from(last + 1);
    (!eight | within(FIRST, LAST) | within(VIETNAMESE, VIETNAMESE)) & top
}

/// No more bytes than so many are looked at first of a word that begins beyond ASCII.
const WIDE_MAX: usize = 6;

/// The bit by which small letters differ from capitals, in each of eight bytes.
const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);

impl Reader {
    fn of(mut spellings: Vec<Spelling>) -> Self {
        // Of one number the shortest stand first; of two alike the later one counts first.
        spellings.reverse();
        spellings.sort_by_key(|spelling| spelling.text.len());
        let longest = spellings.last().map_or(0, |spelling| spelling.text.len());
        let wide = spellings.iter().map(|spelling| spelling.text.as_bytes());
        let wide = wide.filter(|text| !text[0].is_ascii()).map(<[u8]>::len);
        let n_wide = wide.min().unwrap_or_default().min(WIDE_MAX);
        let keyed = spellings.into_iter().flat_map(|spelling| {
            let entry = Arc::new(Entry::new(spelling, n_wide));
            let keys = entry.keys(n_wide).into_iter();
            keys.map(move |key| (key, Arc::clone(&entry)))
        });
        let keyed: Vec<_> = keyed.collect();
        let mut gate = Gate::default();
        for (key, _) in &keyed {
            gate.add(*key);
        }
        Self {
            gate,
            entries: Keyed::of(keyed),
            n_wide,
            longest,
        }
    }

    /// Calls `visit` with every word that is found in the blocks between two places: answers where
    /// the last block ends.
    pub(super) fn words(
        &self,
        bytes: &[u8],
        (from, to): (usize, usize),
        mut visit: impl FnMut(Word),
    ) -> usize {
        let mut base = from;
        while base < to {
            let openings = Openings::at(bytes, base);
            openings.runs(|bit, run| {
                let head = openings.eight(bit);
                let key = letters(head, run);
                if self.gate.has(key) {
                    let behind = (head >> (8 * run)) as u8;
                    self.words_at(bytes, base + bit as usize, (key, behind), &mut visit);
                }
            });
            each(openings.leads(), |bit| {
                let key = lead_key(openings.eight(bit));
                if self.gate.has(key) {
                    self.words_at(bytes, base + bit as usize, (key, 0), &mut visit);
                }
            });
            each(openings.wides(), |bit| {
                let at = base + bit as usize;
                let key = wide_key(bytes, at, self.n_wide.min(bytes.len() - at));
                if self.gate.has(key) {
                    self.words_at(bytes, at, (key, 0), &mut visit);
                }
            });
            base += STEP;
        }
        base
    }

    /// The words of one number that stand at a place, the shortest first.
    #[inline(never)]
    fn words_at(
        &self,
        bytes: &[u8],
        at: usize,
        (key, behind): (u64, u8),
        visit: &mut impl FnMut(Word),
    ) {
        let words = self.entries.get(key);
        words
            .filter_map(|entry| entry.at(bytes, at, behind))
            .for_each(visit);
    }

    /// The words that start at a place, found by trying all.
    #[cfg(any(test, fuzzing))]
    pub(super) fn words_slowly(&self, bytes: &[u8], at: usize, mut visit: impl FnMut(Word)) {
        for entry in self.entries.all() {
            let whole = 0..entry.spelling.text.len();
            let word = entry.whole_at(bytes, at + entry.back);
            let word = word.filter(|_| entry.is_at(bytes, at, whole));
            word.into_iter().for_each(&mut visit);
        }
    }
}

pub(super) static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(spellings()));
