//! Finds what names a value in a table: the head of its column in CSV, markdown or `INSERT`.

use std::ops::Range;

use super::arrays::Arrays;
use super::lines::{Lines, above, is_above};
use super::separators::{Counts, ESCAPE, SEPARATORS, count};
use super::text::{byte, span_end, span_start};
use super::tuples::{Tuples, alias};

/// Longer cells are no heads of columns.
const HEAD_MAX: usize = 48;

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
    /// Places that surely stand in no tuple, list or row.
    plain: Range<usize>,
    /// The line last asked about, and its table.
    line: Range<usize>,
    table: Option<Table>,
    /// How many of each separator that line has.
    counts: Counts,
    /// For each separator the topmost line that leads down to it with as many of them, and whether
    /// that one is a head, once somebody asked.
    tops: [(Range<usize>, Option<bool>); SEPARATORS.len()],
    /// How far that line was read.
    reading: Reading,
    /// The head of the column last asked about.
    head: Option<(usize, Range<usize>)>,
    lines: Lines,
    tuples: Tuples,
    arrays: Arrays,
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
            .or_else(|| alias(bytes, place))
            .or_else(|| self.arrays.at(bytes, place))
            .or_else(|| self.row(bytes, place))
    }

    /// Whether `place` may stand in a cell; if not it surely does not.
    #[inline]
    pub(super) fn is_headed(&mut self, bytes: &[u8], place: usize) -> bool {
        alias(bytes, place).is_some() || !self.plain.contains(&place) && self.may_hold(bytes, place)
    }

    /// Whether a tuple, list or row may hold `place`; notes for how many of its neighbours none
    /// does.
    #[inline(never)]
    fn may_hold(&mut self, bytes: &[u8], place: usize) -> bool {
        if self.tuples.may_hold(bytes, place)
            || self.arrays.at(bytes, place).is_some()
            || self.table(bytes, place).is_some()
        {
            return true;
        }
        let first = self.lines.first(bytes);
        let line = if place <= first {
            0..first
        } else {
            self.line.clone()
        };
        if (line.start..=line.end).contains(&place) {
            let end = self.tuples.start(bytes).min(self.arrays.start(bytes));
            self.plain = line.start..end.min(line.end + 1);
        }
        false
    }

    /// Whether a table that goes on where a range ends starts before the range.
    pub(super) fn reach_over(&mut self, bytes: &[u8], range: Range<usize>) -> bool {
        let place = range.end;
        if self.tuples.goes_on(bytes, place) || self.arrays.goes_on(bytes, place) {
            return true;
        }
        self.table(bytes, place);
        let is_row = (self.line.start..=self.line.end).contains(&place) && !self.line.is_empty();
        is_row && self.tops.iter().any(|(top, _)| top.start < range.start)
    }

    /// The table whose row `place` stands in.
    fn table(&mut self, bytes: &[u8], place: usize) -> Option<&Table> {
        // Nothing heads the first line.
        if place <= self.lines.first(bytes) {
            return None;
        }
        if !(self.line.start..=self.line.end).contains(&place) || self.line.is_empty() {
            let line = self.lines.around(bytes, place)?;
            self.read(bytes, line);
        }
        self.table.as_ref()
    }

    fn row(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        let Table { separator, head } = self.table(bytes, place)?.clone();
        self.reading.reach(bytes, place, self.line.start, separator);
        let Reading { index, start, .. } = self.reading;
        if self.head.as_ref().is_none_or(|(known, _)| *known != index) {
            let found = nth(&bytes[head.clone()], separator, index)?;
            self.head = Some((index, head.start + found.start..head.start + found.end));
        }
        let (_, head) = self.head.clone()?;
        Some(Cell {
            head,
            start,
            row: self.line.start,
        })
    }

    /// The topmost line that has as many of one separator as `line` and the lines between.
    fn top(&self, bytes: &[u8], line: &Range<usize>, sign: usize, width: usize) -> Range<usize> {
        let mut top = line.clone();
        while let Some(row) = self.row_above(bytes, &top, sign, width) {
            if row == self.line {
                // Asked before: its rows were climbed then.
                return self.tops[sign].0.clone();
            }
            top = row;
        }
        top
    }

    /// The line above a row, if it has as many of the separator; tables of terminals rule off their
    /// heads: `+----+-----+`.
    fn row_above(
        &self,
        bytes: &[u8],
        row: &Range<usize>,
        sign: usize,
        width: usize,
    ) -> Option<Range<usize>> {
        let is_row = |line: &Range<usize>| self.counts_of(bytes, line)[sign] == width;
        let higher = above(bytes, row)?;
        if is_row(&higher) {
            return Some(higher);
        }
        let ruled = is_ruler(&bytes[higher.clone()]);
        above(bytes, &higher).filter(|beyond| ruled && is_row(beyond))
    }

    fn counts_of(&self, bytes: &[u8], line: &Range<usize>) -> Counts {
        if *line == self.line {
            self.counts
        } else {
            count(&bytes[line.clone()])
        }
    }

    /// Reads a line: goes up while the lines have as many separators; the topmost must look like a
    /// head.
    fn read(&mut self, bytes: &[u8], line: Range<usize>) {
        let counts = count(&bytes[line.clone()]);
        let higher = if counts == Counts::default() {
            None
        } else if is_above(bytes, &self.line, &line) {
            Some(self.line.clone())
        } else {
            above(bytes, &line)
        };
        let beside = higher.map(|higher| (self.counts_of(bytes, &higher), higher));
        // Most lines are no rows: the one above has other numbers of separators.
        let may_be_row = |sign: usize| {
            beside.as_ref().is_some_and(|(beside, higher)| {
                let ruled = || is_ruler(&bytes[higher.clone()]);
                counts[sign] > 0 && (beside[sign] == counts[sign] || ruled())
            })
        };
        let mut tops: [_; SEPARATORS.len()] = std::array::from_fn(|sign| {
            let top = match counts[sign] {
                width if may_be_row(sign) => self.top(bytes, &line, sign, width),
                _ => line.clone(),
            };
            // What was told of a head once is told of its other rows.
            let (last, known) = &self.tops[sign];
            (top.clone(), known.filter(|_| *last == top))
        });
        let mut tables = tops.iter_mut().zip(SEPARATORS);
        self.table = tables.find_map(|((top, known), separator)| {
            let is_head = || is_head(&bytes[top.clone()], separator);
            let head = top.clone();
            let is_table = *top != line && *known.get_or_insert_with(is_head);
            is_table.then_some(Table { separator, head })
        });
        (self.line, self.counts, self.tops) = (line, counts, tops);
        (self.reading, self.head) = (Reading::default(), None);
    }
}

