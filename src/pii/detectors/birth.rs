//! Dates of birth: dates near a word of birth.

use super::{dates, gaps, hl7, told, turns};
use crate::pii::context::Word as ContextWord;
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Joined},
    exactly, starting,
};
use crate::pii::labels;
use crate::pii::lists::Phrases;
use crate::pii::signs::follows_digit;
use crate::pii::text::{self, Digits, byte, ends_with, span_end, span_start};
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
        "| id | dob | city |\n|---|---|---|\n| 7 | «1951-03-15» | Bonn |",
        "{\"out\": \"id;dob;city\\n7;«1951-03-15»;Bonn\\n\", \"at\": \"2019-03-15\"}",
        "INSERT INTO p (id, birth_date, n) VALUES (7, '«1951-03-15»', 1)",
        "született: «1994. július 15.»",
        "data nașterii: «11 februarie 1986»",
        "date_of_birth=«8+de+julio+de+1941»&x=1",
        "ημερομηνία γέννησης: «18 Αυγούστου 1984»",
        "народилася «21 березня 1995»",
        "sinh ngày «15 tháng 3 năm 1990»",
        "วันเกิด: «12/03/2523»",
        "تاريخ الميلاد: «12 مارس 1980»",
        "{\"stdout\": \"name\\tdob\\tcity\\nBo\\t«1951-03-15»\\tUlm\\n\", \"at\": \"2019-03-15\"}",
        "SELECT '«1951-03-15»' AS birth_date, '2019-03-15' AS day",
        "«1982年4月3日»生",
        "\"birthDate\":\"«1982-04-03T00:00:00Z»\"",
        "dob=datetime.date(«1982, 4, 3»)",
        "ich bin am «8. Januar 1955» geboren",
        "\"dogumTarihi\":\"«05.08.2002»\"",
        "«1994. július 15»-én született",
        "PID|1||7487069^^^HOSP^MR||Roe^Jane||«19870802»|F",
        "DMG*D8*«19870802»*F~",
        "«昭和46年7月9日»生まれ",
        "姓名王伟，«1990年3月12日»出生",
        "Urodziłam się «9 kwietnia 1946», paszport",
        "date of birth please? Caller: «April 3rd, 1982»",
        "narodila se «3. dubna 1982»",
        "45F DOB: «12MAY1979»",
        "née à Lyon, Rhône, le «12 mai 1979»",
        "\"birth\":{\"city\":\"Bonn\",\"date\":\"«1979-05-12»\"}",
        "{\"field\":\"date_of_birth\",\"new\":\"«1979-05-12»\"}",
        "and your birthday?\nuser: 4417, and «1/20/1949»",
        "Quando sei nato? Il «12 maggio 1979»",
        "geb. «6.12.10» in Bonn",
        "date_of_birth: «06.12.85»",
        "Ich bin am «13.09.78» zur Welt gekommen",
        "«05/06/1984» is my date of birth",
        "জন্ম তারিখ: «১৪ মার্চ ১৯৮৭»",
        "เกิดวันที่ «๑๔ มี.ค. ๒๕๓๐»",
        "تاريخ الميلاد: «١٤‏/٠٣‏/١٩٨٧»",
        "متولد «۱۴ مهر ۱۳۶۵» است",
        "\"«23/09/1975»\" is the date of birth on the form",
        "«23.09.1975» ist das Geburtsdatum",
        "«1975年9月23日»是我的出生日期",
        "Петров И. И., «12.03.1980» г.р.",
    ],
    ignores: &[
        "Change: 2026-11-22 03:17:24.263153115 +0000\n Birth: 2026-11-22 03:17:24.131153118 +0000",
        "built on 08/20/2000",
        "born in 1970 kg",
        "Date: 1951-03-15",
        "born 13/13/2000",
        "a born-digital archive since 1998-01-02",
        "id,dob,created\n7,,2024-03-15",
        "INSERT INTO p (dob, created) VALUES (NULL, '1984-03-15')",
        "INSERT INTO p (dob, n) VALUES ('2026-03-15', 3)",
        "PID|1||7487069|||||F",
        "2026年3月12日生成",
        "Geburtsdatum fehlt. Bescheid vom 12.03.2012.",
        "members born before 01/01/1990 pay less",
        "dob: null, created: 2024-05-06",
        "born in Bonn, admitted 12.03.2026",
        "dob DATE CHECK (dob > '1900-01-01')",
        "dob DATE CHECK (dob > DATE '1900-01-01')",
        "birth certificate issued 12/03/2012",
        "dob format 1990-01-31",
        "{\"dob\":{\"min\":\"1900-01-01\"}}",
        "生日活动2016-03-12",
        "dob_verified=2014-03-12",
        "Birthday party on 12/03/2026",
        "birthday sale ends 12/05/2025",
        "dob BETWEEN '1990-01-01' AND '1999-12-31'",
        "{\"dob\": {\"$gte\": \"1990-01-01\"}}",
        "DOB: [REDACTED] Admission: 03/12/1985",
        "{\"dob\":null,\"created\":\"1999-05-06\"}",
        "dob default 1900-01-01",
        "DOB: ____\nDate: 03/26/1999",
        "\"dob\":\"%s\",\"created\":\"1999-03-26\"",
        "DOB verified on 03/26/1999",
        "date of birth missing, contract of 03/26/1999",
        "acte de naissance délivré le 26/03/1999",
        "new Date(dob) > new Date('1990-01-01')",
        "date_of_birth: DD/MM/YYYY\n\n2025-03-26 03:45:12,162 [pid 3231]",
        "Birth rate 2019-05-12 report",
        "12.03.2024 is my birthday party",
        "Ich bin am 13.09.1978 zur Weltausstellung gefahren",
        "references DATE_OF_BIRTH but the column was renamed to birth_dt in 6.12.10.",
        "date of birth support in 6.12.10",
        "the dob field came with release 6.12.10",
        "ราคา ๒๕๓๐ บาท วันที่ ๑๔ มีนาคม ๒๕๖๗",
        "12.03.2024 is the date of birth of this release",
        "2014-01-05 is the release date; date of birth unknown",
    ],
    looks: &[
        // What a space or bracket joins to it changes nothing of the date that starts a number.
        Look::NumberNear(
            Topic::Birth,
            &[Bare(1, 8), Joined(1, 8, b"-./*")],
            Some(may_be_date),
            number,
        ),
        // The day of a date with a time stands behind the month, so that digits stand before it.
        Look::Word(&[starting("D", 3, 6)], ordinal),
        // `12MAY1979`.
        Look::Word(&[exactly("DDLLLDDDD"), exactly("DLLLDDDD")], ordinal),
        Look::Literal(hl7::DEMOGRAPHIC, hl7::date),
        Look::Literal(BEHIND, before),
        Look::Literal(told::BIRTHS, told::birth),
    ],
};

