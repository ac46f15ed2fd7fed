//! Numbers of insurance policies, behind the words for them or behind the bare word `policy`.

use super::document::{is_grouped, may_be_groups};
use super::labelled::{REACH, as_number, as_word, may_be_word};
use super::{aligned, questions};
use crate::pii::detector::{Detector, Look, Number, Scene, Word};
use crate::pii::forms::{
    Numeral::{Bare, Joined},
    holding, starting,
};
use crate::pii::lists::{List, table};
use crate::pii::text::{Mix, before, byte, ends_with, span_end, span_start, word_end};
use crate::pii::words::Topic;

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
        "Номер полиса ОМС: «1055852090777468»",
        "policy number: «734252592» -> «845363603»",
        "params.put(\"policyNumber\", \"«734252592»\")",
        "policy number «15-MT-898047», loss",
        "policy no «XA570-9944-815»",
        "pol_num: «P528494147»",
        "Pol. No. «4150927642»",
        "policy number «OG-24-1234-1801-00001234»",
        "номер полиса: «88-UT-912893»",
        "policy number «XA570/9944/815»",
        "Your homeowners policy «8587198974» renews on Monday",
        "POLICY NUMBER          EFFECTIVE\n«QBB0526840»          12/22/2026\n«43-IY-389431»         12/22/2026",
        "policy «48-GE-899699» was",
        "Could you read me the policy number printed on top of the letter?\nCaller: it's «48-GE-899699»",
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
        "the policy number format is AA999-9999-999",
        "policy number due 12-MAY-2024",
        "policy no longer applies to AB-12 rooms",
        "umbrella policy RFC2119",
        "policy number missing on order 48-GE-899699",
        "pol number field has max length 15-20",
        "network policy np-48-ge-899699",
        "policy version A12-34567",
        "POLICY NUMBER   DATE\n12/22/2026      x",
        "POLICY NO   X\nCLAIM 2024-1234   ok",
        "ORDER NUMBER   DATE\nQBB0526840     2024",
        "POLICY NUMBER  is required\nAB123456 order",
        "policy 10-A-20 applies",
        "retry policy 10-MAY-20245",
        "Where is the policy number?\nCaller: 2024-05-06 was the date",
        "Which policy number?\nCaller: 123456 items",
        "policy 10-A-20000 applies to 3",
        "Policy ID   Action\n48291377    drop",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Policy,
            &[Bare(5, 16), Joined(5, 20, b" -/*")],
            Some(may_be_groups),
            policy,
        ),
        Look::WordNear(
            Topic::Policy,
            &[
                holding(4, 5, 24),
                starting("LD", 2, 7),
                starting("LLD", 3, 8),
                starting("LLLD", 4, 8),
            ],
            Some(may_be_policy),
            policy_word,
        ),
        Look::Literal(WORDS, behind_word),
        Look::Literal(aligned::HEADS, aligned::policy),
        Look::Literal(questions::POLICIES, questions::answered),
    ],
};

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
    let mix = Mix::of(word.of(bytes));
    let many = mix.digit > 3 || matches!(byte(bytes, word.end), b'-' | b'/');
    mix.lower == 0 && many && may_be_word(word, bytes)
}

fn policy_word(word: &Word, scene: &mut Scene<'_, '_>) {
    // `umbrella policy RFC2119`: no word for numbers stands before.
    let text = word.of(scene.bytes);
    let letters = span_end(text, 0, u8::is_ascii_uppercase);
    if OTHERS.has(&text[..letters]) && ends_with(scene.bytes, word.start, "olicy ") {
        return;
    }
    let short = word.end - word.start < 5 || Mix::of(word.of(scene.bytes)).digit > 3;
    if may_be_policy(word, scene.bytes) && (short || is_grouped(word, scene.bytes)) {
        as_word(word, Topic::Policy, scene);
    }
}

/// The ends of words for a policy, with what may stand behind them.
const WORDS: &[&str] = &[
    "olicy ",
    "olicy: ",
    "olicy:",
    "OLICY ",
    "OLICY: ",
    "olicy=",
    "olicy\":",
    "óliza ",
    "olizza ",
    "ólice ",
    "polisa ",
    "polisę ",
    "polisie ",
    "polisy ",
    "pojistka ",
    "pojistku ",
    "poistka ",
    "kötvény ",
    "oliçe ",
    "oliçesi ",
    "олис ",
];

