//! Finds values that stand before their names: `FB2243447 is my passport number`.

use super::birth;
use crate::pii::detector::Scene;
use crate::pii::lists::Phrases;
use crate::pii::text::{Mix, before, span_start};

/// Names of dates of birth, as they follow `is my`.
pub(super) const BIRTHS: &[&str] = &[
    "date of birth",
    "birth date",
    "birthdate",
    "Geburtsdatum",
    "date de naissance",
    "fecha de nacimiento",
    "data di nascita",
    "data de nascimento",
    "geboortedatum",
    "data urodzenia",
    "födelsedatum",
    "fødselsdato",
    "syntymäaika",
    "datum narození",
    "dátum narodenia",
    "születési dátum",
    "data nașterii",
    "дата рождения",
    "дата народження",
    "doğum tarihi",
    "ngày sinh",
    "tanggal lahir",
    "出生日期",
    "出生年月日",
    "生年月日",
    "생년월일",
    "जन्मतिथि",
    "जन्म तिथि",
    "تاريخ ميلاد",
    "تاريخ الميلاد",
    "ημερομηνία γέννησης",
    "תאריך הלידה",
];

/// `23/09/1975 is the date of birth`.
pub(super) fn birth(behind: usize, scene: &mut Scene<'_, '_>) {
    let name = name_start(scene.bytes, behind, BIRTHS);
    let end = name.and_then(|name| value_end(scene.bytes, name));
    if let Some(end) = end.filter(|_| !is_of_form(scene.bytes, behind)) {
        birth::ending(end, scene);
    }
}

/// Names of the numbers of passports.
pub(super) const PASSPORTS: &[&str] = &[
    "passport number",
    "passport no",
    "assnummer",
    "paspoortnummer",
    "numéro de passeport",
    "número de pasaporte",
    "numero de pasaporte",
    "numero di passaporto",
    "numero del passaporto",
    "número do meu passaporte",
    "número de passaporte",
    "número do passaporte",
    "numer paszportu",
    "číslo pasu",
    "номер паспорта",
    "номер моего паспорта",
    "pasaport numara",
    "số hộ chiếu",
    "nomor paspor",
    "护照号",
    "護照號",
    "パスポート番号",
    "여권번호",
    "여권 번호",
    "पासपोर्ट नंबर",
    "رقم جواز",
];

pub(super) fn passport(behind: usize, scene: &mut Scene<'_, '_>) {
    let name = name_start(scene.bytes, behind, PASSPORTS);
    if let Some(name) = name.filter(|_| !is_of_form(scene.bytes, behind)) {
        document(name, 6..=10, scene);
    }
}

/// How the names of numbers of driving licences end: by such parts they are looked for.
pub(super) const LICENCE_ENDS: &[&str] = &[
    "icense number",
    "icence number",
    "cheinnummer",
    "onduire",
    "onducir",
    "di patente",
    "lla patente",
    "ijsnummer",
    "驾驶证号",
    "驾照号",
];
/// Names of the numbers of driving licences.
const LICENCES: &[&str] = &[
    "driver's license number",
    "driver license number",
    "driver's licence number",
    "driving licence number",
    "drivers license number",
    "licence number",
    "Führerscheinnummer",
    "numéro de permis de conduire",
    "número de licencia de conducir",
    "numero di patente",
    "numero della patente",
    "rijbewijsnummer",
    "驾驶证号",
    "驾照号",
];

pub(super) fn licence(behind: usize, scene: &mut Scene<'_, '_>) {
    // More words end so than name such a number.
    let name = name_start(scene.bytes, behind, LICENCES);
    if let Some(name) = name.filter(|_| !is_of_form(scene.bytes, behind)) {
        document(name, 5..=18, scene);
    }
}

/// Whether a name goes on and speaks of how such values look, or of where they stand.
fn is_of_form(bytes: &[u8], behind: usize) -> bool {
    const FORMS: Phrases = Phrases::of(&[
        " format",
        " template",
        " placeholder",
        " example",
        " field",
        " pattern",
        " column",
        " check",
        " regex",
        " de ejemplo",
        " d'exemple",
        " di esempio",
        " de exemplo",
        "format",
        "sformat",
        " beispiel",
    ]);
    FORMS.at(bytes, behind).is_some()
}

