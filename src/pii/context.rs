//! Remembers which context words stand before a place in the text.

use std::ops::Range;

use super::cells::Cells;
use super::reader::{READER, Reader};
use super::words::Topic;

/// How far back any detector may look, in bytes; topics have their own shorter reach.
const REACH: usize = 40;
/// How many words are remembered; more than fit into the reach and one block ahead.
const REMEMBERED: usize = 128;
/// How many words of a column's head are remembered.
const HEADING: usize = 8;

/// The words of the columns' heads that were read last.
#[derive(Debug, Default)]
struct Heads {
    /// Where each head starts, and its words.
    read: Vec<(usize, Range<usize>)>,
    words: Vec<Word>,
}

impl Heads {
    /// So many heads are remembered.
    const MAX: usize = 32;

    fn words(&mut self, bytes: &[u8], head: &Range<usize>, reader: &Reader) -> &[Word] {
        let known = self.read.iter().find(|(start, _)| *start == head.start);
        if let Some((_, words)) = known {
            return &self.words[words.clone()];
        }
        if self.read.is_empty() || self.read.len() == Self::MAX {
            self.read.clear();
            self.words.clear();
        }
        let from = self.words.len();
        let within = head.start as isize..=head.end as isize;
        reader.words(bytes, (head.start, head.end), |word| {
            if within.contains(&word.start) && within.contains(&word.end) {
                self.words.push(word);
            }
        });
        self.read.push((head.start, from..self.words.len()));
        &self.words[from..]
    }
}

/// One context word: what it speaks of and where it stands, relative to the text's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) topic: Topic,
    pub(super) start: isize,
    pub(super) end: isize,
}

/// The words that a context remembers, kept from text to text.
#[derive(Debug)]
pub(super) struct Memory {
    seen: [Word; REMEMBERED],
    heading: [Word; HEADING],
    heads: Heads,
    /// Words are looked for at every place, none is skipped: for the reference.
    #[cfg(any(test, fuzzing))]
    is_slow: bool,
}

#[cfg(any(test, fuzzing))]
impl Memory {
    pub(super) fn slow() -> Self {
        Self {
            is_slow: true,
            ..Self::default()
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        let nothing = Word {
            topic: Topic::Count,
            start: isize::MIN,
            end: isize::MIN,
        };
        Self {
            seen: [nothing; REMEMBERED],
            heading: [nothing; HEADING],
            heads: Heads::default(),
            #[cfg(any(test, fuzzing))]
            is_slow: false,
        }
    }
}

/// A reader of context words that follows the candidates through one text.
pub(super) struct Context<'t> {
    bytes: &'t [u8],
    /// The attribute key is context too: it stands before the text.
    key_words: &'t [Word],
    reader: &'static Reader,
    /// Words that start between these places were read.
    from: usize,
    cursor: usize,
    memory: &'t mut Memory,
    n_seen: usize,
    /// In a table the head of the column stands before each of its cells.
    cells: Cells,
    n_heading: usize,
    /// Words of the rows above say nothing of this one.
    row: isize,
    /// The topics of the key and of the words between those places.
    known: u32,
    /// The place last read for, and whether it may stand below the head of a column.
    prepared: usize,
    is_headed: bool,
    /// The place last asked for, and the topics of the words within reach before it.
    asked: usize,
    topics: u32,
}

impl<'t> Context<'t> {
    pub(super) fn new(bytes: &'t [u8], key_words: &'t [Word], memory: &'t mut Memory) -> Self {
        memory.heads.read.clear();
        Self {
            bytes,
            key_words,
            memory,
            reader: &READER,
            from: 0,
            cursor: 0,
            n_seen: 0,
            cells: Cells::default(),
            n_heading: 0,
            row: isize::MIN,
            known: key_words.iter().fold(0, |all, word| all | word.topic.bit()),
            prepared: usize::MAX,
            is_headed: false,
            asked: usize::MAX,
            topics: 0,
        }
    }

    /// Whether a word of one of these topics stands within reach before `place`.
    pub(super) fn speaks_of(&mut self, topics: u32, place: usize) -> bool {
        self.spoken(topics, place) != 0
    }

    /// Those of these topics of which a word stands within reach before `place`.
    pub(super) fn spoken(&mut self, topics: u32, place: usize) -> u32 {
        self.prepare(place);
        if self.is_headed || self.known & topics != 0 {
            self.topics(place) & topics
        } else {
            0
        }
    }

    /// Reads what stands before a place, once.
    fn prepare(&mut self, place: usize) {
        if self.prepared != place {
            self.prepared = place;
            self.read_before(place);
            self.is_headed = self.cells.is_headed(self.bytes, place);
        }
    }

    /// The topics of all words within reach before `place`, as bits.
    fn topics(&mut self, place: usize) -> u32 {
        if self.asked != place {
            (self.asked, self.topics) = (place, self.topics_before(place));
        }
        self.topics
    }