/// Names stand in a head, and neither values nor sentences.
pub(super) fn is_head(line: &[u8], separator: u8) -> bool {
    let mut named = false;
    // `payload=id,email` and `<pre>id,email`: the first head stands behind what holds the table.
    let opening = line.iter().take_while(|&&byte| byte != separator).count();
    let sign = |byte: &u8| matches!(byte, b'=' | b'>');
    let inner = line[..opening]
        .iter()
        .rposition(sign)
        .map_or(0, |at| at + 1);
    let line = &line[inner..];
    let plain = line
        .split(|&byte| byte == separator)
        .enumerate()
        .all(|(index, whole)| {
            let cell = &whole[lead(whole, separator, index)..];
            let cell = &cell[trim(cell, 0..cell.len())];
            let is_tab = separator != ESCAPE || index == 0 || whole.is_empty() || whole[0] == b't';
            named |= cell.first().is_some_and(u8::is_ascii_alphabetic) || !cell.is_ascii();
            let count = |wanted: fn(&u8) -> bool| cell.iter().filter(|byte| wanted(byte)).count();
            is_tab
                && cell.len() <= HEAD_MAX
                && !cell.first().is_some_and(u8::is_ascii_digit)
                && count(u8::is_ascii_digit) <= 2
                && count(u8::is_ascii_whitespace) <= 3
                && (!cell.ends_with(b".") || is_shortened(cell, separator))
                && !is_member(cell)
                && !cell
                    .iter()
                    .any(|byte| matches!(byte, b'{' | b'=' | b'@' | b'!' | b'?'))
        });
    plain && named && !is_list(line, separator) && !is_prose(line, separator)
}

