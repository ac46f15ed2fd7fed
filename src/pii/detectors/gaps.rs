//! What stands between a word and a value: whether it leads from the one to the other.

use super::fields;
use super::phrases::COPULAS;
use crate::pii::detector::ends_sentence;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::segments::segments_backwards;
use crate::pii::text::{before, byte, span_end, span_start};

/// Words that lead from a name to its value or stand beside it, and say nothing of their own.
static LINKS: List = List::of(&table::<512>(
    "'s number numbers no nr nro num nbr numero nummer is was are me us you my your his her our their its it \
    on at or to of for by via as the an file under new old current main direct back home work office and \
    please here now also still value text content string stringvalue intvalue data type mobile cell private \
    lautet ist war mein meine ihr ihre neu neue unter und oder bitte auf der die das den vom von am \
    est le la les au du de mon ma et ou nouveau nouvelle es el mi su nuevo nueva del al eh um meu minha \
    di il mio mia nuovo nuova het mijn van op er mit min mitt ar jest moj moja je muj moje na do pod \
    til till naar para adalah ialah anda saya nomor \
    ay ko po ni yangu este mea yra ir mano mans của em anh chị chi mình minh tôi toi bạn ban là",
));

/// What a name ends in that names something about its first word: `phone_count`, `dob_verified`.
static ABOUT: List = List::of(&table::<256>(
    "count counts total length len size limit max min type types id ids verified validated updated \
    created changed expires at status state sold model index idx call calls duration version ratio rate \
    score hash buffer offset format pattern regex prefix suffix list table column page sent mask masked \
    required enabled disabled valid",
));

/// Endings of plurals in the languages of the words.
static PLURALS: List = List::of(&table::<32>("s es y i en e ów ов ів lar ler"));

/// Numbers with so many digits at most are counts as well.
const SHORT: u8 = 8;

/// Whether `gap` leads from a word to the number behind it: signs and small words, or a short phrase
/// that ends in a verb or a sign. What is said in a further clause belongs to something else.
pub(super) fn leads(gap: &[u8], n_digits: u8) -> bool {
    if fields::is_plain(gap) {
        return true;
    }
    let gap = fields::before_value(gap);
    let (ending, rest) = gap.split_at(ending(gap));
    // Few digits behind a plural count things, and behind a word and a sign they do as well.
    let short = n_digits <= SHORT;
    let many = PLURALS.has_in_any_case(ending);
    let (clause, beyond) = rest.split_at(clause_end(rest));
    let others = words(clause).filter(|word| is_other(word)).count();
    let turned = is_renamed(gap) || is_compound(rest) || is_described(&gap[..clause_end(gap)]);
    let most = reach(clause);
    let counted = short && many || (short || many) && others == 1 && most == 1;
    // `/calls/333065034`, `cell[12]`: what a path, an index or a call counts.
    let counted =
        counted || matches!(rest, [b'/' | b'('] if short || many) || rest.starts_with(b"[");
    !says_more(beyond) && others <= most && !turned && !counted
}

/// Whether the words say something about what they name, or a date or another number stands between.
fn is_described(clause: &[u8]) -> bool {
    static DESCRIBED: List = List::of(&table::<32>(
        "id ids count counts format length total size limit max min status",
    ));
    let wide = reach(clause) == 0 && is_wide(clause);
    wide || has_number(clause) || words(clause).any(|word| DESCRIBED.has_in_any_case(word))
}

/// Whether a date or another number stands among words.
fn has_number(clause: &[u8]) -> bool {
    let digits = clause.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits > 3 && words(clause).next().is_some()
}

/// Whether characters of Chinese, Japanese or Korean words stand between that name something else:
/// `电话费`, but not `电话号码是`.
fn is_wide(clause: &[u8]) -> bool {
    const LINKS: &str = "号號码碼是为為有在我的你您他她请打拨致はがをのへにとも番へ는은이가로을를번호의에게로 、：「『（(";
    let is_word = |sign: char| ('\u{3040}'..='\u{D7A3}').contains(&sign);
    std::str::from_utf8(clause).is_ok_and(|clause| {
        clause
            .chars()
            .any(|sign| is_word(sign) && !LINKS.contains(sign))
    })
}

