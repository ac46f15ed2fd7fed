//! Tells from a key's segments whether its value is secret, whatever the value looks like.

use std::sync::LazyLock;

use super::detector::{Kind, Scene};
use super::detectors::{self, secrets, session_cookie};
use super::endings::may_mean;
use super::key_words::{KEY_OWNERS, PASSES, PASSWORDS, SECRETS, TOKEN_COUNTS, TRAILERS};
use super::lists::{List, table};
use super::objects;
use super::pairs::is_random;
use super::segments::{name_end, segments_backwards};
use super::text::{Mix, span_end, span_start};

/// What a key says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Password,
    Secret,
    AwsSecret,
    /// An `Authorization` header: a scheme and a credential.
    Authorization,
    Cookie,
    Ssn,
    Card,
    Cvv,
    Otp,
    /// Credentials of a kind the key does not tell.
    Credentials,
    /// The key of a service that routes alarms; of queues it is the name of a topic.
    Routing,
}

impl Meaning {
    /// The detector in whose name a finding is reported.
    pub(super) fn kind(self) -> Kind {
        Kind::Known(match self {
            Self::Password => &detectors::password::PASSWORD,
            Self::AwsSecret => &secrets::AWS_SECRET_KEY,
            Self::Secret | Self::Credentials | Self::Routing => &secrets::GENERIC_SECRET,
            Self::Authorization => &secrets::BEARER_TOKEN,
            Self::Cookie => &session_cookie::SESSION_COOKIE,
            Self::Ssn => &detectors::us_ssn::US_SSN,
            Self::Card => &detectors::card::CREDIT_CARD,
            Self::Cvv => &detectors::cvv::CVV,
            Self::Otp => &detectors::otp::OTP,
        })
    }
}

/// A key's last segment, which segments must or must not stand before it, and what it means.
#[derive(Clone, Copy)]
struct Rule {
    last: &'static str,
    /// One of these words must stand before, if there are any.
    after: List,
    /// None of these may stand before.
    never_after: List,
    meaning: Meaning,
}

const fn rule(last: &'static str, meaning: Meaning) -> Rule {
    Rule {
        last,
        after: List::NONE,
        never_after: List::NONE,
        meaning,
    }
}

const fn after(last: &'static str, after: List, meaning: Meaning) -> Rule {
    Rule {
        last,
        after,
        never_after: List::NONE,
        meaning,
    }
}

/// The first rule that fits counts.
const RULES: &[Rule] = &[
    after(
        "passe",
        List::of(&table::<4>("de palavra")),
        Meaning::Password,
    ),
    after("المرور", List::of(&table::<2>("كلمة")), Meaning::Password),
    after("السر", List::of(&table::<2>("كلمة")), Meaning::Password),
    after("khẩu", List::of(&table::<2>("mật")), Meaning::Password),
    after("khau", List::of(&table::<2>("mat")), Meaning::Password),
    after("sandi", List::of(&table::<2>("kata")), Meaning::Password),
    after("laluan", List::of(&table::<2>("kata")), Meaning::Password),
    after("عبور", List::of(&table::<2>("رمز")), Meaning::Password),
    after(
        "πρόσβασης",
        List::of(&table::<2>("κωδικός")),
        Meaning::Password,
    ),
    rule("passcode", Meaning::Otp),
    Rule {
        last: "pass",
        after: List::NONE,
        never_after: PASSES,
        meaning: Meaning::Password,
    },
    after("key", List::of(&table::<2>("access")), Meaning::Secret),
    after("key", KEY_OWNERS, Meaning::Secret),
    after(
        "key",
        List::of(&table::<2>("integration")),
        Meaning::Credentials,
    ),
    after("key", List::of(&table::<2>("routing")), Meaning::Routing),
    Rule {
        last: "token",
        after: List::NONE,
        never_after: TOKEN_COUNTS,
        meaning: Meaning::Secret,
    },
    rule("secretaccesskey", Meaning::AwsSecret),
    rule("awssecretaccesskey", Meaning::AwsSecret),
    rule("awssecretkey", Meaning::AwsSecret),
    rule("credential", Meaning::Credentials),
    rule("credentials", Meaning::Credentials),
    rule("sas", Meaning::Credentials),
    rule("sig", Meaning::Credentials),
    rule("authorization", Meaning::Authorization),
    rule("cookie", Meaning::Cookie),
    rule("cookies", Meaning::Cookie),
    after(
        "sid",
        List::of(&table::<8>("connect koa express")),
        Meaning::Cookie,
    ),
    rule("jsessionid", Meaning::Cookie),
    rule("phpsessid", Meaning::Cookie),
    rule("sessid", Meaning::Cookie),
    rule("sessionid", Meaning::Cookie),
    rule("ssn", Meaning::Ssn),
    after("security", List::of(&table::<2>("social")), Meaning::Ssn),
    rule("creditcard", Meaning::Card),
    after(
        "card",
        List::of(&table::<8>("credit debit payment")),
        Meaning::Card,
    ),
    rule("cardnumber", Meaning::Card),
    rule("ccnumber", Meaning::Card),
    rule("cvv", Meaning::Cvv),
    rule("cvv2", Meaning::Cvv),
    rule("cvc", Meaning::Cvv),
    rule("cvc2", Meaning::Cvv),
    rule("otp", Meaning::Otp),
    rule("totp", Meaning::Otp),
    rule("pin", Meaning::Otp),
];

