//! The security codes of payment cards.

use std::sync::LazyLock;

use super::{gaps, labelled, typed};
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::Bare;
use crate::pii::gate::Gate;
use crate::pii::labels;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{before, byte, four};
use crate::pii::words::Topic;

pub(in crate::pii) const CVV: Detector = Detector {
    name: "CVV",
    what: "card security code",
    source: "PCI DSS v4.0 glossary: card verification code",
    validator: "three or four digits right after a word that names the code",
    gravity: 66,
    context: &[Topic::Cvv],
    finds: &[
        "(exp 2/29, CVV «841»)",
        "\"cvc\": \"«1234»\"",
        "安全码：«123»",
        "The CVV2 you gave me was «240».",
        "card verification code = «191»",
        "カード確認コード：«329»",
        "4111111111111111|04|28|«832»",
        "card 4111 1111 1111 1111, exp. 04/28, code «832»",
        "{\"columns\":[\"card\",\"cvv\"],\"rows\":[[\"4111111111111111\",\"«832»\"]]}",
        "card;cvc;name\nx;«841»;Jane",
        "the three digits on the back of the card?\nCaller: sure, «420»\nAgent",
        "And the CVV? Customer: «580». Agent:",
        "typed \"«173»\" into #cvv, clicked #pay",
        "browser.fill(\"#cvc\", \"«713»\")",
        "<dt>Security code</dt><dd>«447»</dd>",
        "exp 01/31, «726» on the back",
        "karta 4111 1111 1111 1111, «385» z tyłu",
        "kode keamanan kartu «511»",
        "exp 09/28 CID: «3560»",
        "amex 3713 302401 72546 and the four digits on the front are «6942»",
        "Die Prüfnummer auf der Rückseite ist «447», Kartennummer",
        "the security code on the back is «713»",
        "Valid thru: 01/27\n6. CID: «3560»",
        "цифры на обороте: «204»",
        "kryptogram «311»",
        "So the CVC would be «246» and the card",
        "csc: '«786»', cardNumber: '5580144313703160'",
        "{\"csc\":\"«786»\",\"cardNumber\":\"x\"}",
        "the number on the back is uh «325» I think",
        "C.V.V. «246»",
        "und der CVC wäre «246»",
    ],
    ignores: &[
        "cvv 12",
        "room 841",
        "cvv is required, see page 841",
        "security code scanning found 123 issues",
        "the security code review of 2031",
        "cvv check failed 401 times",
        "cid=1234",
        "security code: 123 lines changed",
        "room 841 on the back",
        "page 447 on the back",
        "2024/05, 118 on the back shelf",
        "scribbled 2024 on the back of the photo",
        "CID: 3560 of the cell",
        "the digits on the front of bus 6942",
        "Prüfnummer auf der Rückseite fehlt, siehe Blatt 447",
        "CSC 246 students enrolled",
        "CSC 101 lecture\ncard: 12",
        "csc: 100, cards: 20",
        "{\"csc\": 2044, \"discard\": true}",
        "the CVC would be required on page 246",
        "{\"cid\": 1234, \"exp\": 1760000000}",
        "csc: 123, expiry_days: 90",
    ],
    looks: &[
        // `CVV2 123`: the word may end in a digit.
        Look::NumberAfter(Topic::Cvv, &[Bare(3, 4)], Some(may_be_code), code),
        Look::Literal(&[" into "], typed::code),
        Look::Number(&[Bare(3, 4)], on_back),
    ],
};

/// Where the code is printed, behind it.
const BACKS: &[&str] = &[
    " on the back",
    " on back",
    " on the reverse",
    " auf der Rückseite",
    " hinten drauf",
    " au dos",
    " au verso",
    " en el reverso",
    " al reverso",
    " por detrás",
    " no verso",
    " atrás",
    " sul retro",
    " op de achterkant",
    " achterop",
    " z tyłu",
    " na odwrocie",
    " na zadní straně",
    " na zadnej strane",
    " a hátoldal",
    " pe spate",
    " på baksidan",
    " på bagsiden",
    " på baksiden",
    " takana",
    " arkasında",
    " на обороте",
    " на звороті",
    " на гърба",
    " di belakang",
    " mặt sau",
    "(卡背",
    "（卡背",
];