/// Whether the place of the value is taken by what only stands for one: `Phone: %s`, `DD/MM/YYYY`.
pub(super) fn is_filled(gap: &[u8]) -> bool {
    const FILLERS: Phrases =
        Phrases::of(&["%s", "%d", "{}", "yyyy", "xxxx", "jjjj", "aaaa", "гггг"]);
    // `Phone: ________ OMB No. `: a blank, and the name of another number.
    let blank = memchr::memmem::rfind(gap, b"___");
    let named = |at: usize| gap[at..].iter().any(u8::is_ascii_alphabetic);
    gap.len() > 3 && (FILLERS.are_in_any_case(gap) || blank.is_some_and(named))
}

/// Whether a further clause holds a word of small letters that says something: `, created `. Names
/// of places begin with large ones.
pub(super) fn says_small(gap: &[u8]) -> bool {
    let (_, beyond) = gap.split_at(clause_end(gap));
    let small = |word: &[u8]| word.len() > 3 && word.iter().all(u8::is_ascii_lowercase);
    words(beyond).any(|word| small(word) && is_other(word))
}

/// Whether a further clause begins in `gap` and names something else: `. Ref `, `, faktura `.
pub(super) fn strays(gap: &[u8]) -> bool {
    let (clause, beyond) = gap.split_at(clause_end(gap));
    let line = memchr::memrchr(b'\n', gap).map(|end| &gap[end..]);
    let begins = line.is_some_and(|line| !line.ends_with(b": ") && says_more(line));
    says_more(beyond) || begins || has_number(clause)
}

/// Whether a number stands in `gap` and a further clause names something else: `1980, order `.
pub(super) fn strays_behind_number(gap: &[u8]) -> bool {
    let last = gap.iter().rposition(u8::is_ascii_digit);
    last.is_some_and(|last| {
        let rest = &gap[last + 1..];
        let (_, beyond) = rest.split_at(clause_end(rest));
        words(beyond).any(is_other) && reach(beyond) == 0
    })
}

fn says_more(clause: &[u8]) -> bool {
    words(clause).any(|word| is_other(word) || is_noun(word))
}

/// Whether a word beyond ASCII may name something: longer than those that lead to a value.
fn is_noun(word: &[u8]) -> bool {
    static LINKS: List = List::of(&table::<64>(
        "på är à é în și số nº n° № către по на от для или",
    ));
    // Characters of Chinese, Japanese and Korean take three bytes each, from E3 on.
    let wide = word.iter().any(|&byte| byte >= 0xE3);
    !word.is_ascii() && !LINKS.has_in_any_case(word) && (!wide || word.len() > 6)
}

/// Whether another noun is joined to the word by a dash: `счёт-фактура`, but not `Konto-Nr.`.
fn is_compound(rest: &[u8]) -> bool {
    rest.starts_with(b"-")
        && words(rest)
            .next()
            .is_some_and(|word| rest[1..].starts_with(word) && (is_other(word) || is_noun(word)))
}

/// Whether the word is only the start of a name that goes on and names something about it:
/// `phone_count`, `callCount`, `dob_verified`.
pub(super) fn is_renamed(gap: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let from = ending(gap);
    let dashed = byte(gap, from) == b'-' && byte(gap, from + 1).is_ascii_alphabetic();
    let end = span_end(gap, from + usize::from(dashed), is_name);
    let about =
        |part: &[u8]| ABOUT.has_in_any_case(part) || is_plural(part) && !MANY.has_in_any_case(part);
    segments_backwards(&gap[from..end]).any(about)
}

/// Plurals of names that hold values themselves: `phone_numbers`.
static MANY: List = List::of(&table::<32>(
    "numbers phones mobiles contacts accounts address digits values details strings",
));

/// Plurals and their like that may follow a number without being counted by it.
static NOT_COUNTED: List = List::of(&table::<64>(
    "thanks always works plus says unless across regards does belongs rings this expires lasts https \
    renews lapses covers includes remains stays requires applies appears contains becomes",
));

