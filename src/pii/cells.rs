//! Finds what names a value in a table: the head of its column in CSV, markdown or `INSERT`.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::text::{span_end, span_start};

/// Longer lines are no rows of a table that people or tools print.
const LINE_MAX: usize = 2048;
/// Longer cells are no heads of columns.
const HEAD_MAX: usize = 48;
/// What separates cells, the most telling sign first.
const SEPARATORS: [u8; 4] = [b'\t', b'|', b';', b','];

/// The head of a column, and where the asked cell of that column and its row start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) head: Range<usize>,
    pub(super) start: usize,
    pub(super) row: usize,
}

/// Follows the candidates through one text, each line read once.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// The line last asked about, and its table.
    line: Range<usize>,
    table: Option<Table>,
    /// How many of each separator that line has.
    counts: [usize; 4],
    /// No line ends before here.
    endless: usize,
    /// Where the first line ends, once somebody asked: nothing heads it.
    first_end: Option<usize>,
    tuples: Tuples,
}

/// Rows with the same separators as the line that heads them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    separator: u8,
    head: Range<usize>,
}

impl Cells {
    /// The cell around `place`; places must be asked in rising order.
    pub(super) fn at(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        self.tuples
            .at(bytes, place)
            .or_else(|| self.row(bytes, place))
    }

    fn row(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        let first_end = *self
            .first_end
            .get_or_insert_with(|| memchr(b'\n', bytes).unwrap_or(usize::MAX));
        if place < self.endless || place <= first_end {
            return None;
        }
        if !(self.line.start..=self.line.end).contains(&place) || self.line.is_empty() {
            let Some(line) = line_around(bytes, place) else {
                self.endless =
                    memchr(b'\n', &bytes[place..]).map_or(bytes.len(), |end| place + end);
                return None;
            };
            let counts = count(&bytes[line.clone()]);
            self.table = self.table_of(bytes, &line, counts);
            (self.line, self.counts) = (line, counts);
        }
        let Table { separator, head } = self.table.clone()?;
        let row = &bytes[self.line.start..place];
        let (index, start) = cell(row, separator);
        let head = nth(&bytes[head.clone()], separator, index)
            .map(|found| head.start + found.start..head.start + found.end)?;
        Some(Cell {
            head,
            start: self.line.start + start,
            row: self.line.start,
        })
    }

    /// Goes up while the lines have as many separators; the topmost must look like a head.
    fn table_of(&self, bytes: &[u8], line: &Range<usize>, counts: [usize; 4]) -> Option<Table> {
        SEPARATORS
            .iter()
            .enumerate()
            .find_map(|(sign, &separator)| {
                let width = counts[sign];
                let mut top = line.clone();
                while width > 0 && top.start > 0 {
                    let above = line_around(bytes, top.start - 1)?;
                    if above == self.line && self.counts[sign] == width && self.table.is_some() {
                        // Asked before: this line belongs to the same table.
                        return self
                            .table
                            .clone()
                            .filter(|table| table.separator == separator);
                    }
                    if count(&bytes[above.clone()])[sign] != width {
                        // Tables of terminals rule off their heads: `+----+-----+`.
                        if above.start == 0 || !is_ruler(&bytes[above.clone()]) {
                            break;
                        }
                        let beyond = line_around(bytes, above.start - 1)?;
                        if count(&bytes[beyond.clone()])[sign] != width {
                            break;
                        }
                        top = beyond;
                        continue;
                    }
                    top = above;
                }
                let heads = top != *line && is_head(&bytes[top.clone()], separator);
                heads.then_some(Table {
                    separator,
                    head: top,
                })
            })
    }
}

/// The line around a place, without its end; none if it is too long.
fn line_around(bytes: &[u8], place: usize) -> Option<Range<usize>> {
    let floor = place.saturating_sub(LINE_MAX);
    let start = match memrchr(b'\n', bytes.get(floor..place)?) {
        Some(end) => floor + end + 1,
        None if floor == 0 => 0,
        None => return None,
    };
    let limit = bytes.len().min(start + LINE_MAX);
    match memchr(b'\n', &bytes[place..limit]) {
        Some(end) => Some(start..place + end),
        None if limit == bytes.len() => Some(start..limit),
        None => None,
    }
}