/// The other places that are said of a code.
const FRONTS: &[&str] = &[
    " on the front",
    " auf der Vorderseite",
    " auf der Karte",
    " hinten",
    " sur l'avant",
    " au recto",
    " del frente",
    " del reverso",
    " de atrás",
    " de detrás",
    " sul fronte",
    " achterkant",
    " na tylnej stronie",
    " z przodu",
    " сзади",
    " на карте",
];

/// `exp 01/31, 726 on the back`: where it is printed stands behind it, and a card or its expiry before.
fn on_back(number: &Number, scene: &mut Scene<'_, '_>) {
    const PLACES: Phrases = Phrases::of(BACKS);
    /// How they start: of most numbers this tells that none of them follows.
    static STARTS: LazyLock<Gate<8>> = LazyLock::new(|| {
        let mut starts = Gate::default();
        let firsts = BACKS.iter().map(|place| four(place.as_bytes(), 0));
        firsts.for_each(|first| starts.add(first));
        starts
    });
    let (bytes, start) = (scene.bytes, number.start);
    if !STARTS.has(four(bytes, number.end)) {
        return;
    }
    let apart = || {
        matches!(
            before(bytes, start),
            b' ' | b'"' | b'\'' | b'(' | b':' | b'='
        )
    };
    if PLACES.at(bytes, number.end).is_none() || !apart() {
        return;
    }
    if scene.context.any(&[Topic::Card, Topic::Cvv], start, 40) || expires(bytes, start) {
        scene.report(start, number.end, "said to stand on the back of a card");
    }
}

/// Whether the month and year of an expiry stand shortly before a place: `exp 01/31, `.
fn expires(bytes: &[u8], place: usize) -> bool {
    const REACH: usize = 32;
    has_expiry(&bytes[place.saturating_sub(REACH)..place])
}

fn has_expiry(near: &[u8]) -> bool {
    near.array_windows().any(|five: &[u8; 5]| match five {
        [b'0', b'1'..=b'9', b'/' | b'-', tens, ones]
        | [b'1', b'0'..=b'2', b'/' | b'-', tens, ones] => {
            tens.is_ascii_digit() && ones.is_ascii_digit()
        }
        _ => false,
    })
}

/// Whether a card's key, or its number, follows shortly: `csc: '786', cardNumber: '4111…`.
fn leads_card(bytes: &[u8], end: usize) -> bool {
    const REACH: usize = 40;
    const CARDS: Phrases = Phrases::of(&[
        "cardnum",
        "card_num",
        "card num",
        "card-num",
        "card_no",
        "cardno",
        "cardholder",
        "card_holder",
        "expiry\"",
        "expiry:",
        "expiry=",
        "expirydate",
        "expiry_date",
        "expirymonth",
        "expiry_month",
        "exp_month",
        "expmonth",
        "exp_year",
        "expyear",
        "\"pan\"",
    ]);
    const DIGITS_MIN: usize = 13;
    let near = &bytes[end..bytes.len().min(end + REACH)];
    // What another line says is of something else.
    let near = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let mut runs = near.split(|byte| !matches!(byte, b'0'..=b'9' | b' ' | b'-'));
    let is_card =
        |run: &[u8]| run.iter().filter(|byte| byte.is_ascii_digit()).count() >= DIGITS_MIN;
    CARDS.are_in_any_case(near) || has_expiry(near) || runs.any(is_card)
}

