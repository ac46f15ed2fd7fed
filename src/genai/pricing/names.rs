//! Names as strangers write them: letter case, and dates at the end.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;

/// The lower-cased text; free when it is lower-case already.
pub(super) fn lower_case(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// Writes `-20240718` as `-2024-07-18` wherever it is a date that ends there; `None` if nowhere.
pub(super) fn dash_dates(lower: &str) -> Option<String> {
    let mut dashed: Option<String> = None;
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find("-20")) {
        let start = at + found + 1;
        at = start;
        let Some(digits) = lower.get(start..start + 8) else {
            break;
        };
        let ends = matches!(lower.as_bytes().get(start + 8), None | Some(b'-' | b':'));
        if !ends || !is_date(digits) {
            continue;
        }
        let (Some(before), Some((year, day))) =
            (lower.get(done..start), digits.split_at_checked(4))
        else {
            break;
        };
        let (month, day) = day.split_at(2);
        let text = dashed.get_or_insert_default();
        text.push_str(before);
        for part in [year, "-", month, "-", day] {
            text.push_str(part);
        }
        (done, at) = (start + 8, start + 8);
    }
    let mut dashed = dashed?;
    dashed.push_str(lower.get(done..).unwrap_or(""));
    Some(dashed)
}

fn is_date(digits: &str) -> bool {
    let number = |range: Range<usize>| -> Option<i16> {
        let part = digits.get(range)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else {
        return false;
    };
    Date::new(year, month as i8, day as i8).is_ok()
}
