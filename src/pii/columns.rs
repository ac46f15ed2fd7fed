//! Finds the cells below the head of a column, in rows or tuples.

use std::ops::Range;

use memchr::memchr;

use super::cells::{Reading, is_head, is_ruler, nth, trim};
use super::lines::{LINE_MAX, Lines, above, below as line_below};
use super::separators::{Counts, SEPARATORS, count};
use super::text::starts_with;
use super::tuples::{Tuples, columns_before};

/// What stands between the columns of an `INSERT` and its tuples.
const VALUES: &str = "values";

/// Follows the heads of columns through one text; each cell below them is told once.
#[derive(Debug, Default)]
pub(super) struct Columns {
    lines: Lines,
    /// The line last asked about.
    line: Range<usize>,
    counts: Counts,
    /// By which sign it separates its cells, if it is a head.
    sign: Option<usize>,
    /// How far that line was read.
    reading: Reading,
    /// The columns that were read last.
    read: Vec<Column>,
}

/// A column of rows that have as many separators each, read down to a row.
#[derive(Debug)]
struct Column {
    sign: usize,
    width: usize,
    index: usize,
    last: Range<usize>,
    /// No row follows that one.
    ended: bool,
}

impl Columns {
    /// Calls `visit` with each cell below the head that stands at `place`; places must be asked in
    /// rising order.
    pub(super) fn below(
        &mut self,
        bytes: &[u8],
        place: usize,
        mut visit: impl FnMut(Range<usize>),
    ) {
        if !(self.line.start..=self.line.end).contains(&place) {
            let Some(line) = self.lines.around(bytes, place) else {
                return;
            };
            self.open(bytes, line);
        }
        if let Some((index, values)) = self.tuples(bytes, place) {
            return tuples_below(bytes, values, index, visit);
        }
        let Some(sign) = self.sign else {
            return;
        };
        self.reading
            .reach(bytes, place, self.line.start, SEPARATORS[sign]);
        let Some(column) = self.column(sign) else {
            return;
        };
        column.read(bytes, &mut visit);
    }

    /// Reads a line.
    fn open(&mut self, bytes: &[u8], line: Range<usize>) {
        self.counts = count(&bytes[line.clone()]);
        let sign = self.counts.iter().position(|&count| count > 0);
        let is_top = |sign: usize| {
            // Where the line above could head it as well, it is a row like others.
            above(bytes, &line).is_none_or(|higher| {
                let higher = &bytes[higher];
                count(higher)[sign] != self.counts[sign] || !is_head(higher, SEPARATORS[sign])
            })
        };
        let is_head = |sign: &usize| is_head(&bytes[line.clone()], SEPARATORS[*sign]);
        self.sign = sign.filter(|sign| is_head(sign) && is_top(*sign));
        (self.line, self.reading) = (line, Reading::default());
    }

    /// Which column of an `INSERT` stands at `place`, and where its values start.
    fn tuples(&self, bytes: &[u8], place: usize) -> Option<(usize, usize)> {
        let close = memchr(b')', &bytes[place..self.line.end.max(place)])?;
        let next = place + close + 1;
        let blank = bytes[next..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        let word = next + blank.count();
        if !starts_with(bytes, word, VALUES) {
            return None;
        }
        let columns = columns_before(bytes, word)?;
        let mut reading = Reading::default();
        reading.reach(bytes, place.max(columns.start), columns.start, b',');
        Some((reading.index, word + VALUES.len()))
    }

    /// The column at which the line was read up to, as far as it was read below an earlier head; none
    /// if there are more than tables have of one kind.
    fn column(&mut self, sign: usize) -> Option<&mut Column> {
        const MOST: usize = 32;
        let (index, width, line) = (self.reading.index, self.counts[sign], &self.line);
        self.read.retain(|column| column.last.end >= line.start);
        let is_it =
            |column: &Column| (column.sign, column.width, column.index) == (sign, width, index);
        let place = self.read.iter().position(is_it).unwrap_or(self.read.len());
        if place == MOST {
            return None;
        }
        if place == self.read.len() {
            self.read.push(Column {
                sign,
                width,
                index,
                last: line.clone(),
                ended: false,
            });
        }
        self.read.get_mut(place)
    }
}

impl Column {
    /// Tells the cells of so many rows more.
    fn read(&mut self, bytes: &[u8], visit: &mut impl FnMut(Range<usize>)) {
        const ROWS_MAX: usize = 256;
        for _ in 0..ROWS_MAX {
            if self.ended {
                return;
            }
            let Some(row) = line_below(bytes, &self.last) else {
                self.ended = true;
                return;
            };
            self.last = row.clone();
            if is_ruler(&bytes[row.clone()]) {
                continue;
            }
            self.ended = count(&bytes[row.clone()])[self.sign] != self.width;
            if self.ended {
                return;
            }
            if let Some(cell) = nth(&bytes[row.clone()], SEPARATORS[self.sign], self.index) {
                visit(trim(bytes, row.start + cell.start..row.start + cell.end));
            }
        }
    }
}

/// Tells the cells of one column in the tuples that start at a place, up to the end of the statement or
/// the next one.
fn tuples_below(bytes: &[u8], from: usize, index: usize, mut visit: impl FnMut(Range<usize>)) {
    /// Tuples hold calls, and these others, no deeper.
    const DEPTH_MAX: u32 = 16;
    let mut tuples = Tuples::starting(from);
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
        let between = tuples.depth == 0 && !tuples.quoted;
        let ends = between && (byte == b';' || starts_with(bytes, tuples.cursor, VALUES));
        if ends || tuples.depth > DEPTH_MAX {
            return;
        }
        tuples.cursor += 1;
    }
}
