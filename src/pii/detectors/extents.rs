//! Tells how far the number of a document goes that is written in groups.

use std::ops::Range;

use crate::pii::detector::Number;
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, before, byte, span_end, span_start, word_end};

/// A number with its groups is no longer.
const LONGEST: usize = 32;

/// Whether groups that several signs join are those of one number: `420 767 661-8`. The last ones are
/// joined by the tight sign, and none has as many digits as a year or a number of its own.
pub(super) fn is_grouped(number: &Number, bytes: &[u8]) -> bool {
    if number.joint != b'*' {
        return true;
    }
    let mut tight = 0;
    let mut groups = 0;
    let mut at = number.start;
    while at < number.end {
        let end = span_end(bytes, at, u8::is_ascii_digit);
        let longest = if tight > 0 { 3 } else { 4 };
        groups += 1;
        if end == at || end - at > longest {
            return false;
        }
        if end >= number.end {
            break;
        }
        match bytes[end] {
            b' ' if tight == 0 => {}
            b'-' | b'/' => tight += 1,
            _ => return false,
        }
        at = end + 1;
    }
    let end = byte(bytes, number.end);
    groups > 2 && tight == 1 && !end.is_ascii_alphanumeric()
}

/// All that belongs to a number that was found in a cell, in quotes or behind a sign with nothing beside
/// it: a short prefix and further groups.
pub(super) fn in_field(bytes: &[u8], found: Range<usize>) -> Range<usize> {
    let end = groups_end(bytes, found.end);
    let start = prefix_start(bytes, found.start);
    let spans = [start..end, start..found.end, found.start..end];
    let grown = |span: &Range<usize>| *span != found && span.len() <= LONGEST;
    let mut spans = spans.into_iter().filter(grown);
    spans.find(|span| is_alone(bytes, span)).unwrap_or(found)
}

/// Where capitals and digits end that single signs join to what ends at a place.
fn groups_end(bytes: &[u8], from: usize) -> usize {
    const GROUPS_MAX: usize = 5;
    const GROUP_MAX: usize = 8;
    let mut end = from;
    for _ in 0..GROUPS_MAX {
        if !matches!(byte(bytes, end), b' ' | b'-' | b'/' | b'.') {
            break;
        }
        let next = word_end(bytes, end + 1);
        let group = bytes.get(end + 1..next).unwrap_or_default();
        let mix = Mix::of(group);
        let fits = mix.digit > 0 && mix.lower == 0 && group.len() <= GROUP_MAX;
        // `12/2024`, `2026-01-02`: a date stands beside it.
        let year = group.len() == 4 && matches!(group, [b'1', b'9', ..] | [b'2', b'0', ..]);
        if !fits || year {
            return if fits { from } else { end };
        }
        end = next;
    }
    end
}

/// Where a few capitals start that a blank parts from the digits; those of a currency or a label are none.
fn prefix_start(bytes: &[u8], start: usize) -> usize {
    static OTHERS: List = List::of(&table::<256>(
        "NO NR ID NUM NBR REF POL MRN DL TEL FAX SMS USD EUR GBP CHF INR JPY CNY RMB KRW CAD AUD NZD SGD \
        HKD NOK SEK DKK PLN CZK HUF RON BGN TRY RUB UAH BRL MXN ARS CLP COP PEN ZAR NGN KES GHS EGP AED \
        SAR ILS THB VND IDR MYR PHP TWD PKR BDT LKR RS KSH AND THE FOR VON PIN OTP BIC IBAN DOB",
    ));
    if start < 2 || bytes[start - 1] != b' ' {
        return start;
    }
    let floor = start.saturating_sub(6);
    let prefix = span_start(bytes, start - 1, floor, u8::is_ascii_uppercase);
    let text = &bytes[prefix..start - 1];
    let apart = !before(bytes, prefix).is_ascii_alphanumeric() && before(bytes, prefix).is_ascii();
    if (1..=4).contains(&text.len()) && apart && !OTHERS.has(text) {
        prefix
    } else {
        start
    }
}

/// Whether nothing else stands in the cell, the quotes or the line, or behind the sign before.
fn is_alone(bytes: &[u8], span: &Range<usize>) -> bool {
    const PADDING: usize = 40;
    let blank = |byte: &u8| *byte == b' ';
    let left = span_start(bytes, span.start, span.start.saturating_sub(PADDING), blank);
    let near = &bytes[..bytes.len().min(span.end + PADDING)];
    let right = span_end(near, span.end, blank);
    let ends = right >= bytes.len();
    let (opening, closing) = (before(bytes, left), byte(bytes, right));
    let separates = |sign: u8| matches!(sign, b'\t' | b'|' | b';' | b',' | b'\n' | b'\r');
    match opening {
        _ if left == 0 => ends || separates(closing),
        b'"' | b'\'' | b'`' => closing == opening || closing == b'\\',
        b'>' => closing == b'<',
        b':' | b'=' => {
            ends || separates(closing)
                || matches!(closing, b')' | b'}' | b']' | b'"' | b'<' | b'\\')
        }
        sign => separates(sign) && (ends || separates(closing) || closing == b'"'),
    }
}
