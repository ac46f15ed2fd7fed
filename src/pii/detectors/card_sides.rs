//! What people say of a card beside its security code: whose it is, and that it stands on the back.

use crate::pii::detector::Scene;
use crate::pii::text::{before, ends_with, span_start};
use crate::pii::words::Topic;

/// Where the code is printed, behind it.
pub(super) const BACKS: &[&str] = &[
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

/// `exp 01/31, 726 on the back`: where it is printed stands behind it, and a card or its expiry before.
pub(super) fn on_back(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let Some(place) = BACKS.iter().find(|place| ends_with(bytes, behind, place)) else {
        return;
    };
    let end = behind - place.len();
    let start = span_start(bytes, end, end.saturating_sub(5), u8::is_ascii_digit);
    let apart = matches!(
        before(bytes, start),
        b' ' | b'"' | b'\'' | b'(' | b':' | b'='
    );
    let known = scene.context.has(Topic::Card, start, 40)
        || scene.context.has(Topic::Cvv, start, 40)
        || expires(bytes, start);
    if matches!(end - start, 3 | 4) && apart && known {
        scene.report(start, end, "said to stand on the back of a card");
    }
}

/// Whether the month and year of an expiry stand shortly before a place: `exp 01/31, `.
pub(super) fn expires(bytes: &[u8], place: usize) -> bool {
    const REACH: usize = 32;
    let near = &bytes[place.saturating_sub(REACH)..place];
    near.array_windows().any(|five: &[u8; 5]| match five {
        [b'0', b'1'..=b'9', b'/' | b'-', tens, ones]
        | [b'1', b'0'..=b'2', b'/' | b'-', tens, ones] => {
            tens.is_ascii_digit() && ones.is_ascii_digit()
        }
        _ => false,
    })
}

/// What may be said of the card between the word for the code and the code.
pub(super) const OF_CARDS: &[&str] = &[
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
