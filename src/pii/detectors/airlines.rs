//! Passports in airlines' messages about passengers.

use super::birth::DATE_OF_BIRTH;
use crate::pii::detector::{Kind, Scene};
use crate::pii::lists::Phrases;
use crate::pii::text::{before, byte, span_end};
use crate::pii::words::Topic;

/// What stands around the kind of a travel document.
pub(super) const KINDS: &[&str] = &["/P/", "-P-", "/PP/", "-PP-"];

/// `DOCO/P/USA/542267641/USA`, `DOCS YY HK1-P-GBR-169975275-GBR`: the passport in an airline's message,
/// between the countries that issued it and that it is for (IATA Resolution 1702 and its like).
pub(super) fn passport(behind: usize, scene: &mut Scene<'_, '_>) {
    const NUMBER_MAX: usize = 12;
    let bytes = scene.bytes;
    let sign = before(bytes, behind);
    let Some(start) = behind_country(bytes, behind, sign) else {
        return;
    };
    let near = &bytes[..bytes.len().min(start + NUMBER_MAX)];
    let end = span_end(near, start, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit()
    });
    let digits = near.get(start..end).unwrap_or_default();
    let digits = digits.iter().filter(|byte| byte.is_ascii_digit()).count();
    let written = digits >= 5 && (6..=9).contains(&(end - start)) && byte(bytes, end) == sign;
    let country = span_end(near_end(bytes, end), end + 1, u8::is_ascii_uppercase);
    let goes_on = matches!(country - end, 3 | 4) && !byte(bytes, country).is_ascii_alphanumeric();
    if written && goes_on {
        scene.report(start, end, "the passport in an airline's message");
        born(country, sign, scene);
    }
}

/// Where the number starts, behind the two or three letters of a country and the sign.
fn behind_country(bytes: &[u8], start: usize, sign: u8) -> Option<usize> {
    let end = span_end(near_end(bytes, start), start, u8::is_ascii_uppercase);
    (matches!(end - start, 2 | 3) && byte(bytes, end) == sign).then_some(end + 1)
}

/// The text up to a few bytes behind a place.
fn near_end(bytes: &[u8], place: usize) -> &[u8] {
    &bytes[..bytes.len().min(place + 6)]
}

/// `/12JUL76/M`: the day of birth behind the passenger's country.
fn born(slash: usize, sign: u8, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let (start, end) = (slash + 1, slash + 8);
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if let Some([first, day @ .., last]) = bytes.get(slash..=end)
        && [*first, *last] == [sign; 2]
        && digits(&day[..2])
        && day[2..5].iter().all(u8::is_ascii_uppercase)
        && digits(&day[5..])
    {
        let rule = "the day of birth in an airline's message";
        scene.report_as(Kind::Known(&DATE_OF_BIRTH), start, end, rule);
    }
}

/// Whether the word before a place is the name of the library that signs people in: `passport-jwt`,
/// `passport.authenticate(`, `passport_strategy`.
pub(super) fn is_library(scene: &mut Scene<'_, '_>, place: usize) -> bool {
    const PARTS: Phrases = Phrases::of(&[
        "strategy",
        "strategies",
        "google",
        "github",
        "facebook",
        "twitter",
        "jwt",
        "local",
        "oauth",
        "saml",
        "ldap",
        "session",
        "serialize",
        "deserialize",
        "use(",
        "authenticate",
        "initialize",
        "auth0",
        "azure",
        "apple",
        "custom",
        "http",
        "config",
        "middleware",
        "js",
    ]);
    let word = scene
        .context
        .nearest(place, 40, |word| word.topic == Topic::Passport);
    let Some(behind) = word.and_then(|word| usize::try_from(word.end).ok()) else {
        return false;
    };
    let part = PARTS.at(scene.bytes, behind + 1);
    match byte(scene.bytes, behind) {
        b'_' | b'-' | b'.' => part.is_some(),
        b' ' => part.is_some_and(|part| part.starts_with("strateg")),
        _ => false,
    }
}
