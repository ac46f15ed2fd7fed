//! Finds the cells of `[["a", "b"], [1, "x"]]` and of `"columns": ["a", "b"], "rows": [[1, "x"]]`.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::cells::Cell;
use super::text::{span_end, span_start};

/// Longer lists of names, longer rows and longer names head no table.
const HEAD_MAX: usize = 1024;
const ROW_MAX: usize = 512;
const NAME_MAX: usize = 48;

/// Follows rising places through a text; each list of lists is looked for once.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    /// Lists of lists that start before this place were looked for.
    searched: usize,
    /// Where the last of them starts, and the names that head its columns.
    table: Option<(usize, Vec<Range<usize>>)>,
}

impl Arrays {
    /// The cell around `place`.
    pub(super) fn at(&mut self, bytes: &[u8], place: usize) -> Option<Cell> {
        self.advance(bytes, place);
        let (table, names) = self.table.as_ref().filter(|(_, names)| !names.is_empty())?;
        let floor = place.saturating_sub(ROW_MAX).max(*table);
        let row = floor + memrchr(b'[', &bytes[floor..place])? + 1;
        let (mut index, mut start, mut quoted) = (0, row, false);
        for (at, byte) in (row..).zip(&bytes[row..place]) {
            match byte {
                b'"' => quoted = !quoted,
                b',' if !quoted => (index, start) = (index + 1, at + 1),
                b']' if !quoted => return None,
                _ => {}
            }
        }
        let head = names.get(index).filter(|name| name.end < row)?.clone();
        Some(Cell { head, start, row })
    }

    /// Looks for the last list of lists that starts before `place`.
    fn advance(&mut self, bytes: &[u8], place: usize) {
        if self.table.as_ref().is_some_and(|(table, _)| *table > place) {
            *self = Self::default();
        }
        while self.searched < place {
            let Some(found) = memmem::find(&bytes[self.searched..place], b"[[") else {
                self.searched = place.saturating_sub(1).max(self.searched);
                return;
            };
            let table = self.searched + found;
            self.searched = table + 2;
            let names = named_before(bytes, table);
            let names = names.or_else(|| names_in(bytes, table + 2));
            self.table = Some((table, names.unwrap_or_default()));
        }
    }
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
        check(r#"[["id","dob"]] and [§1]"#, Some("id"));
        check(r#"[["id","dob"],[1,2]], then §3"#, None);
    }
}
