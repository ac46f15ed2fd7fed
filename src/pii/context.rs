//! Remembers which context words stand before a place in the text.

use std::sync::LazyLock;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::cells::Cells;
use super::words::{Topic, words};

/// How far back any detector may look, in bytes; topics have their own shorter reach.
const REACH: usize = 64;
/// A word that starts before the reach is still recognised when it ends inside it.
const RUN_UP: usize = REACH + 40;
/// How many words are remembered; more than fit into the reach.
const REMEMBERED: usize = 32;
/// How many words of a column's head are remembered.
const HEADING: usize = 8;

/// One context word: what it speaks of and where it stands, relative to the text's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) topic: Topic,
    pub(super) start: isize,
    pub(super) end: isize,
}

/// A reader of context words that follows the candidates through one text.
pub(super) struct Context<'t> {
    bytes: &'t [u8],
    /// The attribute key is context too: it stands before the text.
    key_words: &'t [Word],
    state: StateID,
    cursor: usize,
    seen: [Word; REMEMBERED],
    n_seen: usize,
    /// In a table the head of the column stands before each of its cells.
    cells: Cells,
    heading: [Word; HEADING],
    n_heading: usize,
    /// Words of the rows above say nothing of this one.
    row: isize,
    /// The place last asked for, and the topics of the words within reach before it.
    asked: usize,
    topics: u32,
}

impl<'t> Context<'t> {
    pub(super) fn new(bytes: &'t [u8], key_words: &'t [Word]) -> Self {
        let nothing = Word {
            topic: Topic::Count,
            start: isize::MIN,
            end: isize::MIN,
        };
        Self {
            bytes,
            key_words,
            state: root(),
            cursor: 0,
            seen: [nothing; REMEMBERED],
            n_seen: 0,
            cells: Cells::default(),
            heading: [nothing; HEADING],
            n_heading: 0,
            row: isize::MIN,
            asked: usize::MAX,
            topics: 0,
        }
    }

    /// The topics of all words within reach before `place`, as bits.
    pub(super) fn topics(&mut self, place: usize) -> u32 {
        if self.asked == place {
            return self.topics;
        }
        self.read_up_to(place);
        self.read_heading(place);
        let oldest = place as isize - REACH as isize;
        let kept = self.n_seen.min(REMEMBERED);
        let mut topics = 0;
        for back in 0..kept {
            let word = &self.seen[(self.n_seen - 1 - back) % REMEMBERED];
            if word.end < oldest {
                break;
            }
            topics |= if word.end <= place as isize && word.start >= self.row {
                word.topic.bit()
            } else {
                0
            };
        }
        for word in &self.heading[..self.n_heading] {
            topics |= word.topic.bit();
        }
        for word in self.key_words.iter().filter(|word| word.end >= oldest) {
            topics |= word.topic.bit();
        }
        (self.asked, self.topics) = (place, topics);
        topics
    }

    /// Whether a word of `topic` ends within `reach` bytes before `place`.
    pub(super) fn has(&mut self, topic: Topic, place: usize, reach: usize) -> bool {
        self.nearest(place, reach, |word| word.topic == topic)
            .is_some()
    }

    /// Whether a word of any of `topics` ends within `reach` bytes before `place`.
    pub(super) fn any(&mut self, topics: &[Topic], place: usize, reach: usize) -> bool {
        self.nearest(place, reach, |word| topics.contains(&word.topic))
            .is_some()
    }

    /// Whether `place` stands in a cell of a table, so that the signs around it separate cells.
    pub(super) fn is_in_table(&mut self, place: usize) -> bool {
        self.topics(place);
        self.row != isize::MIN
    }

    /// Whether `place` stands in a column whose head speaks of `topic`.
    pub(super) fn is_headed(&mut self, topic: Topic, place: usize) -> bool {
        self.topics(place);
        self.heading[..self.n_heading]
            .iter()
            .any(|word| word.topic == topic)
    }

    /// The last word before `place` that `wanted` accepts and that ends within `reach` bytes of it.
    pub(super) fn nearest(
        &mut self,
        place: usize,
        reach: usize,
        wanted: impl Fn(&Word) -> bool,
    ) -> Option<Word> {
        if self.topics(place) == 0 {
            return None;
        }
        let place = place as isize;
        let oldest = place - reach.min(REACH) as isize;
        let kept = self.n_seen.min(REMEMBERED);
        let heading = self.heading[..self.n_heading].iter().rev();
        let seen = (0..kept)
            .map(|back| self.seen[(self.n_seen - 1 - back) % REMEMBERED])
            .filter(|word| word.start >= self.row);
        heading
            .copied()
            .chain(seen)
            .chain(self.key_words.iter().copied())
            .filter(|word| word.end <= place && word.end >= oldest)
            .find(wanted)
    }

