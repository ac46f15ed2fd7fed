//! Accounts and members of clearing systems in payment messages of ISO 20022.

use super::bank::{BANK_ACCOUNT, US_BANK_ROUTING};
use super::document::{DRIVER_LICENSE, PASSPORT};
use crate::pii::detector::{Detector, Kind, Scene};
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, before, byte, span_end, span_start};

/// How far the kind of an identification may stand from it.
const REACH: usize = 120;

/// `<Othr><Id>0038952677</Id><SchmeNm><Cd>BBAN</Cd>`: an identification that is no IBAN; called behind the name
/// of its element.
pub(super) fn other(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let opens = |at: usize| {
        let at = span_end(bytes, at, u8::is_ascii_whitespace);
        let close = span_end(&bytes[..bytes.len().min(at + 12)], at, |&byte| byte != b'>');
        let id = byte(bytes, at) == b'<' && bytes[at..close.max(at)].ends_with(b"Id");
        (id && byte(bytes, at + 1) != b'/').then_some(close + 1)
    };
    let Some(start) = opens(behind) else { return };
    let Some(end) = value_end(bytes, start) else {
        return;
    };
    let kind = scheme(bytes, end).or_else(|| {
        // `<DbtrAcct><Id><Othr>`: an account, whatever its scheme.
        let near = &bytes[behind.saturating_sub(40)..behind];
        memchr::memmem::find(near, b"Acct>").map(|_| &BANK_ACCOUNT)
    });
    if let Some(kind) = kind {
        let rule = "an identification of ISO 20022";
        scene.report_as(Kind::Known(kind), start, end, rule);
    }
}

/// What the code of the scheme behind an identification says that it is (ISO 20022 external code sets).
fn scheme(bytes: &[u8], end: usize) -> Option<&'static Detector> {
    let near = &bytes[end..bytes.len().min(end + REACH)];
    let name = memchr::memmem::find(near, b"SchmeNm>")?;
    let near = &near[name..];
    let code = memchr::memmem::find(near, b"Cd>")? + "Cd>".len();
    let code = &near[code..span_end(near, code, u8::is_ascii_uppercase)];
    match code {
        b"BBAN" | b"UPIC" | b"CUID" => Some(&BANK_ACCOUNT),
        b"CCPT" => Some(&PASSPORT),
        b"DRLC" => Some(&DRIVER_LICENSE),
        _ => None,
    }
}

/// `<Cd>USABA</Cd></ClrSysId><MmbId>073090801</MmbId>`: the member of a clearing system that the code before
/// names.
pub(super) fn member(start: usize, scene: &mut Scene<'_, '_>) {
    static SYSTEMS: List = List::of(&table::<64>(
        "USABA GBDSC AUBSB DEBLZ CACPA NZNCC ATBLZ CHBCC CHSIC IENCC ESNCC PTNCC ITNCC PLKNR ZANCC SESBA \
        HKNCC INFSC SGIBG THCBC CNAPS JPZGN",
    ));
    let bytes = scene.bytes;
    let near = &bytes[start.saturating_sub(REACH)..start];
    let Some(end) = value_end(bytes, start) else {
        return;
    };
    let Some(code) = memchr::memmem::rfind(near, b"Cd>") else {
        return;
    };
    // The last code before is a closed element: `<Cd>USABA</Cd>`.
    let tag = span_start(near, code, 0, |&byte| byte != b'<') - 1;
    let name = span_start(near, tag, 0, u8::is_ascii_uppercase);
    if SYSTEMS.has(&near[name..tag]) && before(near, name) == b'>' {
        let rule = "the member of a clearing system";
        scene.report_as(Kind::Known(&US_BANK_ROUTING), start, end, rule);
    }
}

/// The end of a value of capitals and digits that fills its element.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    const LONGEST: usize = 34;
    let near = &bytes[..bytes.len().min(start + LONGEST + 1)];
    let end = span_end(near, start, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'/')
    });
    let digits = Mix::of(bytes.get(start..end)?).digit;
    (digits > 3 && byte(bytes, end) == b'<').then_some(end)
}
