//! Telephone numbers, international and as written at home.

use super::digit_groups::{is_date, is_in_thousands};
use super::inside::{is_decimal, is_elsewhere};
use super::phone_forms::{
    are_crumbs, goes_on, holds, is_abroad, is_element, is_home, is_plausible, may_be_written,
    may_count,
};
use super::{
    asked, callees, countries, dialled, gaps, hl7, numbered, printed, seconds, senses, spelled,
};
use crate::pii::detector::{Detector, Look, Number, Scene, Word, ends_sentence};
use crate::pii::forms::{
    JOINTS,
    Numeral::{Bare, Groups, Joined},
};
use crate::pii::groups;
use crate::pii::text::{Digits, before, byte, digits_end, left};
use crate::pii::words::Topic;

pub(in crate::pii) const PHONE: Detector = Detector {
    name: "PHONE",
    what: "telephone number",
    source: "ITU-T E.164 and national numbering plans (ITU Operational Bulletins, NANPA, MIIT)",
    validator: "country code with the lengths of its plan, or a national written form, or a word of telephones beside plausible digits",
    gravity: 50,
    context: &[Topic::Phone],
    finds: &[
        "call «+49 1512 0776584» now",
        "tel:«+86 10 6601 2515»",
        "at «(201) 503-5241».",
        "ring «+44 (0)20 7946 0958»",
        "\"phone\":\"«06 12 81 63 28»\"",
        "手机号是«13123837965»，",
        "«081268 99469»,2026",
        "telefone «(11) 97438-6945»",
        "fax: «555-0199»",
        "«0049 151 20776584»",
        "«201-503-5241»",
        "«090-1128-1064»",
        "«+226 70 58 00 69»",
        "mobile=«030.494518»",
        "telefonnummer «34.30.42.00»",
        "id,phone\n1,«0612366479»",
        "IP til 107.188.248.247, tak.\nRet telefonnummer til «34256294», tak.",
        "tel: «+290 51287»",
        "«+242 06 123 6710»",
        "tel. «+420 212 112 456», objednávka 50369610.",
        "mobil «08-12 34 93 01». Ärende 1226211, faktura",
        "số điện thoại «0912 317 927», mã 4008658",
        "Caller ID «4155550132» connected",
        "звоните «89161234567»",
        "p99=85ms max=598ms\n\nDer Kunde ist unter «030 74443430» erreichbar",
        "το τηλέφωνό μου είναι «6944 290 437».",
        "my number «07700 900123», ping me",
        "Mein Name ist Jo, Nummer «0151 2345678»",
        "Rappeler au «0145477905» après",
        "nomor saya «081234567890»",
        "moje číslo je «603 152 135» a mail",
        "Ang number ko po ay «0917 844 0495» tapos ang email",
        "Die Kundin («044 680 26 70», jane@example.org)",
        "hp «83884626» ok",
        "Fono «9 8590 9901»",
        "PER*IC*BILLING*TE*«2015540610»*EM*jane@example.org~",
        "claim 4711: phone «415-555-2671»",
        "{\"system\":\"phone\",\"value\":\"«(614) 328-6030»\"}",
        "Jane Doe, «0151 2345678»",
        "the slot is free, reach us on «020 7946 0958»",
        "balance due, ring «+44 7700 900123»",
        "{\"user\":\"«13812345678»\"}",
        "Tom(«13812345678»)",
        "{\"type\":\"mobile\",\"value\":\"«13812345678»\"}",
        "用户«13812345678»投诉",
        "dzwoń śmiało «602-096-684»",
        "mobilen min er «92 88 61 02»",
        "Mă puteți suna la «0744 772 161»",
        "mobil 0702008260, jobb «0722193322»",
        "Tél. fixe «0661899531», portable",
        "appelle le plombier «0660181261» vite",
        "打我这个«075580898735»,另一个停机了",
        "기사님 «023828010» 로 전화 바랍니다",
        "«0151-2233445» ist meine neue Nummer",
        "use my wife's, «713/678-3343», until Friday",
        "https://wa.me/«919746710451»?text=hi",
        "Телефонът ми е «0875/ 14 78 66», дата",
        "Telefon privat    «0176 / 54 44 87 79»",
        "Cep telefonu: «0 532 457 99 12»",
        "{\"parts\":[{\"text\":\"mon 06 c'est «0672196513», svp",
        "port: 5432\nالهاتف: «053 514 8312»",
        "registered mobile is «080 4837 8669» and alternate «77572 46362», kindly",
        "Handynummer lautet «0316 687461», die alte («01 7946772») ist",
        "एजेंट: कृपया अपना मोबाइल नंबर बताएं\n[12:05:47] ग्राहक: «9867762162»\n",
        "your number?\nCALLER: Yes it's «2 1 3, 3 9 6, 2 0 2 8».",
        "tel «030 1234567» and 12345678 users",
        "tel «030 1234567» and order 30123456",
        "<sip:«+17134618154»@93.156.95.68>;tag=1",
        "phone_number { country_code: 82 raw_input: \"«010-5287-9812»\" }",
        "PhoneNumber(countryCode=1, nationalNumber=«7134618154»)",
        "मो. नं. «9742148024»",
        "মোবাইল «০১৭১২-১৬৩৭২৬», โทร. «๐๘๗-๙๘๖-๘๒๘๒»",
        "SĐT của em là «0903966045»",
        "ASR (en): sure it's «9 1 7 ... 6 7 1 ... 4 2 ... 5 5» and",
    ],
    ignores: &[
        "dims 1920-1080-1440, Range 100-200-3000",
        "Boston, MA 02110-1301 USA",
        " * Boston, MA\n * 02111-1307, USA",
        "DFARS 202.227-7015",
        "CST CDT|60 50|01010101010|1VsU0",
        "part no. 914-156-194",
        "2026-02-14 10:44",
        "case ref 000-51-2934",
        "epoch=1701080518 seq=710634770897",
        "ISBN 979-6-16-209480-3",
        "-0.06948727, 0.12810503",
        "order 1352345678901",
        "10.254.29.125",
        "invoice=4546846121",
        "630.074.539",
        "sum 687.217.823 in all",
        "contact us about part no. 0919-04750",
        "379 / 766 / 9491",
        "247 483 6284 438 7267",
        "Contact form submitted 1234567 times",
        "2026-11-21 08:15:02.123456 +01:00",
        "CEP 01310-100",
        "powerball 07-19-33-52-61",
        "callback_id=9876543210",
        "contact form 2024-11-0392",
        "SMS sent 1234567",
        "00000000: c970 0806 0000 0088 c970 b381",
        "48 8b 05 92 09 20 00",
        "RCS Paris B 746 734 931",
        "last_call=1737410592",
        "ringBuffer=1048576",
        "phones_sold 1250300",
        "Mobil: 24 Monate, Vertrag 12345678",
        "phone support hours 0800-1800",
        "cell 4471902 of sheet 3",
        "tlf. kontor, sagsnr. 1234-5678",
        "SMS credits left: 12500000",
        "tool call 12345678 returned",
        "\"contact\":{\"id\":48213377}",
        "电话费 12345678",
        "POST /v1/phone_numbers/852382581/verify 429 6569340",
        "cell[7588][6242] = 19115817",
        "Teléfonos vendidos: 6144967",
        "Sprzedane telefony: 6283899",
        "Mobile,90927586,12.5%",
        "Mobile traffic: 67723201 sessions",
        "Telefonat vom 12.03.2026 Nr. 12345678",
        "call volume 516779 / 189674; tel:;",
        "The phone sold 12 345 678 units",
        "telemetry: 0151 23456789 packets",
        "user_id=07700900123",
        "Zählernummer 0612345678 abgelesen",
        "Matrikelnummer: 0151 2345678",
        "student no. 0612345678",
        "会员编号 13812345678",
        "job 13812345678 done",
        "Org.nr. 912 345 678, BE 0403.227.515, grid TL 81234 56789",
        "HP 1234567 toner",
        "hp=12345678 mana=12345",
        "HP 12345678 toner",
        "מספר משלוח 15893266644, חשבונית",
        "номер отправления 15893266644",
        "moje číslo objednávky 603152135",
        "(0151 23456789 packets)",
        "took (030 12 45) s",
        "$GPGGA,239576.00,6919.9246,N,09841.2172,E,1,05",
        "msgstr \"Telefon: %s\"\n---\n578 830 100 904\n",
        "claim 07-4480-1125 and ward 03-9152-4440",
        "ORA-03914-5547",
        "Vertrag 0490974777",
        "1990-1995-2000 and 0900 1300 1700",
        "balance +7306122 and +68571647 wei",
        "PnL +919 662.82 today",
        "statute 789.246.9639 says",
        "\"total\": 13958643712, sqrt(13958643712)",
        "共13107960316条，工单号：13107960316",
        "0679790974.pdf",
        "function call 9820243921",
        "phone contract no. 827-896-4062",
        "join the call: meeting id 840 8415 2073",
        "mobile users: 543 789 434",
        "1435 8233 9115",
        "PING worker (127.0.0.1) 56(84) bytes of data.",
        "Model numbers: WH-1000XM9, 555-4661-AZ, 0170-44013.",
        "ticket 12: 0 532 457 99 12",
        "on 04/ 12 and 05/ 12 2024",
        "order no.?\nCustomer: 9867762162\n",
        "INFO: phone service started\nERROR code: 9867762162\n",
        "phone: yes\nid: 9867762162\n",
        "mobile traffic report\nRows: 9867762162\n",
        "the rows are 2 1 3, 3 9 6, 2 0 2 8",
        "it's 1 2 3, 4 5 6, 7 8 9 0",
        "pub const UFFDIO_WAKE: u32 = 2148575746;",
        "call volume rose to 1284410 in March",
        "zarejestrowano pod numerem 884201937",
        "appelle la fonction id 0660181261",
        "https://wa.me/12345",
        "El programa llamó al módulo 12345678",
        "звони в колокол 12345678 раз",
        "打我 1234567 下也没用",
        "联系人数 12345678，活跃",
        "sip:1001@10.0.0.5",
        "LIN+1++4930147587505:EN'",
        "Phone (   ) ___-____\nOMB No. 1615-0072  Form",
        "অর্ডার নং ১২৩৪৫৬৭৮৯০, ยอดรวม ๑,๒๓๔,๕๖๗ บาท",
        "order { country_code: 82 number: 15112345 }",
        "phone_number { country_code: 82 } rows: 12345678",
        "मो. अली ने 1234567 वोट पाए",
        "मोटर 9742148024 रुपये",
        "msgstr \"Telefon: %s\"\n---\nErsatzteil 198 262 18 93 passt nicht",
    ],
    looks: &[
        Look::Number(&[Bare(7, 15), Joined(7, 15, JOINTS)], find),
        Look::Number(&[Groups(&[0x111], b" ")], spelled::digits),
        Look::Literal(hl7::PHONE_MARKS, hl7::phone),
        Look::Literal(callees::LINKS, callees::linked),
        Look::Literal(dialled::SCHEMES, dialled::user),
    ],
};

