//! Finds the line that heads the rows in which a text ends, for whoever reads a table in parts.

use std::ops::Range;

use super::cells::{is_head, is_ruler};
use super::lines::LINE_MAX;
use super::separators::{ESCAPE, SEPARATORS, count};

/// The line, with its end, that heads the rows at the end of a text: names of columns over as many
/// cells, or the opening of an `INSERT` over its tuples. The text ends at a line's end.
pub fn head(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let last = above(bytes, bytes.len())?;
    if is_tuple(&bytes[last.clone()]) {
        return head_of_tuples(bytes, last);
    }
    let counts = count(&bytes[last.clone()]);
    let signs = SEPARATORS.iter().zip(counts).enumerate();
    let signs = signs.filter(|(_, (separator, count))| *count > 0 && **separator != ESCAPE);
    signs.into_iter().find_map(|(sign, (separator, width))| {
        let is_row = |line: &Range<usize>| count(&bytes[line.clone()])[sign] == width;
        let mut top = last.clone();
        while let Some(higher) = row_above(bytes, &top, is_row) {
            top = higher;
        }
        let is_headed = top != last && is_head(&bytes[top.clone()], *separator);
        is_headed.then(|| top.start..top.end + 1)
    })
}

/// The line that ends before a place, without its end; none if it is too long for a row.
fn above(bytes: &[u8], place: usize) -> Option<Range<usize>> {
    let end = place.checked_sub(1)?;
    let floor = end.saturating_sub(LINE_MAX);
    let start = match memchr::memrchr(b'\n', &bytes[floor..end]) {
        Some(at) => floor + at + 1,
        None if floor == 0 => 0,
        None => return None,
    };
    Some(start..end)
}

/// The row above one; a table of a terminal rules off its head.
fn row_above(
    bytes: &[u8],
    row: &Range<usize>,
    is_row: impl Fn(&Range<usize>) -> bool,
) -> Option<Range<usize>> {
    let higher = above(bytes, row.start)?;
    if is_row(&higher) {
        return Some(higher);
    }
    let beyond = is_ruler(&bytes[higher.clone()]).then(|| above(bytes, higher.start))?;
    beyond.filter(is_row)
}

fn is_tuple(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"(")
}

fn head_of_tuples(bytes: &[u8], last: Range<usize>) -> Option<Range<usize>> {
    let mut top = last;
    while is_tuple(&bytes[top.clone()]) {
        top = above(bytes, top.start)?;
    }
    let line = bytes[top.clone()].to_ascii_lowercase();
    let opens = line.trim_ascii_end().ends_with(b"values");
    opens.then(|| top.start..top.end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: Option<&str>) {
        assert_eq!(wanted, head(text).map(|head| &text[head]), "{text}");
    }

    #[test]
    fn rows_lead_up_to_their_head() {
        check("x\nid,password\n1,a\n2,b\n", Some("id,password\n"));
        check("id\tpassword\n1\ta,b\n", Some("id\tpassword\n"));
        check(
            "| id | pin |\n|----|-----|\n| 1 | 2 |\n",
            Some("| id | pin |\n"),
        );
        check("id,note\n1,\"a,b\"\n", Some("id,note\n"));
    }

    #[test]
    fn tuples_lead_up_to_their_insert() {
        let insert = "INSERT INTO t (id, password) VALUES\n";
        check(
            &format!("--\n{insert}(1, 'a'),\n(2, 'b, c'),\n"),
            Some(insert),
        );
        check("call(\n(1)\n", None);
    }

    #[test]
    fn what_is_no_table_has_no_head() {
        check("", None);
        check("1,2\n3,4\n", None);
        check("a, b\n\nc, d\n", None);
        check("id,password\n", None);
        check("id,password\n1,a\nnothing\n", None);
        check(
            &format!("id,password\n{},a\n2,b\n", "1".repeat(LINE_MAX)),
            None,
        );
    }
}
