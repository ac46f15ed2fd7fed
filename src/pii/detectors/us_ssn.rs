//! The United States' social security number, and the ITIN in its form.

use super::hl7;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Digits, span_start, starts_with};
use crate::pii::words::Topic;

pub(in crate::pii) const US_SSN: Detector = Detector {
    name: "US_SSN",
    what: "United States social security number or ITIN",
    source: "Social Security Administration, SSN randomization; IRS Publication 1915 (ITIN)",
    validator: "area not 000, 666 or 9xx (ITIN ranges excepted), group not 00, serial not 0000",
    gravity: 74,
    context: &[Topic::UsSsn, Topic::Identity],
    finds: &[
        "my ssn is «123-45-6789».",
        "SSN: «123 45 6789»",
        "{\"ssn\":\"«123456789»\"}",
        "«212-09-9999»",
        "ssn part «194-48-4630»",
        "employee «194-48-4630»",
        "DMG*D8*19870802*F~\nREF*SY*«212099999»~",
        "NM1*IL*1*ROE*JANE****34*«212099999»~",
    ],
    ignores: &[
        "ref 000-12-3456",
        "id 666-12-3456",
        "id 979-27-0923",
        "123-00-1234",
        "01 WS-SSN PIC 999-99-9999.",
        "123456789",
        "10-123-45-6789",
        "the ssn column is dropped, see ticket 814639179",
        "SSN: unknown\nPolicy No: 566247147",
        "driver license no: 475 52 8743",
        "part 194-48-4630, bolt kit 154-56-4148 rev C, drawing no. 392-92-9859",
        "Artikelnummer 194-48-4630",
    ],
    looks: &[
        Look::Number(&[Bare(9, 9), Groups(&[0x324], b"- .")], find),
        Look::Literal(hl7::SOCIAL, hl7::social),
    ],
};

/// How far back a word that names it may stand.
const REACH: usize = 40;

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let shaped = !number.is_bare();
    if number.plus {
        return;
    }
    let digits = Digits::of(&scene.bytes[number.start..number.end]);
    let part = |from: usize, to: usize| crate::pii::checksum::number(&digits[from..to]);
    let (area, group, serial) = (part(0, 3), part(3, 5), part(5, 9));
    let itin =
        (900..=999).contains(&area) && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    let ssn = area != 0 && area != 666 && area < 900;
    // `999-99-9999` describes the form.
    let form = digits.iter().all(|digit| *digit == digits[0]);
    if !(ssn || itin) || group == 0 || serial == 0 || form {
        return;
    }
    let named = scene.context.any(&[Topic::UsSsn], number.start, REACH)
        && (shaped || !scene.is_spoken_against(number.start, REACH));
    if is_of_document(number, scene) || !named && is_of_article(number, scene.bytes) {
        return;
    }
    if named || (shaped && ssn && number.joint != b'.' && !number.glued) {
        scene.report(
            number.start,
            number.end,
            if named {
                "named by its context"
            } else {
                "its written form"
            },
        );
    }
}

/// Whether the word right before names the number of a document, which may be of nine digits too; with
/// dashes it is written like none of those.
fn is_of_document(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    const LABEL_MAX: usize = 12;
    const DOCUMENTS: [Topic; 4] = [
        Topic::Policy,
        Topic::Driver,
        Topic::Passport,
        Topic::Medical,
    ];
    let word = scene.last_word(number.start, LABEL_MAX);
    let named = word.is_some_and(|word| DOCUMENTS.contains(&word.topic));
    let own = scene.context.any(&[Topic::UsSsn], number.start, LABEL_MAX);
    number.joint != b'-' && named && !own
}

/// Whether the word right before names a part or an article, which have such numbers as well: `bolt kit`,
/// `drawing no.`; or its revision stands behind.
fn is_of_article(number: &Number, bytes: &[u8]) -> bool {
    const WORD_MAX: usize = 24;
    static ARTICLES: List = List::of(&table::<256>(
        "part parts pn p/n kit bolt screw nut washer gasket seal bearing filter valve pump hose belt \
        bracket spring switch relay fuse sensor model modell modelo modello modèle article artikel artículo \
        articulo articolo artigo sku drawing dwg item catalog catalogue cat spare component assembly assy \
        connector cable teil ersatzteil zeichnung pièce repuesto pieza ricambio peça onderdeel reservdel \
        reservedel varaosa část díl część alkatrész piesă parça yedek деталь артикул модель чертёж чертеж \
        запчасть exemplar stock material materialnummer artikelnummer teilenummer modellnummer sachnummer \
        bestellnummer artikelnr teilenr partno partnumber modelno artnr",
    ));
    static NUMBERS: List = List::of(&table::<32>(
        "no nr num number numero número numéro n° nº № nummer номер",
    ));
    const WIDE: Phrases = Phrases::of(&[
        "部件", "零件", "型号", "型號", "品番", "部品", "料号", "货号", "부품", "품번", "모델",
    ]);
    let is_sign = |byte: &u8| matches!(byte, b' ' | b':' | b'#' | b'"' | b'.' | b'=' | b'(');
    let is_word = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii() || *byte == b'/';
    let word = |at: usize| {
        let floor = at.saturating_sub(WORD_MAX);
        let end = span_start(bytes, at, floor, is_sign);
        (span_start(bytes, end, floor, is_word), end)
    };
    let (start, end) = word(number.start);
    let (start, end) = if NUMBERS.has_in_any_case(&bytes[start..end]) {
        word(start)
    } else {
        (start, end)
    };
    let revised =
        starts_with(bytes, number.end, " rev ") || starts_with(bytes, number.end, " Rev ");
    revised || ARTICLES.has_in_any_case(&bytes[start..end]) || WIDE.before(bytes, end).is_some()
}