fn count(line: &[u8]) -> [usize; 4] {
    let mut counts = [0; 4];
    let mut quoted = false;
    for byte in line {
        match CLASSES[usize::from(*byte)] {
            PLAIN => {}
            QUOTE => quoted ^= true,
            sign => counts[usize::from(sign)] += usize::from(!quoted),
        }
    }
    counts
}

const QUOTE: u8 = 4;
const PLAIN: u8 = 5;

/// For each byte which separator it is, or a quote, or neither.
const CLASSES: [u8; 256] = {
    let mut classes = [PLAIN; 256];
    classes[b'"' as usize] = QUOTE;
    let mut sign = 0;
    while sign < SEPARATORS.len() {
        classes[SEPARATORS[sign] as usize] = sign as u8;
        sign += 1;
    }
    classes
};

/// Names stand in a head, and neither values nor sentences.
fn is_head(line: &[u8], separator: u8) -> bool {
    let mut named = false;
    let plain = line.split(|&byte| byte == separator).all(|cell| {
        let cell = &cell[trim(cell, 0..cell.len())];
        named |= cell.first().is_some_and(u8::is_ascii_alphabetic) || !cell.is_ascii();
        let count = |wanted: fn(&u8) -> bool| cell.iter().filter(|byte| wanted(byte)).count();
        cell.len() <= HEAD_MAX
            && !cell.first().is_some_and(u8::is_ascii_digit)
            && count(u8::is_ascii_digit) <= 2
            && count(u8::is_ascii_whitespace) <= 3
            && !cell.ends_with(b".")
            && !cell
                .iter()
                .any(|byte| matches!(byte, b'{' | b'=' | b'@' | b'!' | b'?'))
    });
    plain && named && !is_prose(line, separator)
}

/// A line that draws the edge of a table and holds no cells.
fn is_ruler(line: &[u8]) -> bool {
    let drawn = |byte: &u8| matches!(byte, b'+' | b'-' | b'=' | b' ' | b'\r') || !byte.is_ascii();
    line.len() >= 3 && line.iter().all(drawn)
}

/// A space after each comma is how people write; a head of few such cells proves nothing.
fn is_prose(line: &[u8], separator: u8) -> bool {
    let cells = line.split(|&byte| byte == separator);
    matches!(separator, b',' | b';')
        && cells.clone().count() < 4
        && cells.skip(1).all(|cell| cell.starts_with(b" "))
}

/// A cell without the white space, quotes and emphasis around it.
fn trim(bytes: &[u8], cell: Range<usize>) -> Range<usize> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`');
    let star = |byte: &u8| *byte == b'*';
    let start = span_end(&bytes[..cell.end], cell.start, ends);
    let end = span_start(bytes, cell.end, start, ends);
    let inner = span_end(&bytes[..end], start, star);
    // A star that stands only at the end belongs to the value.
    match inner - start {
        0 => start..end,
        _ => inner..span_start(bytes, end, inner, star),
    }
}

/// How many separators stand in a row so far, and where the last cell starts.
fn cell(row: &[u8], separator: u8) -> (usize, usize) {
    let (mut index, mut start, mut quoted) = (0, 0, false);
    for (at, byte) in row.iter().enumerate() {
        quoted ^= *byte == b'"';
        if *byte == separator && !quoted {
            (index, start) = (index + 1, at + 1);
        }
    }
    (index, start)
}

/// The cell of a row at this index.
fn nth(row: &[u8], separator: u8, index: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (at, cell) in row.split(|&byte| byte == separator).enumerate() {
        if at == index {
            return Some(start..start + cell.len());
        }
        start += cell.len() + 1;
    }
    None
}

/// The tuples of `INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')`.
#[derive(Debug, Default)]
struct Tuples {
    /// Where the first `VALUES` stands, once somebody asked.
    first: Option<usize>,
    /// `VALUES` was looked for up to here; none stands before.
    searched: usize,
    /// The list of columns.
    columns: Option<Range<usize>>,
    cursor: usize,
    depth: u32,
    quoted: bool,
    row: usize,
    index: usize,
    start: usize,
}

