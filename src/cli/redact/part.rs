//! Parts of a text that is too long, or too slow to come, to be read whole.

use memchr::memmem;

use crate::pii;

/// A text up to this size is read as one.
pub(super) const WHOLE: usize = 4 << 20;
/// So much of what stood before a part is looked at with it.
const CONTEXT: usize = 4 << 10;
/// No private key is longer; what goes on for longer is none.
const BLOCK_MAX: usize = 64 << 10;

/// A text, or a part of one that ends at a line's end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What stood before, and then the part itself.
    pub(super) text: String,
    /// So many bytes of it stood before.
    pub(super) before: usize,
    /// Where in the whole text the part starts.
    pub(super) at: u64,
}

impl Part {
    /// The part itself.
    pub(super) fn own(&self) -> &str {
        self.text.get(self.before..).unwrap_or_default()
    }
}

/// Lines of text that follow each other, of which some may have been parted already.
#[derive(Debug, Default)]
pub(super) struct Run {
    next: Part,
}

impl Run {
    pub(super) fn push(&mut self, lines: &str) {
        self.next.text.push_str(lines);
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.next.own().is_empty()
    }

    /// Whether there were only blank lines from its beginning on.
    pub(super) fn is_blank(&self) -> bool {
        self.next.at == 0 && self.next.own().trim().is_empty()
    }

    /// Parts that are as long as a text may be.
    pub(super) fn long(&mut self, mut part: impl FnMut(Part)) {
        while self.next.own().len() > WHOLE {
            let cut = best_cut(self.next.own());
            part(self.cut(cut));
        }
    }

    /// What waits, but for a private key that has not ended.
    pub(super) fn ready(&mut self, mut part: impl FnMut(Part)) {
        let own = self.next.own();
        let cut = open_key(own, own.len()).unwrap_or(own.len());
        if cut > 0 && !self.is_blank() {
            part(self.cut(cut));
        }
    }

    /// What waits; then another text begins.
    pub(super) fn end(&mut self) -> Part {
        std::mem::take(&mut self.next)
    }

    /// Takes the part up to a place in what waits.
    fn cut(&mut self, cut: usize) -> Part {
        let end = self.next.before + cut;
        let rest = self.next.text.split_off(end);
        let mut text = context(&self.next.text);
        let before = text.len();
        text.push_str(&rest);
        let at = self.next.at + cut as u64;
        std::mem::replace(&mut self.next, Part { text, before, at })
    }
}

/// Where a long text is best cut: behind a blank line, before a line that is not indented, or behind
/// any line; never within a private key.
fn best_cut(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(last) = line_end_before(bytes, WHOLE) else {
        // The first line alone is longer.
        return memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    };
    let half = WHOLE / 2;
    let blank = memmem::rfind(&bytes[half.min(last)..last], b"\n\n");
    let blank = blank.map(|at| half.min(last) + at + 2);
    let cut = blank
        .or_else(|| flush_left(bytes, half.min(last), last))
        .unwrap_or(last);
    open_key(text, cut)
        .filter(|start| *start > 0)
        .unwrap_or(cut)
}

/// Behind the last line end up to a place.
fn line_end_before(bytes: &[u8], place: usize) -> Option<usize> {
    let head = &bytes[..place.min(bytes.len())];
    memchr::memrchr(b'\n', head).map(|at| at + 1)
}

/// The last line end up to `last` behind which a line starts with no space and no bracket.
fn flush_left(bytes: &[u8], floor: usize, last: usize) -> Option<usize> {
    let mut ends = memchr::memrchr_iter(b'\n', &bytes[floor..last]).map(|at| floor + at + 1);
    let starts = |byte: &u8| !byte.is_ascii_whitespace() && !b")]}".contains(byte);
    ends.find(|end| bytes.get(*end).is_some_and(starts))
}

/// Where the line starts on which a private key begins that has not ended at a place.
fn open_key(text: &str, place: usize) -> Option<usize> {
    const KEYS: [(&str, &str); 2] = [
        ("-----BEGIN ", "-----END "),
        ("PuTTY-User-Key-File-", "Private-MAC:"),
    ];
    let bytes = &text.as_bytes()[..place];
    KEYS.iter().find_map(|(begin, end)| {
        let start = memmem::rfind(bytes, begin.as_bytes())?;
        let block = &bytes[start..];
        let goes_on = block.len() <= BLOCK_MAX
            && memmem::find(block, end.as_bytes()).is_none()
            && block.split(|byte| *byte == b'\n').skip(1).all(is_of_key);
        goes_on.then(|| line_end_before(bytes, start).unwrap_or(0))
    })
}

/// Whether a line may stand in a private key: base64, `Name: value`, or nothing; quoted or not.
fn is_of_key(line: &[u8]) -> bool {
    let sign = |byte: &u8| b">|#*+-".contains(byte) || byte.is_ascii_whitespace();
    let quoted = line.iter().take_while(|byte| sign(byte)).count();
    let line = line[quoted..].trim_ascii_end();
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\\".contains(byte);
    let name = line
        .iter()
        .take_while(|byte| base64(byte) || **byte == b'-');
    let name = name.count();
    name == line.len() || line[name..].starts_with(b": ")
}

/// What helps to understand what follows a text: the head of the table it ends in, and its last
/// lines.
fn context(text: &str) -> String {
    let bytes = text.as_bytes();
    let floor = bytes.len().saturating_sub(CONTEXT);
    let start = if floor == 0 {
        0
    } else {
        memchr::memchr(b'\n', &bytes[floor - 1..]).map_or(bytes.len(), |at| floor + at)
    };
    let head = pii::head_of_rows(text).filter(|head| head.start < start);
    let head = head.and_then(|head| text.get(head)).unwrap_or_default();
    [head, text.get(start..).unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests;
