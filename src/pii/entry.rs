//! How one context word is found, and whether it stands and counts at a place.

use std::ops::Range;

use super::context::Word;
use super::fold::{FIRST, LAST, VIETNAMESE, fold, fold_plain};
use super::labels;
use super::lists::{List, table};
use super::openings::{LEAD, is_behind_escape};
use super::spellings::Spelling;
use super::text::{before, byte, eight, span_end};

/// A spelling, how it is found, and what may stand around it.
pub(super) struct Entry {
    pub(super) spelling: Spelling,
    /// How far behind the start of the word stands what it is found by.
    pub(super) back: usize,
    /// So many bytes from there on stand in the text wherever the word is found.
    known: usize,
    /// What stands behind its first run of letters, folded, where the word goes on there; or 0.
    behind: u8,
    /// It may go on from another word, or into one.
    opens: bool,
    goes_on: bool,
}

impl Entry {
    pub(super) fn new(spelling: Spelling, n_wide: usize) -> Self {
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
        let rest = back + n_known as usize;
        let behind = text.get(rest).filter(|_| (1..LEAD).contains(&n_known));
        // Letters are found where they end, unless they are enough for a lead: `06-nummer`.
        let is_open = n_known >= LEAD || rest < text.len();
        Self {
            back,
            behind: behind.map_or(0, |behind| BEHIND[usize::from(*behind)]),
            known: n_known.min(LEAD) as usize,
            opens: is_lead || wide.is_some() || is_long && !is_plain,
            goes_on: is_open && (text.len() >= LEAD as usize && is_plain || is_long),
            spelling,
        }
    }

    /// The numbers by which the word is found.
    pub(super) fn keys(&self, n_wide: usize) -> Vec<u64> {
        let text = &self.spelling.text.as_bytes()[self.back..];
        if !text[0].is_ascii() {
            return vec![wide_key(text, 0, n_wide)];
        }
        let (head, run) = (eight(text, 0), run(text));
        if run >= LEAD {
            return vec![letters(head, LEAD)];
        }
        if run as usize != text.len() {
            return vec![letters(head, run)];
        }
        // A word may stand in the plural: `pins`.
        let plural = head | u64::from(b's') << (8 * run);
        vec![letters(head, run), letters(plural, run + 1)]
    }

    /// The numbers that tell at once of most places that none of `keys` stands there: of a single
    /// letter also what may stand behind it.
    pub(super) fn signs(&self, n_wide: usize) -> Vec<u64> {
        let text = &self.spelling.text.as_bytes()[self.back..];
        let keys = self.keys(n_wide);
        if !text[0].is_ascii() || run(text) > 1 {
            return keys;
        }
        let fits = |byte: &u8| self.behind == 0 || BEHIND[usize::from(*byte)] == self.behind;
        let behind = (0..=u8::MAX).filter(fits);
        let signs = behind.map(|byte| sign(u64::from(byte) << 8 | eight(text, 0) & 0xFF, 1));
        signs.chain(keys.into_iter().skip(1)).collect()
    }

    /// What eight bytes tell of the word, if it is found at a place: those from there on, or those behind
    /// the ones by which a word is found that begins beyond ASCII.
    pub(super) fn clue(&self, place: u16, n_wide: usize) -> Clue {
        let text = &self.spelling.text.as_bytes()[self.back..];
        let is_plain = text[0].is_ascii();
        let told = if is_plain { text } else { &text[n_wide..] };
        let is_told = |byte: &u8| !is_plain || byte.is_ascii() && *byte != b' ';
        let known = told.iter().take(8).rev().fold(0, |known, byte| {
            known << 8 | if is_told(byte) { 0xFF } else { 0 }
        });
        let next = text.get(self.known + 1).filter(|byte| is_told(byte));
        Clue {
            head: (eight(told, 0) | SMALL) & known,
            known,
            behind: self.behind,
            next: next.map_or(0, |byte| byte | 0x20),
            topic: self.spelling.topic.bit(),
            place,
        }
    }

    /// The word that is found at a place, if it stands and counts there.
    pub(super) fn whole_at(&self, bytes: &[u8], at: usize) -> Option<Word> {
        let start = at.checked_sub(self.back)?;
        let text = self.spelling.text.as_bytes();
        let end = start + text.len();
        let stands = end <= bytes.len()
            && self.is_at(bytes, start, 0..self.back)
            && self.is_at(bytes, start, self.back + self.known..text.len())
            && self.counts(bytes, start, end)
            && !labels::names(bytes, start..end);
        stands.then_some(Word {
            topic: self.spelling.topic,
            start: start as isize,
            end: end as isize,
        })
    }

    /// Whether a part of the word stands where it must if the word starts here.
    pub(super) fn is_at(&self, bytes: &[u8], start: usize, part: Range<usize>) -> bool {
        let text = &self.spelling.text.as_bytes()[part.clone()];
        // Small letters stand for themselves: most need no folding.
        part.zip(text)
            .all(|(back, byte)| bytes[start + back] == *byte || fold(bytes, start + back) == *byte)
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
        // `52FA` is no `2FA`, and `2b5cf5` no `cf`.
        let within = first.is_ascii_digit() || right.is_ascii_digit() && end - start < 3;
        let apart = !(left.is_ascii_digit() && within);
        let counted = open && closed && apart && (!self.spelling.dotted || last == b'.');
        counted && !self.is_markup(bytes, start) && !is_source(bytes, end) && !is_path(bytes, start)
    }

