//! Bank accounts and routing numbers, which only their context gives away.

use super::gaps;
use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups, Joined};
use crate::pii::text::{Digits, before, byte, starts_with};
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
    ],
    ignores: &[
        "routing number 021000022",
        "021000021",
        "routing 12-34-56-78",
    ],
    looks: &[Look::NumberNear(
        Topic::Routing,
        &[
            Bare(8, 9),
            Groups(&[0x222], b"- "),
            Groups(&[0x33, 0x53], b"-"),
        ],
        routing,
    )],
};

pub(in crate::pii) const BANK_ACCOUNT: Detector = Detector {
    name: "BANK_ACCOUNT",
    what: "bank account number",
    source: "national account formats; ISO 20022 Othr/Id (up to 34 characters)",
    validator: "six to twenty digits right after a word that names an account; not part of an IBAN",
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
    ],
    ignores: &[
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
    ],
    looks: &[Look::NumberNear(
        Topic::Account,
        &[Bare(6, 20), Joined(6, 17, b" -(*"), Groups(&[0x425], b".")],
        account,
    )],
};

fn routing(number: &Number, scene: &mut Scene<'_, '_>) {
    let digits = Digits::of(&scene.bytes[number.start..number.end]);
    let valid = number.total != 9
        || checksum::weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
            && digits.iter().any(|&digit| digit > 0);
    if valid && is_named(scene, number, Topic::Routing, 32) {
        scene.report(
            number.start,
            number.end,
            "checksum or form, named by its context",
        );
    }
}

fn account(number: &Number, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let part = matches!(byte(bytes, number.end), b'.' | b':')
        && byte(bytes, number.end + 1).is_ascii_digit();
    let counted = gaps::is_counted(bytes, number.end);
    let ledger = number.total <= 6
        || number.joint == b'-' && number.total <= if number.shape > 0xFF { 10 } else { 8 };
    // `account 12345678 locked`: of a user, not of a bank.
    let login = STATES
        .iter()
        .any(|state| starts_with(bytes, number.end, state));
    let refused = number.plus || number.glued || part || counted;
    if refused || follows_word(bytes, number.start) {
        return;
    }
    let short = scene
        .last_word(number.start, 28)
        .is_some_and(|word| word.end - word.start <= SHORT);
    let other = short && (ledger || login);
    if !other && is_named(scene, number, Topic::Account, 28) {
        scene.report(
            number.start,
            number.end,
            "digits right after a word for accounts",
        );
    }
}

/// What happens to the account of a user behind its number.
const STATES: [&str; 14] = [
    " locked",
    " is ",
    " was ",
    " has ",
    " had ",
    " into ",
    " kept",
    " not found",
    " created",
    " disabled",
    " suspended",
    " deleted",
    " exists",
    " logged",
];

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
    let gap = gaps::before_answer(gap);
    // `account_id` and `account for user` name no bank account.
    let bare = word.end - word.start <= SHORT;
    let joint = [&b"</th><td>"[..], b"</td><td>", b" LIKE '", b" like '"].contains(&gap);
    // A checksum of its own lets a phrase stand between: `the RTN you gave me was`.
    let told = topic == Topic::Routing
        && [&b" is "[..], b" was "]
            .iter()
            .any(|verb| gap.ends_with(verb));
    let other =
        bare && !joint && !told && gap.iter().filter(|byte| byte.is_ascii_alphabetic()).count() > 2;
    let id = gap.windows(2).any(|two| two.eq_ignore_ascii_case(b"id"));
    let leads = told || gaps::leads(gap, number.total);
    word.topic == topic && leads && !other && !id && !gap.iter().any(u8::is_ascii_digit)
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
