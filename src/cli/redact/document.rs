//! Follows one JSON object that goes over many lines, as it comes in.

/// How far an object that opens an input has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing but space so far.
    Unborn,
    /// It goes on.
    Open,
    /// It ended before this byte.
    Closed(usize),
    /// This is no JSON object.
    Broken,
}

/// What was read of it. It takes some texts for JSON that are none, and none for a text that is.
#[derive(Debug, Default)]
pub(super) struct Outline {
    read: usize,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Where its first brace stands.
    start: Option<usize>,
    end: Option<Progress>,
}

impl Outline {
    /// Reads on; `bytes` begin with those that were read before.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Progress {
        if let Some(end) = self.end {
            return end;
        }
        for (at, &byte) in bytes.iter().enumerate().skip(self.read) {
            if let Some(end) = self.step(at, byte) {
                self.end = Some(end);
                return end;
            }
        }
        self.read = bytes.len();
        match self.start {
            Some(_) => Progress::Open,
            None => Progress::Unborn,
        }
    }

    /// Where its first brace stands.
    pub(super) fn start(&self) -> usize {
        self.start.unwrap_or_default()
    }

    fn step(&mut self, at: usize, byte: u8) -> Option<Progress> {
        if self.in_string {
            return self.inside(byte);
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'{' => {
                self.start.get_or_insert(at);
                self.depth += 1;
            }
            _ if self.depth == 0 => return Some(Progress::Broken),
            b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                return (self.depth == 0).then_some(Progress::Closed(at + 1));
            }
            b'"' => self.in_string = true,
            // Signs, numbers, and the letters of `true`, `false` and `null`.
            b'0'..=b'9' => {}
            sign if b",:+-.Eaeflnrstu".contains(&sign) => {}
            _ => return Some(Progress::Broken),
        }
        None
    }

    fn inside(&mut self, byte: u8) -> Option<Progress> {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => self.in_string = false,
            // A line end in a string stands as `\n`.
            0..0x20 => return Some(Progress::Broken),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer for the whole, and for the same byte by byte.
    #[track_caller]
    fn check(text: &str, wanted: Progress) {
        assert_eq!(wanted, Outline::default().follow(text.as_bytes()), "{text}");
        let mut outline = Outline::default();
        let mut last = Progress::Unborn;
        for end in 0..=text.len() {
            last = outline.follow(&text.as_bytes()[..end]);
        }
        assert_eq!(wanted, last, "{text}");
    }

    #[test]
    fn an_object_is_followed_to_its_end() {
        check(" \n", Progress::Unborn);
        check("\n{\n \"a\": [1, {\"}\\\"{\": null}],", Progress::Open);
        check(
            "{\n \"a\": [1, {\"}\\\"{\": null}]}\n",
            Progress::Closed(28),
        );
        check("{ } more", Progress::Closed(3));
    }

    #[test]
    fn what_is_no_object_is_told_soon() {
        check("text", Progress::Broken);
        check("[1]", Progress::Broken);
        check("{level=info} x", Progress::Broken);
        check("{ \"it is so\n", Progress::Broken);
    }
}
