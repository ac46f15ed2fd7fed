//! Bank accounts and routing numbers, which only their context gives away.

use super::{fields, gaps, payments};
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups, Joined};
use crate::pii::labels;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Digits, before, byte, span_end, starts_with};
use crate::pii::words::Topic;

pub(in crate::pii) const US_BANK_ROUTING: Detector = Detector {
    name: "US_BANK_ROUTING",
    what: "bank routing number: ABA, British sort code, Australian BSB",
    source: "American Bankers Association, Routing Number Policy: checksum 3 7 1",
    validator: "ABA checksum, and a word that names it; six digits in pairs for a sort code, in threes for a BSB, five and three for a Canadian transit number",
    gravity: 62,
    context: &[Topic::Routing],
    finds: &[
        "routing number «021000021», account",
        "ABA: «021000021»",
        "sort code «12-34-56»",
        "transit no. «12345-003»",
        "\"sortCode\":\"«601613»\"",
        "BLZ «370 400 44»",
        "routing «021-000-021»",
        "ACH routing (electronic) «021000021»",
        "pay into 34037584 (s/c «50-73-16»)",
        "<ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>«073090801»</MmbId>",
    ],
    ignores: &[
        "routing number 021000022",
        "021000021",
        "routing 12-34-56-78",
        "routing 601613",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Routing,
            &[
                Bare(8, 9),
                Bare(6, 6),
                Groups(&[0x222], b"- "),
                Groups(&[0x33], b"- "),
                Groups(&[0x53, 0x441], b"-"),
                Groups(&[0x333], b"- "),
                Groups(&[0x332], b" "),
            ],
            Some(is_valid),
            routing,
        ),
        Look::Literal(&["MmbId>"], payments::member),
    ],
};

pub(in crate::pii) const BANK_ACCOUNT: Detector = Detector {
    name: "BANK_ACCOUNT",
    what: "bank account number",
    source: "national account formats; ISO 20022 Othr/Id (up to 34 characters)",
    validator: "six to twenty-six digits right after a word that names an account; not part of an IBAN",
    gravity: 63,
    context: &[Topic::Account],
    finds: &[
        "account number «8220903603».",
        "Kontonummer: «1234567»",
        "kontonummer «1234.56.78901»",
        "口座番号：«1234567»",
        "acct no «000123456789»",
        "account number «12345678» is wrong",
        "номер счета «40817810099910004312»",
        "id\taccount_number\n7\t«8220903603»",
        "¿Y el número de cuenta? Cliente: «2306234408».",
        "nr konta: «61109010140000071219812874»",
        "cuenta «2100 0418 45 0200051332»",
        "účet «2000145399/0800»",
        "rekeningnummer «12.34.56.789»",
        "ACH debit from account #«4829103377» returned",
        "CLABE interbancaria «012320000906463655», titular",
        "agência 0531 conta «44719-0»",
        "Your a/c «11215792» was debited £699.30",
        "pay into «34037584» (s/c 50-73-16), Barclays",
        "<tr><td>Account number</td><td>«0038952677»</td></tr>",
        "<Othr><Id>«0038952677»</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr>",
        "<CdtrAcct>\n<Id>\n<Othr>\n<Id>«88211234»</Id>",
    ],
    ignores: &[
        "_gaq.push([\"_setAccount\", \"UA-11222381-2\"]);",
        "\"OwnerAccount\": \"111122223333\"",
        "(@(#)ms.acc 1.5 88/02/08 SMI",
        "account DE39 9008 9354 6920 8693 37 rejected",
        "account 42",
        "8220903603",
        "account number is required. Order 8220903603",
        "savings account interest 125000",
        "account 4000-100-25 sales",
        "La cuenta 430000 arroja un saldo",
        "Account 4726-230: opening",
        "account 12345678 not found",
        "Account 12345678 has 3 open tickets",
        "Рахунок-фактура № 123456 від",
        "bank account verification failed 1234567 times",
        "account_number_length = 123456",
        "account: 12345678 points earned",
        "account 12345678 exceeded its quota",
        "account 12345678: permission denied",
        "On account of 20250312 the",
        "account #1234567 on the forum",
        "счет № 482913 от 12.03",
        "рахунок 482913 до сплати",
        "cuenta 4300001 de clientes",
        "account 12345678 was locked",
        "account 12345678 will be migrated",
        "pay into the pool of 12345678 units",
        "pay into 2024-25 tax year",
        "{\"metric\":\"account\",\"value\":4829103}",
        "<entity>account</entity><id>4829103</id>",
        "<th>Day</th><th>Account number</th></tr><tr><td>8220903603</td>",
        "<OrgId><Othr><Id>4829103377</Id></Othr></OrgId>",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Account,
            &[
                Bare(6, 26),
                Joined(6, 26, b" -(*"),
                // Norway, the Netherlands; Czechia and Slovakia with the code of the bank.
                Groups(&[0x425, 0x2223], b"."),
                Groups(&[0xA4, 0x94, 0x84, 0x74, 0x64], b"/"),
            ],
            Some(may_be_account),
            account,
        ),
        Look::Literal(&["Othr>"], payments::other),
    ],
};