/// How far back a word of birth may stand.
const REACH: usize = 40;

fn number(number: &Number, scene: &mut Scene<'_, '_>) {
    look(number.start, scene);
}

fn may_be_date(number: &Number, bytes: &[u8]) -> bool {
    dates::may_stand(bytes, number.start)
}

/// Words of birth that stand behind the date.
const BEHIND: &[&str] = &[
    "生まれ",
    "日生",
    "일생",
    "出生",
    "출생",
    "년생",
    "geboren",
    "született",
    "doğumlu",
    "zur Welt gekommen",
    "zur Welt kam",
    "auf die Welt gekommen",
    "auf die Welt kam",
    "ter wereld gekomen",
    "syntynyt",
    "narozen ",
    "narozen.",
    "narozena ",
    "dünyaya gel",
    "doğdum",
    "doğdu",
    "tarihinde doğ",
    "года рождения",
    "року народження",
    "г.р.",
    "is my birthday",
    "is my date of birth",
    "is my dob",
    "ist mein Geburt",
    "est ma date de naissance",
    "es mi fecha de nacimiento",
    "è la mia data di nascita",
    "é a minha data de nascimento",
    "is mijn geboortedatum",
    "to moja data urodzenia",
    "是我的生日",
    "是我生日",
];

/// `昭和55年3月12日生まれ`: the date right before a word of birth.
fn before(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let word = BEHIND.iter().find(|word| ends_with(bytes, behind, word));
    // `生成`: another word, whose second character is no kana.
    if word.is_some_and(|word| word.ends_with('生'))
        && matches!(text::byte(bytes, behind), 0xE4..=0xE9)
    {
        return;
    }
    let end = behind - word.map_or(0, |word| word.len());
    // The day's own sign belongs to the date.
    let day = ["日生", "일생"].iter().any(|sign| word == Some(sign));
    let end = end + if day { "日".len() } else { 0 };
    let end = span_start(bytes, end, end.saturating_sub(1), |&byte| byte == b' ');
    // Hungarian: `1994. július 15-én született`.
    let ending = ["-én", "-án", "'de", "'da", "'te", "'ta"]
        .iter()
        .find(|case| ends_with(bytes, end, case));
    let end = end - ending.map_or(0, |case| case.len());
    if let Some((start, end)) = date_before(bytes, end)
        // `12.03.2024 is my birthday party`.
        && !(word.is_some_and(|word| word.contains(' ')) && is_recent(&bytes[start..end]))
    {
        scene.report(start, end, "a date before a word of birth");
    }
}

/// The date that ends at a place.
fn date_before(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    const DATE_MAX: usize = 32;
    let floor = end.saturating_sub(DATE_MAX);
    let digits = bytes[floor..end].iter().enumerate();
    let starts = digits.filter(|(at, byte)| {
        byte.is_ascii_digit() && !text::before(bytes, floor + at).is_ascii_digit()
    });
    let dates = starts.filter_map(|(at, _)| dates::around(bytes, floor + at, floor));
    dates.filter(|date| date.1 == end).min()
}

/// Reports the date that ends at a place, before words that say whose it is.
pub(super) fn ending(end: usize, scene: &mut Scene<'_, '_>) {
    if let Some((start, end)) = date_before(scene.bytes, end)
        && !is_recent(&scene.bytes[start..end])
        && !is_sentinel(&scene.bytes[start..end])
    {
        scene.report(start, end, "a date before the words that name it");
    }
}

