//! Numbers of documents and records, which only the words before them give away.

use super::labelled::{REACH, as_number, as_word, groups_end, may_be_number, may_be_word, report};
use super::{airlines, aligned, extents, hl7, licence_card, licences, questions, told};
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Groups, Joined},
    exactly, holding, starting,
};
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, byte};
use crate::pii::words::Topic;

pub(in crate::pii) const PASSPORT: Detector = Detector {
    name: "PASSPORT",
    what: "passport number",
    source: "ICAO Doc 9303 part 3: document number, up to nine characters",
    validator: "six to nine letters and digits with at least four digits or mixed, right after a word for passports",
    gravity: 65,
    context: &[Topic::Passport],
    finds: &[
        "my passport number is «C9NK1231R» and",
        "护照号码：«E12345678»。",
        "Passport no: «112955842»",
        "Passport Number\n\nEnter exactly as printed\n«Z60397806»",
        "Reisepass «C01X00T47»",
        "passport «AB 1234567»",
        "Q: Passport number?\nA: «459802666»\nQ: Since?",
        "| Guest | Passport no. | Day |\n|---|---|---|\n| Bo | «NX1234567» | 3 |",
        "SELECT '«413539814»' AS passport_no",
        "id,passportNo,n\n7,«413539814»,12",
        "passini numero on «FP6092704»",
        "паспорт для виїзду за кордон «FE335881»",
        "паспорт серии «4510 123456» выдан",
        "SSR DOCS YY HK1/P/GBR/«123456789»/GBR/12JUL76/M",
        "DOCO/P/USA/«542267641»/USA",
        "{\"key\":\"パスポート番号\",\"value\":{\"stringValue\":\"«TK5563630»\"}}",
        "passport: Just \"«C01X00T47»\"",
        "<td class=\"label\">Passport number</td><td class=\"value\">«C01X00T47»</td>",
        "SR DOCS YY HK1-P-GBR-«169975275»-GBR-20JUN76-F-12NOV31-COLBY",
        "passports of both: «142122971» for me and «700938129» for my son",
        "passport «142122971» and order 700938129",
        "passport «C01X00T47» and C3PO",
        "passports «C01X00T47» and «C02Y11T58», please",
        "I need the passport number for the visa letter.\nTraveller: it's «525545113», and",
        "Name      Passport no.  Seat\n--------  ------------  ----\nJan Roe   «C01X00T47»     12A",
        "What's the passport number we should put on the booking form?\nTraveller: sure, it's «525545113»",
        "\"«FB2243447»\" is the passport number",
        "«C01X00T47» ist meine Reisepassnummer",
    ],
    ignores: &[
        "passport office opens at 10",
        "C9NK1231R",
        "passport 2026-01-02",
        "passport valid until 20261231",
        "passport control 12345678 travellers",
        "passport_checks=746745",
        "паспорт изделия 959542",
        "технический паспорт № 728400",
        "паспорт насоса № 7719034",
        "/P/USA/readme2024/USA",
        "/P/usa/542267641/usa",
        "BOX-P-AB-123456-X9",
        "passport number for the visa letter.\nOrder: 525545113",
        "passport checks.\nTotal: 525545113",
        "Passport no.  Seat\nsee page 12345  3",
        "Do you need a passport number or the order number?\nCaller: 525545113",
        "is the passport number for the visa letter.\nInvoice: 525545113",
        "where is the passport number in this long form, please?\nerror: 5255451",
        "\"passport_strategy\":\"oauth2\"",
        "passport.authenticate(\"jwt2024\", {session: false})",
        "AB1234567 is the part number, the passport number is missing",
        "Guest's passport number is missing",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Passport,
            &[Bare(6, 10), Joined(6, 10, b" -")],
            Some(may_be_number),
            passport,
        ),
        Look::WordNear(
            Topic::Passport,
            &[holding(1, 6, 10)],
            Some(may_be_word),
            passport_word,
        ),
        Look::Literal(airlines::KINDS, airlines::passport),
        Look::Literal(aligned::HEADS, aligned::passport),
        Look::Literal(questions::PASSPORTS, questions::answered),
        Look::Literal(told::PASSPORTS, told::passport),
    ],
};

