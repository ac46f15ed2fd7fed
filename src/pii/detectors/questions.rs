//! Numbers of documents that a turn of a conversation gives where the one before asks for them, however long it is.

use super::{aligned, gaps};
use crate::pii::detector::Scene;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Mix, before, byte, span_end};

/// What a question asks for; the first letter is left off where its case varies.
pub(super) const PASSPORTS: &[&str] = &[
    "assport number",
    "assport no",
    "eisepassnummer",
    "de pasaporte",
    "del pasaporte",
    "de passeport",
    "di passaporto",
    "do passaporte",
    "aspoortnummer",
    "umer paszportu",
    "омер паспорта",
    "омер загранпаспорта",
    "护照号",
    "パスポート番号",
    "여권번호",
];

pub(super) const LICENCES: &[&str] = &[
    "river's licen",
    "rivers licen",
    "riving licen",
    "icence number",
    "icense number",
    "ührerscheinnummer",
    "onduire",
    "onducir",
    "ella patente",
    "ijbewijsnummer",
    "rawa jazdy",
    "驾驶证号",
    "免許証番号",
    "면허번호",
];

pub(super) const POLICIES: &[&str] = &[
    "olicy number",
    "ember ID",
    "embership number",
    "laim number",
    "ubscriber ID",
    "ersicherungsnummer",
    "olicennummer",
    "ro de police",
    "ro de póliza",
    "ro da apólice",
    "ro di polizza",
    "olisnummer",
    "umer polisy",
    "омер полиса",
    "保单号",
    "証券番号",
    "증권번호",
];

pub(super) const PATIENTS: &[&str] = &[
    "edical record number",
    "atient number",
    "atient ID",
    "hart number",
    "ospital number",
    "atientennummer",
    "ro de patient",
    "ro de historia",
    "do prontuário",
    "atiëntnummer",
    "umer pacjenta",
    "病历号",
    "患者番号",
    "カルテ番号",
    "환자번호",
];

/// What else a number may be that is asked for in the same turn.
const OTHERS: Phrases = Phrases::of(&[
    "rder",
    "racking",
    "nvoice",
    "hone",
    "obile",
    "elefon",
    "eléfono",
    "éléphone",
    "elefoon",
    "ccount",
    "IBAN",
    "birth",
    "born",
    "ddress",
    "mail",
    "assword",
    "code",
    "icket",
    "eference",
    "how many",
    "ow much",
    "ileage",
    "{",
    "=",
    "|",
]);

/// What stands before a colon and names a value, and nobody who speaks.
const NO_SPEAKERS: Phrases = Phrases::of(&[
    "rder", "nvoice", "icket", "ccount", "hone", "otal", "Ref", "ref", "Case", "mount", "ersion",
    "uild", "rror", "ode", "ID", "id:", "No", "umber", "ime", "ate", "port", "echnung", "estell",
    "actur", "edido", "ommande",
]);

/// The value that begins the answer to a turn that asks for what is named before a place:
/// `What's the passport number that we should put down?\nTraveller: it's 525545113`.
pub(super) fn answered(behind: usize, scene: &mut Scene<'_, '_>) {
    const QUESTION_MAX: usize = 120;
    const ANSWER_MAX: usize = 32;
    let bytes = scene.bytes;
    let near = &bytes[..bytes.len().min(behind + QUESTION_MAX)];
    let line = span_end(near, behind, |byte| *byte != b'\n' && *byte != b'\\');
    let rest = &bytes[behind..line];
    let open = gaps::answer_start(bytes, line);
    let speaks = before(bytes, open) == b' ' && open > line + 2;
    let asks = rest.ends_with(b"?") || rest.ends_with("？".as_bytes());
    if open == line || !(asks || speaks && rest.ends_with(b".")) {
        return;
    }
    if NO_SPEAKERS.are_in(&bytes[line..open]) {
        return;
    }
    // What the turn tells itself, it does not ask for.
    if rest.iter().any(u8::is_ascii_digit) || OTHERS.are_in(rest) {
        return;
    }
    let start = opened(bytes, open);
    let is_value = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/');
    let end = span_end(
        &bytes[..bytes.len().min(start + ANSWER_MAX)],
        start,
        is_value,
    );
    let part = matches!(byte(bytes, end), b':' | b'_' | b'@' | b'=' | b'(');
    if is_number(&bytes[start..end]) && !part && !gaps::is_counted(bytes, end) {
        scene.report(start, end, "the answer to a question for it");
    }
}

/// Where a turn goes on behind the words that open an answer.
fn opened(bytes: &[u8], mut at: usize) -> usize {
    const WORDS_MAX: usize = 5;
    static OPENINGS: List = List::of(&table::<128>(
        "yes yeah sure ok okay of course it's its it is that's that would be so ja klar das ist die meine sie lautet \
        oui bien sûr c'est le la voici sí si claro es el sì certo è il sim é o tak to да конечно это evet hai",
    ));
    for _ in 0..WORDS_MAX {
        let end = span_end(&bytes[..bytes.len().min(at + 16)], at, |byte| {
            byte.is_ascii_alphabetic() || *byte == b'\'' || !byte.is_ascii()
        });
        let next = span_end(&bytes[..bytes.len().min(end + 3)], end, |byte| {
            matches!(byte, b' ' | b',' | b':')
        });
        if end == at || next == end || !OPENINGS.has_in_any_case(&bytes[at..end]) {
            break;
        }
        at = next;
    }
    at
}

/// Whether an answer may be the number of a document: capitals and digits, and no date.
fn is_number(value: &[u8]) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 6..=20;
    const DIGITS: usize = 5;
    let mix = Mix::of(value);
    LENGTHS.contains(&value.len())
        && mix.digit >= DIGITS
        && (mix.lower == 0 || mix.upper == 0)
        && byte(value, 0).is_ascii_alphanumeric()
        && !aligned::is_date(value)
}
