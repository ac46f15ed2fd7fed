//! Tells words of telephones that mean something else where they stand: `function call`, `fuel cell`.

use std::ops::Range;

use super::numbered;
use crate::pii::detector::Number;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{before, byte, span_end, span_start, starts_with};

/// What makes another thing of the word behind it: `tool call`, `facture de téléphone`.
static OWNERS: List = List::of(&table::<128>(
    "function tool api system sys rpc method margin conference token hash key fuel table \
    battery lte solar stem blood bill invoice facture factura fatura conta bolletta rachunek \
    tagihan счет счёт ordinateur meeting webinar",
));

/// What another thing is called with the word before it: `call option`, `contact sheet`.
static THINGS: List = List::of(&table::<256>(
    "option options proposals papers stack site count lens sheet form culture line-up cover \
    case cases contract insurance bill bills users sessions app apps crane device devices \
    aviv sold delivered model modelo modell modèle modello models hülle vertrag rechnung \
    anlage quoting quote booking reference protocolo protocol formulario formulaire \
    conference meeting zgłoszenie mandate faturası faktura probook elitebook noise offres \
    ticket vorgang auftrag today volume volumes",
));

/// How German and its neighbours end a word for another thing: `Telefonvertrag`.
const ENDINGS: Phrases = Phrases::of(&[
    "anlage",
    "vertrag",
    "rechnung",
    "hülle",
    "modell",
    "gramm",
    "formul",
    "rekening",
    "konferenz",
    "termin",
    "tarif",
    "gerät",
    "karte",
    "zentrale",
    "iczn",
    "ный",
]);

/// How far before a word others may stand that make something else of it.
const REACH: usize = 24;

/// Whether a word of telephones at `word` says something else of the number at `number`: by the words
/// before it, by how it goes on, or by the word right before the number.
pub(super) fn is_other(bytes: &[u8], word: Range<usize>, number: usize) -> bool {
    let goes_on = ENDINGS.at(bytes, word.end).is_some();
    // `मो. अली`: the short form of a name as well.
    let short = &bytes[word.clone()] == "मो.".as_bytes();
    if short && bytes[word.end..number.max(word.end)].iter().any(is_letter) {
        return true;
    }
    // `"system":"phone"`: what a key is called owns no value.
    let is_joined = |owner: &Range<usize>| !bytes[owner.end..word.start].contains(&b':');
    let mut owners = words_before(bytes, word.start)
        .take(2)
        .take_while(is_joined);
    let mut last = words_before(bytes, number)
        .take_while(|last| last.start >= word.end)
        .map(|last| &bytes[last])
        .skip_while(|last| last.eq_ignore_ascii_case(b"id"));
    let is_thing = |word: &[u8]| THINGS.has_in_any_case(word) || numbered::is_thing(word);
    let first = word_at(bytes, word.end, number);
    goes_on
        || owners.any(|owner| OWNERS.has_in_any_case(&bytes[owner]))
        || THINGS.has_in_any_case(&bytes[first])
        || last.next().is_some_and(is_thing)
}

/// What is called, written to or turned to may be anything that is counted.
const VERBS: Phrases = Phrases::of(&[
    "llam",
    "chama",
    "chiam",
    "lig",
    "marca",
    "marque",
    "zov",
    "nazov",
    "звон",
    "дзвон",
    "позвон",
    "набер",
    "пиши",
    "pisz",
    "napisz",
    "sun",
    "sună",
    "appel",
    "rappel",
    "ruf ",
    "ruft",
    "bel ",
    "zavol",
    "volej",
    "volaj",
    "打",
    "联系",
    "回电",
    "来电",
    "get back",
    "message me",
    "ping me",
    "gọi",
    "зов",
    "назов",
    "text ",
    "bizum",
    "soit",
    "hív",
    "dzwo",
    "zadzwo",
]);

/// `CEP 01310100`, `last_call=1737410592`, `call 12345678`: words that stand for other things as well, and a number
/// that is one of those: a postal code, the seconds since 1970, an identifier.
pub(super) fn is_code_of(word: &[u8], number: &Number, text: &[u8], gap: &[u8]) -> bool {
    let is = |words: &[&str]| words.iter().any(|known| starts_with(word, 0, known));
    let seconds = number.total == 10 && text.starts_with(b"1");
    let name = &word[..span_end(word, 0, u8::is_ascii_alphabetic)];
    static WEAK: List = List::of(&table::<32>(
        "call contact cell signal hp simu ring portable callback handy mob dial",
    ));
    let weak = WEAK.has_in_any_case(name);
    let straight = matches!(byte(word, name.len()), b' ' | b'=')
        && byte(word, name.len() + 1).is_ascii_digit();
    let comma = gap == b"," && number.total <= 8;
    // Singapore's mobiles, whose owners write `hp` for `handphone`.
    let handphone = is(&["hp "]) && number.total == 8 && matches!(text[0], b'8' | b'9');
    comma
        || number.total <= 8 && VERBS.start(word)
        || number.total == 8 && is(&["cep"])
        || number.total <= 9 && weak && straight && !handphone
        || seconds && is(&["call", "contact", "ring", "cell", "signal", "dial"])
}

/// `_id=`, ` id `: what is named is a call or a contact.
pub(super) fn is_id(gap: &[u8]) -> bool {
    let name = gap
        .strip_prefix(b"_")
        .or(gap.strip_prefix(b" "))
        .unwrap_or(gap);
    let id = name
        .get(..2)
        .is_some_and(|two| two.eq_ignore_ascii_case(b"id"));
    id && !name.get(2).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether what stands between a word and a number begins a line or a field of its own:
/// `port: 5432\nالهاتف: `, `parts":[{"text":"mon 06 c'est `.
pub(super) fn is_apart(gap: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', gap).map(|end| gap[end + 1..].trim_ascii());
    let labelled = line
        .is_some_and(|line| line.len() > 2 && line.ends_with(b":") && line.iter().any(is_letter));
    let mut keys = gap.windows(2).enumerate().filter(|(_, two)| two == b"\":");
    let field = keys.next().and(keys.next_back());
    let said = field.is_some_and(|(at, _)| gap[at + 2..].iter().any(is_letter));
    labelled || said
}

/// The words before a place, the nearest first: no sentence and no clause ends between them.
fn words_before(bytes: &[u8], place: usize) -> impl Iterator<Item = Range<usize>> {
    let floor = place.saturating_sub(REACH);
    let mut at = place;
    std::iter::from_fn(move || {
        let joint = |byte: &u8| {
            byte.is_ascii_digit() || matches!(byte, b' ' | b'_' | b'-' | b'\'' | b'"' | b':' | b'#')
        };
        let end = span_start(bytes, at, floor, joint);
        at = span_start(bytes, end, floor, is_letter);
        (at < end && before(bytes, at) != b'\\').then_some(at..end)
    })
}

/// The word behind a blank or a sign at a place.
fn word_at(bytes: &[u8], place: usize, limit: usize) -> Range<usize> {
    let joined = matches!(byte(bytes, place), b' ' | b'_' | b'-');
    let start = (place + usize::from(joined)).min(limit);
    let end = if joined {
        span_end(&bytes[..limit], start, is_letter)
    } else {
        start
    };
    start..end
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}