pub(in crate::pii) const DRIVER_LICENSE: Detector = Detector {
    name: "DRIVER_LICENSE",
    what: "driving licence number",
    source: "AAMVA D20 (formats by state), DVLA driver number, ISO/IEC 18013-1",
    validator: "five to twenty letters and digits with at least four digits, right after a word for licences",
    gravity: 64,
    context: &[Topic::Driver],
    finds: &[
        "Driver's license «C7669454», phone",
        "driving licence: «MBNJU354488GZ0XA»",
        "license number «51366643»",
        "Führerschein Nr. «B072RRE2I55»",
        "DL number «D123-4567-8901»",
        "DL «T8795384» exp 04/2029",
        "prawo jazdy: «58328/55/0549»",
        "id,name,license_number\n7,Jan,«C7669454»",
        "Licence: «MORGA657054SM9IJ», issued by DVLA",
        "<span>Driver's license:</span> <b>«A6447840»</b><br>",
        "\"license_no\":\"«D2263437»\"",
        "driver license «B 879 441 080 066»",
        "driving licence «KA05 20158751904».",
        "driving licence no. «MH-12-20111772572»",
        "driving licence «DL-1420110012345»",
        "driving licence: «MH12/2011/0123456»",
        "driver license «MORGA 657054 SM9IJ», valid",
        "license number «A1234 56789 01234»",
        "patente «RM 1234567 K» di",
        "Führerausweis-Nr. «706516398864»",
        "licencia de conducir «12.345.678-9»",
        "3. 16.01.96 UK\n4a. 11.09.2026 4c. DVLA\n4b. 22.12.2031\n5. «EVANS107272MEKYW»",
        "ड्राइविंग लाइसेंस «MH51 06188636938»,",
        "ಚಾಲನಾ ಪರವಾನಗಿ «KA05 20110123456»",
        "took down OLN «K9923 49374 04852», plate",
        "holder_license: «H719-1114-7303»",
        "may I have your driver's license number please?\nCaller: «D1234567»",
    ],
    ignores: &[
        "driver version 535.104.05",
        "merge dl/t0000-skip-test and (&Dl, SDValue Chain, uint64_t Guid)",
        "license MIT 2026",
        "C7669454",
        "DL speed 123456 kbps",
        "4b. 22 items\n5. 123456 of them",
        "driving licence KA05 issued 20158751",
        "license holder: Acme Ltd 2024",
        "license_holder: Apache-2.0",
        "license holder count 123456",
        "Is the licence number on the card, or how many digits?\nCaller: 123456",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Driver,
            &[
                Bare(5, 18),
                Joined(5, 14, b" -"),
                Groups(&[0x524], b"/"),
                Groups(&[0x233], b"."),
                Groups(&[0x2331], b"*"),
            ],
            None,
            licence,
        ),
        Look::WordNear(
            Topic::Driver,
            &[holding(2, 3, 20)],
            Some(may_be_licence),
            licence_word,
        ),
        Look::Word(&[exactly("LXXXXDDDDDDXXDLL")], licences::dvla),
        Look::Literal(licence_card::EXPIRY, licence_card::fields),
        Look::Literal(aligned::HEADS, aligned::licence),
        Look::Literal(questions::LICENCES, questions::answered),
        Look::Literal(told::LICENCE_ENDS, told::licence),
    ],
};

pub(in crate::pii) const MEDICAL_RECORD: Detector = Detector {
    name: "MEDICAL_RECORD",
    what: "medical record or patient number",
    source: "45 CFR 164.514(b)(2)(i)(H): medical record numbers",
    validator: "four to twelve letters and digits right after a word that names the record",
    gravity: 61,
    context: &[Topic::Medical],
    finds: &[
        "MRN: «7487069»",
        "MRN-«4471902»",
        "Chart # «MRN-2390403», attending",
        "patient id «P-20931»",
        "病历号：«00123456»",
        "Medicare number «1EG4-TE5-MK73»",
        "cartella clinica n. «2024/48291»",
        "pt w/ med rec no. «8305829» c/o chest pain",
        "Pt ID «84722461» NPO after midnight",
        "PID|1||«H734252-59»^^^HOSP^MR||Roe^Jane||19870802|F",
        "MRN: «100 250 570-1»",
        "\"medical_record_number\": \"«H 734 252-59»\"",
        "n_de_dossier_médical: Some(\"«00748504»\")",
        "<td>MRN</td><td>«00748504»</td>",
        "MRN «H54-191085», DOB",
        "historia clínica: «H59-499878»",
        "MRN       NAME\n«H54-191085»  ROE",
    ],
    ignores: &[
        "MRN is required",
        "grad norm: 12345678 and NeedNorm = 0x2000",
        "7487069",
        "medical records 482913 processed",
        "MRN format H99-999999 is not valid here",
        "patient no show H1-20",
        "medical records A12-34 to A12-99 archived",
        "MRN   COUNT\ntotal   123456",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Medical,
            &[
                Bare(4, 12),
                Joined(4, 12, b" -*"),
                Groups(&[0x44, 0x45, 0x46], b"/"),
            ],
            Some(may_be_groups),
            medical,
        ),
        Look::WordNear(
            Topic::Medical,
            &[
                holding(2, 4, 12),
                starting("LD", 2, 3),
                starting("LLD", 3, 3),
            ],
            Some(may_be_medical),
            medical_word,
        ),
        Look::Literal(hl7::PATIENT, hl7::patient),
        Look::Literal(aligned::HEADS, aligned::medical),
        Look::Literal(questions::PATIENTS, questions::answered),
    ],
};