/// What standards, rules and amounts begin with.
static OTHERS: List = List::of(&table::<128>(
    "ISO IEC DIN EN BS IEEE ASTM ANSI NIST FIPS KB CVE CWE PR RFC PEP ID NO NR REF SOP SHA MD AES RSA \
    BUG TASK JIRA ADR GDPR HIPAA PCI SOC HTTP UTF CP AS SG SN VM IP USD EUR GBP FY Q",
));

/// `policy WK6324543`, `policy: NPL-73487104`: capitals and six digits and more, which no rule that is called a
/// policy is named by.
fn behind_word(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let start = span_end(bytes, behind, |byte| {
        matches!(byte, b' ' | b'"' | b'\'' | b'#')
    });
    if start <= behind + 2 && !is_part(bytes, behind) {
        of_office(start, scene);
    }
    let letters = span_end(bytes, start, u8::is_ascii_uppercase);
    if !(1..=4).contains(&(letters - start)) || start > behind + 2 {
        return;
    }
    let digits = letters + usize::from(byte(bytes, letters) == b'-');
    let mut end = word_end(bytes, digits);
    // Further groups, as in `A16-8708021`.
    while byte(bytes, end) == b'-' && byte(bytes, end + 1).is_ascii_digit() && end - start < LONGEST
    {
        end = word_end(bytes, end + 1);
    }
    let mix = Mix::of(&bytes[digits..end]);
    let named = byte(bytes, digits).is_ascii_digit() && mix.digit >= SHORTEST && mix.lower == 0;
    let whole = !matches!(byte(bytes, end), b'_' | b'/' | b'@' | b'\\') && end - start <= LONGEST;
    if named
        && whole
        && !OTHERS.has(&bytes[start..letters])
        && !is_date(&bytes[digits..end])
        && !is_part(bytes, behind)
    {
        scene.report(start, end, "letters and digits behind a word for policies");
    }
}

/// `policy 48-GE-899699`: digits of an office, letters of a kind, and six digits and more.
fn of_office(start: usize, scene: &mut Scene<'_, '_>) {
    const DIGITS: usize = SHORTEST;
    let bytes = scene.bytes;
    let letters = span_end(bytes, start, u8::is_ascii_digit);
    let joint = byte(bytes, letters);
    let serial = span_end(bytes, letters + 1, u8::is_ascii_uppercase);
    let end = span_end(bytes, serial + 1, u8::is_ascii_digit);
    let whole = !byte(bytes, end).is_ascii_alphanumeric()
        && !matches!(byte(bytes, end), b'-' | b'_' | b'/');
    let written = (1..=3).contains(&(letters - start))
        && matches!(joint, b'-' | b'/')
        && (1..=3).contains(&(serial - letters - 1))
        && byte(bytes, serial) == joint
        && (DIGITS..LONGEST).contains(&(end - serial - 1));
    if written && whole {
        scene.report(start, end, "letters and digits behind a word for policies");
    }
}

/// `networkpolicy`: the words are no longer, with what stands behind them.
const LONGEST_WORD: usize = 11;

/// So many digits has a number at least, and so many characters at most.
const SHORTEST: usize = 6;
const LONGEST: usize = 24;

/// `2026-01`, `20260102`: when a rule was made.
fn is_date(text: &[u8]) -> bool {
    let digits = span_end(text, 0, u8::is_ascii_digit);
    matches!(digits, 4 | 6 | 8) && matches!(text, [b'1', b'9', ..] | [b'2', b'0', ..])
}

/// `security_policy`, `privacy policy`: a rule, not a contract.
fn is_part(bytes: &[u8], behind: usize) -> bool {
    static RULES: List = List::of(&table::<64>(
        "security privacy access retention password network firewall group return refund cookie iam bucket \
        routing backup data audit scaling lifecycle retry cache compliance company travel expense hr",
    ));
    const NAME_MAX: usize = 24;
    let floor = behind.saturating_sub(NAME_MAX);
    let signs = |byte: &u8| !byte.is_ascii_alphabetic() && byte.is_ascii();
    let word = span_start(
        bytes,
        span_start(bytes, behind, floor, signs),
        floor,
        |byte| !signs(byte),
    );
    let other = span_start(
        bytes,
        word.saturating_sub(1),
        floor,
        u8::is_ascii_alphabetic,
    );
    matches!(before(bytes, word), b'_' | b'.' | b'/')
        || behind - word > LONGEST_WORD
        || RULES.has_in_any_case(&bytes[other..word.saturating_sub(1).max(other)])
}