/// `password,`, `\tchar *name;`: one thing on each line, with the sign that ends it or a tab before it. A head may
/// begin with an empty cell, above numbers of rows.
fn is_list(line: &[u8], separator: u8) -> bool {
    let is_filled = |cell: &&[u8]| !trim(cell, 0..cell.len()).is_empty();
    let mut filled = line.split(|&byte| byte == separator).filter(is_filled);
    let is_plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"_ -\r".contains(byte) || !byte.is_ascii();
    match (filled.next(), filled.next(), separator) {
        (_, Some(_), _) | (_, _, ESCAPE) => false,
        (_, None, b'|') => !line.trim_ascii_start().starts_with(b"|"),
        (Some(cell), None, b'\t') => line.len() > cell.len() + 1 || !cell.iter().all(is_plain),
        _ => line.trim_ascii_end().ends_with(&[separator]),
    }
}

/// `passport: 'x'`, `"passport": "x"`: the member of an object, of which each line ends in a separator.
fn is_member(cell: &[u8]) -> bool {
    let opens = |at: usize| matches!(cell.get(at + 1..at + 3), Some([b' ', b'"' | b'\'']));
    memchr::memchr_iter(b':', cell).any(opens)
}

/// `Passport no.`, `Tel.`: a short form at the end of a cell, not the last word of a sentence.
fn is_shortened(cell: &[u8], separator: u8) -> bool {
    let mut words = cell.rsplit(|byte| matches!(byte, b' ' | b'-'));
    let word = words.next().unwrap_or_default();
    separator != b',' && word.len() <= 5 && cell.len() <= 24
}

/// The letter of `\t` belongs to no cell.
fn lead(cell: &[u8], separator: u8, index: usize) -> usize {
    usize::from(separator == ESCAPE && index > 0 && cell.first() == Some(&b't'))
}

/// A line that draws the edge of a table and holds no cells.
pub(super) fn is_ruler(line: &[u8]) -> bool {
    let drawn =
        |byte: &u8| matches!(byte, b'+' | b'-' | b'=' | b' ' | b'>' | b'\r') || !byte.is_ascii();
    line.len() >= 3 && line.iter().all(drawn)
}

/// A space after each comma is how people write; a head of few such cells proves nothing.
fn is_prose(line: &[u8], separator: u8) -> bool {
    let cells = line.split(|&byte| byte == separator);
    matches!(separator, b',' | b';')
        && cells.clone().count() < 4
        && cells.skip(1).all(|cell| cell.starts_with(b" "))
}

/// A cell without the white space, quotes and emphasis around it, and without the tag that ends
/// what holds the table.
pub(super) fn trim(bytes: &[u8], cell: Range<usize>) -> Range<usize> {
    let mut tags = memchr::memchr_iter(b'<', &bytes[cell.clone()]).map(|at| cell.start + at);
    let tag = tags.find(|at| byte(&bytes[..cell.end], at + 1) == b'/');
    let cell = cell.start..tag.unwrap_or(cell.end);
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

/// A row that was read up to a place: how many separators stand before it, and where its cell
/// starts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    at: usize,
    pub(super) index: usize,
    start: usize,
    quoted: bool,
}

impl Reading {
    /// Reads the row that starts at `row` up to `place`: on, if it was read less far before.
    pub(super) fn reach(&mut self, bytes: &[u8], place: usize, row: usize, separator: u8) {
        if !(row..=place).contains(&self.at) {
            *self = Self {
                at: row,
                start: row,
                ..Self::default()
            };
        }
        for (at, byte) in (self.at..).zip(&bytes[self.at..place]) {
            self.quoted ^= *byte == b'"';
            if *byte == separator && !self.quoted {
                let letter = usize::from(separator == ESCAPE);
                (self.index, self.start) = (self.index + 1, at + 1 + letter);
            }
        }
        self.at = place;
    }
}

/// The cell of a row at this index.
pub(super) fn nth(row: &[u8], separator: u8, index: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (at, cell) in row.split(|&byte| byte == separator).enumerate() {
        if at == index {
            return Some(start + lead(cell, separator, index)..start + cell.len());
        }
        start += cell.len() + 1;
    }
    None
}