fn passport(number: &Number, scene: &mut Scene<'_, '_>) {
    if !is_of_product(scene, number.start) {
        as_number(number, Topic::Passport, scene);
    }
}

fn passport_word(word: &Word, scene: &mut Scene<'_, '_>) {
    // `oauth2`: what a library of that name works with.
    let mix = Mix::of(word.of(scene.bytes));
    let few = mix.digit < 4 && (mix.lower > 0 || mix.digit < 2);
    if !few && !airlines::is_library(scene, word.start) && !is_of_product(scene, word.start) {
        as_word(word, Topic::Passport, scene);
    }
}

/// `паспорт насоса № 7719034`: the papers of a machine, which Russian calls by the same word; small
/// letters name what they are of.
fn is_of_product(scene: &mut Scene<'_, '_>, place: usize) -> bool {
    static OWNERS: List = List::of(&table::<128>(
        "серия серии сер номер номером номера выдан выданный гражданина граждан гражданки рф россии \
        российский украины україни громадянина серія серії для за мой мій его её ее моего моей \
        иностранного иностранный заграничный клиента клієнта заявителя пассажира владельца пациента \
        покупателя продавца абонента сотрудника данные это есть указан у меня нового старого новый \
        старый под с со на и от при",
    ));
    let Some(word) = scene
        .context
        .nearest(place, REACH, |word| word.topic == Topic::Passport)
    else {
        return false;
    };
    let behind = word.end.max(0) as usize;
    let Some(gap) = scene
        .bytes
        .get(behind..place)
        .and_then(|gap| gap.strip_prefix(b" "))
    else {
        return false;
    };
    let noun = gap.split(|byte| byte.is_ascii()).next().unwrap_or_default();
    // Small letters from `а` to `я`, and those of Ukraine.
    let small = matches!(noun, [0xD0, 0xB0..=0xBF, ..] | [0xD1, 0x80..=0x9F, ..]);
    small && noun.len() > 4 && !OWNERS.has(noun)
}

fn licence(number: &Number, scene: &mut Scene<'_, '_>) {
    if let Some(place) = licences::around(scene.bytes, number) {
        return report(place.start, place.end, Topic::Driver, scene);
    }
    as_number(number, Topic::Driver, scene);
}

fn may_be_licence(word: &Word, bytes: &[u8]) -> bool {
    may_be_word(word, bytes) || matches!(byte(bytes, word.end), b' ' | b'-' | b'/')
}

fn licence_word(word: &Word, scene: &mut Scene<'_, '_>) {
    let end = licences::indian_end(scene.bytes, word.start);
    match end.or_else(|| licences::grouped_end(scene.bytes, word)) {
        Some(end) => report(word.start, end, Topic::Driver, scene),
        None => as_word(word, Topic::Driver, scene),
    }
}

/// The same as `may_be_number`, and of groups that several signs join whether they are those of one number.
pub(super) fn may_be_groups(number: &Number, bytes: &[u8]) -> bool {
    may_be_number(number, bytes) && extents::is_grouped(number, bytes)
}

fn medical(number: &Number, scene: &mut Scene<'_, '_>) {
    if !may_be_groups(number, scene.bytes) {
        return;
    }
    as_number(number, Topic::Medical, scene);
}

fn may_be_medical(word: &Word, bytes: &[u8]) -> bool {
    // `1EG4-TE5-MK73`: few digits only where further groups follow.
    let text = word.of(bytes);
    let many = Mix::of(text).digit > 2
        || byte(bytes, word.end) == b'-' && (text.len() == 4 || is_grouped(word, bytes));
    many && may_be_word(word, bytes)
}

fn medical_word(word: &Word, scene: &mut Scene<'_, '_>) {
    if may_be_medical(word, scene.bytes) {
        as_word(word, Topic::Medical, scene);
    }
}

/// `XA570-9944-815`, `H54-191085`: groups with as many digits in all as such numbers have.
pub(super) fn is_grouped(word: &Word, bytes: &[u8]) -> bool {
    const DIGITS: usize = 6;
    let end = groups_end(bytes, word.end);
    let mix = Mix::of(&bytes[word.start..end]);
    end > word.end && mix.digit >= DIGITS && mix.lower == 0
}