    /// Reads the head of the column that `place` stands in, as if it stood right before the cell.
    fn read_heading(&mut self, place: usize) {
        (self.n_heading, self.row) = (0, isize::MIN);
        let Some(cell) = self.cells.at(self.bytes, place) else {
            return;
        };
        self.row = cell.row as isize;
        let mut state = root();
        for at in cell.head {
            state = WORD_READER.next_state(Anchored::No, state, fold(self.bytes, at));
            if !WORD_READER.is_special(state) {
                continue;
            }
            for word in words_ending(self.bytes, state, at + 1) {
                if let Some(place) = self.heading.get_mut(self.n_heading) {
                    let (end, width) = (cell.start as isize, word.end - word.start);
                    *place = Word {
                        topic: word.topic,
                        start: end - width,
                        end,
                    };
                    self.n_heading += 1;
                }
            }
        }
    }

    fn read_up_to(&mut self, place: usize) {
        if place <= self.cursor {
            return;
        }
        if place - self.cursor > RUN_UP {
            self.cursor = place - RUN_UP;
            self.state = root();
        }
        for at in self.cursor..place {
            let byte = fold(self.bytes, at);
            self.state = WORD_READER.next_state(Anchored::No, self.state, byte);
            if WORD_READER.is_special(self.state) {
                for word in words_ending(self.bytes, self.state, at + 1) {
                    self.seen[self.n_seen % REMEMBERED] = word;
                    self.n_seen += 1;
                }
            }
        }
        self.cursor = place;
    }
}

/// The context words within reach before a place of a text, nearest first: for explanations.
pub fn context_before(text: &str, place: usize) -> Vec<(Topic, &str)> {
    let mut context = Context::new(text.as_bytes(), &[]);
    context.read_up_to(place.min(text.len()));
    let kept = context.n_seen.min(REMEMBERED);
    (0..kept)
        .map(|back| context.seen[(context.n_seen - 1 - back) % REMEMBERED])
        .filter(|word| word.end + REACH as isize >= place as isize)
        .filter_map(|word| {
            Some((
                word.topic,
                text.get(word.start as usize..word.end as usize)?,
            ))
        })
        .collect()
}

/// Whether a key's words speak of something personal, and none of counts or orders.
pub fn speaks_of_persons(key: &str) -> bool {
    let mut words = Vec::new();
    words_of_key(key, &mut words);
    let against = |word: &Word| super::words::AGAINST.contains(&word.topic);
    !words.is_empty() && !words.iter().any(against)
}

/// The context words of an attribute key, placed just before the text that it names.
pub(super) fn words_of_key(key: &str, words: &mut Vec<Word>) {
    words.clear();
    let mut state = root();
    for at in 0..key.len() {
        state = WORD_READER.next_state(Anchored::No, state, fold(key.as_bytes(), at));
        if WORD_READER.is_special(state) {
            words.extend(words_ending(key.as_bytes(), state, at + 1));
        }
    }
    for word in words.iter_mut() {
        word.start -= key.len() as isize + 1;
        word.end -= key.len() as isize + 1;
    }
    words.reverse();
}

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

fn words_ending(bytes: &[u8], state: StateID, end: usize) -> impl Iterator<Item = Word> {
    let matches = if WORD_READER.is_match(state) {
        WORD_READER.match_len(state)
    } else {
        0
    };
    // The shortest first, so that the longest is the last seen.
    (0..matches).rev().filter_map(move |index| {
        let pattern = WORD_READER.match_pattern(state, index);
        let start = end - WORD_READER.pattern_len(pattern);
        let spelling = SPELLINGS.get(pattern.as_usize())?;
        (stands_alone(bytes, start, end) && (!spelling.dotted || bytes[end - 1] == b'.')).then_some(
            Word {
                topic: spelling.topic,
                start: start as isize,
                end: end as isize,
            },
        )
    })
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

fn root() -> StateID {
    WORD_READER.start_state(Anchored::No).unwrap_or_default()
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
static SPELLINGS: LazyLock<Vec<Spelling>> = LazyLock::new(|| {
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
});

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
static WORD_READER: LazyLock<DFA> = LazyLock::new(|| {
    DFA::builder()
        .match_kind(MatchKind::Standard)
        .prefilter(false)
        .build(SPELLINGS.iter().map(|spelling| spelling.text.as_str()))
        .expect("the word list fits into an automaton")
});