/// What the key says, from its last segments backwards.
pub(super) fn meaning(key: &[u8]) -> Option<Meaning> {
    if !may_mean(key, |byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) {
        return None;
    }
    meaning_of_segments(key)
}

/// The same, whatever the key ends in.
pub(super) fn meaning_of_segments(key: &[u8]) -> Option<Meaning> {
    let mut parts = segments_backwards(key);
    let mut last = parts.next()?;
    let mut trailing = 0;
    while trailing < 2 && is_trailer(last) {
        last = parts.next()?;
        trailing += 1;
    }
    if let Some(joined) = joined(last) {
        return Some(joined);
    }
    let rules = &BY_LETTER[usize::from(last.first()?.to_ascii_lowercase())];
    if rules.is_empty() {
        return None;
    }
    let bare = &last[..name_end(last)];
    let numbered = bare.len() < last.len();
    // Most are told by their length.
    let plain = last.is_ascii();
    let is = |part: &[u8], word: &str| (!plain || part.len() == word.len()) && equals(part, word);
    let mut rules = rules
        .iter()
        .filter(|rule| is(last, rule.last) || numbered && is(bare, rule.last))
        .peekable();
    rules.peek()?;
    let previous = parts.next().unwrap_or_default();
    let found = rules.find(|rule| {
        (rule.after.is_empty() || is_on(rule.after, previous)) && !is_on(rule.never_after, previous)
    })?;
    if found.meaning != Meaning::Secret {
        return Some(found.meaning);
    }
    let before = parts.next().unwrap_or_default();
    // `PublicKeyToken`, `public_api_key`.
    if equals(before, "public") {
        return None;
    }
    let is_aws = [previous, before].iter().any(|part| equals(part, "secret"));
    let is_aws = is_aws && equals(bare, "key") && equals(previous, "access");
    Some(if is_aws {
        Meaning::AwsSecret
    } else {
        Meaning::Secret
    })
}

/// Rules by the first letter of the segment they end in, so that most keys are told at once.
static BY_LETTER: LazyLock<Vec<Vec<Rule>>> = LazyLock::new(|| {
    let all = |words: &'static str, meaning| {
        let words = words.split_ascii_whitespace();
        words.map(move |word| rule(word, meaning))
    };
    let rules: Vec<Rule> = all(PASSWORDS, Meaning::Password)
        .chain(all(SECRETS, Meaning::Secret))
        .chain(RULES.iter().copied())
        .collect();
    let starts = |letter: usize, word: &str| {
        word.bytes()
            .next()
            .is_some_and(|first| usize::from(first) == letter)
    };
    (0..256)
        .map(|letter| {
            rules
                .iter()
                .copied()
                .filter(|rule| starts(letter, rule.last))
                .collect()
        })
        .collect()
});

/// The segments that rules end in or that may follow.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let last = BY_LETTER.iter().flatten().map(|rule| rule.last);
    last.chain(TRAILERS.iter())
}

/// `PGPASSWORD`, `dbpasswd`: the word is the end of a longer one.
fn joined(part: &[u8]) -> Option<Meaning> {
    let ends =
        |word: &str| part.len() > word.len() && super::text::ends_with(part, part.len(), word);
    match part.last()?.to_ascii_lowercase() {
        b'd' | b't'
            if ["password", "passwd", "passwort"]
                .iter()
                .any(|word| ends(word)) =>
        {
            Some(Meaning::Password)
        }
        _ => None,
    }
}

fn is_trailer(part: &[u8]) -> bool {
    TRAILERS.has_in_any_case(part) || !part.is_empty() && part.iter().all(u8::is_ascii_digit)
}

