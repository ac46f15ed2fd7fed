//! Follows a phrase from a word for passwords to the value that it leads to.

use super::gaps;
use super::phrases::COPULAS;
use crate::pii::keys::is_value;
use crate::pii::lists::{List, table};
use crate::pii::passwords::{is_password_value, value_after};
use crate::pii::text::{Mix, before, byte, span_end, starts_with};

/// What a password has but is none itself: `password reset`, `password policy`.
static NOUNS: List = List::of(&table::<128>(
    "reset policy hash hashes hashing manager field length rule rules form page link email change \
    changes file hint strength prompt based less protected authentication type types encryption \
    encoding algorithm column complexity requirements storage rotation min max minimum maximum \
    expiry expiration lockout age characters charset history attempts verification",
));

/// Words whose names or numbers may stand in brackets behind them.
static HOLDERS: List = List::of(&table::<64>(
    "user account login host server client service version error code ticket issue step section \
    page table column file",
));

/// Words of a phrase that may also lead to what is done with a password: `changed to`, `known as`.
static WEAK: List = List::of(&table::<8>("as to are"));

/// Words that say that somebody was told the password, which may then stand between commas.
static GIVEN: List = List::of(&table::<256>(
    "gave given sent told provided issued assigned gegeben gabt gab geschickt genannt mitgeteilt \
    donné donnée envoyé envoyée communiqué fourni diste disteis dieron dio enviaste enviaron enviasteis \
    mandaste deu deram deste enviou enviaram mandou dato data mandato inviato fornito comunicato \
    gaf gaven gegeven gestuurd dał dali podali podał wysłali wysłał dali poslali dal poslal gav skickade \
    fick sendte ga annoitte lähetitte дали дал прислали прислал отправили выдали дали надіслали",
));

/// A phrase is no longer.
const LONGEST: usize = 48;

/// Where the value stands after `password you gave me was `, a short phrase on the same line, and
/// whether the phrase surely leads to it.
pub(super) fn phrase_end(bytes: &[u8], behind: usize) -> Option<(usize, bool)> {
    let mut limit = bytes.len().min(behind + LONGEST);
    let mut at = behind;
    // `password (temporary): `.
    if starts_with(bytes, at, " (") {
        let close = span_end(&bytes[..limit], at + 2, |byte| {
            byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'/')
        });
        let colon = close + 1;
        let named = byte(bytes, close) == b')' && byte(bytes, colon) == b':';
        return named.then_some((colon + 1, true));
    }
    let mut given = false;
    for count in 0..6 {
        if byte(bytes, at) != b' ' {
            return None;
        }
        // The length of an address says nothing: `temp pw for jane.roe+work@example.org: `.
        let address = address_end(bytes, at + 1);
        limit = bytes.len().min(limit + address.map_or(0, |end| end - at));
        let end = address.unwrap_or_else(|| word_end(&bytes[..limit], at + 1));
        let word = bytes.get(at + 1..end).unwrap_or_default();
        if word.is_empty() || count == 0 && NOUNS.has(word) {
            return None;
        }
        at = end;
        let (next, after) = (byte(bytes, at), byte(bytes, at + 1));
        given |= GIVEN.has(word);
        match (next, after) {
            // `the password you gave me, …, fails`.
            (b',', b' ') if given => return Some((at + 2, true)),
            (b':', b' ') => return Some((at + 2, true)),
            // French sets a space before the colon.
            (b' ', b':' | b'=') if byte(bytes, at + 2) == b' ' => return Some((at + 3, true)),
            (b'?', _) => return Some((gaps::answer_start(bytes, at + 1), true)),
            (b' ', _) => {}
            _ => return None,
        }
        let bracket = after == b'(' && !HOLDERS.has(word);
        let value = at + 1 + usize::from(bracket);
        // `was leaked:`: the phrase goes on behind the verb.
        let goes_on = || {
            let more = span_end(bytes, at + 1, u8::is_ascii_lowercase);
            more > at + 2 && matches!(byte(bytes, more), b' ' | b':')
        };
        let verb = COPULAS.has(word);
        if bracket || verb && !goes_on() {
            return Some((value, verb && !WEAK.has(word)));
        }
    }
    None
}

/// Where the e-mail address ends that starts at a place.
fn address_end(bytes: &[u8], start: usize) -> Option<usize> {
    const ADDRESS_MAX: usize = 96;
    let near = &bytes[..bytes.len().min(start + ADDRESS_MAX)];
    let is_sign =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let at = span_end(near, start, is_sign);
    let end = span_end(near, at + 1, is_sign);
    let end = end - usize::from(before(near, end) == b'.');
    (at > start && byte(near, at) == b'@' && end > at + 3).then_some(end)
}

