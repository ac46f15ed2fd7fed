//! Tells that a number is the answer to a question for a telephone number in the turn before.

use super::numbered;
use crate::pii::detector::Number;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{before, byte, span_end, span_start};

/// Words for telephones in questions.
const PHONES: Phrases = Phrases::of(&[
    "phone",
    "Phone",
    "mobile",
    "Mobile",
    "elefon",
    "elefoon",
    "eléfono",
    "éléphone",
    "elemóvel",
    "elular",
    "ellulare",
    "andynummer",
    "ückruf",
    "uhelin",
    "omórk",
    "whatsapp",
    "WhatsApp",
    "телефон",
    "Телефон",
    "мобил",
    "мобіл",
    "هاتف",
    "الجوال",
    "جوال",
    "موبايل",
    "تلفن",
    "טלפון",
    "נייד",
    "फोन",
    "मोबाइल",
    "मोबाईल",
    "ফোন",
    "মোবাইল",
    "மொபைல்",
    "தொலைபேசி",
    "ఫోన్",
    "మొబైల్",
    "ಮೊಬೈಲ್",
    "മൊബൈൽ",
    "મોબાઇલ",
    "điện thoại",
    "di động",
    "sđt",
    "SĐT",
    "โทร",
    "มือถือ",
    "ទូរស័ព្ទ",
    "电话",
    "電話",
    "手机",
    "手機",
    "携帯",
    "전화",
    "휴대폰",
    "연락처",
    "elepon",
    "ηλέφωνο",
    "ινητό",
    "simu",
]);

/// Words for numbers of any kind, which an earlier turn must have told to be telephones'.
const NUMBERS: Phrases = Phrases::of(&[
    "number",
    "ummer",
    "número",
    "numero",
    "numéro",
    "umer",
    "номер",
    "رقم",
    "số",
    "नंबर",
    "নম্বর",
    "నంబర్",
    "எண்",
    "号码",
    "號碼",
    "番号",
    "번호",
    "numara",
    "číslo",
    "szám",
    "ριθμό",
    "מספר",
    "شماره",
    "omor",
    "ombor",
    "หมายเลข",
    "เบอร์",
]);

/// How an answer may begin.
static OPENINGS: List = List::of(&table::<64>(
    "yes yeah sure ok okay it's its it is that's ja das ist die meine oui c'est le sí si es el sim é sì è tak \
    to да это",
));

/// A turn's name and time are no longer, and no more of the turns before is read.
const LABEL_MAX: usize = 56;
const QUESTION_MAX: usize = 256;

/// Whether a number may be what a turn of a conversation consists of: it stands behind a colon, and
/// the turn ends behind it.
pub(super) fn may_be(bytes: &[u8], number: &Number) -> bool {
    let ends = matches!(byte(bytes, number.end), b'\n' | b'\r' | b'<' | b'"')
        || number.end == bytes.len()
        || matches!(byte(bytes, number.end), b'.' | b',')
            && !byte(bytes, number.end + 1).is_ascii_digit();
    ends && matches!(before(bytes, number.start), b' ') && (9..=12).contains(&number.total)
}

/// Whether the turn before asks for a telephone number, and this one is the answer:
/// `Agent: your new mobile number, please?\nCustomer: 98245 57317`.
pub(super) fn is_answer(bytes: &[u8], number: &Number) -> bool {
    if !may_be(bytes, number) {
        return false;
    }
    let floor = number.start.saturating_sub(LABEL_MAX);
    let Some(line) = memchr::memrchr(b'\n', &bytes[floor..number.start]) else {
        return false;
    };
    let line = floor + line;
    if !is_label(&bytes[line + 1..number.start]) {
        return false;
    }
    let floor = line.saturating_sub(QUESTION_MAX);
    let turns = &bytes[floor..line];
    let last = memchr::memrchr(b'\n', turns).map_or(0, |end| end + 1);
    let asked = &turns[last..];
    let named = numbered::is_named_otherwise(bytes, number);
    if named
        || !(is_question(asked) || is_turn(asked) && is_speaker(&bytes[line + 1..number.start]))
    {
        return false;
    }
    // What the last turn gave itself was no question.
    let telling = asked
        .windows(4)
        .any(|four| four.iter().all(u8::is_ascii_digit));
    !telling
        && (PHONES.are_in(asked) || NUMBERS.are_in(asked) && PHONES.are_in(turns))
        && !OTHERS.are_in(asked)
}

/// Whether a sign says that something is asked.
fn is_question(turn: &[u8]) -> bool {
    ["?", "؟", "？", "? ", "?\""]
        .iter()
        .any(|sign| turn.ends_with(sign.as_bytes()))
}

/// Whether a name stands before what is said, in some words.
fn is_turn(turn: &[u8]) -> bool {
    const WORDS: usize = 3;
    let said = turn.windows(2).position(|two| two == b": ");
    said.is_some_and(|at| turn[at + 2..].split(|&byte| byte == b' ').count() >= WORDS)
}

/// Whether a label may name who speaks: it starts with a capital or in another script.
fn is_speaker(label: &[u8]) -> bool {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let first = label.iter().find(is_letter);
    first.is_some_and(|first| !first.is_ascii_lowercase())
}

/// What else is asked for by a number.
const OTHERS: Phrases = Phrases::of(&[
    "order",
    "Order",
    "rder n",
    "account",
    "Account",
    "Kunden",
    "ticket",
    "Ticket",
    "case ",
    "policy",
    "pedido",
    "commande",
    "cliente",
    "client ",
    "reference",
    "asaporte",
    "assport",
    "заказ",
    "договор",
    "طلب",
    "هوية",
    "đơn",
    "khách hàng",
    "tài khoản",
    "CCCD",
    "ऑर्डर",
    "आधार",
    "खाता",
    "订单",
    "訂單",
    "注文",
    "주문",
    "serial",
    "Serie",
    "invoice",
    "tracking",
    "model",
]);

/// `[12:05:47] Customer: `, `> Antwort: yes, it's `: a time or a sign, a name, a colon, an opening.
fn is_label(line: &[u8]) -> bool {
    let is_lead = |byte: &u8| !byte.is_ascii_alphabetic() && byte.is_ascii() && *byte != b'"';
    let name = span_end(line, 0, is_lead);
    let is_name = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || !byte.is_ascii()
            || matches!(byte, b' ' | b'(' | b')' | b'*')
    };
    let colon = span_end(line, name, is_name);
    let rest = line.get(colon + 1..).unwrap_or_default();
    let blank = span_start(line, line.len(), 0, |&byte| byte == b' ');
    colon > name
        && byte(line, colon) == b':'
        && blank < line.len()
        && rest
            .split(|byte| matches!(byte, b' ' | b',' | b'*'))
            .filter(|word| !word.is_empty())
            .all(|word| OPENINGS.has_in_any_case(word))
}