    fn topics_before(&mut self, place: usize) -> u32 {
        self.prepare(place);
        (self.n_heading, self.row) = (0, isize::MIN);
        if self.is_headed {
            self.read_heading(place);
        } else if self.known == 0 {
            return 0;
        }
        let oldest = place as isize - REACH as isize;
        let kept = self.n_seen.min(REMEMBERED);
        let mut topics = 0;
        for back in 0..kept {
            let word = &self.memory.seen[(self.n_seen - 1 - back) % REMEMBERED];
            if word.end < oldest {
                break;
            }
            topics |= if word.end <= place as isize && word.start >= self.row {
                word.topic.bit()
            } else {
                0
            };
        }
        for word in &self.memory.heading[..self.n_heading] {
            topics |= word.topic.bit();
        }
        for word in self.key_words.iter().filter(|word| word.end >= oldest) {
            topics |= word.topic.bit();
        }
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
        self.cells.at(self.bytes, place).is_some()
    }

    /// Whether `place` stands in a column whose head speaks of `topic`.
    pub(super) fn is_headed(&mut self, topic: Topic, place: usize) -> bool {
        self.speaks_of(topic.bit(), place)
            && self.memory.heading[..self.n_heading]
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
        let heading = self.memory.heading[..self.n_heading].iter().rev();
        let seen = (0..kept)
            .map(|back| self.memory.seen[(self.n_seen - 1 - back) % REMEMBERED])
            .take_while(|word| word.end >= oldest)
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
        let Some(cell) = self.cells.at(self.bytes, place) else {
            return;
        };
        self.row = cell.row as isize;
        let Memory { heading, heads, .. } = &mut *self.memory;
        let words = heads.words(self.bytes, &cell.head, self.reader);
        let n_heading = &mut self.n_heading;
        for (place, word) in heading.iter_mut().zip(words) {
            *place = *word;
            *n_heading += 1;
        }
        let heading = &mut heading[..*n_heading];
        heading.sort_unstable_by_key(|word| (word.end, -word.start));
        for word in heading {
            let end = cell.start as isize;
            (word.start, word.end) = (end - (word.end - word.start), end);
        }
    }

    fn key_topics(&self) -> u32 {
        let topics = self.key_words.iter().map(|word| word.topic.bit());
        topics.fold(0, |all, topic| all | topic)
    }

    /// Reads the words that reach up to `place`, and skips what no place before it sees.
    fn read_before(&mut self, place: usize) {
        #[cfg(any(test, fuzzing))]
        if self.memory.is_slow {
            return self.read_slowly(place);
        }
        let first = place.saturating_sub(REACH + self.reader.longest);
        if first < self.from || first > self.cursor {
            self.n_seen = 0;
            self.known = self.key_topics();
            (self.from, self.cursor) = (first, first);
        }
        if place <= self.cursor {
            return;
        }
        let Memory { seen, .. } = &mut *self.memory;
        let (n_seen, known) = (&mut self.n_seen, &mut self.known);
        let unread = (self.cursor, place);
        self.cursor = self.reader.words(self.bytes, unread, |word| {
            *known |= word.topic.bit();
            remember(seen, n_seen, word);
        });
    }
}

#[cfg(any(test, fuzzing))]
impl Context<'_> {
    fn read_slowly(&mut self, place: usize) {
        let Memory { seen, .. } = &mut *self.memory;
        for at in self.cursor..place {
            self.reader.words_slowly(self.bytes, at, |word| {
                remember(seen, &mut self.n_seen, word);
            });
        }
        (self.cursor, self.known) = (self.cursor.max(place), u32::MAX);
    }
}

/// Keeps the words in the order in which they end, of two that end together the longer last.
fn remember(seen: &mut [Word; REMEMBERED], n_seen: &mut usize, word: Word) {
    let mut at = *n_seen;
    while at > 0 && *n_seen - at + 1 < REMEMBERED {
        let last = seen[(at - 1) % REMEMBERED];
        if (last.end, word.start) <= (word.end, last.start) {
            break;
        }
        seen[at % REMEMBERED] = last;
        at -= 1;
    }
    seen[at % REMEMBERED] = word;
    *n_seen += 1;
}

/// The context words within reach before a place of a text, nearest first: for explanations.
pub fn context_before(text: &str, place: usize) -> Vec<(Topic, &str)> {
    let mut memory = Memory::default();
    let mut context = Context::new(text.as_bytes(), &[], &mut memory);
    context.prepare(place.min(text.len()));
    let kept = context.n_seen.min(REMEMBERED);
    (0..kept)
        .map(|back| context.memory.seen[(context.n_seen - 1 - back) % REMEMBERED])
        .filter(|word| (word.end..=word.end + REACH as isize).contains(&(place as isize)))
        .filter_map(|word| {
            Some((
                word.topic,
                text.get(word.start as usize..word.end as usize)?,
            ))
        })
        .collect()
}

/// The context words of an attribute key, placed just before the text that it names.
pub(super) fn words_of_key(key: &str, words: &mut Vec<Word>) {
    words.clear();
    let bytes = key.as_bytes();
    READER.words(bytes, (0, bytes.len()), |word| words.push(word));
    words.sort_by_key(|word| std::cmp::Reverse((word.end, -word.start)));
    for word in words.iter_mut() {
        word.start -= key.len() as isize + 1;
        word.end -= key.len() as isize + 1;
    }
}