/// The signs of a word of a phrase.
const WORD: [bool; 256] = {
    let mut signs = [true; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        signs[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'-' | b'_' | b'@');
        byte += 1;
    }
    signs
};

/// The value behind what the password is for, with no verb before it: `пароль от кабинета Girafe14#x,`.
/// Only a sign that no name holds tells it from the words before.
pub(super) fn owned(bytes: &[u8], behind: usize) -> Option<(usize, usize)> {
    const WORDS_MAX: usize = 5;
    static OF: List = List::of(&table::<128>(
        "for to of von für vom zum zur de del pour du para do da per di dla od pro k ke za til \
        till på voor van от для к на до від за για untuk cho",
    ));
    let plain =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'\'' | b'-') || !byte.is_ascii();
    let mut at = behind;
    for count in 0..WORDS_MAX {
        if byte(bytes, at) != b' ' {
            return None;
        }
        let end = span_end(&bytes[..bytes.len().min(at + LONGEST)], at + 1, plain);
        let parted = byte(bytes, end) == b' ';
        if count > 1 && !parted {
            return marked(bytes, at + 1);
        }
        if end == at + 1 || count == 0 && !OF.has(&bytes[at + 1..end]) {
            return None;
        }
        at = end;
    }
    None
}

/// The value behind what the password is for, a network or a mailbox: `mật khẩu wifi Lisbon619`,
/// `mot de passe du wifi Lisbon619`.
pub(super) fn purposed(bytes: &[u8], behind: usize) -> Option<(usize, usize)> {
    static JOINTS: List = List::of(&table::<128>(
        "of for to du de do del della der das für vom zum von van voor til till från från do na k ke od \
        от для к от за untuk của cho den det dla",
    ));
    static NETWORKS: List = List::of(&table::<128>(
        "wifi Wifi WiFi WIFI wi-fi Wi-Fi WLAN wlan hotspot Hotspot mạng vpn VPN email Email e-mail \
        E-Mail mail Mail gmail Gmail вайфай вайфая вайфаю вай-фай вай-фая почта почты почте почту wi-fi \
        wifiim 와이파이 이메일 واي-فاي वाईफाई ไวไฟ",
    ));
    let word = |at: usize| {
        let near = &bytes[..bytes.len().min(at + LONGEST)];
        let end = span_end(near, at, |byte| {
            byte.is_ascii_alphabetic() || *byte == b'-' || !byte.is_ascii()
        });
        (end > at && bytes.get(end) == Some(&b' ')).then_some((at, end))
    };
    let mut at = behind;
    for _ in 0..3 {
        let (start, end) = word(at + 1).filter(|_| byte(bytes, at) == b' ')?;
        let name = &bytes[start..end];
        if NETWORKS.has(name) {
            return numbered(bytes, end + 1);
        }
        if !JOINTS.has(name) {
            return None;
        }
        at = end;
    }
    None
}

/// A word with a number that starts at a place and ends its clause: `Lisbon619`.
fn numbered(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let (start, end, quoted) = value_after(bytes, start)?;
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let ends = end == bytes.len() || !matches!(byte(bytes, end), b' ' | b':' | b'/' | b'-');
    // A name behind which a verb stands: `wifi Guest2024 is down`.
    let is_name = !ends && byte(bytes, end + 1).is_ascii_alphabetic();
    let mixed = mix.digit > 1 && mix.letters() > 3 && value.len() >= 8;
    let taken = mixed && !is_name && is_value(value) && is_password_value(value, quoted);
    taken.then_some((start, end))
}

/// The value that starts at a place, if it holds a sign, more than one digit, and letters.
fn marked(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let (start, end, quoted) = value_after(bytes, start)?;
    let value = &bytes[start..end];
    let mix = Mix::of(value);
    let sign = value.iter().position(|byte| b"!#$%^*&".contains(byte))?;
    // The last sign may end the sentence.
    let inside = sign + 1 < value.len() || matches!(byte(bytes, end), b',' | b';' | b')');
    let mixed = mix.digit > 1 && mix.letters() > 1 && value.is_ascii() && value.len() >= 8;
    (mixed && inside && is_value(value) && is_password_value(value, quoted)).then_some((start, end))
}

/// Where a word of a phrase ends; the names of accounts and hosts are words too.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let is_word = |byte: &u8| WORD[usize::from(*byte)];
    let mut end = span_end(bytes, start, is_word);
    while byte(bytes, end) == b'.' && byte(bytes, end + 1).is_ascii_alphanumeric() {
        end = span_end(bytes, end + 1, is_word);
    }
    end
}
