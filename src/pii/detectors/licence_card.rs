//! Driving licences of Europe as their cards print them, with numbered fields (Directive 2006/126/EC,
//! annex I; the United Kingdom's follow it).

use super::birth::DATE_OF_BIRTH;
use super::dates;
use crate::pii::detector::{Kind, Scene};
use crate::pii::text::{Mix, before, byte, span_end};

/// The field of the day on which the card expires, which all cards have.
pub(super) const EXPIRY: &[&str] = &["4b. ", "4b: ", "4b ", "4(b) "];

/// Fields stand in so many bytes around it.
const REACH: usize = 160;

/// The fields beside the day of expiry: 3 is the date of birth, 5 the number of the licence.
pub(super) fn fields(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if !bytes.get(behind).is_some_and(u8::is_ascii_digit)
        || dates::around(bytes, behind, behind).is_none()
    {
        return;
    }
    let floor = behind.saturating_sub(REACH);
    let ceiling = bytes.len().min(behind + REACH);
    // The day of issue stands beside it.
    if !bytes[floor..ceiling].windows(2).any(|two| two == b"4a") {
        return;
    }
    if let Some(start) = field(bytes, floor..behind, b'3')
        && let Some((start, end)) = dates::around(bytes, start, start)
    {
        let rule = "field 3 of a driving licence";
        scene.report_as(Kind::Known(&DATE_OF_BIRTH), start, end, rule);
    }
    if let Some(start) = field(bytes, behind..ceiling, b'5') {
        let end = number_end(bytes, start);
        let mix = Mix::of(&bytes[start..end]);
        if mix.digit >= 4 && (5..=24).contains(&(end - start)) {
            scene.report(start, end, "field 5 of a driving licence");
        }
    }
}

/// What stands in the field of this number: behind `3. ` at the start of a line or behind a blank.
fn field(bytes: &[u8], range: std::ops::Range<usize>, number: u8) -> Option<usize> {
    let at = range.clone().find(|&at| {
        bytes[at] == number
            && matches!(byte(bytes, at + 1), b'.' | b':')
            && byte(bytes, at + 2) == b' '
            && (at == 0 || matches!(before(bytes, at), b'\n' | b' ' | b'\r' | b'\t' | b'|'))
    })?;
    let start = span_end(bytes, at + 2, |&byte| byte == b' ');
    (start < range.end).then_some(start)
}

/// Where a number in capitals and digits ends, whose groups dashes, slashes and spaces may join.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let is_sign = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let mut end = span_end(bytes, start, is_sign);
    while matches!(byte(bytes, end), b' ' | b'-' | b'/')
        && byte(bytes, end + 1).is_ascii_digit()
        && byte(bytes, end + 2).is_ascii_alphanumeric()
    {
        end = span_end(bytes, end + 1, is_sign);
    }
    end
}
