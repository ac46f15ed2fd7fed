//! The words around one-time codes, and the text that stands around a number.

use std::ops::Range;
use std::sync::LazyLock;

use super::codes::SIGNS;
use crate::pii::gate::Gate;
use crate::pii::text::byte;
use crate::pii::words::{Topic, words};

/// What is said around codes, written down for people to read and extend.
const LIST: &str = include_str!("../codes.txt");

static ALL: LazyLock<All> = LazyLock::new(All::read);

/// The words by what they tell.
pub(super) struct All {
    pub(super) code: Said,
    pub(super) copula: Said,
    pub(super) enter: Said,
    pub(super) used: Said,
    pub(super) login: Said,
    pub(super) confirm: Said,
    pub(super) place: Said,
    pub(super) care: Said,
    pub(super) valid: Said,
    pub(super) minutes: Said,
    pub(super) sold: Said,
    pub(super) other: Said,
    pub(super) other_behind: Said,
    pub(super) is: Said,
    pub(super) yours: Said,
    pub(super) enter_behind: Said,
    pub(super) noun_behind: Said,
    pub(super) record: Said,
    pub(super) against: Said,
    pub(super) articles: Said,
    pub(super) texted: Said,
    pub(super) short: Said,
    /// The context words that name codes by themselves.
    pub(super) strong: Said,
    /// How what leads to a code ends, and how what follows it starts: three bytes of each.
    leads: Gate<128>,
    follows: Gate<128>,
}

impl All {
    fn read() -> Self {
        let section = |name: &str| {
            let sections = LIST.split('[').skip(1);
            let mut sections = sections.filter_map(|section| section.split_once(']'));
            let words = sections.find(|(known, _)| *known == name);
            let words = words.map_or("", |(_, words)| words).split([',', '\n']);
            Said::of(words.map(str::trim).map(str::to_owned))
        };
        let strong = words().filter(|(topic, word)| *topic == Topic::Otp && word.len() > 3);
        let mut all = Self {
            code: section("Code"),
            copula: section("Copula"),
            enter: section("Enter"),
            used: section("Use"),
            login: section("Login"),
            confirm: section("Confirm"),
            place: section("Place"),
            care: section("Care"),
            valid: section("Valid"),
            minutes: section("Minutes"),
            sold: section("Sold"),
            other: section("Other"),
            other_behind: section("OtherBehind"),
            is: section("Is"),
            yours: section("Yours"),
            enter_behind: section("EnterBehind"),
            noun_behind: section("NounBehind"),
            record: section("Record"),
            against: section("Against"),
            articles: section("Articles"),
            texted: section("Texted"),
            short: section("Short"),
            strong: Said::of(strong.map(|(_, word)| word)),
            leads: Gate::default(),
            follows: Gate::default(),
        };
        let leading = [
            &all.code,
            &all.copula,
            &all.enter,
            &all.used,
            &all.articles,
            &all.texted,
        ];
        for said in leading {
            for word in said.iter() {
                let spaced = format!("  {word}");
                all.leads.add(three(&spaced.as_bytes()[spaced.len() - 3..]));
            }
        }
        // `a(z) `, in Hungarian.
        all.leads.add(three(b"(z)"));
        for said in [&all.is, &all.yours, &all.enter_behind, &all.noun_behind] {
            for word in said.iter() {
                let spaced = format!("{word}  ");
                all.follows.add(three(spaced.as_bytes()));
            }
        }
        all
    }
}

/// A number for three bytes, the case of ASCII letters aside.
fn three(bytes: &[u8]) -> u64 {
    let three = bytes.iter().take(3);
    three.fold(0, |sum, &byte| sum << 8 | u64::from(byte | 0x20))
}

/// How many bytes of signs may stand between a word and the code.
const SIGNS_MAX: usize = 8;

/// Whether a word that leads to a code may end before a place: of most numbers this tells that none
/// does.
pub(super) fn may_lead(bytes: &[u8], start: usize) -> bool {
    let floor = start.saturating_sub(SIGNS_MAX);
    let mut end = start;
    // The sender's letter belongs to the code: `G-123456`.
    if let [.., letter, b'-'] = bytes[..start]
        && letter.is_ascii_uppercase()
    {
        end -= 2;
    }
    while end > floor {
        match bytes[..end] {
            [
                ..,
                b' ' | b':' | b'"' | b'\'' | b'`' | b'*' | b'(' | b'[' | b'=' | b'\\',
            ] => end -= 1,
            [.., 0xEF, 0xBC, 0x9A | 0x88]
            | [.., 0xE3, 0x80, 0x8C | 0x8E | 0x90]
            | [.., 0xE2, 0x80, 0x9C | 0x9E | 0x98] => {
                end -= 3;
            }
            [.., 0xC2, 0xAB] => end -= 2,
            _ => break,
        }
    }
    let last = |back: usize| end.checked_sub(back).map_or(b' ', |at| byte(bytes, at));
    ALL.leads.has(three(&[last(3), last(2), last(1)]))
}