/// How far back a word of telephones may stand.
const REACH: usize = 32;

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let text = &bytes[number.start..number.end];
    if number.is_bare() && !number.plus && !may_be_bare(text, scene, number) {
        return;
    }
    let goes_on = number.joint == b' ' && goes_on(bytes, number.end);
    if are_crumbs(number, text)
        || goes_on && !number.plus && number.is_in_row(bytes)
        || printed::is_of_table(number, bytes)
        || !may_be_written(number, text)
            && !scene.context.speaks_of(Topic::Phone.bit(), number.start)
            && !callees::is_said(bytes, number.end)
    {
        return;
    }
    let digits = Digits::of(text);
    // A bracket that opens before the number and is not closed in it encloses more.
    let bracket = before(bytes, number.start) == b'(';
    let bracket = usize::from(bracket && (number.plus || holds(number, text, b')')));
    let start = number.start - bracket - usize::from(number.plus);
    if number.plus {
        let plus = number.start - 1 - bracket;
        let short = number.end == bytes.len() || is_called(scene, number);
        if countries::is_international(&digits, short)
            && !left(bytes, plus).is_ascii_alphanumeric()
            && !is_element(bytes, plus, number.end)
            && !is_decimal(number, bytes)
            && !numbered::is_amount(bytes, plus, number.end)
        {
            scene.report(plus, number.end, "country code and length of its plan");
        }
        return;
    }
    let rule = if is_abroad(&digits) && text.starts_with(b"00") {
        Some("international prefix and country code")
    } else {
        let home = !goes_on && is_home(number, text, &digits, bracket == 1);
        home.then_some("a national written form")
    };
    if rule.is_none() && !is_plausible(number, &digits)
        || !goes_on && number.is_in_row(bytes)
        || is_part(number, &digits, scene)
    {
        return;
    }
    let Some(rule) = rule else {
        if is_led_to(number, scene) {
            let rule = "plausible digits beside a word of telephones";
            scene.report(start, number.end, rule);
            further(number, scene);
        }
        return;
    };
    if !is_something_else(number, scene) {
        scene.report(start, number.end, rule);
        further(number, scene);
    }
}

