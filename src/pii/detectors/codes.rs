//! One-time codes that are told by what is said around them: what to do with them, and to tell nobody.

use super::code_words::{Around, Said, may_follow, may_lead};
use super::{gaps, otp};
use crate::pii::detector::{Number, Scene, Word};
use crate::pii::text::{Mix, before, byte, word_end, word_start};
use crate::pii::words::Topic;

/// Looks at a number that a word for codes, for entering them, or a verb may stand beside.
pub(super) fn told(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let lead = may_lead(bytes, number.start);
    if !(lead || may_follow(bytes, number.end)) || !may_be_code(number, bytes) {
        return;
    }
    let span = lettered(bytes, number.start)..number.end;
    let around = Around::of(bytes, span.clone());
    let code = Code {
        digits: &bytes[number.start..number.end],
        total: number.total,
        around,
    };
    let rule = code.is_named().then_some("a code by what is said of it");
    let rule = rule.or_else(|| {
        code.is_entered()
            .then_some("entered to sign in or to confirm")
    });
    let rule = rule.or_else(|| {
        let named = code.is_named_behind();
        named.then_some("right before words for the code")
    });
    if let Some(rule) = rule {
        scene.report(span.start, span.end, rule);
    }
}

/// Whether a number may be a code by how it is written and by what stands right behind it.
fn may_be_code(number: &Number, bytes: &[u8]) -> bool {
    !number.glued
        && otp::is_whole(number, bytes)
        && !gaps::is_counted(bytes, number.end)
        && !matches!(
            bytes.get(number.end),
            Some(b'/' | b'-' | b'_' | b'@' | b'$')
        )
}

/// `recovery code: 6bujd-atxip`: letters and digits right behind words for such codes.
pub(super) fn spelled(word: &Word, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mut begin = word.start;
    if before(bytes, begin) == b'-' {
        begin = word_start(bytes, begin - 1, begin.saturating_sub(9));
    }
    if !may_be_spelled(word, bytes) || !is_labelled(begin, scene) {
        return;
    }
    let mut end = word.end;
    while byte(bytes, end) == b'-' && end - word.start < 40 {
        let next = word_end(bytes, end + 1);
        if !(3..=8).contains(&(next - end - 1)) {
            break;
        }
        end = next;
    }
    let mix = Mix::of(&bytes[begin..end]);
    // Small letters alone are names of things: `base64`.
    let grouped = end - begin > word.end - word.start;
    if end - begin >= 6 && (grouped || mix.digit > 1 && mix.lower == 0) {
        scene.report(begin, end, "right after words for such a code");
    }
}

/// Whether a word may be a code of letters and digits: letters of one case only.
pub(super) fn may_be_spelled(word: &Word, bytes: &[u8]) -> bool {
    let mix = Mix::of(word.of(bytes));
    mix.digit > 0 && (mix.lower == 0 || mix.upper == 0) && mix.letters() > 0
}

/// `backup code 482913764`: longer ones have more digits than others.
pub(super) fn recovery(number: &Number, scene: &mut Scene<'_, '_>) {
    if may_be_code(number, scene.bytes) && is_labelled(number.start, scene) {
        scene.report(
            number.start,
            number.end,
            "right after words for such a code",
        );
    }
}

/// Whether words that name a recovery code, or one to sign in, stand right before a place.
fn is_labelled(start: usize, scene: &mut Scene<'_, '_>) -> bool {
    const NAMES: [&str; 32] = [
        "recover",
        "backup",
        "back-up",
        "rescue",
        "scratch",
        "verif",
        "login",
        "log-in",
        "sign",
        "auth",
        "2fa",
        "mfa",
        "one-time",
        "one time",
        "single use",
        "sms",
        "passcode",
        "wiederherst",
        "einmal",
        "bestätig",
        "secours",
        "récup",
        "recuper",
        "respaldo",
        "herstel",
        "zapasow",
        "odzysk",
        "återst",
        "gendan",
        "palaut",
        "yedek",
        "резерв",
    ];
    let word = scene
        .context
        .nearest(start, otp::REACH, |word| word.topic == Topic::Otp);
    let place = word.map(|word| (usize::try_from(word.start), usize::try_from(word.end)));
    let Some((Ok(from), Ok(end))) = place else {
        return false;
    };
    let label = String::from_utf8_lossy(&scene.bytes[from..end]).to_lowercase();
    let gap = String::from_utf8_lossy(&scene.bytes[end..start]).to_lowercase();
    let gap = gap.trim_start_matches(|sign: char| sign.is_alphabetic());
    let gap = gap.trim_matches(SIGNS);
    let leads = gap.is_empty()
        || [
            "is", "ist", "est", "es", "è", "é", "=", "är", "er", "are", "sont", "sind", "son",
            "sono", "são",
        ]
        .contains(&gap);
    leads && NAMES.iter().any(|name| label.contains(name))
}

