//! One-time codes that are told by what is said around them: what to do with them, and to tell nobody.

use std::ops::Range;

use super::code_around::{Side, signs_before, signs_behind};
use super::code_words::{SAID, Tells};
use super::{gaps, otp};
use crate::pii::detector::{Number, Scene};
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, span_end, span_start};

/// Looks at a number that a word for codes, for entering them, or a verb may stand beside.
pub(super) fn told(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let follows = may_follow(bytes, number.end);
    // `4747 6597 7187 7175`: a group of a longer number.
    let grouped = number.is_bare()
        && byte(bytes, number.end) == b' '
        && byte(bytes, number.end + 1).is_ascii_digit();
    if grouped || !(follows || may_lead(bytes, number.start)) || !may_be_code(number, bytes) {
        return;
    }
    let start = lettered(bytes, number.start);
    let Some(before) = Side::before(bytes, start) else {
        return;
    };
    if !follows && !leads(&before) {
        return;
    }
    let behind = Side::behind(bytes, number.end);
    let code = Code {
        digits: &bytes[number.start..number.end],
        total: number.total,
        clause: before.last_start..before.text().len(),
        rest: 0..behind.first_end,
        before,
        behind,
    };
    if let Some(rule) = code.rule() {
        scene.report(start, number.end, rule);
    }
}

/// Whether a word that leads to a code may end before a place: of most numbers this tells that none
/// does.
#[inline]
fn may_lead(bytes: &[u8], start: usize) -> bool {
    /// How many bytes of signs may stand between a word and the code.
    const SIGNS_MAX: usize = 8;
    // Most numbers stand behind other signs.
    let start = match before(bytes, start) {
        b' ' | b':' | b'"' | b'\'' | b'`' | b'*' | b'(' | b'[' | b'\\' | b'=' | 0x80.. => start,
        b'-' => lettered(bytes, start),
        _ => return false,
    };
    let end = match bytes[..start] {
        // A single blank behind a word.
        [.., letter, b' '] if letter.is_ascii_alphabetic() => start - 1,
        _ => signs_before(bytes, start, start.saturating_sub(SIGNS_MAX)),
    };
    SAID.may_lead(bytes, end)
}

/// Whether words that name a code may start behind a place.
#[inline]
fn may_follow(bytes: &[u8], end: usize) -> bool {
    let quoted = matches!(byte(bytes, end), b'"' | b'\'' | b'`' | b'*');
    let at = end + usize::from(quoted);
    match byte(bytes, at) {
        // In a log the number of a process stands in brackets.
        b']' => bytes[at + 1..]
            .iter()
            .find(|byte| **byte != b' ')
            .is_some_and(|byte| !byte.is_ascii()),
        b'(' => SAID.may_start(bytes, at + 1),
        b' ' if byte(bytes, at + 1) == b'(' => SAID.may_start(bytes, at + 2),
        b' ' => SAID.may_follow(bytes, at + 1),
        first if first.is_ascii() => false,
        _ => {
            matches!(
                bytes[at..],
                [0xEF, 0xBC, 0x88, ..] | [0xE3, 0x80, 0x91 | 0x90 | 0x8D, ..]
            ) || SAID.may_follow(bytes, at)
        }
    }
}

/// Whether a word stands before a number that leads to a code by itself, or a smaller one behind such
/// a word.
fn leads(before: &Side) -> bool {
    const FIRM: [Tells; 4] = [Tells::Code, Tells::Enter, Tells::Use, Tells::Texted];
    let text = before.text();
    let end = signs_before(text, text.len(), 0);
    let firm = FIRM.iter().fold(0, |bits, tells| bits | tells.bit());
    let loose = [Tells::Copula, Tells::Articles, Tells::Came, Tells::Medium];
    let loose = loose.iter().fold(0, |bits, tells| bits | tells.bit());
    let told = before.told_up_to(end);
    told & firm != 0
        || (told & loose != 0 || text[..end].ends_with(b"(z)"))
            && FIRM.iter().any(|tells| before.speaks(*tells))
}

/// Whether a number may be a code by how it is written and by what stands right behind it.
pub(super) fn may_be_code(number: &Number, bytes: &[u8]) -> bool {
    !number.glued
        && otp::is_whole(number, bytes)
        && !gaps::is_counted(bytes, number.end)
        && !matches!(
            bytes.get(number.end),
            Some(b'/' | b'-' | b'_' | b'@' | b'$')
        )
}

/// Where a code starts before whose digits the letter of its sender stands: `G-123456`.
pub(super) fn lettered(bytes: &[u8], start: usize) -> usize {
    let lettered = start >= 2
        && bytes[start - 1] == b'-'
        && bytes[start - 2].is_ascii_uppercase()
        && !before(bytes, start - 2).is_ascii_alphanumeric();
    start - if lettered { 2 } else { 0 }
}

