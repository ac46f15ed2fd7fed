//! One-time codes that a short message brought, and what words for codes name besides.

use std::ops::Range;

use super::gaps;
use super::otp::{REACH, is_whole};
use crate::pii::context::Word;
use crate::pii::detector::{Number, Scene, ends_sentence};
use crate::pii::labels;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{Mix, before, byte, span_start, starts_with, word_end};
use crate::pii::words::Topic;

/// What codes are of that nobody enters to sign in.
const OTHERS: Phrases = Phrases::of(&[
    "error ",
    "exit ",
    "status ",
    "response ",
    "return ",
    "reply ",
    "source ",
    "product ",
    "promo ",
    "coupon ",
    "discount ",
    "short ",
    "zip ",
    "post ",
    "postal ",
    "area ",
    "country ",
    "http ",
    "gpio ",
    "map ",
    "header ",
    "connector ",
    "fehler",
    "erreur ",
    "statut ",
]);

/// Whether the word that names the code is part of another one: `TAN-90785`, `error code i got `; or
/// describes a code: `a 6-digit code 847130`.
pub(super) fn is_of_other(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let word = word_for_codes(number, scene);
    let place = word.map(|word| (usize::try_from(word.start), usize::try_from(word.end)));
    let Some((Ok(start), Ok(end))) = place else {
        return false;
    };
    let gap = bytes.get(end..number.start).unwrap_or_default();
    let asked = gaps::before_answer(gap);
    let mut words = asked.split(|byte| !byte.is_ascii_alphabetic());
    if words.any(|word| KINDS.has_in_any_case(word)) || is_postal(bytes, start..end, number) {
        return true;
    }
    let described = starts_with(bytes, start, "digit") && gap == b" ";
    // `pin!` of a program, and the issue that tells of it: `([#2281])`.
    let issue = gap.ends_with(b"[#");
    issue || gap == b"-" || described || OTHERS.before(bytes, start).is_some()
}

/// The nearest word for codes before a number.
fn word_for_codes(number: &Number, scene: &mut Scene<'_, '_>) -> Option<Word> {
    let is_code = |word: &Word| word.topic == Topic::Otp;
    scene.context.nearest(number.start, REACH, is_code)
}

/// Words behind one for codes, or what is counted of them, that say what is named instead.
static KINDS: List = List::of(&table::<256>(
    "postal postale postcode zip fiscale fiscal cliente client klienta kunde customer produit product \
    producto produto prodotto produktu error erreur fehler promo promotion promocional discount remise \
    descuento desconto sconto rabat article articulo artigo articolo artikel barang pos barras barre \
    barres pays area source country tributario ean coupon cupom cupon parrainage referral invitation \
    employee student failures attempts retries requests users errors count counts total length ttl \
    timeout port adoption rollout coverage",
));

/// `Karnataka, PIN 560034`: the index of a post office in India, behind the name of a place.
fn is_postal(bytes: &[u8], word: Range<usize>, number: &Number) -> bool {
    const NAME_MAX: usize = 24;
    let six = number.total == 6 && matches!(bytes[number.start], b'1'..=b'8');
    if !six || !starts_with(bytes, word.start, "pin") {
        return false;
    }
    let joint = |byte: &u8| matches!(byte, b' ' | b',' | b'-' | b'.' | b':');
    let floor = word.start.saturating_sub(NAME_MAX);
    let end = span_start(bytes, word.start, floor, joint);
    let name = &bytes[span_start(bytes, end, floor, u8::is_ascii_alphabetic)..end];
    let capital = name.first().is_some_and(u8::is_ascii_uppercase);
    let is_place = end < word.start && name.len() > 3 && capital && Mix::of(name).upper == 1;
    let named = ["pincode", "pin_code"];
    is_place
        || named
            .iter()
            .any(|name| starts_with(bytes, word.start, name))
        || is_before_place(bytes, number.end)
}

/// `PIN 560001, Bangalore`: the name of a place stands behind a number.
fn is_before_place(bytes: &[u8], end: usize) -> bool {
    /// How people go on behind a code.
    static OTHERS: List = List::of(&table::<32>(
        "please enter thanks thank never then this that your with from keep valid puk",
    ));
    let start = end + usize::from(byte(bytes, end) == b',') + 1;
    let name = bytes.get(start..word_end(bytes, start)).unwrap_or_default();
    byte(bytes, start - 1) == b' '
        && name.len() > 3
        && name[0].is_ascii_uppercase()
        && Mix::of(name).lower + 1 == name.len()
        && !OTHERS.has_in_any_case(name)
}