/// Whether words or the turn before lead to a number, or words behind it say whose it is.
fn is_led_to(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    is_called(scene, number)
        || callees::is_told(scene, number)
        || asked::is_answer(scene.bytes, number)
}

/// The numbers in a row that a telephone number begins: `080 4837 8669 and alternate 77572 46362`.
fn further(number: &Number, scene: &mut Scene<'_, '_>) {
    const FEWER: u8 = 3;
    let bytes = scene.bytes;
    let mut last = *number;
    for _ in 0..seconds::VALUES_MAX {
        let Some(start) = seconds::next(bytes, last.end) else {
            return;
        };
        let end = digits_end(bytes, start);
        let mut longest = None;
        groups::each(bytes, &Word { start, end }, |next| {
            let alike = last.total.abs_diff(next.total) <= FEWER && !next.plus && !next.glued;
            if alike && next.total >= 8 {
                longest = Some(*next);
            }
        });
        let Some(next) = longest else { return };
        let digits = Digits::of(&bytes[next.start..next.end]);
        let behind = byte(bytes, next.end);
        let tied = behind.is_ascii_alphanumeric()
            || matches!(behind, b'.' | b',') && byte(bytes, next.end + 1).is_ascii_digit();
        let day = is_date(&next, &digits) || seconds::is_day(&bytes[next.start..next.end]);
        let other = day || gaps::is_counted(bytes, next.end);
        if tied || other || !is_plausible(&next, &digits) {
            return;
        }
        scene.report(next.start, next.end, "in a row with a telephone number");
        last = next;
    }
}

