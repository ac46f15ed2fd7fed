//! Finds the bare values of JSON text (numbers, truth values) that findings touch: what takes their
//! place needs quotes.
//!
//! JSON may be all of a text, a part of it, cut at its end, or the text of a string inside of JSON, to
//! some depth. Only where findings are is it read at all, and each byte once for each depth.

use super::mask::Span;

/// JSON inside strings inside of JSON is read to this depth.
const DEPTH_MAX: u32 = 4;

/// What may need quotes: one value, or values with what stands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) span: Span,
    /// How many strings stand around it.
    depth: u32,
}

impl Bare {
    /// Writes the quote that begins or ends a string at this depth.
    pub(super) fn quote(self, out: &mut String) {
        let escapes = (1_usize << self.depth) - 1;
        out.extend(std::iter::repeat_n('\\', escapes).chain(['"']));
    }

    fn holds(self, found: &Span) -> bool {
        self.span.start <= found.start && found.end <= self.span.end
    }
}

/// The bare values that findings, which are in order, touch; each is at least as wide as those.
pub(super) fn touched(text: &str, findings: &[Span]) -> Vec<Bare> {
    let mut reading = Reading {
        findings,
        values: Vec::new(),
    };
    if findings.iter().any(|found| may_be_bare(text, found)) {
        reading.read(&Source::Text(text.as_bytes()), 0);
    }
    reading.values
}

/// The one of these that holds a finding.
pub(super) fn around(values: &[Bare], found: &Span) -> Option<Bare> {
    let behind = values.partition_point(|bare| bare.span.start <= found.start);
    let last = behind.checked_sub(1).and_then(|at| values.get(at))?;
    last.holds(found).then_some(*last)
}

/// Whether what stands before a finding is what stands before a bare value. In a string a line's end
/// is `\n`.
fn may_be_bare(text: &str, found: &Span) -> bool {
    let before = text.get(..found.start).unwrap_or_default();
    let before = before.trim_end_matches(|letter: char| {
        letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E')
    });
    let before = before.trim_end_matches([' ', '\t', '\n', '\r']);
    let ends = [":", ",", "[", "\\n", "\\r", "\\t"];
    ends.iter().any(|end| before.ends_with(end))
}

/// JSON text, and where each of its bytes comes from.
enum Source<'t> {
    Text(&'t [u8]),
    /// What a string says.
    Said {
        bytes: Vec<u8>,
        origins: Vec<usize>,
        end: usize,
    },
}

