//! Finds the lines of a text, also of one that stands with escaped line ends inside a string.

use std::ops::Range;

use memchr::{memchr_iter, memchr2_iter, memrchr_iter, memrchr2};

use super::text::{before, byte, span_end, span_start};

/// Longer lines are no rows of a table that people or tools print.
pub(super) const LINE_MAX: usize = 2048;

/// No line end is longer: strings stand in strings so deeply at most.
const BREAK_MAX: usize = 18;

/// A place that is farther ahead is looked for from behind.
const NEAR: usize = 256;

/// A line end: where it stands, and how many backslashes escape it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Break {
    start: usize,
    end: usize,
    slashes: usize,
}

/// Follows rising places through a text; each line end is looked for once.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Where the first one ends, once somebody asked.
    first: Option<usize>,
    last: Option<Break>,
    next: Option<Break>,
    /// No line end starts between the last one and here.
    searched: usize,
    clear: Clear,
}

/// Where no quote stands that could end a string with line ends escaped so deeply.
#[derive(Debug, Default)]
struct Clear {
    range: Range<usize>,
    depth: usize,
}

impl Clear {
    /// The last such quote between two places, and the first; what was read before is not read again.
    fn quotes(
        &mut self,
        bytes: &[u8],
        (floor, place, limit): (usize, usize, usize),
        depth: usize,
    ) -> (Option<usize>, Option<usize>) {
        let known = self.depth == depth && self.range.contains(&place);
        let (left, right) = if known {
            (self.range.start, self.range.end.min(limit))
        } else {
            (place, place)
        };
        let is_outer = |at: &usize| before_quote(bytes, *at) < depth;
        let rest = &bytes[floor.min(left)..left];
        let mut last = memrchr_iter(b'"', rest).map(|at| floor.min(left) + at);
        let last = last.find(is_outer);
        let mut next = memchr_iter(b'"', &bytes[right..limit]).map(|at| right + at);
        let next = next.find(is_outer);
        self.depth = depth;
        self.range = last.map_or(floor.min(left), |at| at + 1)..next.unwrap_or(limit);
        (last.filter(|at| *at >= floor), next)
    }
}

impl Lines {
    /// The line around a place, without its end; none if it is too long.
    pub(super) fn around(&mut self, bytes: &[u8], place: usize) -> Option<Range<usize>> {
        if place > self.searched + NEAR {
            self.jump(bytes, place);
        }
        while self.next.is_none_or(|next| next.end <= place) && self.searched < bytes.len() {
            self.last = self.next.or(self.last);
            self.next = break_after(bytes, self.searched);
            self.searched = self.next.map_or(bytes.len(), |next| next.end);
        }
        let ahead = self.next.filter(|next| next.end > place);
        let last = if ahead.is_some() {
            self.last
        } else {
            self.next.or(self.last)
        };
        bounds(bytes, place, (last, ahead), &mut self.clear)
    }

    /// Passes over the lines between the last place and this one, if a line end stands near before it.
    fn jump(&mut self, bytes: &[u8], place: usize) {
        let floor = self.searched.max(place.saturating_sub(LINE_MAX));
        if let Some(last) = break_before(bytes, place, floor) {
            (self.last, self.next, self.searched) = (None, Some(last), last.end);
        }
    }

    /// Where the first line ends.
    pub(super) fn first(&mut self, bytes: &[u8]) -> usize {
        *self.first.get_or_insert_with(|| {
            let first = break_after(bytes, 0);
            if self.searched == 0 {
                self.next = first;
                self.searched = first.map_or(bytes.len(), |first| first.end);
            }
            first.map_or(bytes.len(), |first| first.start)
        })
    }
}

/// Whether `higher` is a line, in no string, and the one above another.
pub(super) fn is_above(bytes: &[u8], higher: &Range<usize>, line: &Range<usize>) -> bool {
    let is_behind_end = higher.start == 0 || bytes[higher.start - 1] == b'\n';
    (1..LINE_MAX).contains(&higher.len())
        && higher.end + 1 == line.start
        && bytes[higher.end] == b'\n'
        && is_behind_end
}

