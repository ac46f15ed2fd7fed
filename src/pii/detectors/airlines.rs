//! Passports in airlines' messages about passengers.

use super::birth::DATE_OF_BIRTH;
use crate::pii::detector::{Kind, Scene};
use crate::pii::text::{byte, span_end};

/// `DOCO/P/USA/542267641/USA`: the passport in an airline's message, between the countries that issued
/// it and that it is for (IATA Resolution 1702 and its like).
pub(super) fn passport(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let country = |at: usize| {
        let code = bytes.get(at..at + 4).unwrap_or_default();
        code.ends_with(b"/") && code[..3].iter().all(u8::is_ascii_uppercase)
    };
    let start = behind + 4;
    let near = &bytes[..bytes.len().min(start + 12)];
    let end = span_end(near, start, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit()
    });
    let digits = near.get(start..end).unwrap_or_default();
    let digits = digits.iter().filter(|byte| byte.is_ascii_digit()).count();
    let next = bytes.get(end + 1..end + 4).unwrap_or_default();
    let goes_on = byte(bytes, end) == b'/'
        && next.len() == 3
        && next.iter().all(u8::is_ascii_uppercase)
        && !byte(bytes, end + 4).is_ascii_alphanumeric();
    if country(behind) && goes_on && digits >= 5 && (6..=9).contains(&(end - start)) {
        scene.report(start, end, "the passport in an airline's message");
        born(end + 4, scene);
    }
}

/// `/12JUL76/M`: the day of birth behind the passenger's country.
fn born(slash: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let (start, end) = (slash + 1, slash + 8);
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if let Some([b'/', day @ .., b'/']) = bytes.get(slash..=end)
        && digits(&day[..2])
        && day[2..5].iter().all(u8::is_ascii_uppercase)
        && digits(&day[5..])
    {
        let rule = "the day of birth in an airline's message";
        scene.report_as(Kind::Known(&DATE_OF_BIRTH), start, end, rule);
    }
}