    /// `</b>`, `<span>`: the end of an element, or the name of one that says nothing of what it holds.
    fn is_markup(&self, bytes: &[u8], start: usize) -> bool {
        match before(bytes, start) {
            b'/' => start > 1 && bytes[start - 2] == b'<',
            b'<' => matches!(self.spelling.text.as_str(), "span" | "code"),
            _ => false,
        }
    }
}

/// `Prefixes::call`: what a name of program code ends in.
fn is_path(bytes: &[u8], start: usize) -> bool {
    before(bytes, start) == b':'
        && before(bytes, start - 1) == b':'
        && before(bytes, start - 2).is_ascii_alphanumeric()
}

/// Whether a word ends that names a file of a program: `detectors/phone.rs`.
fn is_source(bytes: &[u8], end: usize) -> bool {
    const LONGEST: usize = 6;
    static ENDINGS: List = List::of(&table::<64>(
        "rs py js jsx ts tsx mjs go java kt c h cc cpp hpp cs rb php swift scala sh vue css scss lua proto",
    ));
    // Plurals end behind the word: `calls.rs`.
    let end = end + usize::from(byte(bytes, end) == b's');
    if byte(bytes, end) != b'.' {
        return false;
    }
    let near = &bytes[..bytes.len().min(end + 1 + LONGEST)];
    let ending = span_end(near, end + 1, u8::is_ascii_alphanumeric);
    ENDINGS.has(&near[end + 1..ending])
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

/// What belongs to a run of up to seven letters: the run itself, made small; to a longer one what
/// belongs to its first seven.
#[inline]
pub(super) fn letters(head: u64, run: u32) -> u64 {
    (head | SMALL) & !(u64::MAX << (8 * run))
}

/// What is looked at first of a run of fewer than 64 letters: up to seven of them, and behind a single
/// one also the next byte.
#[inline]
pub(super) fn sign(head: u64, run: u32) -> u64 {
    (head | SMALL) & SIGNED[run as usize % SIGNED.len()]
}

/// What of eight bytes is looked at, by the letters of a run.
static SIGNED: [u64; 64] = {
    let mut masks = [0; 64];
    let mut run = 0;
    while run < 64 {
        let n_bytes = if run < 2 {
            2
        } else if run < LEAD {
            run
        } else {
            LEAD
        };
        masks[run as usize] = !(u64::MAX << (8 * n_bytes));
        run += 1;
    }
    masks
};

/// The bytes behind a run of letters, folded; those beyond ASCII are alike.
pub(super) static BEHIND: [u8; 256] = {
    let mut behind = [0x80; 256];
    let mut byte = 0;
    while byte < 0x80 {
        behind[byte as usize] = fold_plain(byte);
        byte += 1;
    }
    behind
};

/// What belongs to the first bytes of a word that begins beyond ASCII.
pub(super) fn wide_key(bytes: &[u8], at: usize, length: usize) -> u64 {
    if let Some(head) = bytes[at..].first_chunk() {
        let (head, used) = (u64::from_le_bytes(*head), !(u64::MAX << (8 * length)));
        if cased(head) & used == 0 {
            return head & used | 2 << (8 * length);
        }
    }
    folded(bytes, at..at + length, 2)
}

/// The bytes between two places, folded, as a number: the first lowest, and `top` above them all.
fn folded(bytes: &[u8], places: Range<usize>, top: u64) -> u64 {
    let folded = places.rev().map(|place| fold(bytes, place));
    folded.fold(top, |all, byte| all << 8 | u64::from(byte))
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

/// Eight bytes from a place on, folded; behind the text stands nothing.
pub(super) fn folded_eight(bytes: &[u8], at: usize) -> u64 {
    folded(bytes, at..bytes.len().min(at + 8), 0)
}

/// No more bytes than so many are looked at first of a word that begins beyond ASCII.
pub(super) const WIDE_MAX: usize = 6;

/// The bit by which small letters differ from capitals, in each of eight bytes.
pub(super) const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);

/// What tells at once of most places where a word may be found that it does not stand there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clue {
    /// Its eight bytes that are looked at, made small, as far as they are known.
    head: u64,
    known: u64,
    /// What stands behind its first run of letters, folded, where the word goes on there; or 0.
    pub(super) behind: u8,
    /// What stands next to that, made small, if it is known; or 0.
    next: u8,
    /// What it speaks of, as a bit.
    pub(super) topic: u32,
    /// Where it stands among the words.
    pub(super) place: u16,
}

impl Clue {
    /// What must stand behind that, by the last six bits; all where anything may.
    pub(super) fn next(&self) -> u64 {
        match self.next {
            0 => u64::MAX,
            byte => 1 << (byte % 64),
        }
    }

    /// Whether the word may be found where eight bytes are these, made small, and this one, folded,
    /// stands behind the first run of letters.
    #[inline]
    pub(super) fn fits(&self, head: u64, behind: u8) -> bool {
        (head ^ self.head) & self.known == 0 && (self.behind == 0 || self.behind == behind)
    }
}
