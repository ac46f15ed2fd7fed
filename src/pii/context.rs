//! Remembers which context words stand before a place in the text.

use super::blocks::{Block, Blocks};
use super::cells::Cells;
use super::key_names::is_of_pages;
use super::marks::Marks;
use super::memory::Memory;
use super::reader::{READER, Reader};
use super::sieve;
use super::text;
use super::words::Topic;

/// All heads of columns stand before their cells but the name of a quoted value: `'x' AS name`.
const QUOTE: u8 = b'\'';
/// How far back any detector may look, in bytes; topics have their own shorter reach.
const REACH: usize = 40;
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
    blocks: &'t [Block],
    /// The attribute key is context too: it stands before the text.
    key_words: &'t [Word],
    reader: &'static Reader,
    /// Words that start between these places were read.
    from: usize,
    cursor: usize,
    memory: &'t mut Memory,
    /// In a table the head of the column stands before each of its cells; of most texts nobody asks.
    cells: Option<Cells>,
    n_heading: usize,
    /// Words of the rows above say nothing of this one.
    row: isize,
    /// The topics of the key.
    key_topics: u32,
    /// The place last asked about, and whether it may stand below the head of a column.
    told: usize,
    is_headed: bool,
    /// The place last asked for, and the topics of the words within reach before it.
    asked: usize,
    topics: u32,
}

impl<'t> Context<'t> {
    pub(super) fn new(
        bytes: &'t [u8],
        blocks: &'t [Block],
        key_words: &'t [Word],
        memory: &'t mut Memory,
    ) -> Self {
        memory.clear();
        Self {
            bytes,
            blocks,
            key_words,
            memory,
            reader: &READER,
            from: 0,
            cursor: 0,
            cells: None,
            n_heading: 0,
            row: isize::MIN,
            key_topics: key_words.iter().fold(0, |all, word| all | word.topic.bit()),
            told: usize::MAX,
            is_headed: false,
            asked: usize::MAX,
            topics: 0,
        }
    }

    /// Places are asked from the start of the text on again.
    pub(super) fn rewind(&mut self) {
        (self.cells, self.told, self.asked) = (None, usize::MAX, usize::MAX);
    }

    /// Whether a word of one of these topics stands within reach before `place`.
    pub(super) fn speaks_of(&mut self, topics: u32, place: usize) -> bool {
        self.spoken(topics, place) != 0
    }

    /// Those of these topics of which a word stands within reach before `place`.
    #[inline]
    pub(super) fn spoken(&mut self, topics: u32, place: usize) -> u32 {
        if self.may_speak(topics, place) {
            self.topics(place) & topics
        } else {
            0
        }
    }

    /// Whether what may speak before `place` is known already, so that asking costs little.
    #[inline]
    pub(super) fn is_read(&self, place: usize) -> bool {
        self.memory.marks.is_near(place)
    }

    /// Whether a word of one of these topics may stand within reach before `place`; if not, none
    /// does.
    #[inline]
    fn may_speak(&mut self, topics: u32, place: usize) -> bool {
        #[cfg(any(test, fuzzing))]
        if self.memory.is_slow {
            return true;
        }
        let Memory { marks, .. } = &mut *self.memory;
        let first = place.saturating_sub(REACH + self.reader.longest);
        marks.read(self.bytes, self.blocks, first..place, self.reader);
        if (self.key_topics | marks.topics()) & topics == 0 {
            return text::before(self.bytes, place) == QUOTE && self.is_in_column(place);
        }
        (self.key_topics | marks.between(first, place)) & topics != 0
            || self.is_in_column(place) && self.may_be_headed(topics, place)
    }

    /// Whether the head of the column that `place` stands in may speak of one of these topics.
    fn may_be_headed(&mut self, topics: u32, place: usize) -> bool {
        let Memory { marks, .. } = &mut *self.memory;
        marks.fill(self.bytes, self.blocks, self.reader);
        marks.topics() & topics != 0 || text::before(self.bytes, place) == QUOTE
    }

    /// Whether `place` may stand in a cell of a table; if not it surely does not.
    fn is_in_column(&mut self, place: usize) -> bool {
        if self.told != place {
            let cells = self.cells.get_or_insert_default();
            (self.told, self.is_headed) = (place, cells.is_headed(self.bytes, place));
        }
        self.is_headed
    }

    /// The topics of all words within reach before `place`, as bits.
    fn topics(&mut self, place: usize) -> u32 {
        if self.asked != place {
            (self.asked, self.topics) = (place, self.topics_before(place));
        }
        self.topics
    }

