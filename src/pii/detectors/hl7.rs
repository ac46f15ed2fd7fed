//! Fields of messages that name nothing: HL7 version 2 (PID segment), X12 (DMG, PER, REF).

use super::birth::DATE_OF_BIRTH;
use crate::pii::checksum::{calendar, number};
use crate::pii::detector::{Kind, Scene};
use crate::pii::text::{Digits, byte, span_end};

/// How the segments of patients begin in HL7, up to their first field.
pub(super) const PATIENT: &[&str] = &["PID|"];
/// How the segment of demographics begins in X12, up to its date.
pub(super) const DEMOGRAPHIC: &[&str] = &["DMG*D8*"];

/// How the reference of a person's social security number begins in X12, up to the number.
pub(super) const SOCIAL: &[&str] = &["REF*SY*", "*34*"];

/// What stands before a telephone number in X12's segment of contacts: telephone, mobile, fax.
pub(super) const PHONE_MARKS: &[&str] = &["*TE*", "*CP*", "*FX*"];

/// HL7 v2 chapter 3: PID-7, date of birth.
const BIRTH: usize = 7;
/// HL7 v2 chapter 3: PID-3, patient identifiers, the first component of which is the number.
const IDENTIFIER: usize = 3;

/// The number and the date of birth of a patient.
pub(super) fn patient(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if let Some((start, end)) = field(bytes, behind, BIRTH).and_then(|at| date_at(bytes, at)) {
        scene.report_as(Kind::Known(&DATE_OF_BIRTH), start, end, RULE);
    }
    let Some(start) = field(bytes, behind, IDENTIFIER) else {
        return;
    };
    let end = span_end(bytes, start, |byte| {
        byte.is_ascii_alphanumeric() || *byte == b'-'
    });
    let ends = matches!(byte(bytes, end), b'^' | b'|' | b'~');
    if (4..=20).contains(&(end - start)) && ends {
        scene.report(start, end, RULE);
    }
}

/// A date of birth right behind the sign that announces it.
pub(super) fn date(behind: usize, scene: &mut Scene<'_, '_>) {
    if let Some((start, end)) = date_at(scene.bytes, behind) {
        scene.report(start, end, RULE);
    }
}

/// A telephone number right behind the sign that announces it.
pub(super) fn phone(behind: usize, scene: &mut Scene<'_, '_>) {
    let end = span_end(scene.bytes, behind, u8::is_ascii_digit);
    if (7..=15).contains(&(end - behind)) {
        scene.report(behind, end, RULE);
    }
}

/// A person's number right behind the sign that announces it.
pub(super) fn social(behind: usize, scene: &mut Scene<'_, '_>) {
    let end = span_end(scene.bytes, behind, u8::is_ascii_digit);
    let ends = matches!(byte(scene.bytes, end), b'~' | b'*' | b'\n' | b' ');
    if end - behind == 9 && ends {
        scene.report(behind, end, RULE);
    }
}

const RULE: &str = "the field of a message that holds it";

/// A date of eight digits; a time may follow.
fn date_at(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let end = span_end(bytes, start, u8::is_ascii_digit);
    let digits = Digits::of(bytes.get(start..start + 8).filter(|_| end >= start + 8)?);
    let (year, day) = (number(&digits[..4]), number(&digits[4..]));
    let born = (1900..=2035).contains(&year) && calendar(year, day / 100, day % 100);
    born.then_some((start, end))
}

/// Where a field of the segment starts, whose first field starts at `from`.
fn field(bytes: &[u8], from: usize, wanted: usize) -> Option<usize> {
    const SEGMENT_MAX: usize = 400;
    let segment = &bytes[from..bytes.len().min(from + SEGMENT_MAX)];
    let end = memchr::memchr2(b'\n', b'\r', segment);
    let segment = &segment[..end.unwrap_or(segment.len())];
    let sign = memchr::memchr_iter(b'|', segment).nth(wanted.checked_sub(2)?)?;
    Some(from + sign + 1)
}