/// A number that may be a code, and what is said around it.
pub(super) struct Code<'t> {
    pub(super) digits: &'t [u8],
    pub(super) total: u8,
    pub(super) before: Side,
    pub(super) behind: Side,
    /// The sentence up to the number, and from the number on.
    pub(super) clause: Range<usize>,
    pub(super) rest: Range<usize>,
}

impl Code<'_> {
    fn rule(&self) -> Option<&'static str> {
        if self.is_named() {
            Some("a code by what is said of it")
        } else if self.is_brought() {
            Some("a code that a message brought")
        } else if self.is_entered() {
            Some("entered to sign in or to confirm")
        } else if self.is_named_behind() {
            Some("right before words for the code")
        } else {
            None
        }
    }

    /// Where the words end that lead to the number: signs, and a verb between signs, left out.
    fn led(&self) -> usize {
        let text = self.before.text();
        let end = signs_before(text, text.len(), 0);
        let verb = self.before.ending(Tells::Copula, end);
        verb.map_or(end, |start| signs_before(text, start, 0))
    }

    /// `Не говорите код 005610`: a word for codes before it, and elsewhere what is said of one-time
    /// ones.
    fn is_named(&self) -> bool {
        let (text, led) = (self.before.text(), self.led());
        let Some(noun) = self.before.ending(Tells::Code, led) else {
            return false;
        };
        if self.is_of_other(noun, 0) {
            return false;
        }
        let gap = &text[led..];
        let is_key = text[..noun].ends_with(b"--")
            || gap.contains(&b'=')
            || gap.starts_with(b"\"")
            || gap.contains(&b':') && text.contains(&b'{');
        if is_key {
            return self.is_recorded(gap);
        }
        let long = self.total >= 6;
        let head = head(text, noun);
        let near = self.before.words_before(head, 3, 40)..head;
        let strong = self
            .before
            .ending(Tells::Strong, led)
            .filter(|at| *at < noun);
        let strong = strong.is_some_and(|at| !DIGITS.start(&text[at..]));
        strong
            || self.before.tells(Tells::Enter, &near) && (long || !self.is_round())
            || self.is_cared_for()
            || self.is_plain(noun)
            || long
                && [Tells::Confirm, Tells::Came]
                    .iter()
                    .any(|what| self.before.tells(*what, &near))
            || self.total > 4 && self.behind.tells(Tells::Login, &self.rest)
            || long && self.behind.tells(Tells::Strong, &self.rest)
            || long && self.behind.tells(Tells::Confirm, &self.rest)
    }

    /// `The code is 482913`: nothing tells of what, and a verb leads to the number.
    fn is_plain(&self, noun: usize) -> bool {
        let Self { before, clause, .. } = self;
        let text = before.text();
        let start = head(text, noun);
        let article = before.ending(Tells::Articles, start);
        let start = article.map_or(start, |article| head(text, article));
        let end = signs_before(text, text.len(), 0);
        let verb = before.ending(Tells::Copula, end);
        let verb = verb.is_some_and(|verb| text[verb..end].iter().any(|byte| *byte != b'-'));
        self.total == 6 && verb && start <= clause.start
    }

    /// Whether the word for codes at a place names one of another kind, or one that failed. `behind`
    /// is where the words behind the number are looked at.
    fn is_of_other(&self, noun: usize, behind: usize) -> bool {
        let Self { before, rest, .. } = self;
        let next = span_end(self.behind.text(), behind, |byte| *byte == b' ');
        before
            .ending(Tells::Other, head(before.text(), noun))
            .is_some()
            || before.speaks(Tells::Against)
            || before.speaks(Tells::Sold)
            || self.behind.starting(Tells::OtherBehind, next).is_some()
            || self.behind.tells(Tells::Sold, rest)
    }

    /// Whether it is said that nobody may know it, how it came, or for how long it is good.
    pub(super) fn is_cared_for(&self) -> bool {
        let Self { before, behind, .. } = self;
        let is_valid = before.speaks(Tells::Valid) || behind.speaks(Tells::Valid);
        before.speaks(Tells::Care)
            || behind.speaks(Tells::Care)
            || is_valid && (self.total == 6 || behind.speaks(Tells::Minutes))
    }

    /// `{"event":"mfa.challenge","code":"271192"}`: the record speaks of signing in, and of no error.
    fn is_recorded(&self, gap: &[u8]) -> bool {
        /// The answers of services have a code, and data or a message beside it.
        const ANSWERS: Phrases = Phrases::of(&["\"msg\"", "\"message\"", "\"data\"", "\"result\""]);
        let Self { before, behind, .. } = self;
        // A number without quotes is that of an error.
        let quoted = gap.ends_with(b"\"") || !gap.contains(&b':');
        self.total == 6
            && quoted
            && (before.speaks(Tells::Record) || behind.speaks(Tells::Record))
            && !behind.speaks(Tells::Against)
            && !ANSWERS.are_in(before.text())
            && !ANSWERS.are_in(behind.text())
    }

    /// `o código que chegou no celular é 558201`: a word for codes, and how it came.
    fn is_brought(&self) -> bool {
        const CARRIERS: [Tells; 3] = [Tells::Texted, Tells::Came, Tells::Medium];
        let Self { before, clause, .. } = self;
        let text = before.text();
        let end = signs_before(text, text.len(), 0);
        let mut came = CARRIERS.iter().filter_map(|what| before.ending(*what, end));
        let came = came.next();
        let verb = before.ending(Tells::Copula, end);
        let verb = verb.filter(|start| &text[*start..end] != b"to");
        let Some(end) = came.or(verb) else {
            return false;
        };
        let Some(noun) = before.last(Tells::Code, &(clause.start..end)) else {
            return false;
        };
        let between = &text[noun.end..end];
        let next = span_end(text, noun.end, |byte| *byte == b' ');
        let part = noun.end..end;
        let cared = before.tells(Tells::Care, &part);
        let carried = came.is_some() || CARRIERS.iter().any(|what| before.tells(*what, &part));
        // `den Code erhalten, er lautet `: what is said behind a comma is short.
        let comma = between.iter().rposition(|byte| *byte == b',');
        let apart = comma.is_some_and(|comma| came.is_some() || between.len() - comma > 6);
        (cared || carried && !apart)
            && (self.total == 6 || self.total > 3 && before.tells(Tells::Strong, clause))
            && !between.iter().any(u8::is_ascii_digit)
            && before.starting(Tells::OtherBehind, next).is_none()
            && !self.is_of_other(noun.start, 0)
    }

    /// `wpisz 594765, aby się zalogować`: a verb of entering beside it, and what it is entered for.
    fn is_entered(&self) -> bool {
        let Self {
            before,
            behind,
            clause,
            rest,
            ..
        } = self;
        let text = before.text();
        let mut led = signs_before(text, text.len(), 0);
        if text[..led].ends_with(b"a(z)") {
            led = signs_before(text, led - 4, 0);
        }
        if self.total == 6 && before.ending(Tells::Texted, led).is_some() {
            return true;
        }
        let article = before.ending(Tells::Articles, led);
        let article = article.map(|start| signs_before(text, start, 0));
        let led = article.filter(|led| *led > 0).unwrap_or(led);
        let next = signs_behind(behind.text(), 0);
        let verb = before.ending(Tells::Enter, led).is_some();
        let used = before.ending(Tells::Use, led).is_some();
        let noun = behind.starting(Tells::NounBehind, next).is_some();
        let entered = behind.starting(Tells::EnterBehind, next).is_some();
        if !(verb || used || noun || entered) {
            return false;
        }
        let holds = |purpose| before.tells(purpose, clause) || behind.tells(purpose, rest);
        if noun && !(verb || used) {
            let told = holds(Tells::Login)
                || self.is_cared_for()
                || self.total == 6 && behind.tells(Tells::EnterBehind, rest);
            return told && !before.tells(Tells::Other, clause);
        }
        let digits = self.total;
        let (least, firm) = if verb { (4, 5) } else { (6, 6) };
        let told = |what| before.speaks(what) || behind.speaks(what);
        let one_time = told(Tells::Strong) || told(Tells::Care);
        !self.is_round()
            && (digits >= least && holds(Tells::Login)
                || digits >= firm && holds(Tells::Confirm)
                || digits == 6 && (holds(Tells::Place) || verb && one_time))
    }

    /// Whether it is an amount or a date rather than a code.
    fn is_round(&self) -> bool {
        let is_date = self.total == 8 && matches!(self.digits, [b'1', b'9', ..] | [b'2', b'0', ..]);
        is_date || self.digits.ends_with(b"000")
    }
}

/// What describes a code or is short for another thing.
const DIGITS: Phrases = Phrases::of(&["pin", "digit"]);
/// Where the words end before a noun, signs that join them left out.
fn head(text: &[u8], noun: usize) -> usize {
    span_start(text, noun, 0, |byte| {
        matches!(
            byte,
            b' ' | b'"' | b'\'' | b'-' | b'*' | b'_' | b'.' | b'{' | b':'
        )
    })
}
