//! What a detector is: its description for people, and the looks by which the scan calls it.

use super::calls::{FindNumber, FindWord, MayBe};
use super::columns::Columns;
use super::context::{Context, Word as ContextWord};
use super::forms::{Numeral, Shape};
use super::pairs::Pair;
use super::text;
use super::words::Topic;

/// One kind of personal data or secret: what it is, how it is recognised, and proof by cases.
#[derive(Debug)]
pub struct Detector {
    /// The type's name, as in labels and reports: `EMAIL`.
    pub name: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// Where its definition is published.
    pub source: &'static str,
    /// What is checked beyond the shape.
    pub validator: &'static str,
    /// How bad a leak is: of two overlapping findings the graver one stays.
    pub gravity: u8,
    /// Context that raises it, where any is needed or helps.
    pub context: &'static [Topic],
    /// Texts with what must be found between `«` and `»`.
    pub finds: &'static [&'static str],
    /// Texts in which this detector must find nothing.
    pub ignores: &'static [&'static str],
    pub(super) looks: &'static [Look],
}

impl PartialEq for Detector {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Detector {}

/// From this gravity on a detector speaks of secrets: of two overlapping ones the wider stays.
pub(super) const SECRET: u8 = 80;

/// How the scan comes to call a detector: the cheap sign that makes a closer look worth while.
#[derive(Debug)]
pub(super) enum Look {
    /// A number that is written in one of these ways.
    Number(&'static [Numeral], FindNumber),
    /// The same, only where a word of the topic stands before it and no other number between; and where
    /// it may be one of such numbers by itself, if that is soon told.
    NumberNear(Topic, &'static [Numeral], Option<MayBe<Number>>, FindNumber),
    /// The same, only where a word of the topic stands before it.
    NumberAfter(Topic, &'static [Numeral], Option<MayBe<Number>>, FindNumber),
    /// A word of letters and digits that is written in one of these ways.
    Word(&'static [Shape], FindWord),
    /// The same, only where a word of the topic stands before it and no number between, and where it may
    /// be one of such words by itself.
    WordNear(Topic, &'static [Shape], Option<MayBe<Word>>, FindWord),
    /// A short hexadecimal word next to a colon or dash.
    Chain(fn(&Word, &mut Scene<'_, '_>)),
    /// The sign `@` at this place.
    At(fn(usize, &mut Scene<'_, '_>)),
    /// A token of sixteen or more characters; called where one of the prefixes starts a part of it.
    Prefix(&'static [&'static str], fn(usize, &mut Scene<'_, '_>)),
    /// A token of sixteen or more characters that is random or part of something that may be, where
    /// a word of the topic stands before it.
    TokenAfter(Topic, fn(&Word, &mut Scene<'_, '_>)),
    /// One of these literals, called with the place behind it.
    Literal(&'static [&'static str], fn(usize, &mut Scene<'_, '_>)),
    /// `key: value` or `key = value` where the key is sensitive.
    Pair(fn(&Pair, &mut Scene<'_, '_>)),
    /// The sign `=` at this place.
    Equals(fn(usize, &mut Scene<'_, '_>)),
}

/// Digits that stand together, in groups joined by single separators.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The groups' lengths, four bits each, the last group lowest: `0x324` for 123-45-6789.
    pub(super) shape: u64,
    pub(super) total: u8,
    /// What joins the groups: 0 for one group, the byte if always the same, `*` if not.
    pub(super) joint: u8,
    /// Written with a `+` before it.
    pub(super) plus: bool,
    /// Touches an underscore or another sign that makes it part of a name.
    pub(super) glued: bool,
}

/// How many groups a number has, by its shape.
pub(super) fn n_groups(shape: u64) -> u32 {
    (64 - shape.leading_zeros()).div_ceil(4)
}

impl Number {
    pub(super) fn is_bare(&self) -> bool {
        self.joint == 0
    }

    /// Whether groups joined by spaces are only a part of a longer row of such groups.
    pub(super) fn is_in_row(&self, bytes: &[u8]) -> bool {
        if self.joint != b' ' {
            return false;
        }
        let last_width = (self.shape & 15) as usize;
        let n_groups = n_groups(self.shape).max(1);
        let first_width = (self.shape >> (4 * (n_groups - 1)) & 15) as usize;
        let behind = text::word_end(bytes, self.end + 1);
        let next = bytes.get(self.end + 1..behind).unwrap_or_default();
        let start = text::word_start(bytes, self.start.saturating_sub(1), 0);
        let last = bytes
            .get(start..self.start.saturating_sub(1))
            .unwrap_or_default();
        let is_group = |group: &[u8], width: usize| {
            let has = |class: fn(&u8) -> bool| group.iter().any(class);
            let code = has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase);
            // Groups of hexadecimal go on with such that hold no letter: a dump of memory.
            has(u8::is_ascii_digit)
                && (code || group.len() == width && group.iter().all(u8::is_ascii_hexdigit))
        };
        text::byte(bytes, self.end) == b' ' && is_group(next, last_width)
            || text::before(bytes, self.start) == b' '
                && (is_group(last, last_width) || is_group(last, first_width))
            || self.follows_account(bytes)
    }

    /// Whether groups of four lead back to `DE89`: the number is part of an account number.
    fn follows_account(&self, bytes: &[u8]) -> bool {
        let mut end = self.start;
        for _ in 0..8 {
            if end < 5 || bytes[end - 1] != b' ' {
                return false;
            }
            let word = &bytes[end - 5..end - 1];
            if let [a, b, c, d] = word
                && a.is_ascii_alphabetic()
                && b.is_ascii_alphabetic()
                && c.is_ascii_digit()
                && d.is_ascii_digit()
            {
                return true;
            }
            if !word.iter().all(u8::is_ascii_alphanumeric) {
                return false;
            }
            end -= 5;
        }
        false
    }
}

/// A run of characters: a word of letters and digits, or a longer token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Word {
    pub(super) fn of<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// What a detector sees while it looks: the text, its context, and where to report.
pub(super) struct Scene<'t, 's> {
    pub(super) bytes: &'t [u8],
    pub(super) context: Context<'t>,
    pub(super) found: &'s mut Vec<Found>,
    pub(super) detector: Kind,
    /// Chains of colons and dashes were read up to here.
    pub(super) chain_end: usize,
    /// The place behind the last `://`.
    pub(super) scheme_end: usize,
    /// Where the keys known by their prefixes end that were read so far, and how many seemed to start
    /// within others since one did not.
    pub(super) last_key: (usize, usize),
    /// The cookies of headers were read up to here.
    pub(super) cookies_end: usize,
    /// The columns that were read below their heads.
    pub(super) columns: Option<Columns>,
}

impl Scene<'_, '_> {
    /// Reports a span of the calling detector's kind; `rule` says why, for `--explain`.
    pub(super) fn report(&mut self, start: usize, end: usize, rule: &'static str) {
        self.report_as(self.detector, start, end, rule);
    }