/// `3rd March 1962`, `12th`, and `1982-04-03T00:00:00Z`, which is a number only up to its `T`.
fn ordinal(word: &Word, scene: &mut Scene<'_, '_>) {
    const YEAR_AND_MONTH: usize = "1982-04-".len();
    let timed = matches!(word.of(scene.bytes), [_, b'0'..=b'9', b'T', ..]);
    let dashed = text::before(scene.bytes, word.start) == b'-';
    let back = if timed && dashed { YEAR_AND_MONTH } else { 0 };
    look(word.start.saturating_sub(back), scene);
}

/// Columns named after birth are filled by imports too: later dates there are those of the rows.
const YOUNGEST: u32 = 2020;

/// Whether a year of the date is later than that of people who stand in tables.
fn is_recent(date: &[u8]) -> bool {
    date.split(|byte| !byte.is_ascii_digit())
        .filter(|digits| digits.len() >= 4)
        .flat_map(|digits| [&digits[..4], &digits[digits.len() - 4..]])
        .any(|year| {
            let year = year
                .iter()
                .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
            (YOUNGEST + 1..=YOUNGEST + 20).contains(&year)
        })
}

/// `6.12.10`: a date that versions are written like.
fn is_dotted(date: &[u8]) -> bool {
    date.len() <= "06.12.10".len()
        && date
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// Whether the words before speak of what a program does with the column that they name, and since when.
fn is_of_release(name: &[u8], gap: &[u8]) -> bool {
    const LEADS: Phrases = Phrases::of(&[
        " in ",
        " since ",
        " from ",
        " with ",
        " version ",
        " release ",
        " v",
        " ab ",
        " seit ",
        " depuis ",
        " desde ",
        " dal ",
    ]);
    let column = name.contains(&b'_') && gap.iter().any(u8::is_ascii_alphabetic);
    column || gap.iter().any(u8::is_ascii_alphabetic) && LEADS.before(gap, gap.len()).is_some()
}

/// Days that programs write where they know none.
fn is_sentinel(date: &[u8]) -> bool {
    let digits = Digits::of(date);
    let is = |day: &[u8]| *digits == *day;
    is(&[1, 9, 0, 0, 0, 1, 0, 1]) || is(&[0, 1, 0, 1, 1, 9, 0, 0]) || is(&[1, 9, 7, 0, 0, 1, 0, 1])
}

/// The end of the time that follows a date: `T00:00:00.000Z`.
fn time_end(bytes: &[u8], end: usize) -> usize {
    let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z');
    if text::byte(bytes, end) == b'T' {
        text::span_end(bytes, end + 1, is_time)
    } else {
        end
    }
}

/// A recent date is one of birth only right behind the word: with fewer letters than this between.
const FAR: usize = 8;

/// `Birth: 2026-11-22 03:17:24.131153118 +0000`: when a file was made, to the nanosecond, as stat(1) says.
fn is_of_file(bytes: &[u8], end: usize) -> bool {
    const NANOS: usize = 9;
    let near = &bytes[..bytes.len().min(end + " 00:00:00.".len() + NANOS)];
    let time = span_end(near, end, |byte| matches!(byte, b' ' | b':' | b'0'..=b'9'));
    byte(near, time) == b'.' && span_end(near, time + 1, u8::is_ascii_digit) == time + 1 + NANOS
}

fn look(place: usize, scene: &mut Scene<'_, '_>) {
    let start = place;
    if follows_digit(scene.bytes, start)
        || !dates::may_stand(scene.bytes, start)
        || !scene.context.speaks_of(Topic::Birth.bit(), start)
    {
        return;
    }
    let wanted = |word: &ContextWord| word.topic == Topic::Birth;
    let Some(word) = scene.context.nearest(start, REACH, wanted) else {
        return;
    };
    let from = word.end.max(0) as usize;
    let floor = from.max(start.saturating_sub(dates::MONTH_MAX));
    let Some((start, end)) = dates::around(scene.bytes, start, floor) else {
        return;
    };
    let gap = scene.bytes.get(from..place).unwrap_or_default();
    let listed = gaps::before_list(turns::before_month(gap));
    let asked = if gap.contains(&b'?') { listed } else { gap };
    let paper = turns::is_of_paper(scene.bytes, word.start);
    let compound =
        paper || gap.starts_with(b"-") && gap.get(1).is_some_and(u8::is_ascii_alphabetic);
    let name = usize::try_from(word.start).map_or(&[][..], |at| &scene.bytes[at..from]);
    let release = is_dotted(&scene.bytes[start..end]) && is_of_release(name, gap);
    let file = is_of_file(scene.bytes, end);
    if compound || release || file || labels::hold_value(asked) || turns::is_elsewhere(gap) {
        return;
    }
    let recent = is_recent(&scene.bytes[start..end]);
    let told = gap
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let far = told.count() > FAR || scene.context.is_headed(Topic::Birth, place);
    if !(recent && far || is_sentinel(&scene.bytes[start..end])) {
        let end = time_end(scene.bytes, end);
        scene.report(start, end, "a date near a word of birth");
    }
}
