//! Lists of words that are asked again and again: one look tells whether a word is on one.

use super::gate::hash;
use super::text::{before, byte, ends_with, starts_with};

/// Bytes, one bit each: letters of both cases.
#[derive(Clone, Copy, Debug)]
struct Bytes([u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);

    const fn and(self, byte: u8) -> Self {
        let mut bits = self.0;
        let both = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
        bits[both[0] as usize / 64] |= 1 << (both[0] % 64);
        bits[both[1] as usize / 64] |= 1 << (both[1] % 64);
        Self(bits)
    }

    #[inline]
    fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
    }
}

/// Words, each in the first free slot from its own on.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    slots: &'static [&'static str],
    /// What some start with.
    firsts: Bytes,
}

impl List {
    /// A list without words.
    pub(super) const NONE: Self = Self::of(&["", ""]);

    /// The words of such a table.
    pub(super) const fn of(slots: &'static [&'static str]) -> Self {
        assert!(slots.len() > 1 && slots.len().is_power_of_two());
        let (mut firsts, mut at) = (Bytes::NONE, 0);
        while at < slots.len() {
            if let [first, ..] = *slots[at].as_bytes() {
                firsts = firsts.and(first);
            }
            at += 1;
        }
        Self { slots, firsts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The words, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.slots.iter().copied().filter(|word| !word.is_empty())
    }

    /// Whether the word is on the list, letter for letter.
    #[inline]
    pub(super) fn has(&self, word: &[u8]) -> bool {
        self.may_have(word) && self.has_by(word, |known| known == word)
    }

    /// Whether the word is on the list, the case of ASCII letters aside.
    #[inline]
    pub(super) fn has_in_any_case(&self, word: &[u8]) -> bool {
        self.may_have(word) && self.has_by(word, |known| known.eq_ignore_ascii_case(word))
    }

    /// Whether some word starts like this one: of many that tells that they are not here.
    fn may_have(&self, word: &[u8]) -> bool {
        word.first().is_some_and(|first| self.firsts.has(*first))
    }

    /// Whether one of the words that stand from this one's slot on fits.
    fn has_by(&self, word: &[u8], fits: impl Fn(&[u8]) -> bool) -> bool {
        let mut slot = own_slot(word, self.slots.len());
        loop {
            let known = self.slots[slot].as_bytes();
            if known.is_empty() {
                return false;
            }
            if known.len() == word.len() && fits(known) {
                return true;
            }
            slot = (slot + 1) % self.slots.len();
        }
    }
}

/// The table of a list: the words that stand between blanks. It has two slots for each of them and
/// more, a power of two.
pub(super) const fn table<const SLOTS: usize>(words: &'static str) -> [&'static str; SLOTS] {
    let mut slots = [""; SLOTS];
    let (mut rest, mut n_words) = (words, 0);
    while !rest.is_empty() {
        let (word, behind) = first_word(rest);
        rest = behind;
        if word.is_empty() {
            continue;
        }
        let mut slot = own_slot(word.as_bytes(), SLOTS);
        while !slots[slot].is_empty() {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = word;
        n_words += 1;
    }
    assert!(2 * n_words <= SLOTS, "two slots for each word");
    slots
}

/// A word's own slot, by its length and its first and last bytes, whatever the case of its letters.
#[inline]
const fn own_slot(word: &[u8], n_slots: usize) -> usize {
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let (first, last) = if let (Some(first), Some(last)) =
        (word.first_chunk::<8>(), word.last_chunk::<8>())
    {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        (first as u64, last as u64)
    } else if let [first, .., last] = *word {
        let middle = word[word.len() / 2];
        (first as u64, (last as u64) << 8 | middle as u64)
    } else if let [only] = *word {
        (only as u64, 0)
    } else {
        (0, 0)
    };
    let number = (first | SMALL) ^ (last | SMALL).rotate_left(29) ^ word.len() as u64;
    hash(number, n_slots.ilog2())
}

/// The text up to the first blank, and what stands behind that.
const fn first_word(text: &str) -> (&str, &str) {
    let mut end = 0;
    while end < text.len() {
        if text.as_bytes()[end] == b' ' {
            return (text.split_at(end).0, text.split_at(end + 1).1);
        }
        end += 1;
    }
    (text, "")
}

/// Words and signs that are looked for at a place: of most places two bytes tell that none is there.
#[derive(Debug)]
pub(super) struct Phrases {
    all: &'static [&'static str],
    starts: Twos,
    ends: Twos,
}

/// Of phrases the first two bytes, or the last two, one bit each by a hash: letters of both cases.
#[derive(Debug)]
struct Twos([u64; 16]);

impl Twos {
    /// Of each phrase the byte at an end of it and the one next to that.
    const fn of(all: &[&str], is_end: bool) -> Self {
        let (mut bits, mut at) = ([0; 16], 0);
        while at < all.len() {
            let bytes = all[at].as_bytes();
            match (bytes, is_end) {
                ([one, next, ..], false) | ([.., next, one], true) => {
                    let bit = Self::bit(*one, *next);
                    bits[bit / 64] |= 1 << (bit % 64);
                }
                // Anything may stand beside a phrase of one byte.
                _ => bits = [u64::MAX; 16],
            }
            at += 1;
        }
        Self(bits)
    }