    /// Reports a span of another kind.
    pub(super) fn report_as(&mut self, kind: Kind, start: usize, end: usize, rule: &'static str) {
        if start < end && end <= self.bytes.len() {
            self.found.push(Found {
                kind,
                start,
                end,
                rule,
            });
        }
    }

    /// The nearest context word before `place`, of any topic.
    pub(super) fn last_word(&mut self, place: usize, reach: usize) -> Option<ContextWord> {
        self.context.nearest(place, reach, |_| true)
    }

    /// Whether the nearest word before `place` speaks against personal data, in the same sentence.
    pub(super) fn is_spoken_against(&mut self, place: usize, reach: usize) -> bool {
        let Some(word) = self.last_word(place, reach) else {
            return false;
        };
        let gap = self
            .bytes
            .get(word.end.max(0) as usize..place)
            .unwrap_or_default();
        let paragraph = gap.windows(2).any(|two| two == b"\n\n");
        super::words::AGAINST.contains(&word.topic) && !ends_sentence(gap) && !paragraph
    }
}

/// Whether a sentence ends in `gap`; the full stop of `no.` and other short forms ends none.
pub(super) fn ends_sentence(gap: &[u8]) -> bool {
    gap.windows(2).enumerate().any(|(at, two)| {
        let letters = gap[..at]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
            .count();
        matches!(two[0], b'.' | b'!' | b'?' | b';') && matches!(two[1], b' ' | b'\n') && letters > 3
    })
}

/// The kind of a finding: a detector of the catalogue, or one of the user's own patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A detector of the catalogue.
    Known(&'static Detector),
    /// The user's pattern or word list at this place of the options.
    Own(u16),
    /// What stands under a sensitive key of the user.
    OwnKey,
}

impl Kind {
    /// How bad a leak is; the user's own patterns stand just below the secrets, and nothing that is
    /// found under a key of the user uncovers the rest of it.
    pub fn gravity(self) -> u8 {
        match self {
            Self::Known(detector) => detector.gravity,
            Self::Own(_) => SECRET - 1,
            Self::OwnKey => u8::MAX,
        }
    }
}

/// What a detector proposes, before overlaps are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The rule that held, for people.
    pub rule: &'static str,
}
