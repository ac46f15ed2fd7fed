//! Finds the context words that start at a place of a text, whatever their case and joints.

use std::sync::LazyLock;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind, StartKind};

use super::context::Word;
use super::gate::Gate;
use super::words::{Topic, words};

/// The byte as the reader takes it: letters small, the signs that join the parts of a name as spaces.
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
        b'_' | b'-' | b'.' => b' ',
        lead @ 0xC3..=0xD4 if at + 1 < bytes.len() => pair(lead, bytes[at + 1])[0],
        rest @ 0x80..=0xBF if at > 0 && matches!(bytes[at - 1], 0xC3..=0xD4) => {
            pair(bytes[at - 1], rest)[1]
        }
        // Vietnamese: of each two letters the first is the large one.
        0x80..=0xBF if matches!(bytes[..at], [.., 0xE1, 0xBA | 0xBB]) => bytes[at] | 1,
        byte => byte.to_ascii_lowercase(),
    }
}

/// Finds the words that start at a place.
pub(super) struct Reader {
    gate: Gate,
    words: DFA,
    start: StateID,
    spellings: Vec<Spelling>,
}

impl Reader {
    /// Calls `visit` with every place between two others at which a word may start.
    pub(super) fn places(&self, bytes: &[u8], from: usize, to: usize, visit: impl FnMut(usize)) {
        self.gate.each(bytes, from, to, visit);
    }

    /// Calls `visit` with every word that starts at `at`, shortest first.
    pub(super) fn words_at(&self, bytes: &[u8], at: usize, mut visit: impl FnMut(Word)) {
        let mut state = self.start;
        for end in at + 1..=bytes.len() {
            state = self
                .words
                .next_state(Anchored::Yes, state, fold(bytes, end - 1));
            if !self.words.is_special(state) {
                continue;
            }
            if !self.words.is_match(state) {
                return;
            }
            for index in (0..self.words.match_len(state)).rev() {
                let pattern = self.words.match_pattern(state, index);
                let whole = self.words.pattern_len(pattern) == end - at;
                if let Some(spelling) = self.spellings.get(pattern.as_usize())
                    && whole
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
}

/// Short words count only between boundaries (`pin`, not `shipping`); an upper-case letter after a
/// lower-case one is a boundary (`homePhone`); long words may be parts of compounds, and scripts
/// that write no spaces know no boundaries.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let (Some(&first), Some(&last)) = (bytes.get(start), bytes.get(end - 1)) else {
        return false;
    };
    let spaced = first.is_ascii() || (0xC3..=0xDF).contains(&first);
    if end - start >= 7 && first.is_ascii() || end - start > 8 || !spaced {
        return true;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || !first.is_ascii() && byte >= 0x80;
    let before = start
        .checked_sub(1)
        .and_then(|at| bytes.get(at))
        .copied()
        .unwrap_or(b' ');
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let open = !is_letter(before)
        || (first.is_ascii_uppercase() && before.is_ascii_lowercase())
        || is_escape_letter(bytes, start);
    let closed = !is_letter(after)
        || (after.is_ascii_uppercase() && last.is_ascii_lowercase())
        || (after == b's' && !bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic));
    open && closed
}

fn is_escape_letter(bytes: &[u8], start: usize) -> bool {
    start >= 2 && matches!(bytes[start - 1], b'n' | b't' | b'r') && bytes[start - 2] == b'\\'
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

#[expect(
    clippy::expect_used,
    reason = "the words are constants; a test builds this reader"
)]
pub(super) static READER: LazyLock<Reader> = LazyLock::new(|| {
    let spellings = spellings();
    let texts = || spellings.iter().map(|spelling| spelling.text.as_str());
    let words = DFA::builder()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::Standard)
        .prefilter(false)
        .build(texts())
        .expect("the word list fits into an automaton");
    Reader {
        gate: Gate::of(texts()),
        start: words.start_state(Anchored::Yes).unwrap_or_default(),
        spellings,
        words,
    }
});
