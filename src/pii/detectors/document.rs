//! Numbers of documents and records, which only the words before them give away.

use super::labelled::{REACH, as_number, as_word, may_be_number, may_be_word, report};
use super::{airlines, extents, hl7, licence_card, licences, policies, told};
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Groups, Joined},
    exactly, holding, starting,
};
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, byte, ends_with};
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
    ],
    ignores: &[
        "driver version 535.104.05",
        "license MIT 2026",
        "C7669454",
        "DL speed 123456 kbps",
        "4b. 22 items\n5. 123456 of them",
        "driving licence KA05 issued 20158751",
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
        Look::Literal(told::LICENCES, told::licence),
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
    ],
    ignores: &[
        "MRN is required",
        "7487069",
        "medical records 482913 processed",
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
            &[holding(2, 4, 12)],
            Some(may_be_medical),
            medical_word,
        ),
        Look::Literal(hl7::PATIENT, hl7::patient),
    ],
};

pub(in crate::pii) const POLICY_NUMBER: Detector = Detector {
    name: "POLICY_NUMBER",
    what: "insurance policy or member number",
    source: "45 CFR 164.514(b)(2)(i)(I): health plan beneficiary numbers",
    validator: "five to sixteen digits, or up to twenty-four letters and digits, right after a word that names the policy",
    gravity: 58,
    context: &[Topic::Policy],
    finds: &[
        "a policy number of «851193785».",
        "Versicherungsnummer: «65170839J003»",
        "claim number «A1234567»",
        "Policy Number\n«123456789»\nPremium",
        "the member ID «RD62692979»; born",
        "Policy number ........ «KG94952200»",
        "Numer polisy «697-8093089-28», szkoda",
        "policy_number=«WE/5915/206069» dob=",
        "Insurance policy # «A16-8708021»",
        "polizza n. «389/4004332», rinnovo",
        "poliçe no «B07-1002934»",
        "Carteirinha do convênio nº «PN7171078226»",
        "n° sécu mutuelle : «4471902338»",
        "Numero di polizza «420 767 661-8», sinistro",
        "{\"policy_number\": \"«PGH 100 250 570»\"}",
        "policy number: «MTD 836 125 055», holder",
        "pol#«633929821-78» eff",
        "move policy «WK6324543» to a new address",
        "policy: «NPL-73487104»",
        "<tr><th>Poliçe no</th><td>«7402600102»</td></tr>",
        "<dt>Póliza</dt>\n<dd>«303 247 309-4»</dd>",
        "<key>Policy number</key>\n<string>«91707562»</string>",
        "- name: POLICY_NUMBER\n  value: \"«734252592»\"",
        "policy_number: Some(\"«00748504»\")",
        "policy number: «734252592» -> «845363603»",
        "Номер полиса ОМС: «1055852090777468»",
        "params.put(\"policyNumber\", \"«734252592»\")",
    ],
    ignores: &[
        "policy number is required",
        "851193785",
        "policy_id: 48291377",
        "policyId=pol-0a1b2c3d",
        "policy number due 12/2024",
        "policy no. page 3/12",
        "insurance policy 2024/2025",
        "the policy A16 applies",
        "privacy policy AB123456",
        "policy ISO270012 and policy KB5021234",
        "networkpolicy NP123456",
        "policy CVE-2024-123456",
        "move policy 6324543 to a new address",
        "rows 420 767 661-8",
        "<th>Policy number</th><th>Sum</th></tr><tr><td>12345678</td>",
        "<td>Policy number</td><td></td><td>12345678</td>",
        "<type>policy number</type><id>12345678</id>",
        "(\"policy number\", 12345678 rows)",
        "policy 12345 2024-05-06",
        "policy KB5034441 was deployed",
        "policy CVE-2024123456",
        "IAM policy AB123456.json",
        "password policy 12345678",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Policy,
            &[Bare(5, 16), Joined(5, 16, b" -/*")],
            Some(may_be_groups),
            policy,
        ),
        Look::WordNear(
            Topic::Policy,
            &[
                holding(4, 5, 24),
                starting("LD", 2, 4),
                starting("LLD", 3, 4),
            ],
            Some(may_be_policy),
            policy_word,
        ),
        Look::Literal(policies::WORDS, policies::behind_word),
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
fn may_be_groups(number: &Number, bytes: &[u8]) -> bool {
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
    let many = Mix::of(text).digit > 2 || byte(bytes, word.end) == b'-' && text.len() == 4;
    many && may_be_word(word, bytes)
}

fn medical_word(word: &Word, scene: &mut Scene<'_, '_>) {
    if may_be_medical(word, scene.bytes) {
        as_word(word, Topic::Medical, scene);
    }
}

fn policy(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    // `policy_id: 17`, of rules that programs follow.
    let rule = number.is_bare()
        && scene.last_word(number.start, REACH).is_some_and(|word| {
            let at = word.end.max(0) as usize;
            ends_with(bytes, at, "policy_id")
                || ends_with(bytes, at, "policy id")
                || ends_with(bytes, at, "policyid")
        });
    if !rule && may_be_groups(number, bytes) {
        as_number(number, Topic::Policy, scene);
    }
}

fn may_be_policy(word: &Word, bytes: &[u8]) -> bool {
    // Identifiers of small letters belong to programs.
    let small = word.of(bytes).iter().any(u8::is_ascii_lowercase);
    !small && may_be_word(word, bytes)
}

fn policy_word(word: &Word, scene: &mut Scene<'_, '_>) {
    if may_be_policy(word, scene.bytes) {
        as_word(word, Topic::Policy, scene);
    }
}