impl Source<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Source::Text(bytes) => bytes,
            Source::Said { bytes, .. } => bytes,
        }
    }

    fn origin(&self, at: usize) -> usize {
        match self {
            Source::Text(_) => at,
            Source::Said { origins, end, .. } => origins.get(at).copied().unwrap_or(*end),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

impl Next {
    /// What may come after a string that stands here, if one may.
    fn after_string(self) -> Option<Self> {
        match self {
            Next::Key | Next::KeyOrEnd => Some(Next::Colon),
            Next::Value | Next::ValueOrEnd => Some(Next::CommaOrEnd),
            Next::Colon | Next::CommaOrEnd => None,
        }
    }
}

/// What may come after a sign, if it may come now. Of each open list or object `open` says what comes
/// after its commas.
fn sign(byte: u8, next: Next, open: &mut Vec<Next>) -> Option<Next> {
    match (byte, next, open.last()) {
        (b'{', Next::Value | Next::ValueOrEnd, _) => {
            open.push(Next::Key);
            Some(Next::KeyOrEnd)
        }
        (b'[', Next::Value | Next::ValueOrEnd, _) => {
            open.push(Next::Value);
            Some(Next::ValueOrEnd)
        }
        (b'}', Next::KeyOrEnd, _)
        | (b']', Next::ValueOrEnd, _)
        | (b'}', Next::CommaOrEnd, Some(Next::Key))
        | (b']', Next::CommaOrEnd, Some(Next::Value)) => {
            open.pop();
            Some(Next::CommaOrEnd)
        }
        (b',', Next::CommaOrEnd, Some(then)) => Some(*then),
        (b':', Next::Colon, _) => Some(Next::Value),
        _ => None,
    }
}

struct Reading<'f> {
    findings: &'f [Span],
    values: Vec<Bare>,
}

impl Reading<'_> {
    /// Reads all the JSON in a source.
    fn read(&mut self, source: &Source<'_>, depth: u32) {
        let mut at = 0;
        let open = |at: &usize| source.byte(*at).is_some_and(is_open);
        while let Some(start) = (at..source.bytes().len()).find(open) {
            at = self.value(source, start, depth).max(start + 1);
        }
    }

    /// Reads an object or array, and says where it ends, or is none. A list that breaks off is prose
    /// (`[12 of them`), unless a key stood in it.
    fn value(&mut self, source: &Source<'_>, start: usize, depth: u32) -> usize {
        let before = self.values.len();
        let mut has_key = false;
        let mut open = Vec::new();
        let (mut at, mut next) = (start, Next::Value);
        while let Some(byte) = source.byte(at) {
            if !is_space(byte) {
                if let Some(then) = sign(byte, next, &mut open) {
                    has_key |= byte == b':';
                    next = then;
                } else if byte == b'"'
                    && let Some(then) = next.after_string()
                {
                    at = self.string(source, at, depth);
                    next = then;
                } else if matches!(next, Next::Value | Next::ValueOrEnd)
                    && let Some(end) = bare_end(source, at)
                {
                    self.note(source, [at, end], depth);
                    at = end - 1;
                    next = Next::CommaOrEnd;
                } else {
                    break;
                }
                if open.is_empty() {
                    return at + 1;
                }
            }
            at += 1;
        }
        if at < source.bytes().len() && !has_key {
            self.values.truncate(before);
        }
        at
    }

    /// Reads a string, and what it says if that may be JSON; says where its last quote is.
    fn string(&mut self, source: &Source<'_>, start: usize, depth: u32) -> usize {
        let mut end = start + 1;
        while let Some(byte) = source.byte(end).filter(|byte| *byte != b'"') {
            end += 1 + usize::from(byte == b'\\');
        }
        let end = end.min(source.bytes().len());
        let inside = source.bytes().get(start + 1..end).unwrap_or_default();
        let [from, to] = [start + 1, end].map(|at| source.origin(at));
        let may_be_json = depth < DEPTH_MAX && inside.iter().any(|byte| is_open(*byte));
        if may_be_json && self.touching(from, to).is_some() {
            self.read(&said(source, start + 1, end), depth + 1);
        }
        end
    }

    /// The first and the last finding that touch a part of the text.
    fn touching(&self, start: usize, end: usize) -> Option<(&Span, &Span)> {
        let before = self.findings.partition_point(|found| found.end <= start);
        let upto = self.findings.partition_point(|found| found.start < end);
        let touching = self.findings.get(before..upto)?;
        touching.first().zip(touching.last())
    }

    /// Notes a bare value if findings touch it, together with the one before if one touches both.
    fn note(&mut self, source: &Source<'_>, [start, end]: [usize; 2], depth: u32) {
        let [start, end] = [start, end].map(|at| source.origin(at));
        let Some((first, last)) = self.touching(start, end) else {
            return;
        };
        let span = Span {
            start: start.min(first.start),
            end: end.max(last.end),
        };
        match self.values.last_mut().map(|last| &mut last.span) {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => self.values.push(Bare { span, depth }),
        }
    }
}

fn is_open(byte: u8) -> bool {
    matches!(byte, b'{' | b'[')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Where the bare value ends that begins here, if one does.
fn bare_end(source: &Source<'_>, start: usize) -> Option<usize> {
    let rest = source.bytes().get(start..).unwrap_or_default();
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
    let length = rest.iter().take_while(|byte| word(byte)).count();
    let value = rest.get(..length).unwrap_or_default();
    let is_number = match value {
        [b'-' | b'0'..=b'9', more @ ..] => !more
            .iter()
            .any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')),
        other => matches!(other, b"true" | b"false" | b"null"),
    };
    let ends = |next: &u8| matches!(next, b',' | b'}' | b']') || is_space(*next);
    (is_number && rest.get(length).is_none_or(ends)).then_some(start + length)
}

/// What a string says between two places, its escapes read.
fn said(source: &Source<'_>, start: usize, end: usize) -> Source<'static> {
    let (mut bytes, mut origins) = (Vec::new(), Vec::new());
    let raw = source.bytes().get(..end).unwrap_or_default();
    let mut at = start;
    while let Some(&byte) = raw.get(at) {
        let (meant, length) = match (byte, raw.get(at + 1)) {
            (b'\\', Some(b'n' | b'r' | b't' | b'b' | b'f')) => (b' ', 2),
            (b'\\', Some(b'u')) => (escaped(raw.get(at + 2..at + 6)), 6),
            (b'\\', Some(&next)) => (next, 2),
            _ => (byte, 1),
        };
        bytes.push(meant);
        origins.push(source.origin(at));
        at += length;
    }
    let end = source.origin(end);
    Source::Said {
        bytes,
        origins,
        end,
    }
}

/// The sign that four hexadecimal digits stand for, if it is one of ASCII; another plays no part in
/// JSON outside of its strings.
fn escaped(digits: Option<&[u8]>) -> u8 {
    let digits = digits.and_then(|digits| str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    code.filter(u8::is_ascii).unwrap_or(b'?')
}

#[cfg(test)]
mod tests;