impl Tuples {
    fn at(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        let first = || find_values(bytes).unwrap_or(usize::MAX);
        if place < *self.first.get_or_insert_with(first) {
            return None;
        }
        if self.columns.is_none() && self.searched <= place {
            self.open(bytes, place);
        }
        let columns = self.columns.clone()?;
        while self.cursor < place {
            self.step(bytes[self.cursor]);
            self.cursor += 1;
        }
        let head = nth(&bytes[columns.clone()], b',', self.index)?;
        (self.depth == 1).then(|| Cell {
            head: columns.start + head.start..columns.start + head.end,
            start: self.start,
            row: self.row,
        })
    }

    /// Looks for the next `VALUES` with a list of columns before it, up to `place`.
    fn open(&mut self, bytes: &[u8], place: usize) {
        let Some(found) = find_values(&bytes[self.searched..place]) else {
            self.searched = place.saturating_sub("VALUES".len()).max(self.searched);
            return;
        };
        let word = self.searched + found;
        self.searched = word + "VALUES".len();
        self.columns = columns_before(bytes, word);
        (self.cursor, self.depth, self.quoted) = (self.searched, 0, false);
    }

    fn step(&mut self, byte: u8) {
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

/// Where the first `VALUES` stands.
fn find_values(bytes: &[u8]) -> Option<usize> {
    static WORDS: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["VALUES", "values"].map(Finder::new));
    WORDS.iter().filter_map(|word| word.find(bytes)).min()
}

/// `(a, b, c)` right before a word.
fn columns_before(bytes: &[u8], word: usize) -> Option<Range<usize>> {
    let floor = word.saturating_sub(LINE_MAX / 2);
    let head = &bytes[floor..word];
    let close = head.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    let open = memrchr(b'(', head)?;
    (head[close] == b')' && open < close).then(|| floor + open + 1..floor + close)
}

/// Calls `visit` with each cell below the head that stands at `place`, in rows or tuples.
pub(super) fn below(bytes: &[u8], place: usize, mut visit: impl FnMut(Range<usize>)) {
    const ROWS_MAX: usize = 256;
    let Some(line) = line_around(bytes, place) else {
        return;
    };
    if let Some(close) = memchr(b')', &bytes[place..line.end.max(place)]) {
        let word = place + close + 1;
        let next = word
            + bytes[word..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
        let is_values = bytes
            .get(next..next + 6)
            .is_some_and(|six| six.eq_ignore_ascii_case(b"values"));
        if let Some(columns) = columns_before(bytes, next).filter(|_| is_values) {
            let (index, _) = cell(&bytes[columns.start..place.max(columns.start)], b',');
            return tuples_below(bytes, next + 6, index, visit);
        }
    }
    let counts = count(&bytes[line.clone()]);
    let Some(sign) = counts.iter().position(|&count| count > 0) else {
        return;
    };
    let separator = SEPARATORS[sign];
    if !is_head(&bytes[line.clone()], separator) {
        return;
    }
    let (index, _) = cell(&bytes[line.start..place], separator);
    let mut end = line.end;
    for _ in 0..ROWS_MAX {
        let Some(row) = line_around(bytes, end + 1).filter(|_| end < bytes.len()) else {
            return;
        };
        end = row.end;
        if is_ruler(&bytes[row.clone()]) {
            continue;
        }
        if count(&bytes[row.clone()])[sign] != counts[sign] {
            return;
        }
        if let Some(found) = nth(&bytes[row.clone()], separator, index) {
            visit(trim(bytes, row.start + found.start..row.start + found.end));
        }
    }
}

fn tuples_below(bytes: &[u8], from: usize, index: usize, mut visit: impl FnMut(Range<usize>)) {
    let mut tuples = Tuples {
        cursor: from,
        ..Tuples::default()
    };
    let end = bytes.len().min(from + 16 * LINE_MAX);
    let mut wanted = None;
    while tuples.cursor < end {
        let byte = bytes[tuples.cursor];
        let inside = tuples.depth == 1 && tuples.index == index;
        tuples.step(byte);
        let still = tuples.depth == 1 && tuples.index == index;
        match (inside, still, wanted) {
            (false, true, _) => wanted = Some(tuples.start),
            (true, false, Some(start)) => {
                visit(trim(bytes, start..tuples.cursor));
                wanted = None;
            }
            _ => {}
        }
        tuples.cursor += 1;
        if byte == b';' && tuples.depth == 0 && !tuples.quoted {
            return;
        }
    }
}