/// Whether a word of small letters looks like an English plural.
fn is_plural(word: &[u8]) -> bool {
    word.len() > 3
        && word.ends_with(b"s")
        && !word.ends_with(b"ss")
        && word.iter().all(u8::is_ascii_lowercase)
}

/// Where the ending of the word itself stops: `phones`, `telefonul`.
fn ending(gap: &[u8]) -> usize {
    span_end(gap, 0, |byte| byte.is_ascii_lowercase() || !byte.is_ascii())
}

/// Whether `gap` says what the thing is for that the word names, or whence it comes, and leads to it
/// with a sign or a verb: ` for the transfer: `.
pub(super) fn is_purpose(gap: &[u8]) -> bool {
    static FOR: List = List::of(&table::<128>(
        "for pour para per für fürs zum zur voor om til för till dla do pro pre za для за на για untuk cho \
        để from aus auf uit dal dall dari från fra iz ze из з із от sur en del dans nel trên từ reçu",
    ));
    let is_sign = |byte: &u8| matches!(byte, b' ' | b'"' | b'`' | b'*');
    let mut end = span_start(gap, gap.len(), 0, is_sign);
    let verb = words(&gap[..end])
        .last()
        .filter(|word| COPULAS.has(word) && gap[..end].ends_with(word));
    let signed = match verb {
        Some(verb) => {
            end = span_start(gap, end - verb.len(), 0, is_sign);
            end -= usize::from(before(gap, end) == b',');
            true
        }
        None => before(gap, end) == b':',
    };
    let gap = &gap[..end];
    let first = words(gap).next();
    signed
        && gap.starts_with(b" ")
        && first.is_some_and(|word| FOR.has_in_any_case(word) && gap[1..].starts_with(word))
        && clause_end(gap) == gap.len()
        && !gap.iter().any(u8::is_ascii_digit)
}

/// The same of a question, which no sign ends any more: ` for the visa letter`.
pub(super) fn says_what_for(gap: &[u8]) -> bool {
    static FOR: List = List::of(&table::<32>(
        "for of on pour para per für zum zur voor för dla pro za для на",
    ));
    let first = words(gap).next();
    gap.starts_with(b" ")
        && first.is_some_and(|word| FOR.has_in_any_case(word) && gap[1..].starts_with(word))
        && clause_end(gap) == gap.len()
        && !gap.iter().any(u8::is_ascii_digit)
}

/// Whether what follows a number says that it counts something: `1250300 times`.
pub(super) fn is_counted(bytes: &[u8], end: usize) -> bool {
    static COUNTED: List = List::of(&table::<64>(
        "of ms people mm cm km kg mg ml px hz khz mhz ghz kb mb gb kwh kw usd eur wei pcs st stk",
    ));
    let word = span_end(bytes, end + 1, u8::is_ascii_alphabetic);
    let next = bytes.get(end + 1..word).unwrap_or_default();
    let counted =
        COUNTED.has_in_any_case(next) || is_plural(next) && !NOT_COUNTED.has_in_any_case(next);
    byte(bytes, end) == b'%' || byte(bytes, end) == b' ' && counted
}

/// The gap without a question that ends it and the name of who answers: `? Customer: `, `?\nA: it's `.
pub(super) fn before_answer(gap: &[u8]) -> &[u8] {
    if fields::is_plain(gap) {
        return gap;
    }
    let gap = fields::before_value(gap);
    let Some(mark) = memchr::memrchr(b'?', gap).or_else(|| turn(gap)) else {
        return gap;
    };
    let answer = &gap[mark + 1..];
    let end = answer_start(answer, 0);
    let rest = words(&answer[end..]);
    let mut rest = rest.filter(|word| !ANSWERS.has_in_any_case(word) && is_other(word));
    if rest.next().is_none() {
        &gap[..mark]
    } else {
        gap
    }
}

/// The same, where the answer gives more than one value: `?\nA: 4417, and `.
pub(super) fn before_list(gap: &[u8]) -> &[u8] {
    let plain = before_answer(gap);
    let listed = memchr::memrchr(b'?', gap).filter(|_| plain.len() < gap.len());
    listed.map_or(plain, |mark| &gap[..mark])
}

