//! Payment cards.

use super::cvv::CVV;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Kind, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::text::{Digits, byte, span_end, starts_with};
use crate::pii::words::Topic;

pub(in crate::pii) const CREDIT_CARD: Detector = Detector {
    name: "CREDIT_CARD",
    what: "payment card number",
    source: "ISO/IEC 7812-1; issuer ranges as published by the card schemes",
    validator: "issuer range with its lengths, Luhn, even groups; not named as an order or a count",
    gravity: 76,
    context: &[Topic::Card, Topic::Order],
    finds: &[
        "card «4111 1111 1111 1111» ok",
        "pan='«5105105105105100»'",
        "amex «3782-822463-10005»",
        "card=«371449635398431»&x=1",
        "paid with «6011111111111117».",
        "card number «4111 1111 1111 11»",
        "pan «4222 222 222 222»",
        "Ticket INC0042187 is open. «4111111111111111»",
        "ValueError: duplicate entry '«4111111111111111»'",
        "body: pan=«4384+2180+4717+9276»&cvc=497",
        "হিসাব কার্ড নম্বর: «৪৩৮৪২১৮০৪৭১৭৯২৭৬»",
    ],
    ignores: &[
        "carrier 9205 4111 1111 1111 1111 11",
        "order 4111 1111 1111 1112",
        "order_no: 4111111111111111",
        "1234567890123456",
        "4111-1111-1111-1111-1111",
        "epoch_ns=1739102268349872134",
        "guild 302915883592291333",
        "chr22:69329793-12984474",
    ],
    looks: &[
        Look::Number(
            &[Bare(12, 19), Groups(PRINTED, b" -."), Groups(&[0x88], b" ")],
            find,
        ),
        Look::Number(
            &[Bare(13, 15), Groups(&[0x4441, 0x4442, 0x4443], b" -")],
            cut,
        ),
    ],
};

/// First digits (from, to), how many digits that prefix has, and the lengths in use, one bit each.
struct Issuer {
    from: u32,
    to: u32,
    prefix: usize,
    lengths: u32,
}

const fn issuer(from: u32, to: u32, prefix: usize, lengths: u32) -> Issuer {
    Issuer {
        from,
        to,
        prefix,
        lengths,
    }
}

const L16: u32 = 1 << 16;
const L16_19: u32 = 1 << 16 | 1 << 17 | 1 << 18 | 1 << 19;

const ISSUERS: &[Issuer] = &[
    issuer(4, 4, 1, 1 << 13 | 1 << 16 | 1 << 19), // Visa
    issuer(51, 55, 2, L16),                       // Mastercard
    issuer(2221, 2720, 4, L16),                   // Mastercard, the 2-series
    issuer(34, 34, 2, 1 << 15),                   // American Express
    issuer(37, 37, 2, 1 << 15),
    issuer(6011, 6011, 4, L16_19), // Discover
    issuer(644, 649, 3, L16_19),
    issuer(65, 65, 2, L16_19),
    issuer(62, 62, 2, L16_19),             // UnionPay
    issuer(81, 81, 2, L16_19),             // UnionPay, further ranges
    issuer(3528, 3589, 4, L16_19),         // JCB
    issuer(300, 305, 3, 1 << 14 | L16_19), // Diners Club
    issuer(3095, 3095, 4, 1 << 14 | L16_19),
    issuer(36, 36, 2, 1 << 14 | L16_19),
    issuer(38, 39, 2, 1 << 14 | L16_19),
    issuer(50, 50, 2, 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15 | L16_19), // Maestro
    issuer(56, 58, 2, 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15 | L16_19),
    issuer(60, 60, 2, L16), // RuPay
    issuer(63, 63, 2, L16_19),
    issuer(67, 67, 2, L16_19),
    issuer(2200, 2204, 4, L16), // Mir
    issuer(9792, 9792, 4, L16), // Troy
    issuer(82, 82, 2, L16),     // RuPay
    issuer(66, 66, 2, L16),
    issuer(68, 69, 2, L16),
];

/// How cards are printed: fours, American Express, Diners Club, and long numbers in fours.
const PRINTED: &[u64] = &[
    0x4444, 0x465, 0x4645, 0x464, 0x4_4443, 0x4_4442, 0x4_4441, 0x6D, 0x444, 0x4443, 0x446, 0x4442,
    0x4333,
];