/// Whether words that name a code may start behind a place.
pub(super) fn may_follow(bytes: &[u8], end: usize) -> bool {
    let mut at = end;
    if matches!(byte(bytes, at), b'"' | b'\'' | b'`' | b'*') {
        at += 1;
    }
    match byte(bytes, at) {
        b']' | b'(' => return true,
        b' ' if byte(bytes, at + 1) == b'(' => return true,
        b' ' => at += 1,
        first if first.is_ascii() => return false,
        _ => {}
    }
    let next = [byte(bytes, at), byte(bytes, at + 1), byte(bytes, at + 2)];
    matches!(next, [0xEF, 0xBC, 0x88] | [0xE3, 0x80, 0x91 | 0x90 | 0x8D])
        || ALL.follows.has(three(&next))
}

/// Words in small letters, by their first byte.
pub(super) struct Said(Vec<Vec<String>>);

impl Said {
    /// The words that were read.
    pub(super) fn all() -> &'static All {
        &ALL
    }

    fn of(words: impl Iterator<Item = String>) -> Self {
        let mut all = vec![Vec::new(); 256];
        for word in words.filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            all[usize::from(word.as_bytes()[0])].push(word);
        }
        // The longest first.
        for words in &mut all {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        Self(all)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }

    /// Whether one of the words stands in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.within(text).is_some()
    }

    /// Where the first of the words stands.
    pub(super) fn within(&self, text: &str) -> Option<Range<usize>> {
        let places = text.char_indices().filter(|(at, sign)| {
            !self.0[usize::from(text.as_bytes()[*at])].is_empty() && starts_word(text, *at, *sign)
        });
        let mut found = places.filter_map(|(at, _)| Some(at..at + self.starting(&text[at..])?));
        found.next()
    }

    /// The length of the word that a text starts with.
    pub(super) fn starting(&self, text: &str) -> Option<usize> {
        let first = usize::from(*text.as_bytes().first()?);
        let mut words = self.0[first].iter();
        let ends = |word: &&String| {
            text.starts_with(word.as_str()) && ends_word(word, &text[word.len()..])
        };
        words.find(ends).map(String::len)
    }

    /// Where the word starts that a text ends with.
    pub(super) fn ending(&self, text: &str) -> Option<usize> {
        const LONGEST: usize = 48;
        let floor = text.ceil_char_boundary(text.len().saturating_sub(LONGEST));
        let mut places = text[floor..]
            .char_indices()
            .map(|(at, sign)| (floor + at, sign));
        let found = places.find(|&(at, sign)| {
            let words = &self.0[usize::from(text.as_bytes()[at])];
            words.iter().any(|word| *word == text[at..]) && starts_word(text, at, sign)
        });
        found.map(|(at, _)| at)
    }

    /// A text without the signs, and the word of these before them, that it ends with.
    pub(super) fn skipped<'t>(&self, text: &'t str) -> &'t str {
        let is_sign = |sign: char| SIGNS.contains(&sign) || matches!(sign, '=' | '—' | '–' | '-');
        let bare = text.trim_end_matches(is_sign);
        let led = self.ending(bare).map_or(bare, |at| &bare[..at]);
        led.trim_end_matches(is_sign)
    }
}

/// Whether a letter joins with others into words that blanks part.
fn joins(sign: char) -> bool {
    sign < '\u{0E00}' && sign.is_alphanumeric()
}

fn starts_word(text: &str, at: usize, sign: char) -> bool {
    !joins(sign) || !text[..at].chars().next_back().is_some_and(joins)
}

/// Whether a word ends where the rest begins: long ones may have an ending.
fn ends_word(word: &str, rest: &str) -> bool {
    const LONG: usize = 6;
    let joined =
        word.chars().next_back().is_some_and(joins) && rest.chars().next().is_some_and(joins);
    !joined || word.chars().count() >= LONG
}

/// The text around a number, in small letters: of its own line, and no further than words reach.
pub(super) struct Around {
    pub(super) before: String,
    pub(super) behind: String,
    /// Where the sentence starts that leads to the number, and where the one ends that follows it.
    clause: usize,
    rest: usize,
}

impl Around {
    pub(super) fn of(bytes: &[u8], span: Range<usize>) -> Self {
        const BEFORE: usize = 80;
        const BEHIND: usize = 112;
        let before = &bytes[span.start.saturating_sub(BEFORE)..span.start];
        let behind = &bytes[span.end..bytes.len().min(span.end + BEHIND)];
        let before = String::from_utf8_lossy(before).to_lowercase();
        let behind = String::from_utf8_lossy(behind).to_lowercase();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.rfind("\\n").map_or(line, |at| line.max(at + 2));
        let before = before[line..].to_owned();
        let end = behind.find('\n').unwrap_or(behind.len());
        let end = behind.find("\\n").map_or(end, |at| end.min(at));
        let behind = behind[..end].to_owned();
        let ends = [". ", "! ", "? ", "; ", "。", "！", "？"];
        let clause = ends
            .iter()
            .filter_map(|end| Some(before.rfind(end)? + end.len()));
        let rest = ends.iter().filter_map(|end| behind.find(end));
        Self {
            clause: clause.max().unwrap_or(0),
            rest: rest.min().unwrap_or(behind.len()),
            before,
            behind,
        }
    }

    /// The sentence up to the number.
    pub(super) fn clause(&self) -> &str {
        &self.before[self.clause..]
    }

    /// The sentence from the number on.
    pub(super) fn rest(&self) -> &str {
        &self.behind[..self.rest]
    }
}