#[inline]
fn equals(part: &[u8], word: &str) -> bool {
    if part.is_ascii() {
        part.eq_ignore_ascii_case(word.as_bytes())
    } else {
        !word.is_ascii() && equals_wide(part, word)
    }
}

/// The same of two that hold letters beyond ASCII.
fn equals_wide(part: &[u8], word: &str) -> bool {
    // Scripts without capitals are compared as they are: Hebrew and Arabic, those of India and of
    // the Far East.
    let plain = matches!(part.first(), Some(0xD7..=0xE0 | 0xE3..=0xE9));
    if plain {
        return part.eq_ignore_ascii_case(word.as_bytes());
    }
    // Of most others the first letters tell that they are not the same.
    let pairs = part.iter().zip(word.bytes());
    let mut ascii = pairs.take_while(|(byte, _)| byte.is_ascii());
    if ascii.any(|(byte, known)| byte.to_ascii_lowercase() != known) {
        return false;
    }
    let small = |text: &str| text.chars().flat_map(char::to_lowercase).eq(word.chars());
    part.eq_ignore_ascii_case(word.as_bytes()) || std::str::from_utf8(part).is_ok_and(small)
}

/// Whether the part is one of the words.
fn is_on(list: List, part: &[u8]) -> bool {
    if part.is_ascii() {
        list.has_in_any_case(part)
    } else {
        list.iter().any(|word| equals(part, word))
    }
}

/// Whether everything under this attribute key is secret, whatever it looks like.
pub fn is_sensitive(key: &str) -> bool {
    meaning(key.as_bytes()).is_some()
}

/// Everything under a sensitive attribute key, except what is plainly no value, and names of topics.
pub(super) fn look(meaning: Meaning, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let trim = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'[' | b']');
    let mut start = span_end(bytes, 0, trim);
    let end = span_start(bytes, bytes.len(), start, trim);
    if matches!(
        meaning,
        Meaning::Authorization | Meaning::Cookie | Meaning::Secret
    ) {
        start += scheme(&bytes[start..end]);
    }
    let value = &bytes[start..end];
    if value.starts_with(b"{") {
        return objects::inside(meaning, start, scene);
    }
    if meaning == Meaning::Cookie && value.contains(&b'=') {
        scene.detector = meaning.kind();
        return session_cookie::header(start, scene);
    }
    if !is_value(value) || meaning == Meaning::Routing && !is_random(value) {
        return;
    }
    let digits = Mix::of(value).digit;
    if matches!(
        meaning,
        Meaning::Card | Meaning::Ssn | Meaning::Cvv | Meaning::Otp
    ) && digits < 3
    {
        return;
    }
    scene.report_as(
        meaning.kind(),
        start,
        end,
        "the attribute's key names a secret",
    );
}

/// The length of `Bearer `, `Basic ` and their like.
pub(super) fn scheme(value: &[u8]) -> usize {
    [
        "Bearer ",
        "Basic ",
        "Token ",
        "ApiKey ",
        "Digest ",
        "Negotiate ",
        "AWS4-HMAC-SHA256 ",
    ]
    .iter()
    .find(|scheme| super::text::starts_with(value, 0, scheme))
    .map_or(0, |scheme| scheme.len())
}

/// Whether the text can be a value at all: not empty, a placeholder, a mask or a constant.
pub(super) fn is_value(value: &[u8]) -> bool {
    let constant = CONSTANTS.has_in_any_case(value);
    let starred = |rest: &[u8]| rest.windows(3).any(|three| three == b"***");
    let masked = value
        .iter()
        .all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'#'))
        || memchr::memchr(b'*', value).is_some_and(|at| starred(&value[at..]))
        || value.starts_with("•".as_bytes());
    let opens = matches!(value.first(), Some(b'<' | b'{' | b'$' | b'[' | b'%'))
        && matches!(value.last(), Some(b'>' | b'}' | b']' | b'%'));
    let variable = value.starts_with(b"$")
        && value[1..]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
        || value.starts_with(b"${")
        || value.starts_with(b"{{");
    !value.is_empty() && !constant && !masked && !opens && !variable
}

/// What says that there is no value, or only what kind of one.
static CONSTANTS: List = List::of(&table::<64>(
    "null none nil true false undefined nan n/a na redacted [redacted] <redacted> masked \
    hidden empty unknown string str required optional yes no 0 1 - bearer basic oauth2 oauth pass changeme",
));