/// Whether a number in a form of telephones counts something, or the words before name another thing.
fn is_something_else(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    let counts = may_count(number) && gaps::is_counted(scene.bytes, number.end);
    let other = numbered::is_named_otherwise(scene.bytes, number);
    (counts || printed::is_printed(number, scene.bytes)) && !is_called(scene, number)
        || other && !(is_called(scene, number) || callees::is_told(scene, number))
        || is_misled(scene, number)
        || scene.is_spoken_against(number.start, REACH)
            && !is_apart(scene, number)
            && !dialled::is_national(scene, number.start)
}

/// Whether the nearest word is that of another line or field, and the number stands in one of its own.
fn is_apart(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    let word = scene.last_word(number.start, REACH);
    let gap = word.and_then(|word| {
        let end = word.end.max(0) as usize;
        scene.bytes.get(end..number.start)
    });
    gap.is_some_and(senses::is_apart)
}

/// Whether the digits are a part of something longer, or a date.
fn is_part(number: &Number, digits: &[u8], scene: &mut Scene<'_, '_>) -> bool {
    number.glued || is_elsewhere(number, scene) || is_date(number, digits)
}

/// Whether bare digits may be a number: most are none, and this tells them by their first ones.
fn may_be_bare(text: &[u8], scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    text.starts_with(b"0")
        || text.starts_with(b"1") && text.len() == 11
        || scene.context.speaks_of(Topic::Phone.bit(), number.start)
        || asked::is_answer(scene.bytes, number)
}

/// Whether the nearest word speaks of telephones in general, but not where it stands.
fn is_misled(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    let word = scene.last_word(number.start, REACH);
    word.is_some_and(|word| {
        let (from, to) = (word.start.max(0) as usize, word.end.max(0) as usize);
        word.topic == Topic::Phone && senses::is_other(scene.bytes, from..to, number.start)
    })
}

/// Whether the nearest word speaks of telephones, and the words before do not turn away from it.
fn is_called(scene: &mut Scene<'_, '_>, number: &Number) -> bool {
    let Some((word, gap)) = dialled::last_word(scene, number.start, REACH) else {
        return false;
    };
    // Behind the number that the word names, a new sentence speaks of something else.
    let beyond = gap.iter().any(u8::is_ascii_digit) && ends_sentence(gap);
    let bare = number.is_bare() && !number.plus;
    let grouped = !is_in_thousands(number) || !gaps::is_counted(scene.bytes, number.end);
    // `calls=21685 33`: two counts.
    let counts = gap == b"s=" && scene.bytes[number.start] != b'0';
    let parted = number.joint == b'*' && !gaps::leads(gap, number.total);
    let named = !bare && grouped && !counts && (number.plus || !(parted || gaps::strays(gap)))
        || bare
            && gaps::leads(gap, number.total)
            && !gaps::is_counted(scene.bytes, number.end)
            && !senses::is_code_of(
                &scene.bytes[word.start.max(0) as usize..],
                number,
                &scene.bytes[number.start..number.end],
                gap,
            );
    let (from, to) = (word.start.max(0) as usize, word.end.max(0) as usize);
    word.topic == Topic::Phone
        && named
        && !(beyond || senses::is_id(gap) || gaps::is_filled(gap) || bare && gap == b"(")
        && !senses::is_other(scene.bytes, from..to, number.start)
}