/// `confirm withdrawal with code SYGF43`: what it confirms stands before it.
pub(super) fn confirmed(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let end = word_end(bytes, behind);
    let code = &bytes[behind..end];
    let mix = Mix::of(code);
    let may_be = (5..=8).contains(&code.len()) && mix.digit > 1 && mix.lower == 0;
    if !may_be || matches!(byte(bytes, end), b'-' | b'_' | b'/') {
        return;
    }
    let said = Said::all();
    let around = Around::of(bytes, behind..end);
    let clause = near(around.clause(), 64);
    let acts = said.confirm.is_in(clause) || said.login.is_in(clause);
    let words = clause.split(|sign: char| !sign.is_alphanumeric());
    let sold = [
        "order",
        "booking",
        "reservation",
        "discount",
        "purchase",
        "offer",
        "seat",
        "attendance",
    ];
    let other = words.into_iter().any(|word| sold.contains(&word));
    if acts && !other && !said.against.is_in(clause) && !said.other.is_in(near(clause, 12)) {
        scene.report(behind, end, "said to confirm something");
    }
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
struct Code<'t> {
    digits: &'t [u8],
    total: u8,
    around: Around,
}

impl Code<'_> {
    /// `Не говорите код 005610`: a word for codes before it, and elsewhere what is said of one-time
    /// ones.
    fn is_named(&self) -> bool {
        let said = Said::all();
        let before = self.around.before.as_str();
        let led = said.copula.skipped(before);
        let Some(noun) = said.code.ending(led) else {
            return false;
        };
        let head = led[..noun].trim_end_matches([' ', '"', '\'', '-', '*', '_', '.', '{', ':']);
        let rest = self.around.rest();
        let is_other = said.other.ending(head).is_some()
            || said.against.is_in(before)
            || said.other_behind.starting(rest.trim_start()).is_some()
            || said.sold.is_in(rest)
            || said.sold.is_in(before);
        let gap = &before[led.len()..];
        let is_key = led[..noun].ends_with("--")
            || gap.contains('=')
            || gap.starts_with('"')
            || before.contains('{') && gap.contains(':');
        if is_other || is_key {
            return !is_other && self.is_recorded(gap);
        }
        let long = self.total >= 6;
        let entered = said.enter.within(last_words(head, 3));
        let own = said.strong.ending(led).filter(|at| *at < noun);
        let own =
            own.is_some_and(|at| !led[at..].starts_with("pin") && !led[at..].starts_with("digit"));
        own || entered.is_some() && (long || !self.is_round())
            || self.is_cared_for()
            || long && said.confirm.is_in(last_words(head, 3))
            || self.total > 4 && said.login.is_in(rest)
            || long && (said.strong.is_in(rest) || said.confirm.is_in(rest))
    }

    /// Whether it is said that nobody may know it, how it came, or for how long it is good.
    fn is_cared_for(&self) -> bool {
        let said = Said::all();
        let Around { before, behind, .. } = &self.around;
        let around = [before.as_str(), behind];
        let is_valid = around.iter().any(|text| said.valid.is_in(text));
        around.iter().any(|text| said.care.is_in(text))
            || is_valid && (self.total == 6 || said.minutes.is_in(behind))
    }

    /// `{"event":"mfa.challenge","code":"271192"}`: the record speaks of signing in, and of no error.
    fn is_recorded(&self, gap: &str) -> bool {
        let said = Said::all();
        let Around { before, behind, .. } = &self.around;
        // A number without quotes is that of an error.
        let quoted = gap.ends_with('"') || !gap.contains(':');
        let recorded = said.record.is_in(before) || said.record.is_in(behind);
        // The answers of services have a code, and data or a message beside it.
        let answers = ["\"msg\"", "\"message\"", "\"data\"", "\"result\""];
        let answered = answers
            .iter()
            .any(|key| behind.contains(key) || before.contains(key));
        self.total == 6 && quoted && !answered && recorded && !said.against.is_in(behind)
    }

    /// `wpisz 594765, aby się zalogować`: a verb of entering beside it, and what it is entered for.
    fn is_entered(&self) -> bool {
        let said = Said::all();
        let led = self.around.before.trim_end_matches(SIGNS);
        let led = led.strip_suffix("a(z)").map_or(led, str::trim_end);
        let rest = self.around.behind.trim_start_matches(SIGNS);
        if self.total == 6 && said.texted.ending(led).is_some() {
            return true;
        }
        let article = said.articles.ending(led).map(|at| led[..at].trim_end());
        let led = article.filter(|led| !led.is_empty()).unwrap_or(led);
        let told = said.enter.ending(led).or_else(|| said.used.ending(led));
        let noun = said.noun_behind.starting(rest).is_some();
        if told.is_none() && said.enter_behind.starting(rest).is_none() && !noun {
            return false;
        }
        let clause = self.around.clause();
        let holds = |purposes: &Said| purposes.is_in(clause) || purposes.is_in(self.around.rest());
        if noun && told.is_none() {
            return !said.other.is_in(clause)
                && (holds(&said.login)
                    || self.is_cared_for()
                    || self.total == 6 && said.enter_behind.is_in(self.around.rest()));
        }
        let verb = said.enter.ending(led).is_some();
        let digits = self.total;
        !self.is_round()
            && (digits > if verb { 3 } else { 4 } && holds(&said.login)
                || digits > if verb { 4 } else { 5 } && holds(&said.confirm)
                || digits == 6 && holds(&said.place))
    }

    /// `047882 est votre code de connexion`: what it is stands behind it.
    fn is_named_behind(&self) -> bool {
        let said = Said::all();
        let rest = self.around.rest();
        let open = rest.trim_start_matches(['"', '\'', '”', '»', '*', '`']);
        let bracket = open.trim_start_matches([' ', ']', '】', '」']);
        let bracketed = bracket.len() < open.len() && open.starts_with([']', '】', '」'])
            || bracket.starts_with(['(', '（', '[', '【']);
        if bracketed {
            let inside = bracket.trim_start_matches(['(', '（', '[', '【', ' ']);
            // In a log the number of a process stands in brackets.
            let wide = inside.starts_with(|sign: char| !sign.is_ascii());
            let closed = open.starts_with(']') && !wide;
            let inside = start(inside, 30);
            let Some(strong) = said.strong.within(inside) else {
                return false;
            };
            let alone = inside[strong.end..].starts_with(')') && self.total == 6;
            return !inside.starts_with("pin") && !closed && (wide || alone);
        }
        let open = open.trim_start();
        let before = self.around.clause().trim_end();
        if said.against.is_in(before) || said.other.ending(before).is_some() {
            return false;
        }
        if let Some(end) = said.yours.starting(open) {
            return self.is_somebodys(start(open, 64), end);
        }
        let words = said.is.starting(open).map(|end| start(&open[end..], 32));
        let strong = words.and_then(|words| said.strong.within(words));
        let direct = strong.is_some_and(|strong| strong.start <= 10);
        direct && self.total == 6 && !is_postal(open)
    }

    /// `482913 is your login code`, where `your` ends at a place.
    fn is_somebodys(&self, words: &str, end: usize) -> bool {
        let said = Said::all();
        let possessed = is_possessed(words);
        let words = if possessed {
            words
        } else {
            start(words, end + 24)
        };
        if self.total == 6 && is_postal(words) || !possessed && words.contains("number") {
            return false;
        }
        let is_year = matches!(self.digits, [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        if is_year && !self.is_cared_for() {
            return false;
        }
        let named = said.strong.is_in(words) || said.short.is_in(words);
        let strong = named && (possessed || self.total > 4);
        let Some(noun) = said.code.within(words) else {
            return strong;
        };
        let behind = words[noun.end..].trim_start();
        let other = said.other.ending(words[..noun.start].trim_end()).is_some()
            || said.other_behind.starting(behind).is_some();
        !other && (strong || possessed || self.is_cared_for())
    }

    /// Whether it is an amount or a date rather than a code.
    fn is_round(&self) -> bool {
        let is_date = self.total == 8 && matches!(self.digits, [b'1', b'9', ..] | [b'2', b'0', ..]);
        is_date || self.digits.ends_with(b"000")
    }
}

/// Whether somebody's own code is meant: `your`, not `the`.
fn is_possessed(words: &str) -> bool {
    const ARTICLES: [&str; 8] = [
        "is the", "ist der", "ist die", "est le", "es el", "is de", "ay ang", "a te",
    ];
    !ARTICLES.iter().any(|article| words.starts_with(article))
}

/// Whether the index of a post office in India is meant.
fn is_postal(words: &str) -> bool {
    words.contains("pin code") || words.contains("pincode")
}

/// So many words at the end of a text.
fn last_words(text: &str, count: usize) -> &str {
    let blanks = text.char_indices().rev().filter(|(_, sign)| *sign == ' ');
    let from = blanks.map(|(at, _)| at + 1).nth(count - 1);
    near(&text[from.unwrap_or(0)..], 40)
}

/// What may stand between a word and the code.
pub(super) const SIGNS: [char; 18] = [
    ' ', ':', '"', '\'', '`', '*', '(', '[', '：', '「', '『', '【', '“', '„', '«', '（', '‘', '\\',
];

/// The last bytes of a text, up to so many.
fn near(text: &str, most: usize) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(most));
    &text[from..]
}

/// The first bytes of a text, up to so many.
fn start(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(text.len().min(most))]
}