    fn topics_before(&mut self, place: usize) -> u32 {
        (self.n_heading, self.row) = (0, isize::MIN);
        if self.is_in_column(place) {
            self.read_heading(place);
        }
        self.read_before(place);
        let oldest = place as isize - REACH as isize;
        let within = |word: &Word| word.end <= place as isize && word.start >= self.row;
        let seen = self.memory.seen.since(oldest).filter(within);
        let mut topics = seen.fold(0, |topics, word| topics | word.topic.bit());
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
        let cells = self.cells.get_or_insert_default();
        cells.at(self.bytes, place).is_some()
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
        let heading = self.memory.heading[..self.n_heading].iter().rev();
        let seen = self.memory.seen.since(oldest);
        let seen = seen.filter(|word| word.start >= self.row);
        heading
            .copied()
            .chain(seen)
            .chain(self.key_words.iter().copied())
            .filter(|word| word.end <= place && word.end >= oldest)
            .find(wanted)
    }

    /// Reads the head of the column that `place` stands in, as if it stood right before the cell.
    fn read_heading(&mut self, place: usize) {
        let cells = self.cells.get_or_insert_default();
        let Some(cell) = cells.at(self.bytes, place) else {
            return;
        };
        self.row = cell.row as isize;
        let Memory {
            heading,
            heads,
            marks,
            ..
        } = &mut *self.memory;
        let (bytes, blocks, reader) = (self.bytes, self.blocks, self.reader);
        let words = heads.words(&cell.head, |head, visit| {
            marks.read(bytes, blocks, head.clone(), reader);
            reader.words(bytes, (blocks, marks), head.clone(), |word| {
                if !names_pages(bytes, &word) {
                    visit(word);
                }
            });
        });
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

    /// Reads the words that reach up to `place`, and skips what no place before it sees.
    fn read_before(&mut self, place: usize) {
        #[cfg(any(test, fuzzing))]
        if self.memory.is_slow {
            return self.read_slowly(place);
        }
        let first = place.saturating_sub(REACH + self.reader.longest);
        if first < self.from || first > self.cursor {
            self.memory.seen.clear();
            (self.from, self.cursor) = (first, first);
        }
        if place <= self.cursor {
            return;
        }
        let Memory { seen, marks, .. } = &mut *self.memory;
        let (bytes, blocks, reader) = (self.bytes, self.blocks, self.reader);
        let unread = self.cursor..place;
        marks.read(bytes, blocks, first..place, reader);
        reader.words(bytes, (blocks, marks), unread, |word| seen.add(word));
        self.cursor = place;
    }
}

#[cfg(any(test, fuzzing))]
impl Context<'_> {
    fn read_slowly(&mut self, place: usize) {
        let Memory { seen, .. } = &mut *self.memory;
        if place < self.cursor {
            seen.clear();
            self.cursor = place.saturating_sub(REACH + self.reader.longest);
        }
        for at in self.cursor..place {
            self.reader
                .words_slowly(self.bytes, at, |word| seen.add(word));
        }
        self.cursor = place;
    }
}

/// The context words within reach before a place of a text, nearest first: for explanations.
pub fn context_before(text: &str, place: usize) -> Vec<(Topic, &str)> {
    let (mut memory, mut blocks) = (Memory::default(), Blocks::default());
    blocks.read(text.as_bytes(), &sieve::NONE);
    let mut context = Context::new(text.as_bytes(), &blocks, &[], &mut memory);
    context.read_before(place.min(text.len()));
    let seen = context.memory.seen.since(place as isize - REACH as isize);
    seen.filter(|word| word.end <= place as isize)
        .filter_map(|word| {
            Some((
                word.topic,
                text.get(word.start as usize..word.end as usize)?,
            ))
        })
        .collect()
}

/// Whether a word for secrets in a key or the head of a column only names what leads to the next page.
fn names_pages(bytes: &[u8], word: &Word) -> bool {
    let place = word.start.max(0) as usize..word.end.max(0) as usize;
    word.topic == Topic::Secret && is_of_pages(bytes, place)
}

/// The context words of an attribute key, placed just before the text that it names.
pub(super) fn words_of_key(
    key: &str,
    (blocks, marks): (&mut Blocks, &mut Marks),
    words: &mut Vec<Word>,
) {
    words.clear();
    marks.clear();
    let bytes = key.as_bytes();
    blocks.read(bytes, &sieve::NONE);
    marks.read(bytes, blocks, 0..bytes.len(), &READER);
    READER.words(bytes, (blocks, marks), 0..bytes.len(), |word| {
        if !names_pages(bytes, &word) {
            words.push(word);
        }
    });
    words.sort_by_key(|word| std::cmp::Reverse((word.end, -word.start)));
    for word in words.iter_mut() {
        word.start -= key.len() as isize + 1;
        word.end -= key.len() as isize + 1;
    }
}