/// Verbs that tell to enter what follows.
const VERBS: Phrases = Phrases::of(&[
    "enter ",
    "type ",
    "use ",
    "input ",
    "saisissez ",
    "entrez ",
    "introduce ",
    "introduzca ",
    "ingrese ",
    "ingresa ",
    "insira ",
    "digite ",
    "inserisci ",
    "digita ",
    "voer ",
    "eingeben: ",
    "wpisz ",
    "podaj ",
    "zadejte ",
    "zadajte ",
    "introduceți ",
    "ange ",
    "skriv ",
    "syötä ",
    "anna ",
    "girin: ",
    "введите ",
    "введіть ",
    "въведете ",
    "unesite ",
    "vnesite ",
    "masukkan ",
    "nhập ",
]);

/// `2FA backup: enter 447020`: behind a verb that tells to enter it.
pub(super) fn is_entered(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    let bytes = scene.bytes;
    let word = word_for_codes(number, scene);
    let from = word.map_or(number.start, |word| word.end.max(0) as usize);
    let gap = bytes.get(from..number.start).unwrap_or_default();
    VERBS.before(gap, gap.len()).is_some_and(|verb| {
        let gap = &gap[..gap.len() - verb.len()];
        gaps::leads(gap, u8::MAX) && !gaps::is_counted(bytes, number.end)
    })
}

/// `Votre code SMS pour valider le paiement : 90317742`: what a long code is for stands before it.
pub(super) fn is_meant_for(number: &Number, scene: &mut Scene<'_, '_>) -> bool {
    let word = word_for_codes(number, scene);
    let from = word.map_or(number.start, |word| word.end.max(0) as usize);
    let gap = scene.bytes.get(from..number.start).unwrap_or_default();
    number.total >= 6 && gaps::is_purpose(gap) && !gaps::is_counted(scene.bytes, number.end)
}

/// Words for messages; the codes that they bring have many names.
const MESSAGES: Phrases = Phrases::of(&["sms", "whatsapp", "telegram", "viber", "signal"]);

/// Words for codes, as they stand beside one for messages.
const CODES: Phrases = Phrases::of(&[
    "code",
    "codice",
    "codul",
    "código",
    "codigo",
    "kod",
    "kód",
    "код",
    "Код",
    "κωδικ",
    "Κωδικ",
    "קוד",
    "رمز",
    "کد",
    "كود",
    "รหัส",
    "mã ",
    "代码",
    "代碼",
    "코드",
    "コード",
    "कोड",
    "কোড",
]);

/// Whether a number may be a code by what stands beside it.
pub(super) fn may_be_code(number: &Number, bytes: &[u8]) -> bool {
    !number.glued && is_whole(number, bytes) && !gaps::is_counted(bytes, number.end)
}

/// `the code from my SMS is 482913`: a word for codes stands before that for the message.
pub(super) fn texted(number: &Number, scene: &mut Scene<'_, '_>) {
    const BACK: usize = 40;
    let bytes = scene.bytes;
    let word = scene.last_word(number.start, REACH);
    let word = word.filter(|word| word.topic == Topic::Phone);
    let place = word.map(|word| (usize::try_from(word.start), usize::try_from(word.end)));
    let Some((Ok(start), Ok(end))) = place else {
        return;
    };
    if !may_be_code(number, bytes) || MESSAGES.at(bytes, start).is_none() {
        return;
    }
    let floor = start.saturating_sub(BACK);
    let mut nouns = (floor..start).rev();
    let Some(noun) = nouns.find(|&at| CODES.at(bytes, at).is_some()) else {
        return;
    };
    let between = &bytes[noun..start];
    let apart = !before(bytes, noun).is_ascii_alphanumeric();
    let one_clause = !labels::hold_value(between) && !ends_sentence(between);
    let gap = bytes.get(end..number.start).unwrap_or_default();
    let leads = gaps::leads(gap, u8::MAX);
    if apart && one_clause && leads && OTHERS.before(bytes, noun).is_none() {
        scene.report(number.start, number.end, "a code that a message brought");
    }
}
