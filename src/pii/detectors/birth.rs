//! Dates of birth: dates near a word of birth.

use super::dates;
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::words::Topic;

pub(in crate::pii) const DATE_OF_BIRTH: Detector = Detector {
    name: "DATE_OF_BIRTH",
    what: "date of birth",
    source: "ISO 8601, CLDR date patterns and month names",
    validator: "a date of the calendar between 1900 and now, near a word of birth",
    gravity: 48,
    context: &[Topic::Birth],
    finds: &[
        "DOB: «08/20/2000»",
        "date of birth is «12.07.1970», please",
        "出生日期：«1942年12月13日»，",
        "born on «14 February 1948».",
        "\"date_of_birth\":\"«1951-03-15»\"",
        "née le «3 mars 1962» à Lyon",
        "geboren am «3. Mai 1977»",
        "Date of birth: «April 20, 1973»",
        "fecha de nacimiento: «12 de marzo de 1980»",
        "dob=«19800312»",
        "生年月日：«昭和55年3月12日»",
        "DATE_OF_BIRTH=«6-Feb-1936»",
        "született: «1994. július 15.»",
        "data nașterii: «11 februarie 1986»",
        "date_of_birth=«8+de+julio+de+1941»&x=1",
        "ημερομηνία γέννησης: «18 Αυγούστου 1984»",
        "народилася «21 березня 1995»",
        "sinh ngày «15 tháng 3 năm 1990»",
        "วันเกิด: «12/03/2523»",
        "تاريخ الميلاد: «12 مارس 1980»",
    ],
    ignores: &[
        "built on 08/20/2000",
        "born in 1970 kg",
        "Date: 1951-03-15",
        "born 13/13/2000",
        "a born-digital archive since 1998-01-02",
    ],
    looks: &[
        Look::NumberNear(Topic::Birth, 1, 8, number),
        Look::WordNear(Topic::Birth, 3, 6, ordinal),
    ],
};

/// A month's name with its joint is no longer than this, in bytes.
const MONTH_MAX: usize = 28;
/// How far back a word of birth may stand.
const REACH: usize = 40;

fn number(number: &Number, scene: &mut Scene<'_, '_>) {
    look(number.start, scene);
}

/// `3rd March 1962`, `12th`.
fn ordinal(word: &Word, scene: &mut Scene<'_, '_>) {
    if scene.bytes[word.start].is_ascii_digit() {
        look(word.start, scene);
    }
}

fn look(start: usize, scene: &mut Scene<'_, '_>) {
    let wanted = |word: &ContextWord| word.topic == Topic::Birth;
    let Some(word) = scene.context.nearest(start, REACH, wanted) else {
        return;
    };
    let from = word.end.max(0) as usize;
    let gap = scene.bytes.get(from..start).unwrap_or_default();
    let compound = gap.starts_with(b"-") && gap.get(1).is_some_and(u8::is_ascii_alphabetic);
    if compound || gap.iter().any(u8::is_ascii_digit) {
        return;
    }
    if let Some((start, end)) = dates::around(
        scene.bytes,
        start,
        from.max(start.saturating_sub(MONTH_MAX)),
    ) {
        scene.report(start, end, "a date near a word of birth");
    }
}