/// Whether the checksum of nine digits holds; others have none.
fn is_valid(number: &Number, bytes: &[u8]) -> bool {
    number.total != 9 || {
        let digits = Digits::of(&bytes[number.start..number.end]);
        checksum::weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
            && digits.iter().any(|&digit| digit > 0)
    }
}

fn routing(number: &Number, scene: &mut Scene<'_, '_>) {
    let short = number.is_bare() && number.total == 6;
    let six = !short || has_six(scene, number.start);
    if six && is_valid(number, scene.bytes) && is_named(scene, number, Topic::Routing, 32) {
        scene.report(
            number.start,
            number.end,
            "checksum or form, named by its context",
        );
    }
}

/// Whether the word before names a number of six digits: a sort code, a BSB.
fn has_six(scene: &mut Scene<'_, '_>, start: usize) -> bool {
    let word = scene.last_word(start, 32);
    // The key of an attribute stands before the text.
    word.is_some_and(|word| match usize::try_from(word.start) {
        Ok(at) => starts_with(scene.bytes, at, "sort") || starts_with(scene.bytes, at, "bsb"),
        Err(_) => true,
    })
}

/// How AWS names its accounts, which have twelve digits, and how far before these.
const OWNERS: Phrases = Phrases::of(&[
    "OwnerAccount",
    "AwsAccount",
    "awsAccount",
    "aws_account",
    "AWS account",
    "AWS Account",
]);
const OWNED: usize = 24;

fn may_be_account(number: &Number, bytes: &[u8]) -> bool {
    let part = matches!(byte(bytes, number.end), b'.' | b':')
        && byte(bytes, number.end + 1).is_ascii_digit();
    // `UA-11222381-2`, `"OwnerAccount": "111122223333"`: a property of an analytics service, an account of AWS.
    let coded = before(bytes, number.start) == b'-'
        && number.start > 1
        && bytes[number.start - 2].is_ascii_uppercase();
    let near = &bytes[number.start.saturating_sub(OWNED)..number.start];
    let owned = number.is_bare() && number.total == 12 && OWNERS.are_in(near);
    // `1.5 88/02/08`: a version and its day.
    let text = &bytes[number.start..number.end];
    let dated = number.joint == b'*' && memchr::memchr_iter(b'/', text).count() > 1;
    let part = part || coded || owned || dated;
    let counted = gaps::is_counted(bytes, number.end);
    // `account #4829103377`, with more digits than an account of a website has.
    let marked = before(bytes, number.start) == b'#' && number.is_bare() && number.total >= 10;
    let billed = number.total <= 8 && BILLED.at(bytes, number.end).is_some();
    let refused = number.plus || number.glued && !marked || part || counted || billed;
    !refused && !follows_word(bytes, number.start)
}

fn account(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let ledger = number.total <= 6
        || number.joint == b'-'
            && number.shape & 15 > 1
            && number.total <= if number.shape > 0xFF { 10 } else { 8 };
    if !may_be_account(number, bytes) {
        return;
    }
    let word = scene.last_word(number.start, 28);
    let short = word.is_some_and(|word| word.end - word.start <= SHORT);
    let named = word.and_then(|word| usize::try_from(word.start).ok());
    let begins = |name: &str| named.is_some_and(|at| starts_with(bytes, at, name));
    // `pay into 2024-25`: what money goes into may be many things.
    let goal = ["pay", "paid", "deposit into"].into_iter().any(begins);
    if goal && !(number.is_bare() && number.total >= 7) {
        return;
    }
    // `conta 44719-0`: Brazil writes the check digit apart.
    let ledger = ledger && !(is_checked(number) && begins("conta"));
    let titled = number.total <= 8
        && starts_with(bytes, number.end, " de ")
        && byte(bytes, number.end + " de ".len()).is_ascii_lowercase();
    let other =
        short && (ledger || titled || is_of_user(bytes, number.end) || is_day(number, bytes));
    if !other && is_named(scene, number, Topic::Account, 28) {
        scene.report(
            number.start,
            number.end,
            "digits right after a word for accounts",
        );
    }
}

/// Whether a single digit stands behind a dash.
fn is_checked(number: &Number) -> bool {
    number.joint == b'-' && matches!(number.shape, 0x51 | 0x61 | 0x71 | 0x81)
}