/// Where the name starts that ends at a place, with the letters that are joined to it: `Reisepassnummer`.
fn name_start(bytes: &[u8], behind: usize, names: &[&str]) -> Option<usize> {
    const COMPOUND_MAX: usize = 12;
    let name = names
        .iter()
        .find(|name| bytes[..behind].ends_with(name.as_bytes()));
    let start = behind - name?.len();
    let floor = start.saturating_sub(COMPOUND_MAX);
    Some(span_start(bytes, start, floor, u8::is_ascii_alphabetic))
}

/// Reports the capitals and digits before a name, four digits at least.
fn document(name: usize, length: std::ops::RangeInclusive<usize>, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let Some(end) = value_end(bytes, name) else {
        return;
    };
    let is_sign = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let start = span_start(bytes, end, end.saturating_sub(length.end() + 1), is_sign);
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let left = before(bytes, start);
    let alone = !(left.is_ascii_alphanumeric() || matches!(left, b'-' | b'.' | b'/' | b'_' | b'#'));
    let enough = mix.digit > 3 && (mix.upper > 0 || mix.digit > 6);
    if length.contains(&value.len()) && alone && enough {
        scene.report(start, end, "before the words that name it");
    }
}

/// Words that say whose it is, before its name.
const OWNERS: Phrases = Phrases::of(&[
    " the",
    " my",
    " his",
    " her",
    " your",
    " our",
    " their",
    " a",
    " mein",
    " meine",
    " das",
    " die",
    " ihr",
    " ihre",
    " sein",
    " seine",
    " de",
    " het",
    " mijn",
    " la",
    " ma",
    " mon",
    " sa",
    " son",
    " le",
    " mi",
    " su",
    " el",
    " il",
    " mio",
    " mia",
    " o",
    " meu",
    " minha",
    " moja",
    " moje",
    " mój",
    " můj",
    " min",
    " mitt",
    " ditt",
    " моя",
    " мой",
    " его",
    " её",
    " моє",
    " моя",
    "我的",
    "他的",
    "她的",
    "本人的",
    "您的",
    "私の",
    " η",
    " το",
]);

/// Words that say that it is that, with what stands for them where none is said.
const COPULAS: Phrases = Phrases::of(&[
    " is",
    " was",
    " as",
    " ist",
    " war",
    " est",
    " es",
    " è",
    " é",
    " to",
    " är",
    " er",
    " on",
    " je",
    " là",
    " adalah",
    " este",
    " είναι",
    " это",
    " це",
    " —",
    " –",
    " هو",
    " هي",
    "是",
    "为",
    "為",
    "は",
    "が",
    " benim",
    " मेरी",
    " मेरा",
    " 제",
    " 내",
    " moja",
    " moje",
]);

/// Where the value ends that is said to be what a name says that starts at a place: words for whose it
/// is and a verb stand between.
fn value_end(bytes: &[u8], name: usize) -> Option<usize> {
    const WORDS_MAX: usize = 3;
    const OWNER_MAX: usize = 14;
    let blank = |at: usize| span_start(bytes, at, at.saturating_sub(1), |&byte| byte == b' ');
    let is_quote = |at: usize| matches!(before(bytes, at), b'"' | b'\'' | b'`');
    let mut at = blank(name);
    for count in 0..=WORDS_MAX {
        if let Some(verb) = COPULAS.before(bytes, at) {
            let end = blank(at - verb.len());
            return Some(end - usize::from(is_quote(end)));
        }
        // `"X" the passport number`: behind another one the verb is not said again.
        if count > 0 && is_quote(at) {
            return Some(at - 1);
        }
        if let Some(owner) = OWNERS.before(bytes, at) {
            at = blank(at - owner.len());
            continue;
        }
        // `the patient's`.
        let owner = span_start(bytes, at, at.saturating_sub(OWNER_MAX), |byte| {
            byte.is_ascii_alphabetic() || *byte == b'\''
        });
        if owner == 0 || !bytes[owner..at].ends_with(b"'s") || before(bytes, owner) != b' ' {
            return None;
        }
        at = owner - 1;
    }
    None
}