/// What may be said of the card between the word for the code and the code.
const OF_CARDS: &[&str] = &[
    " of the card",
    " of your card",
    " of my card",
    " for the card",
    " on the card",
    " on my card",
    " de la tarjeta",
    " de la carte",
    " de ma carte",
    " della carta",
    " do cartão",
    " der Karte",
    " van de kaart",
    " karty",
    " kartu",
    " kad",
    " kreditkarte",
    " kreditnej karty",
    " kártya",
    " cardului",
    " kartı",
    " kartın",
    " de tarjeta",
    " de carte",
    " carta",
    " карты",
    " картки",
    " картата",
    " da carta",
    " da tarjeta",
    " thẻ",
    " कार्ड",
];

fn may_be_code(number: &Number, bytes: &[u8]) -> bool {
    let after = byte(bytes, number.end);
    let part = matches!(after, b'.' | b'/' | b':') && byte(bytes, number.end + 1).is_ascii_digit();
    !number.plus && !part && !gaps::is_counted(bytes, number.end)
}

fn code(number: &Number, scene: &mut Scene<'_, '_>) {
    if !may_be_code(number, scene.bytes) {
        return;
    }
    // A card, and who is called: `Caller: `.
    let other = [Topic::Card, Topic::Phone];
    let Some(word) = scene
        .context
        .nearest(number.start, 32, |word| !other.contains(&word.topic))
    else {
        return;
    };
    let gap = labelled::between(scene.bytes, &word, number.start);
    let mut places = BACKS.iter().chain(FRONTS);
    let gap = places
        .find_map(|place| gap.strip_prefix(place.as_bytes()))
        .unwrap_or(gap);
    let mut whose = OF_CARDS.iter();
    let gap = whose
        .find_map(|card| gap.strip_prefix(card.as_bytes()))
        .unwrap_or(gap);
    let gap = if is_said(gap) { b" is " } else { gap };
    // `cid` and `csc` name much else.
    let weak = word.end - word.start == 3
        && matches!(
            scene.bytes[word.start.max(0) as usize..],
            [b'c' | b'C', b'i' | b'I' | b's' | b'S', ..]
        );
    let of_card = |scene: &mut Scene<'_, '_>| {
        scene.context.has(Topic::Card, number.start, 40)
            || expires(scene.bytes, number.start)
            || leads_card(scene.bytes, number.end)
    };
    if weak && !of_card(scene) {
        return;
    }
    let named = word.topic == Topic::Cvv
        && gaps::leads(gap, u8::MAX)
        && !sentence_ends(gap)
        && !is_compound(gap)
        && !labels::hold_value(gap)
        && (gap.len() <= 20 || gap.ends_with(b": "));
    if named {
        scene.report(number.start, number.end, "right after a word for the code");
    }
}

/// ` would be `, ` is uh `: whether a gap says no more than that the code follows, as people speak.
fn is_said(gap: &[u8]) -> bool {
    static SAID: List = List::of(&table::<128>(
        "is was would will be it that that'd it'd that's it's uh uhm um er erm hmm ehm äh ähm euh the die der es le el il \
        sera serait será sería seria sarà sarebbe wäre waere zou zijn byłby by est ist",
    ));
    let mut words = gap.split(|byte| matches!(byte, b' ' | b','));
    let spaced = matches!(gap, [b' ', .., b' '] | [b',', b' ', .., b' ']);
    spaced && words.all(|word| word.is_empty() || SAID.has_in_any_case(word))
}

/// Whether the word goes on in another one and speaks of something else: `security code scanning`.
fn is_compound(gap: &[u8]) -> bool {
    let mut words = gap.split(|byte| !byte.is_ascii_alphabetic());
    let next = words.find(|word| !word.is_empty()).unwrap_or_default();
    let of_programs: [&[u8]; 5] = [b"scanning", b"scan", b"scans", b"review", b"audit"];
    gap.starts_with(b" ") && of_programs.contains(&next)
}

/// Whether a sentence or clause ends between a word and a value.
fn sentence_ends(gap: &[u8]) -> bool {
    gap.windows(2)
        .any(|two| matches!(two[0], b'.' | b',' | b';' | b'!' | b'?') && two[1] == b' ')
}
