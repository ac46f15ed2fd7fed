//! One-time codes that are named by what stands behind them.

use super::code_words::Tells;
use super::codes::Code;
use crate::pii::lists::Phrases;
use crate::pii::text::{byte, span_end, span_start};

impl Code<'_> {
    /// `047882 est votre code de connexion`: what it is stands behind it.
    pub(super) fn is_named_behind(&self) -> bool {
        let text = self.behind.text();
        let open = span_end(text, 0, |byte| matches!(byte, b'"' | b'\'' | b'`' | b'*'));
        if let Some(inside) = bracketed(text, open) {
            return self.is_named_in(inside);
        }
        let open = span_end(text, open, |byte| *byte == b' ');
        let last = self.before.text();
        let last = span_start(last, last.len(), 0, |byte| *byte == b' ');
        if self.before.tells(Tells::Against, &self.clause)
            || self.before.ending(Tells::Other, last).is_some()
        {
            return false;
        }
        if let Some(end) = self.behind.starting(Tells::Yours, open) {
            return self.is_somebodys(open, end);
        }
        let Some(end) = self.behind.starting(Tells::Is, open) else {
            return false;
        };
        let words = end..self.rest.end.min(end + 32);
        let strong = self.behind.first(Tells::Strong, &words);
        strong.is_some_and(|strong| strong.start <= end + 10)
            && self.total == 6
            && !POSTAL.are_in(&text[open..words.end.max(open)])
    }

    /// `521488（登录验证码）`: words in brackets behind it name it.
    fn is_named_in(&self, inside: usize) -> bool {
        let text = self.behind.text();
        // In a log the number of a process stands in brackets.
        let wide = !byte(text, inside).is_ascii();
        let closed = text.starts_with(b"]") && !wide;
        let words = inside..self.rest.end.min(inside + 30);
        let Some(strong) = self.behind.first(Tells::Strong, &words) else {
            return false;
        };
        let alone = byte(text, strong.end) == b')' && self.total == 6;
        !text[inside..].starts_with(b"pin") && !closed && (wide || alone)
    }

    /// `482913 is your login code`, where `your` stands between two places.
    fn is_somebodys(&self, open: usize, end: usize) -> bool {
        /// Not somebody's own code: `the`, not `your`.
        const ARTICLES: Phrases = Phrases::of(&[
            "is the", "ist der", "ist die", "est le", "es el", "is de", "ay ang", "a te",
        ]);
        const NUMBER: Phrases = Phrases::of(&["number"]);
        let text = self.behind.text();
        let possessed = !ARTICLES.start(&text[open..]);
        let most = if possessed { open + 64 } else { end + 24 };
        let words = open..self.rest.end.min(most);
        let said = text.get(words.clone()).unwrap_or_default();
        if self.total == 6 && POSTAL.are_in(said) || !possessed && NUMBER.are_in(said) {
            return false;
        }
        let is_year = matches!(self.digits, [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        if is_year && !self.is_cared_for() {
            return false;
        }
        let named = [Tells::Strong, Tells::Short].map(|what| self.behind.tells(what, &words));
        let strong = named.contains(&true) && (possessed || self.total > 4);
        let Some(noun) = self.behind.first(Tells::Code, &words) else {
            return strong;
        };
        let next = span_end(text, noun.end, |byte| *byte == b' ');
        let last = span_start(text, noun.start, 0, |byte| *byte == b' ');
        let other = self.behind.ending(Tells::Other, last).is_some()
            || self.behind.starting(Tells::OtherBehind, next).is_some();
        let purpose = [Tells::Login, Tells::Confirm];
        let meant = || {
            purpose
                .iter()
                .any(|what| self.behind.tells(*what, &self.rest))
        };
        !other && (strong || possessed || self.is_cared_for() || self.total == 6 && meant())
    }
}

/// The index of a post office in India.
const POSTAL: Phrases = Phrases::of(&["pin code", "pincode"]);

/// Where the words start in brackets that open at a place or behind blanks, or behind the bracket that
/// closes around the number.
fn bracketed(text: &[u8], open: usize) -> Option<usize> {
    const CLOSED: Phrases = Phrases::of(&["]", "】", "」"]);
    const OPENED: Phrases = Phrases::of(&["(", "（", "[", "【"]);
    let skip = |mut at: usize, signs: &Phrases| loop {
        match signs.at(text, at) {
            Some(sign) => at += sign.len(),
            None if byte(text, at) == b' ' && at < text.len() => at += 1,
            None => return at,
        }
    };
    let bracket = skip(open, &CLOSED);
    let is_bracketed = CLOSED.at(text, open).is_some() || OPENED.at(text, bracket).is_some();
    is_bracketed.then(|| skip(bracket, &OPENED))
}