/// What is said of a bill behind its number, where one word names bills and accounts.
const BILLED: Phrases = Phrases::of(&[
    " от ",
    " на оплату",
    " на сумму",
    " на суму",
    " від ",
    " до сплати",
    " z dnia ",
    " do zapłaty",
]);

/// What is said of the account of a user behind its number; words in `-ed` besides.
const STATES: Phrases = Phrases::of(&[
    " is ", " was ", " has ", " had ", " will ", " into ", " kept", " not ", " exists",
]);

/// What happens to accounts of a bank.
static BOOKED: List = List::of(&table::<32>(
    "credited debited charged returned transferred posted overdrawn refunded overdrafted",
));

/// `account 12345678 locked`, `account 12345678: permission denied`: of a user, not of a bank.
fn is_of_user(bytes: &[u8], end: usize) -> bool {
    let word = bytes.get(end + 1..span_end(bytes, end + 1, u8::is_ascii_lowercase));
    let word = word.unwrap_or_default();
    let done = byte(bytes, end) == b' ' && word.len() > 4 && word.ends_with(b"ed");
    let booked = BOOKED.has(word);
    let said = STATES.at(bytes, end).is_some_and(|state| {
        // `a/c 11215792 was debited`.
        let behind = end + state.len();
        let been = ["been ", "be "]
            .iter()
            .find(|verb| starts_with(bytes, behind, verb));
        let behind = behind + been.map_or(0, |verb| verb.len());
        let word = bytes.get(behind..span_end(bytes, behind, u8::is_ascii_lowercase));
        !BOOKED.has(word.unwrap_or_default())
    });
    let told = byte(bytes, end) == b':'
        && byte(bytes, end + 1) == b' '
        && byte(bytes, end + 2).is_ascii_lowercase();
    said || told || done && !booked
}

/// `account 20250312`: a day of these years.
fn is_day(number: &Number, bytes: &[u8]) -> bool {
    let digits = Digits::of(&bytes[number.start..number.end]);
    let part = |from: usize, to: usize| checksum::number(&digits[from..to]);
    number.is_bare()
        && number.total == 8
        && (1990..=2035).contains(&part(0, 4))
        && checksum::calendar(part(0, 4), part(4, 6), part(6, 8))
}

/// Words up to this length, as `account` and `Konto`, name accounts of books and of websites as well.
const SHORT: isize = 7;

/// Whether the nearest context word is of `topic`, with no other number between it and the value.
fn is_named(scene: &mut Scene<'_, '_>, number: &Number, topic: Topic, reach: usize) -> bool {
    let start = number.start;
    let Some(word) = scene.last_word(start, reach) else {
        return false;
    };
    let gap = scene
        .bytes
        .get(word.end.max(0) as usize..start)
        .unwrap_or_default();
    // A key for values stands beside any name: `"metric":"account","value":4829103`.
    let cells = fields::before_tags(gap);
    let valued = fields::before_key(cells).len() < cells.len();
    let gap = without_brackets(gaps::before_answer(gap));
    // `account_id` and `account for user` name no bank account.
    let bare = word.end - word.start <= SHORT;
    let joint = [&b" LIKE '"[..], b" like '"].contains(&gap);
    // A checksum of its own lets a phrase stand between: `the RTN you gave me was`.
    let told = topic == Topic::Routing
        && [&b" is "[..], b" was "]
            .iter()
            .any(|verb| gap.ends_with(verb));
    let other = bare
        && !joint
        && !told
        && (valued || gap.iter().filter(|byte| byte.is_ascii_alphabetic()).count() > 2);
    let id = gap.windows(2).any(|two| two.eq_ignore_ascii_case(b"id"))
        || bare && gap == b" of "
        || gap == b"@";
    let leads = told || gaps::leads(gap, number.total);
    word.topic == topic && leads && !other && !id && !labels::hold_value(gap)
}

/// The words before what stands in brackets at the end: `routing (electronic) `.
fn without_brackets(gap: &[u8]) -> &[u8] {
    let close = gap.iter().rposition(|&byte| byte == b')');
    let open = gap.iter().rposition(|&byte| byte == b'(');
    match (open, close) {
        (Some(open), Some(close)) if open < close && gap.len() - close <= 3 => &gap[..open],
        _ => gap,
    }
}

/// The digits follow a word of letters and digits, as in an IBAN with spaces.
fn follows_word(bytes: &[u8], start: usize) -> bool {
    let left = before(bytes, start);
    left == b' ' && start >= 2 && {
        let word = crate::pii::text::word_start(bytes, start - 1, start.saturating_sub(8));
        let word = &bytes[word..start - 1];
        word.iter().any(u8::is_ascii_digit)
    }
}