/// The line above one.
pub(super) fn above(bytes: &[u8], line: &Range<usize>) -> Option<Range<usize>> {
    let floor = line.start.saturating_sub(BREAK_MAX);
    let end = break_before(bytes, line.start, floor).filter(|end| end.end == line.start)?;
    let floor = end.start.saturating_sub(LINE_MAX);
    let last = break_before(bytes, end.start, floor);
    bounds(bytes, end.start, (last, Some(end)), &mut Clear::default())
}

/// The line below one.
pub(super) fn below(bytes: &[u8], line: &Range<usize>) -> Option<Range<usize>> {
    let end = break_after(head(bytes, line.end), line.end);
    let end = end.filter(|end| end.start == line.end)?;
    let next = break_after(head(bytes, end.end), end.end);
    bounds(bytes, end.end, (Some(end), next), &mut Clear::default())
}

/// The text up to where a line that holds a place ends at the latest.
fn head(bytes: &[u8], place: usize) -> &[u8] {
    &bytes[..bytes.len().min(place + LINE_MAX + BREAK_MAX)]
}

/// The line around a place between two line ends; in a string it goes no further than the quotes.
fn bounds(
    bytes: &[u8],
    place: usize,
    (last, next): (Option<Break>, Option<Break>),
    clear: &mut Clear,
) -> Option<Range<usize>> {
    let slashes = |end: Option<Break>| end.map_or(0, |end| end.slashes);
    let depth = slashes(last).max(slashes(next));
    let floor = last.map_or(0, |last| last.end);
    let floor = floor.max(place.saturating_sub(LINE_MAX));
    let limit = next.map_or(bytes.len(), |next| next.start);
    let limit = limit.min(place + LINE_MAX);
    if floor > place || limit < place {
        return None;
    }
    let (open, close) = if depth > 0 {
        clear.quotes(bytes, (floor, place, limit), depth)
    } else {
        (None, None)
    };
    let opens = floor == 0 || last.is_some_and(|last| last.end == floor);
    let closes = limit == bytes.len() || next.is_some_and(|next| next.start == limit);
    let start = open.map(|at| at + 1).or(opens.then_some(floor))?;
    let end = close.map(|at| at - before_quote(bytes, at));
    let end = end.or(closes.then_some(limit))?;
    (start <= end).then_some(start..end)
}

/// How many backslashes stand before a quote.
fn before_quote(bytes: &[u8], at: usize) -> usize {
    at - span_start(bytes, at, 0, |&byte| byte == b'\\')
}

/// The first line end that starts at a place or behind it: `\n` as a byte, or escaped.
fn break_after(bytes: &[u8], from: usize) -> Option<Break> {
    let rest = bytes.get(from..)?;
    let mut places = memchr2_iter(b'\n', b'\\', rest).map(|at| from + at);
    places.find_map(|at| break_at(bytes, at))
}

/// The last line end that ends at a place or before it.
fn break_before(bytes: &[u8], place: usize, floor: usize) -> Option<Break> {
    let mut end = place;
    while let Some(at) = memrchr2(b'\n', b'\\', bytes.get(floor..end)?) {
        let at = floor + at;
        let start = if bytes[at] == b'\n' {
            at
        } else {
            span_start(bytes, at, floor, |&byte| byte == b'\\')
        };
        let found = break_at(bytes, start).filter(|found| found.end <= place);
        if found.is_some() {
            return found;
        }
        end = start;
    }
    None
}

/// The line end whose first byte stands at a place.
fn break_at(bytes: &[u8], at: usize) -> Option<Break> {
    if bytes[at] == b'\n' {
        let (start, end, slashes) = (at, at + 1, 0);
        return Some(Break {
            start,
            end,
            slashes,
        });
    }
    if before(bytes, at) == b'\\' {
        return None;
    }
    let letter = span_end(bytes, at, |&byte| byte == b'\\');
    let slashes = letter - at;
    let returns = byte(bytes, letter) == b'r';
    let line_feed = if returns {
        letter + 1 + slashes
    } else {
        letter
    };
    let joined = !returns
        || bytes
            .get(letter + 1..line_feed)?
            .iter()
            .all(|&byte| byte == b'\\');
    (joined && byte(bytes, line_feed) == b'n').then_some(Break {
        start: at,
        end: line_feed + 1,
        slashes,
    })
}

#[cfg(test)]
mod tests;
