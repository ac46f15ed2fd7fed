//! Finds the cells of `INSERT INTO t (a, b) VALUES (1, 'x')` and of `SELECT 'x' AS a`, and what heads
//! them.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::cells::{Cell, nth};
use super::lines::LINE_MAX;
use super::text::{before, span_end, starts_with};

/// The tuples of `INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')`.
#[derive(Debug, Default)]
pub(super) struct Tuples {
    /// Where the first `VALUES` stands, once somebody asked.
    first: Option<usize>,
    /// `VALUES` was looked for up to here; none stands before.
    searched: usize,
    /// The list of columns.
    columns: Option<Range<usize>>,
    pub(super) cursor: usize,
    pub(super) depth: u32,
    pub(super) quoted: bool,
    row: usize,
    /// Which cell of its tuple is being read, and where it starts.
    pub(super) index: usize,
    pub(super) start: usize,
}

impl Tuples {
    /// Starts to read the tuples that stand from a place on.
    pub(super) fn starting(cursor: usize) -> Self {
        Self {
            cursor,
            ..Self::default()
        }
    }

    /// Whether a `VALUES` with columns may stand before `place`.
    pub(super) fn may_hold(&mut self, bytes: &[u8], place: usize) -> bool {
        place >= self.start(bytes)
    }

    /// Where the first `VALUES` with columns may stand; beyond the text if there is none.
    pub(super) fn start(&mut self, bytes: &[u8]) -> usize {
        let first = || {
            let columns = memchr(b'(', bytes)?;
            Some(columns + find_values(&bytes[columns..])?)
        };
        *self
            .first
            .get_or_insert_with(|| first().unwrap_or(usize::MAX))
    }

    /// The cell around `place`; places must be asked in rising order.
    pub(super) fn at(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        if !self.may_hold(bytes, place) {
            return None;
        }
        while self.cursor < place || self.columns.is_none() {
            if self.columns.is_none() && !self.open(bytes, place) {
                return None;
            }
            while self.cursor < place && self.columns.is_some() {
                self.step(bytes[self.cursor]);
                self.cursor += 1;
            }
        }
        let columns = self.columns.clone()?;
        let head = nth(&bytes[columns.clone()], b',', self.index)?;
        (self.depth == 1).then(|| Cell {
            head: columns.start + head.start..columns.start + head.end,
            start: self.start,
            row: self.row,
        })
    }

    /// Whether `place` stands behind a `VALUES` with columns, in the same statement.
    pub(super) fn goes_on(&mut self, bytes: &[u8], place: usize) -> bool {
        self.at(bytes, place);
        self.columns.is_some()
    }

    /// Looks for the next `VALUES` with a list of columns before it, up to `place`.
    fn open(&mut self, bytes: &[u8], place: usize) -> bool {
        while self.searched < place {
            let Some(found) = find_values(&bytes[self.searched..place]) else {
                let partial = place.saturating_sub("VALUES".len() - 1);
                self.searched = partial.max(self.searched);
                return false;
            };
            let word = self.searched + found;
            self.searched = word + "VALUES".len();
            self.columns = columns_before(bytes, word);
            if self.columns.is_some() {
                (self.cursor, self.depth, self.quoted) = (self.searched, 0, false);
                return true;
            }
        }
        false
    }

    /// Reads one more byte.
    pub(super) fn step(&mut self, byte: u8) {
        match byte {
            b'\'' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'(' => {
                self.depth += 1;
                (self.row, self.index, self.start) = (self.cursor, 0, self.cursor + 1);
            }
            b')' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 1 => (self.index, self.start) = (self.index + 1, self.cursor + 1),
            b';' if self.depth == 0 => {
                self.columns = None;
                self.searched = self.cursor;
            }
            _ => {}
        }
    }
}

/// The cell of `'x' AS name` whose value starts at `place`.
pub(super) fn alias(bytes: &[u8], place: usize) -> Option<Cell> {
    const VALUE_MAX: usize = 64;
    if before(bytes, place) != b'\'' {
        return None;
    }
    let limit = bytes.len().min(place + VALUE_MAX);
    let quote = place + memchr(b'\'', &bytes[place..limit])?;
    let joint = ["' AS ", "' as "];
    let joint = joint
        .iter()
        .find(|joint| starts_with(bytes, quote, joint))?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let start = span_end(bytes, quote + joint.len(), |&byte| {
        matches!(byte, b'"' | b'`' | b'\\')
    });
    let head = start..span_end(bytes, start, is_name);
    (!head.is_empty()).then_some(Cell {
        head,
        start: place,
        row: place,
    })
}

/// Where the first `VALUES` stands.
fn find_values(bytes: &[u8]) -> Option<usize> {
    static WORDS: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["VALUES", "values"].map(Finder::new));
    WORDS.iter().filter_map(|word| word.find(bytes)).min()
}

/// `(a, b, c)` right before a word.
pub(super) fn columns_before(bytes: &[u8], word: usize) -> Option<Range<usize>> {
    let floor = word.saturating_sub(LINE_MAX / 2);
    let head = &bytes[floor..word];
    let close = head.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    let open = memrchr(b'(', head)?;
    (head[close] == b')' && open < close).then(|| floor + open + 1..floor + close)
}