    const fn bit(one: u8, next: u8) -> usize {
        (((one | 0x20) as usize * 37) ^ (next | 0x20) as usize) % 1024
    }

    #[inline]
    fn may_be(&self, one: u8, next: u8) -> bool {
        let bit = Self::bit(one, next);
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}

impl Phrases {
    pub(super) const fn of(all: &'static [&'static str]) -> Self {
        Self {
            all,
            starts: Twos::of(all, false),
            ends: Twos::of(all, true),
        }
    }

    /// All, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().copied()
    }

    /// The first of them that stands at a place, the case of ASCII letters aside.
    pub(super) fn at(&self, bytes: &[u8], at: usize) -> Option<&'static str> {
        if !self.starts.may_be(byte(bytes, at), byte(bytes, at + 1)) {
            return None;
        }
        let mut all = self.all.iter().copied();
        all.find(|phrase| starts_with(bytes, at, phrase))
    }

    /// Whether the value starts with one of them, the case of ASCII letters aside.
    pub(super) fn start(&self, value: &[u8]) -> bool {
        self.at(value, 0).is_some()
    }

    /// The first of them that ends before a place, the case of ASCII letters aside.
    pub(super) fn before(&self, bytes: &[u8], at: usize) -> Option<&'static str> {
        if at == 0 || !self.ends.may_be(bytes[at - 1], before(bytes, at - 1)) {
            return None;
        }
        let mut all = self.all.iter().copied();
        all.find(|phrase| ends_with(bytes, at, phrase))
    }

    /// Whether one of them stands anywhere, the case of ASCII letters aside.
    pub(super) fn are_in_any_case(&self, bytes: &[u8]) -> bool {
        (0..bytes.len()).any(|at| self.at(bytes, at).is_some())
    }

    /// Whether one of them stands anywhere, letter for letter.
    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        self.ends_in(bytes).next().is_some()
    }

    /// Where they end, letter for letter.
    pub(super) fn ends_in(&self, bytes: &[u8]) -> impl Iterator<Item = usize> {
        let places = bytes.iter().enumerate();
        let places = places.filter(|(at, first)| self.starts.may_be(**first, byte(bytes, at + 1)));
        places.flat_map(move |(at, first)| {
            let phrases = self.all.iter().map(|phrase| phrase.as_bytes());
            let stands =
                move |phrase: &&[u8]| phrase[0] == *first && bytes[at..].starts_with(phrase);
            phrases.filter(stands).map(move |phrase| at + phrase.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str = "the of é password_of_somebody a  no nr Größe password_of_nobody";
    static LIST: List = List::of(&table::<32>(NAMES));

    #[test]
    fn every_word_of_a_list_is_on_it_and_no_other_one() {
        for word in NAMES.split_ascii_whitespace() {
            assert!(LIST.has(word.as_bytes()), "{word}");
            for end in 0..word.len() {
                let part = &word.as_bytes()[..end];
                let known = NAMES.split_ascii_whitespace();
                let wanted = known.map(str::as_bytes).any(|known| known == part);
                assert_eq!(wanted, LIST.has(part), "{word} up to {end}");
            }
        }
        assert_eq!(NAMES.split_ascii_whitespace().count(), LIST.iter().count());
        assert!(List::NONE.is_empty() && !List::NONE.has(b"of") && !List::NONE.has(b""));
    }

    #[test]
    fn case_counts_where_it_is_asked_for() {
        assert!(!LIST.has(b"OF") && LIST.has_in_any_case(b"OF"));
        assert!(LIST.has_in_any_case(b"Password_Of_Somebody"));
        assert!(LIST.has_in_any_case("GRöße".as_bytes()));
    }

    #[test]
    fn phrases_are_found_at_their_places() {
        const PHRASES: Phrases = Phrases::of(&["https:", "http", "…", "[x"]);
        let check = |text: &str, wanted: [Option<&str>; 2], stands: bool| {
            let bytes = text.as_bytes();
            let found = [PHRASES.at(bytes, 1), PHRASES.before(bytes, bytes.len())];
            assert_eq!(wanted, found, "{text}");
            assert_eq!(stands, PHRASES.are_in(bytes), "{text}");
        };
        check(" HTTPS:", [Some("https:"), Some("https:")], false);
        check(" https", [Some("http"), None], true);
        check("  hTTp", [None, Some("http")], false);
        check("é…", [None, Some("…")], true);
        check(" …", [Some("…"), Some("…")], true);
        check(" [X", [Some("[x"), Some("[x")], false);
        check(" {x[", [None, None], false);
        check("", [None, None], false);
        assert!(PHRASES.start(b"[X") && !PHRASES.start(b"[") && !PHRASES.start(b""));
    }
}
