//! Reads a text on from where its beginning was read before: conversations are sent again with every
//! turn, each time a little longer.

use memchr::memmem;

use super::cells::Cells;
use super::detector::Found;
use super::findings::Findings;
use super::lines::LINE_MAX;
use super::scan::Scanner;

/// No look reads further ahead than this from where something starts, but along a value without a blank.
const AHEAD: usize = 2 << 10;
/// And none further back, but for the heads of tables: a row and what stands before it.
const BACK: usize = LINE_MAX + 256;
/// With more proposals than this it is not kept.
const FOUND_MAX: usize = 256;
/// It is read as a space behind the first escape of a text.
const WIDE_SPACE: &str = "\u{3000}";

/// What the scan proposed in the beginning of a text, whatever follows it.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// All proposals that start before this place are known.
    upto: usize,
    /// They, before overlaps are resolved.
    found: Box<[Found]>,
    is_escaped: bool,
}

/// How the text at hand was read.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// What was proposed in the whole of it.
    proposed: Vec<Found>,
    /// How long it is.
    length: usize,
    /// From here on it was read; before there, it was known.
    from: usize,
    /// Something in what was read is escaped, or in the whole.
    is_read_escaped: bool,
    is_escaped: bool,
    /// Under its key, all of it is looked at as one.
    is_one: bool,
}

impl Beginning {
    /// The beginning of a text ends at least so many bytes behind its start to be kept.
    pub const SHORTEST: usize = AHEAD + 2 * BACK;

    /// So many findings are kept with it.
    pub fn n_found(&self) -> usize {
        self.found.len()
    }
}

impl Scanner {
    /// The same as `scan`, for long texts. With a beginning, for which the text must start with the
    /// very bytes that it was kept of, under the same key, only what follows is read.
    pub fn scan_on(
        &self,
        key: Option<&str>,
        text: &str,
        beginning: Option<&Beginning>,
        findings: &mut Findings,
    ) {
        if !findings.start(text) {
            return;
        }
        findings.course.length = text.len();
        findings.course.is_one = findings
            .keys
            .known(key.unwrap_or_default())
            .meaning
            .is_some();
        let is_read = beginning.is_some_and(|known| self.read_on(key, text, known, findings));
        if !is_read {
            findings.found.clear();
            let is_escaped = self.propose(key, text, findings);
            findings.course.read(0, is_escaped, false);
        }
        findings.course.proposed.clone_from(&findings.found);
        self.settle(key, text, findings);
    }

    /// Proposes what is known of the beginning, and what may stand in the rest; says whether that can
    /// be told of the rest by itself.
    fn read_on(
        &self,
        key: Option<&str>,
        text: &str,
        known: &Beginning,
        findings: &mut Findings,
    ) -> bool {
        let from = match known.upto {
            all if all == text.len() => all,
            upto => text.floor_char_boundary(upto.saturating_sub(BACK)),
        };
        let Some(rest) = text.get(from..) else {
            return false;
        };
        let is_escaped = !rest.is_empty() && self.propose(key, rest, findings);
        let is_wide = || memmem::find(rest.as_bytes(), WIDE_SPACE.as_bytes()).is_some();
        if known.is_escaped && !is_escaped && is_wide() {
            return false;
        }
        for found in &mut findings.found {
            (found.start, found.end) = (found.start + from, found.end + from);
        }
        findings.found.retain(|found| found.start >= known.upto);
        findings.found.splice(0..0, known.found.iter().copied());
        findings.course.read(from, is_escaped, known.is_escaped);
        true
    }
}

impl Course {
    fn read(&mut self, from: usize, is_escaped: bool, was_escaped: bool) {
        self.from = from;
        self.is_read_escaped = is_escaped;
        self.is_escaped = is_escaped || was_escaped;
    }
}

impl Findings {
    /// What may be kept of the text that `scan_on` read last, for texts that start with the same
    /// bytes up to `end`; nothing if what follows there depends on more than a few KiB before it.
    pub fn beginning(&self, text: &str, end: usize) -> Option<Beginning> {
        let course = &self.course;
        let upto = text.floor_char_boundary(end.min(text.len()).checked_sub(AHEAD)?);
        if course.is_one || upto < course.from + 2 * BACK {
            return None;
        }
        let known = course.proposed.iter().filter(|found| found.start < upto);
        let found: Box<[Found]> = known.copied().collect();
        let is_cut = found.iter().any(|found| found.end > upto);
        let bytes = text.as_bytes();
        let is_kept = found.len() <= FOUND_MAX
            && !is_cut
            && is_broken(&bytes[upto - BACK..upto])
            && is_broken(&bytes[upto..end.min(bytes.len())])
            && !self.is_headed(text, upto);
        is_kept.then_some(Beginning {
            upto,
            found,
            is_escaped: course.is_escaped,
        })
    }

    /// All of the text that `scan_on` read last, for the very same text.
    pub fn whole(&self) -> Option<Beginning> {
        let found = &self.course.proposed;
        (found.len() <= FOUND_MAX).then(|| Beginning {
            upto: self.course.length,
            found: found.as_slice().into(),
            is_escaped: self.course.is_escaped,
        })
    }

    /// Whether the head of a table that goes on behind a place stands too far before it.
    fn is_headed(&self, text: &str, place: usize) -> bool {
        let from = self.course.from;
        let places = [place - BACK, place].map(|place| place - from);
        let (bytes, [first, place]) = if self.course.is_read_escaped {
            let decoded = &self.decoded;
            (decoded.bytes(), places.map(|place| decoded.place(place)))
        } else {
            (&text.as_bytes()[from..], places)
        };
        Cells::default().reach_over(bytes, first..place)
    }
}

/// Whether no value that may be secret reaches from one end to the other.
fn is_broken(bytes: &[u8]) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"' || !byte.is_ascii();
    bytes.iter().any(ends)
}

#[cfg(test)]
mod tests;
