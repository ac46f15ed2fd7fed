//! Finds context words in a text, whatever their case and joints.

use std::sync::LazyLock;

use super::context::Word;
use super::gate::{Set, hash, is_behind_escape, openings};
use super::scout::BLOCK;
use super::text::{before, byte};
use super::words::{Topic, words};

/// A text as the reader takes it: letters small, the signs that join the parts of a name as spaces.
#[derive(Debug, Default)]
pub(super) struct Folded(Vec<u8>);

impl Folded {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Folds as much of the text as shows every word that starts before `to`.
    fn reach(&mut self, bytes: &[u8], to: usize) {
        let done = self.0.len();
        if done >= bytes.len().min(to + WORD_MAX) {
            return;
        }
        let rest = &bytes[done..bytes.len().min(to + WORD_MAX + AHEAD)];
        if rest.is_ascii() {
            self.0.extend(rest.iter().map(|&byte| fold_plain(byte)));
        } else {
            self.0
                .extend((done..done + rest.len()).map(|at| fold(bytes, at)));
        }
    }
}

/// No context word is longer.
const WORD_MAX: usize = 64;
/// So much more is folded at once.
const AHEAD: usize = 256;

fn fold_plain(byte: u8) -> u8 {
    match byte {
        b'_' | b'-' | b'.' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The byte as the reader takes it, also as a part of a letter beyond ASCII.
fn fold(bytes: &[u8], at: usize) -> u8 {
    let pair = |lead: u8, rest: u8| {
        let letter = char::from_u32(u32::from(lead & 0x1F) << 6 | u32::from(rest & 0x3F));
        let small = letter.and_then(|letter| letter.to_lowercase().next());
        let mut buffer = [0; 4];
        match small.map(|letter| letter.encode_utf8(&mut buffer).as_bytes()) {
            Some([lead, rest]) => [*lead, *rest],
            _ => [lead, rest],
        }
    };
    match bytes[at] {
        lead @ 0xC3..=0xD4 if at + 1 < bytes.len() => pair(lead, bytes[at + 1])[0],
        rest @ 0x80..=0xBF if at > 0 && matches!(bytes[at - 1], 0xC3..=0xD4) => {
            pair(bytes[at - 1], rest)[1]
        }
        // Vietnamese: of each two letters the first is the large one.
        0x80..=0xBF if matches!(bytes[..at], [.., 0xE1, 0xBA | 0xBB]) => bytes[at] | 1,
        byte => fold_plain(byte),
    }
}

/// Finds the words of a text.
pub(super) struct Reader {
    /// How words of four bytes and more begin that stand apart.
    fours: Set,
    /// The same of shorter words: one of two bytes with any third.
    threes: Set,
    /// How words begin that may be parts of others.
    heads: Set,
    /// Any four of the first seven bytes of those: one of them stands at every fourth place.
    samples: Set,
    /// In order of their slots, in each the shortest first.
    spellings: Vec<Spelling>,
    /// Where the spellings of each slot start.
    slots: Vec<u16>,
}

/// How a word is found.
#[derive(Clone, Copy)]
enum Class {
    /// Of two or three bytes, standing apart.
    Short,
    /// Longer, standing apart.
    Apart,
    /// Of seven bytes and more, perhaps within another word.
    Within,
}

/// The length from which on words are looked for at every fourth place.
const SAMPLED: usize = 7;
/// A word starts at most so many bytes before the place of its sample.
const STRIDE: usize = 4;
/// Each class has so many slots, as a power of two.
const SLOTS: u32 = 12;

impl Class {
    fn of(text: &[u8]) -> Self {
        match text.len() {
            0..4 => Self::Short,
            length if length >= SAMPLED && may_be_part(text[0], length) => Self::Within,
            _ => Self::Apart,
        }
    }

    /// The slot of words of this class that begin so.
    fn slot(self, head: u32) -> usize {
        let head = if matches!(self, Self::Short) {
            head & 0xFFFF
        } else {
            head
        };
        (self as usize) << SLOTS | hash(head, SLOTS)
    }
}

impl Reader {
    fn of(mut spellings: Vec<Spelling>) -> Self {
        let slot = |spelling: &Spelling| {
            let text = spelling.text.as_bytes();
            Class::of(text).slot(four(text, 0))
        };
        // Of two alike the later one counts first.
        spellings.reverse();
        spellings.sort_by_key(|spelling| (slot(spelling), spelling.text.len()));
        let mut slots = vec![0; (3 << SLOTS) + 1];
        for spelling in &spellings {
            slots[slot(spelling) + 1] += 1;
        }
        for slot in 1..slots.len() {
            slots[slot] += slots[slot - 1];
        }
        let mut reader = Self {
            fours: Set::default(),
            threes: Set::default(),
            heads: Set::default(),
            samples: Set::default(),
            spellings: Vec::new(),
            slots,
        };
        for spelling in &spellings {
            reader.open(spelling.text.as_bytes());
        }
        Self {
            spellings,
            ..reader
        }
    }

    fn open(&mut self, text: &[u8]) {
        let head = four(text, 0);
        match (Class::of(text), text.len()) {
            (Class::Short, 3) => self.threes.add(head & 0xFF_FFFF),
            (Class::Short, _) => {
                (0..=0xFF).for_each(|any| self.threes.add(head & 0xFFFF | any << 16));
            }
            (Class::Apart, _) => self.fours.add(head),
            (Class::Within, _) => {
                self.heads.add(head);
                (0..STRIDE).for_each(|from| self.samples.add(four(text, from)));
            }
        }
    }

    /// Calls `visit` with every word that starts in the blocks between two places: answers where
    /// the last block ends.
    pub(super) fn words(
        &self,
        bytes: &[u8],
        folded: &mut Folded,
        (from, to): (usize, usize),
        mut visit: impl FnMut(Word),
    ) -> usize {
        let mut base = from - from % STRIDE;
        while base < to {
            folded.reach(bytes, base + BLOCK);
            let text = Text {
                bytes,
                folded: &folded.0,
            };
            self.apart(&text, base, &mut visit);
            self.within(&text, base, &mut visit);
            base += BLOCK;
        }
        base
    }

    fn apart(&self, text: &Text<'_>, base: usize, visit: &mut impl FnMut(Word)) {
        let mut open = openings(text.bytes, base);
        while open != 0 {
            let at = base + open.trailing_zeros() as usize;
            open &= open - 1;
            let head = four(text.folded, at);
            if self.threes.has(head & 0xFF_FFFF) {
                self.words_at(text, at, Class::Short.slot(head), visit);
            }
            if self.fours.has(head) {
                self.words_at(text, at, Class::Apart.slot(head), visit);
            }
        }
    }

    fn within(&self, text: &Text<'_>, base: usize, visit: &mut impl FnMut(Word)) {
        let block = text.folded.get(base..text.folded.len().min(base + BLOCK));
        let samples = block.unwrap_or_default().as_chunks::<STRIDE>().0.iter();
        for (index, sample) in samples.enumerate() {
            if self.samples.has(u32::from_le_bytes(*sample)) {
                let place = base + index * STRIDE;
                for at in place.saturating_sub(STRIDE - 1)..=place {
                    let head = four(text.folded, at);
                    if self.heads.has(head) {
                        self.words_at(text, at, Class::Within.slot(head), visit);
                    }
                }
            }
        }
    }

    /// The words that start at a place, found by trying all.
    #[cfg(any(test, fuzzing))]
    pub(super) fn words_slowly(&self, bytes: &[u8], at: usize, mut visit: impl FnMut(Word)) {
        for spelling in &self.spellings {
            let (text, end) = (&spelling.text, at + spelling.text.len());
            let mut folded = (at..end.min(bytes.len())).map(|at| fold(bytes, at));
            if text.bytes().all(|byte| folded.next() == Some(byte))
                && stands_alone(bytes, at, end)
                && (!spelling.dotted || bytes[end - 1] == b'.')
            {
                let (start, end) = (at as isize, end as isize);
                let topic = spelling.topic;
                visit(Word { topic, start, end });
            }
        }
    }

    /// The words of one slot that start at a place, the shortest first.
    #[cold]
    fn words_at(&self, text: &Text<'_>, at: usize, slot: usize, visit: &mut impl FnMut(Word)) {
        let (bytes, rest) = (text.bytes, &text.folded[at..]);
        let range = usize::from(self.slots[slot])..usize::from(self.slots[slot + 1]);
        for spelling in &self.spellings[range] {
            let end = at + spelling.text.len();
            if rest.starts_with(spelling.text.as_bytes())
                && stands_alone(bytes, at, end)
                && (!spelling.dotted || bytes[end - 1] == b'.')
            {
                let (start, end) = (at as isize, end as isize);
                let topic = spelling.topic;
                visit(Word { topic, start, end });
            }
        }
    }
}

/// A text as it is, and folded at least as far as it is being read.
struct Text<'t> {
    bytes: &'t [u8],
    folded: &'t [u8],
}

/// Four bytes from a place on; behind the end of the text stand spaces.
fn four(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).map(TryFrom::try_from);
    u32::from_le_bytes(match four {
        Some(Ok(four)) => four,
        _ => std::array::from_fn(|step| byte(bytes, at + step)),
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

/// One way to write a word, folded.
struct Spelling {
    topic: Topic,
    text: String,
    /// It ends in a full stop that tells it from another word: `ur.`
    dotted: bool,
}

/// Every word as the reader meets it: `account number` (which is also `account_number`),
/// `accountnumber`, and without accents.
fn spellings() -> Vec<Spelling> {
    let mut spellings = Vec::new();
    for (topic, word) in words() {
        let folded: String = word.replace(['_', '-', '.'], " ");
        let plain: String = folded.chars().map(without_accent).collect();
        let joined = folded.replace(' ', "");
        let dotted = word.ends_with('.');
        // A short word without its accent is another word: `né le` and `ne le`.
        let plain = (plain.len() >= 8 && plain != folded).then_some(plain);
        let joined = (folded.is_ascii() && !dotted && joined != folded).then_some(joined);
        for text in std::iter::once(folded).chain(plain).chain(joined) {
            spellings.push(Spelling {
                topic,
                text,
                dotted,
            });
        }
    }
    spellings
}

/// The letters that accents stand on.
fn without_accent(letter: char) -> char {
    const ACCENTS: &[(&str, char)] = &[
        ("áàâãäåăąā", 'a'),
        ("çćč", 'c'),
        ("đď", 'd'),
        ("éèêëěęē", 'e'),
        ("ğ", 'g'),
        ("íìîïıī", 'i'),
        ("łľ", 'l'),
        ("ñńň", 'n'),
        ("óòôõöøő", 'o'),
        ("řŕ", 'r'),
        ("śšşș", 's'),
        ("ťțţ", 't'),
        ("úùûüůűū", 'u'),
        ("ýÿ", 'y'),
        ("žźż", 'z'),
        ("ά", 'α'),
        ("έ", 'ε'),
        ("ή", 'η'),
        ("ί", 'ι'),
        ("ό", 'ο'),
        ("ύ", 'υ'),
        ("ώ", 'ω'),
    ];
    ACCENTS
        .iter()
        .find(|(accented, _)| accented.contains(letter))
        .map_or(letter, |(_, plain)| *plain)
}

pub(super) static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(spellings()));