/// The end of a sentence that a speaker says before another one's turn: `texted you.\nYou: `.
fn turn(gap: &[u8]) -> Option<usize> {
    let line = memchr::memrchr(b'\n', gap)?;
    let label = answer_start(gap, line + 1);
    let spoken = span_start(gap, line, 0, |byte| matches!(byte, b'\r' | b' '));
    let ends = matches!(before(gap, spoken), b'.' | b'!') && spoken > 0;
    let labelled = before(gap, label) == b' ' && label > line + 2;
    (ends && labelled).then(|| spoken - 1)
}

/// How people begin an answer.
static ANSWERS: List = List::of(&table::<16>("it's that's sure yes ok okay yeah"));

/// Where an answer starts behind a question mark: blanks, ends of lines and the name of who answers
/// left out.
pub(super) fn answer_start(bytes: &[u8], from: usize) -> usize {
    const LABEL_MAX: usize = 20;
    let blank = |mut at: usize| loop {
        match byte(bytes, at) {
            b' ' | b'\n' | b'\r' if at < bytes.len() => at += 1,
            b'\\' if matches!(byte(bytes, at + 1), b'n' | b'r') => at += 2,
            _ => return at,
        }
    };
    let start = blank(from);
    let label = span_end(bytes, start, |byte| {
        byte.is_ascii_alphabetic() || !byte.is_ascii()
    });
    let named = label > start && label - start <= LABEL_MAX && byte(bytes, label) == b':';
    if named { blank(label + 1) } else { start }
}

/// Where the first clause of a gap ends, or the gap itself.
fn clause_end(gap: &[u8]) -> usize {
    let ends = |at: usize| match gap[at..] {
        [b',' | b';' | b'!' | b'?', b' ' | b'\n', ..]
        | [0xEF, 0xBC, 0x8C | 0x9B | 0x9F, ..]
        | [0xE3, 0x80, 0x81 | 0x82, ..] => true,
        [b'.', b' ' | b'\n', ..] => {
            before(gap, at).is_ascii_digit() || ends_sentence(&gap[..at + 2])
        }
        _ => false,
    };
    (0..gap.len()).find(|&at| ends(at)).unwrap_or(gap.len())
}

/// Words of two letters and more.
fn words(gap: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\'' || !byte.is_ascii();
    gap.split(move |byte| !is_word(byte))
        .filter(|word| word.len() > 1 && word.iter().any(|byte| !byte.is_ascii_digit()))
}

/// Whether a word says something: words of other scripts are not judged, nor short ones in capitals.
fn is_other(word: &[u8]) -> bool {
    let country = word.len() <= 3 && word.iter().all(u8::is_ascii_uppercase);
    word.is_ascii() && !country && !LINKS.has_in_any_case(word)
}

/// How many other words a gap may hold that ends in a verb, a sign or a word for numbers, which point
/// at what follows; in `of Mr Hill: ` they say whose it is.
fn reach(gap: &[u8]) -> usize {
    static NUMBERS: List = List::of(&table::<32>(
        "number no nr nro nummer numero número numéro номер",
    ));
    static NAMES: List = List::of(&table::<8>("number no nr"));
    static OWNERS: List = List::of(&table::<16>("of for to von de di"));
    let is_open = |byte: &&u8| {
        matches!(
            byte,
            b' ' | b'"' | b'\'' | b'`' | b'(' | b'*' | b'\\' | b'\n'
        )
    };
    let length = gap.len() - gap.iter().rev().take_while(is_open).count();
    let gap = &gap[..length];
    let ends_in = |known: List| {
        let last = words(gap).last().filter(|word| gap.ends_with(word));
        last.is_some_and(|word| known.has(word))
    };
    let owned = words(gap).find(|word| !NAMES.has_in_any_case(word));
    let owned = owned.is_some_and(|word| OWNERS.has_in_any_case(word));
    let signed = [":", "=", "："]
        .iter()
        .any(|sign| gap.ends_with(sign.as_bytes()));
    if ends_in(COPULAS) || signed && owned {
        return 3;
    }
    usize::from(signed || ends_in(NUMBERS))
}
