//! Finds the cells of `[["a", "b"], [1, "x"]]` and of `"columns": ["a", "b"], "rows": [[1, "x"]]`.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::cells::Cell;
use super::text::{byte, span_end, span_start};

/// Longer lists of names and longer names head no table.
const HEAD_MAX: usize = 512;
const NAME_MAX: usize = 48;

/// Follows rising places through a text; every byte of a table is read once.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    /// Where the next list of lists starts, once somebody asked; beyond the text if none does.
    next: Option<usize>,
    /// The last one before; none if nothing heads it, or if it ended.
    table: Option<Table>,
}

/// A list of lists that was read up to a place.
#[derive(Debug, Default)]
struct Table {
    names: Vec<Range<usize>>,
    at: usize,
    quoted: bool,
    /// Where the row starts, if `at` stands in one, and which cell of it is being read.
    row: Option<usize>,
    index: usize,
    start: usize,
}

impl Arrays {
    /// The cell around `place`.
    #[inline]
    pub(super) fn at(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        let next = self.next(bytes);
        if self.table.is_none() && place <= next {
            return None;
        }
        self.cell(bytes, place)
    }

    /// Whether `place` stands in a list of lists that something heads.
    pub(super) fn goes_on(&mut self, bytes: &[u8], place: usize) -> bool {
        self.at(bytes, place);
        self.table.is_some()
    }

    /// The first place that may stand in a list of lists, or behind one.
    pub(super) fn start(&mut self, bytes: &[u8]) -> usize {
        let next = self.next(bytes).saturating_add(1);
        self.table.as_ref().map_or(next, |_| 0)
    }

    fn next(&mut self, bytes: &[u8]) -> usize {
        *self.next.get_or_insert_with(|| opening(bytes, 0))
    }

    #[inline(never)]
    fn cell(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        while let Some(start) = self.next.filter(|start| *start < place) {
            let names = named_before(bytes, start).or_else(|| names_in(bytes, start + 2));
            let at = start + 1;
            self.table = names.map(|names| Table {
                names,
                at,
                ..Table::default()
            });
            self.next = Some(opening(bytes, start + 2));
        }
        let table = self.table.as_mut()?;
        if !table.reach(bytes, place) {
            self.table = None;
            return None;
        }
        let Table { row, start, .. } = *table;
        // A place that was passed is told only within its cell.
        let passed = bytes.get(place..table.at).unwrap_or_default();
        if passed.iter().any(|byte| matches!(byte, b',' | b'[' | b']')) {
            return None;
        }
        let row = row?;
        let head = table.names.get(table.index)?.clone();
        (head.end < row).then_some(Cell { head, start, row })
    }
}

impl Table {
    /// Reads on up to a place; says whether the table goes on there.
    fn reach(&mut self, bytes: &[u8], place: usize) -> bool {
        while self.at < place {
            match (bytes[self.at], self.quoted) {
                (b'"', _) => self.quoted = !self.quoted,
                (b',', false) => (self.index, self.start) = (self.index + 1, self.at + 1),
                (b'[', false) => {
                    let inside = self.at + 1;
                    (self.row, self.index, self.start) = (Some(inside), 0, inside);
                }
                (b']', false) if self.row.take().is_none() => return false,
                _ => {}
            }
            self.at += 1;
        }
        true
    }
}

/// Where the first list of lists from a place on starts; beyond the text if none does.
fn opening(bytes: &[u8], from: usize) -> usize {
    static OPENING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("[["));
    let rest = bytes.get(from..).unwrap_or_default();
    OPENING.find(rest).map_or(usize::MAX, |at| from + at)
}

/// The list of names before `, "rows": ` and its like.
fn named_before(bytes: &[u8], table: usize) -> Option<Vec<Range<usize>>> {
    const KEY_MAX: usize = 32;
    let is_key = |byte: &u8| {
        byte.is_ascii_alphabetic() || matches!(byte, b'"' | b'\\' | b':' | b' ' | b',' | b'_')
    };
    let close = span_start(bytes, table, table.saturating_sub(KEY_MAX), is_key);
    let close = close.checked_sub(1).filter(|&at| bytes[at] == b']')?;
    let floor = close.saturating_sub(HEAD_MAX);
    names_in(bytes, floor + memrchr(b'[', &bytes[floor..close])? + 1)
}

/// The names in the list that opens before `start`, if it holds nothing but names.
fn names_in(bytes: &[u8], start: usize) -> Option<Vec<Range<usize>>> {
    let first = span_end(bytes, start, |byte| matches!(byte, b'"' | b'\\' | b' '));
    if !byte(bytes, first).is_ascii_alphabetic() && byte(bytes, first).is_ascii() || first == start
    {
        return None;
    }
    let limit = bytes.len().min(start + HEAD_MAX);
    let close = start + memchr(b']', bytes.get(start..limit)?)?;
    let mut names = Vec::new();
    let mut at = start;
    for cell in bytes[start..close].split(|&byte| byte == b',') {
        let end = at + cell.len();
        let quote = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\'' | b' ');
        let first = span_end(&bytes[..end], at, quote);
        let name = first..span_start(bytes, end, first, quote);
        let text = &bytes[name.clone()];
        let letter = text
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        let quoted = first > at && end > name.end;
        let plain = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ') || !byte.is_ascii()
        };
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        if !(letter && quoted && digits <= 2 && text.len() <= NAME_MAX && text.iter().all(plain)) {
            return None;
        }
        names.push(name);
        at = end + 1;
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of the cell that holds the mark.
    #[track_caller]
    fn check(text: &str, head: Option<&str>) {
        let place = text.find('§').expect("a mark");
        let text = text.replace('§', "");
        let cell = Arrays::default().at(text.as_bytes(), place);
        assert_eq!(head, cell.map(|cell| &text[cell.head]));
    }

    #[test]
    fn the_first_list_names_the_columns() {
        check(r#"[["id","dob"],[1,"§1951-03-15"]]"#, Some("dob"));
        check(r#"{"x":"[[\"id\",\"dob\"],[\"§1\",2]]"}"#, Some("id"));
        check(r#"[["id","dob"],["a, b","§1951"]]"#, Some("dob"));
    }

    #[test]
    fn a_list_of_names_may_stand_before_the_rows() {
        check(
            r#"{"columns": ["id", "dob"], "rows": [[1, "§x"]]}"#,
            Some("dob"),
        );
        check(r#"{"columns":["id"],"rows":[[1,2],[§3]]}"#, Some("id"));
    }

    #[test]
    fn lists_of_numbers_head_nothing() {
        check("[[1.5, 2],[§3, 4]]", None);
        check(r#"[["id","dob"]] and [§1]"#, None);
        check(r#"[["id","dob"],[1,2]], then §3"#, None);
    }
}
