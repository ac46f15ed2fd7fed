//! International bank account numbers.

use crate::pii::checksum;
use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::starting;
use crate::pii::text::{Mix, before, byte, digits_end, span_end, starts_with};

pub(in crate::pii) const IBAN: Detector = Detector {
    name: "IBAN",
    what: "international bank account number",
    source: "ISO 13616-1; SWIFT IBAN Registry (lengths by country)",
    validator: "length of the country, ISO 7064 MOD 97-10",
    gravity: 77,
    context: &[],
    finds: &[
        "IBAN «DE89 3704 0044 0532 0130 00», BIC",
        "auf «GB29NWBK60161331926819».",
        "iban=«FR7630006000011234567890189»",
        "«gb29 nwbk 6016 1331 9268 19»",
        "«DE89-3704-0044-0532-0130-00»",
        ":86:177?00SEPA?31«NL91ABNA0417164300»?32Northwind",
        ":25:«NL91ABNA0417164300»EUR",
        "IBAN«DE89370400440532013000»BICCOBADEFFXXX",
        "iban«DE89 3704 0044 0532 0130 00»",
        "acct_«GB29NWBK60161331926819»_main",
    ],
    ignores: &[
        "DE89 3704 0044 0532 0130 01",
        "account IT43 F120 9059 370I 42FC BUOO 69V",
        "DE89",
        "tok_de89370400440532013000",
        "DE89370400440532013000123",
        "31NL91ABNA0417164301",
        "IBANDE89370400440532013001",
        "DE89370400440532013000x7f3",
        "the iban of DE89",
        "x31NL91ABNA0417164300",
        "Taliban3 and caliban12",
    ],
    looks: &[
        Look::Word(&[starting("LLDD", 4, 64)], find),
        // The number of a field of a statement, as MT940 has them: `?31NL91…`.
        Look::Word(
            &[starting("DLLDD", 16, 64), starting("DDLLDD", 17, 64)],
            behind_field,
        ),
        Look::Literal(&["IBAN", "Iban", "iban"], behind_name),
    ],
};

/// Country and total length.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

fn find(word: &Word, scene: &mut Scene<'_, '_>) {
    let glued = before(scene.bytes, word.start) == b'_';
    account(word.start, glued, scene);
}

fn behind_field(word: &Word, scene: &mut Scene<'_, '_>) {
    let start = digits_end(scene.bytes, word.start);
    // `:31NL…`, `?31NL…`: elsewhere words that start with digits are names of their own.
    if matches!(before(scene.bytes, word.start), b'?' | b':' | b'~' | b'/') {
        account(start, true, scene);
    }
}

/// `IBANDE89…`: the name without a space.
fn behind_name(behind: usize, scene: &mut Scene<'_, '_>) {
    if byte(scene.bytes, behind).is_ascii_uppercase() {
        account(behind, true, scene);
    }
}

/// An account number at a place; where it is glued to another word it is in capitals and most of it
/// are digits.
fn account(start: usize, glued: bool, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let Some(&[a, b, c, d]) = bytes.get(start..start + 4) else {
        return;
    };
    let country = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
    let known = LENGTHS.iter().find(|(code, _)| **code == country);
    let Some(&(_, length)) = known.filter(|_| c.is_ascii_digit() && d.is_ascii_digit()) else {
        return;
    };
    let Some(end) = read(bytes, start, length) else {
        return;
    };
    let glued = glued || byte(bytes, end).is_ascii_alphanumeric();
    if glued && !may_be_glued(bytes, start, end) {
        return;
    }
    let account = bytes[start..end]
        .iter()
        .copied()
        .filter(u8::is_ascii_alphanumeric);
    if checksum::mod97(account.clone().skip(4).chain(account.take(4))) == 1 {
        scene.report(start, end, "length of the country and MOD 97-10");
    }
}

/// Whether an account number may touch another word: that follows the last digit and is one of
/// letters, as a currency is, or the name of a bank's code.
fn may_be_glued(bytes: &[u8], start: usize, end: usize) -> bool {
    const DIGITS_MIN: usize = 9;
    const WORD_MAX: usize = 16;
    let text = &bytes[start..end];
    let mix = Mix::of(text);
    let near = &bytes[..bytes.len().min(end + WORD_MAX)];
    let word = span_end(near, end, u8::is_ascii_alphabetic);
    let bank = ["BIC", "Bic", "SWIFT"]
        .iter()
        .any(|name| starts_with(bytes, end, name));
    let apart = bank || !byte(bytes, word).is_ascii_alphanumeric();
    let last = before(bytes, end).is_ascii_digit();
    mix.lower == 0 && mix.digit >= DIGITS_MIN && (word == end || last) && apart
}

/// Where `length` letters and digits end, single spaces or dashes between groups allowed.
fn read(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let mut at = start;
    let mut count = 0;
    let mut joint = 0;
    while count < length {
        let found = byte(bytes, at);
        if found.is_ascii_alphanumeric() {
            count += 1;
            at += 1;
        } else if matches!(found, b' ' | b'-')
            && (joint == 0 && count == 4 || joint == found)
            && byte(bytes, at + 1).is_ascii_alphanumeric()
        {
            joint = found;
            at += 1;
        } else {
            return None;
        }
    }
    (at <= bytes.len()).then_some(at)
}
