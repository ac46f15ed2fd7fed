//! Numbers of documents below the head of a column that blanks align.

use std::ops::Range;

use crate::pii::cells::is_ruler;
use crate::pii::detector::Scene;
use crate::pii::text::{Mix, before, byte, ends_with, span_end, span_start};
use crate::pii::words::Topic;

/// How heads of such columns end, with the blanks behind.
pub(super) const HEADS: &[&str] = &[
    "umber  ",
    "UMBER  ",
    "ummer  ",
    "UMMER  ",
    " No  ",
    " NO  ",
    " no  ",
    " No.  ",
    " NO.  ",
    " no.  ",
    " nr.  ",
    " Nr  ",
    " Nr.  ",
    " NR  ",
    " ID  ",
    " Id  ",
    " #  ",
    "_no  ",
    "_num  ",
    "_NO  ",
    "MRN  ",
    "mrn  ",
    "PASSPORT  ",
    "Passport  ",
    "LICENSE  ",
    "License  ",
    "LICENCE  ",
    "Licence  ",
    "óliza  ",
    "ÓLIZA  ",
    "POLIZA  ",
    "olizza  ",
    "POLIZZA  ",
    "police  ",
    "ólice  ",
    "polisy  ",
    "полиса  ",
    "полісу  ",
    "保单号  ",
    "番号  ",
];

pub(super) fn policy(behind: usize, scene: &mut Scene<'_, '_>) {
    below(behind, Topic::Policy, scene);
}

pub(super) fn medical(behind: usize, scene: &mut Scene<'_, '_>) {
    below(behind, Topic::Medical, scene);
}

pub(super) fn passport(behind: usize, scene: &mut Scene<'_, '_>) {
    below(behind, Topic::Passport, scene);
}

pub(super) fn licence(behind: usize, scene: &mut Scene<'_, '_>) {
    below(behind, Topic::Driver, scene);
}

/// The values below a head that speaks of a topic, up to the first line that has none there.
fn below(behind: usize, topic: Topic, scene: &mut Scene<'_, '_>) {
    const ROWS_MAX: usize = 32;
    let bytes = scene.bytes;
    // `No.`: a word may end before the full stop.
    const SIGNS: usize = 4;
    let named = scene.last_word(behind - 2, SIGNS);
    let Some(word) = named.filter(|word| word.topic == topic && word.start >= 0) else {
        return;
    };
    // Rules that programs follow have such numbers: `Policy ID  Action`.
    let label = word.end.max(0) as usize;
    let rule = ["policy id", "policy_id"]
        .iter()
        .any(|rule| ends_with(bytes, label, rule));
    if rule {
        return;
    }
    let Some((column, mut end)) = head(bytes, word.start as usize, behind) else {
        return;
    };
    for _ in 0..ROWS_MAX {
        let Some(line) = next_line(bytes, end) else {
            return;
        };
        end = line.end;
        if is_ruler(&bytes[line.clone()]) {
            continue;
        }
        let Some(cell) = cell(bytes, &line, column) else {
            return;
        };
        scene.report(
            cell.start,
            cell.end,
            "below the head of a column that names it",
        );
    }
}

/// Lines of such tables are no longer.
const LINE_MAX: usize = 240;

/// How many characters stand before the head, and where its line ends.
fn head(bytes: &[u8], word: usize, behind: usize) -> Option<(usize, usize)> {
    let floor = behind.saturating_sub(LINE_MAX);
    let line = span_start(bytes, word, floor, |byte| *byte != b'\n');
    // Further words of the head may stand before the one that names it.
    let mut start = word;
    while start > line
        && !(before(bytes, start) == b' ' && matches!(before(bytes, start - 1), b' ' | b'\n' | 0))
    {
        start -= 1;
    }
    let near = &bytes[..bytes.len().min(behind + LINE_MAX)];
    let end = span_end(near, behind, |byte| *byte != b'\n');
    let known = line == 0 || before(bytes, line) == b'\n';
    known.then(|| (n_chars(&bytes[line..start]), end))
}

/// How many characters a part of a text has.
fn n_chars(text: &[u8]) -> usize {
    text.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// The line behind the end of another one.
fn next_line(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let start = end + 1;
    let near = bytes.get(..start + LINE_MAX).unwrap_or(bytes);
    let line = start..span_end(near, start, |byte| *byte != b'\n');
    (byte(bytes, end) == b'\n' && !line.is_empty()).then_some(line)
}

/// The number that starts in a line behind so many characters: capitals and digits, and no date.
fn cell(bytes: &[u8], line: &Range<usize>, column: usize) -> Option<Range<usize>> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 5..=24;
    const DIGITS: usize = 4;
    let row = &bytes[line.clone()];
    let starts = row
        .iter()
        .enumerate()
        .filter(|(_, byte)| (**byte as i8) >= -0x40);
    let at = line.start + starts.map(|(at, _)| at).nth(column)?;
    let is_cell = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.');
    let mut end = span_end(&bytes[..line.end], at, is_cell);
    // `PGH 100 250 570`: single blanks part its groups.
    let prefix = |end: usize| end - at <= 4 || Mix::of(&bytes[at..end]).digit > 0;
    while prefix(end)
        && end < line.end
        && byte(bytes, end) == b' '
        && byte(bytes, end + 1).is_ascii_digit()
    {
        end = span_end(&bytes[..line.end], end + 1, is_cell);
    }
    let value = &bytes[at..end];
    let mix = Mix::of(value);
    let apart = at == line.start || before(bytes, at) == b' ';
    let whole = end >= line.end
        || matches!(bytes.get(end..end + 2), Some(b"  "))
        || byte(bytes, end) == b'\r';
    let dotted = value.contains(&b'.');
    let written =
        LENGTHS.contains(&value.len()) && mix.digit >= DIGITS && mix.lower == 0 && !dotted;
    (apart && whole && written && !is_date(value)).then_some(at..end)
}

/// `12/22/2026`, `2026-01-02`: three groups of digits, one of them a year.
pub(super) fn is_date(value: &[u8]) -> bool {
    let groups = value.split(|byte| matches!(byte, b'-' | b'/'));
    let year =
        |group: &[u8]| group.len() == 4 && matches!(group, [b'1', b'9', ..] | [b'2', b'0', ..]);
    let plain = value
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/'));
    plain && groups.clone().count() == 3 && groups.clone().any(year) && value.len() <= 10
}
