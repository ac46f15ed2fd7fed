//! Tells a telephone number by who is called there, or by what is said behind it.

use crate::pii::detector::{Number, Scene};
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Digits, byte, span_end, starts_with};
use crate::pii::words::Topic;

use super::{countries, numbered};

/// How words begin that ask somebody to call, or say that somebody did: who is called may follow.
const VERBS: Phrases = Phrases::of(&[
    "call",
    "ring",
    "phone",
    "text ",
    "whatsapp",
    "rang",
    "reach",
    "ruf",
    "anruf",
    "appel",
    "rappel",
    "joindre",
    "llam",
    "llám",
    "marca",
    "marque",
    "bizum",
    "lig",
    "chama",
    "chiam",
    "bel ",
    "dzwo",
    "zadzwo",
    "oddzwo",
    "sun",
    "zavol",
    "volej",
    "volaj",
    "hívj",
    "soita",
    "gọi",
    "theo số",
    "hubungi",
    "tawagan",
    "звон",
    "позвон",
    "перезвон",
    "набер",
    "дзвон",
    "зателефон",
    "nazov",
    "zovi",
    "打",
    "给我打",
    "拨",
    "联系",
    "紧急联系",
    "聯絡",
    "緊急",
    "emergency contact",
    "next of kin",
    "notfallkontakt",
    "contact d'urgence",
    "contacto de emergencia",
    "contatto di emergenza",
    "tél",
    "tel",
]);

/// What is said behind a number that was called, or that is somebody's.
const SAID: Phrases = Phrases::of(&[
    "로 전화",
    "으로 전화",
    "로 연락",
    "으로 연락",
    "로 문자",
    "으로 문자",
    "번으로 전화",
    "번으로 연락",
    "に電話",
    "に連絡",
    "にご連絡",
    "までお電話",
    "まで電話",
    "までご連絡",
    "へお電話",
    "是我的手机",
    "是我的电话",
    "是我手机",
    "是我电话",
    "是他的电话",
    "是她的电话",
    "is my number",
    "ist meine neue",
    "is my new cell",
    "est mon nouveau",
    "es mi nuevo",
    "è il mio nuovo",
    "is mijn nieuwe",
    "is my cell",
    "is my mobile",
    "is my phone",
    "is my new number",
    "is his number",
    "is her number",
    "is their number",
    "is the best number",
    "is my whatsapp",
    "ist meine nummer",
    "ist meine handynummer",
    "ist seine nummer",
    "ist ihre nummer",
    "est mon numéro",
    "est mon portable",
    "est son numéro",
    "es mi número",
    "es mi teléfono",
    "es mi móvil",
    "es mi celular",
    "è il mio numero",
    "è il mio cellulare",
    "é o meu número",
    "é meu número",
    "é o meu telemóvel",
    "é meu celular",
    "is mijn nummer",
    "is mijn mobiel",
    "to mój numer",
    "to moj numer",
    "er mit nummer",
    "er mitt nummer",
    "är mitt nummer",
    "on numeroni",
    "je můj telefon",
    "e numărul meu",
    "benim numaram",
    "numaramdan",
    "это мой номер",
    "мой номер",
    "це мій номер",
    "pe call",
    "pe whatsapp",
    "pe message",
    "par call",
    "पर कॉल",
    "पर फोन",
    "पर संपर्क",
    "je moje",
    "-es szám",
    "-as szám",
    "-os szám",
    "-ös szám",
    "numaralı telefon",
    "nolu telefon",
    "no'lu telefon",
]);

/// Whether somebody is called at a number, by the words before it or behind it.
pub(super) fn is_told(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    is_said(scene.bytes, number.end) || is_asked(scene, number)
}

/// Longer phrases between the word and the number speak of something else.
const PHRASE_MAX: usize = 40;
/// So many words name somebody: `le plombier`, `my husband Tom on`.
const WORDS_MAX: usize = 4;

/// Whether somebody is called at a number that starts with the digit of long distance, and only words
/// for whom stand between: `appelle le plombier 0660181261`.
fn is_asked(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    let bytes = scene.bytes;
    if bytes[number.start] != b'0' || !number.is_bare() || !(9..=12).contains(&number.total) {
        return false;
    }
    let Some(word) = scene.last_word(number.start, PHRASE_MAX) else {
        return false;
    };
    let (Ok(from), Ok(to)) = (usize::try_from(word.start), usize::try_from(word.end)) else {
        return false;
    };
    let Some(gap) = bytes.get(to..number.start) else {
        return false;
    };
    let name =
        |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii() || matches!(byte, b' ' | b'\'');
    let mut words = gap
        .split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty());
    word.topic == Topic::Phone
        && VERBS.start(&bytes[from..])
        && gap.iter().all(name)
        && words.clone().count() <= WORDS_MAX
        && !words.any(|word| numbered::is_thing(word) || OTHERS.has_in_any_case(word))
}

/// What may be numbered and is no person.
static OTHERS: List = List::of(&table::<64>(
    "id code ref api function method job task number no nr order ticket case bug file port pid line \
    volume count cost center centre model with for about",
));

/// Whether words behind a number say that it is somebody's, or that one may call there.
pub(super) fn is_said(bytes: &[u8], end: usize) -> bool {
    let blank = usize::from(byte(bytes, end) == b' ');
    SAID.at(bytes, end + blank).is_some()
}

/// What links to a telephone or to a messenger's user begin with.
pub(super) const LINKS: &[&str] = &[
    "wa.me/",
    "send?phone=",
    "send/?phone=",
    "callto:",
    "sms:",
    "facetime:",
];

/// `https://wa.me/919746710451`: the number of a link, with the country's code and without a `+`.
pub(super) fn linked(behind: usize, scene: &mut Scene<'_, '_>) {
    const DIGITS_MAX: usize = 15;
    let bytes = scene.bytes;
    let near = &bytes[..bytes.len().min(behind + DIGITS_MAX + 1)];
    let end = span_end(near, behind, u8::is_ascii_digit);
    let ends = !byte(bytes, end).is_ascii_alphanumeric() && !starts_with(bytes, end, "_");
    if end > behind && ends {
        let digits = Digits::of(&bytes[behind..end]);
        if countries::is_international(&digits, false) {
            scene.report(behind, end, "the number of a link");
        }
    }
}