/// The first two digits of all cards, one bit for each.
const STARTS: u128 = {
    let (mut starts, mut index) = (0, 0);
    while index < ISSUERS.len() {
        let Issuer {
            from, to, prefix, ..
        } = ISSUERS[index];
        let mut start = 0;
        while start < 100 {
            let (first, last) = match prefix {
                1 => (start / 10, start / 10),
                _ => (
                    start * 10u32.pow(prefix as u32 - 2),
                    (start + 1) * 10u32.pow(prefix as u32 - 2) - 1,
                ),
            };
            if first <= to && from <= last {
                starts |= 1 << start;
            }
            start += 1;
        }
        index += 1;
    }
    starts
};

fn may_be_issued(text: &[u8]) -> bool {
    let start = text.iter().filter(|byte| byte.is_ascii_digit()).take(2);
    let start = start.fold(0, |start, digit| start * 10 + (digit - b'0'));
    STARTS >> start & 1 == 1
}

fn is_issued(digits: &[u8]) -> bool {
    ISSUERS.iter().any(|issuer| {
        let prefix = checksum::number(&digits[..issuer.prefix]);
        (issuer.from..=issuer.to).contains(&prefix) && issuer.lengths >> digits.len() & 1 == 1
    })
}

/// Issuers whose numbers often have more than sixteen digits: UnionPay, and Maestro's main ranges.
fn is_long_issue(digits: &[u8]) -> bool {
    let prefix = checksum::number(&digits[..4]);
    prefix / 100 == 62
        || matches!(
            prefix,
            5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763
        )
}

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let text = &scene.bytes[number.start..number.end];
    if number.plus || !may_be_issued(text) {
        return;
    }
    let digits = Digits::of(text);
    if number.is_in_row(scene.bytes) || !is_issued(&digits) || !checksum::luhn(&digits) {
        return;
    }
    let near = scene.last_word(number.start, 40);
    let card = near.is_some_and(|word| word.topic == Topic::Card);
    // Snowflakes and their like have 17 or 18 digits; of the cards few but these do.
    let id = number.is_bare() && matches!(number.total, 17 | 18) && !is_long_issue(&digits);
    if card
        || number.total >= 14 && !id && !scene.is_spoken_against(number.start, 40)
        || number.total >= 14 && !number.is_bare()
    {
        scene.report(number.start, number.end, "issuer range and Luhn");
        if let Some((start, end)) = code_behind(scene.bytes, number.end) {
            scene.report_as(
                Kind::Known(&CVV),
                start,
                end,
                "behind a card and its expiry",
            );
        }
    }
}

/// The code behind a card's expiry: `|04|28|832`, `, exp. 04/28, code 832`.
fn code_behind(bytes: &[u8], card: usize) -> Option<(usize, usize)> {
    const GAP: usize = 16;
    let window = &bytes[..bytes.len().min(card + 3 * GAP)];
    let next = |from: usize| {
        let start = span_end(window, from, |byte| {
            !byte.is_ascii_digit() && *byte != b'\n'
        });
        (start - from <= GAP).then_some((start, span_end(window, start, u8::is_ascii_digit)))
    };
    let (month, month_end) = next(card)?;
    let valid = matches!(
        &bytes[month..month_end],
        [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']
    );
    if !valid || !matches!(byte(bytes, month_end), b'/' | b'|' | b'-') {
        return None;
    }
    let (_, year_end) = next(month_end)
        .filter(|(year, end)| *year == month_end + 1 && matches!(end - year, 2 | 4))?;
    let (start, end) = next(year_end)?;
    let gap = &bytes[year_end..start];
    let word = gap.iter().position(u8::is_ascii_alphabetic);
    let named = word.is_none_or(|at| {
        ["c", "kod", "sec"]
            .iter()
            .any(|word| starts_with(gap, at, word))
    });
    let ends =
        !byte(bytes, end).is_ascii_alphanumeric() && !matches!(byte(bytes, end), b'/' | b'.');
    let apart = !gap.is_empty() && !gap.ends_with(b"$");
    (named && ends && apart && matches!(end - start, 3 | 4)).then_some((start, end))
}

/// The end of the text cut the number: issuer and groups are all there is to see.
fn cut(number: &Number, scene: &mut Scene<'_, '_>) {
    if number.end != scene.bytes.len() {
        return;
    }
    let digits = Digits::of(&scene.bytes[number.start..number.end]);
    let issued = matches!(digits[0], 4 | 5) || digits[0] == 6 && matches!(digits[1], 0 | 2 | 5);
    if issued && scene.context.has(Topic::Card, number.start, 32) {
        scene.report(
            number.start,
            number.end,
            "a card that the end of the text cut",
        );
    }
}
