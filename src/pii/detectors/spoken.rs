//! Passwords behind the words for them, as sentences, markup and code put them there.

use super::clauses::{self, phrase_end};
use super::password_names::{content, is_element, is_flag, is_other, is_setter, lead};
use super::phrases::{declined, joint_at};
use super::{accounts, fields, gaps, password_columns, typed};
use crate::pii::code;
use crate::pii::detector::Scene;
use crate::pii::keys::{is_value, meaning};
use crate::pii::lists::Phrases;
use crate::pii::passwords::{self, is_password_value};
use crate::pii::text::{Mix, before, byte, ends_with, span_end, span_start, starts_with};
use crate::pii::{key_names, pairs};

/// A password behind a word for passwords, where the two are no `key: value`.
pub(super) fn behind_word(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    // Some words are told by the space behind them, and by the one before them as well.
    let spaced = before(bytes, behind) == b' ';
    let behind = behind - usize::from(spaced);
    let again = spaced && bytes[..behind].ends_with(b" pw");
    if again || is_part(bytes, behind) || ends_with(bytes, behind, "htpasswd") {
        return;
    }
    let at = span_end(bytes, behind, |byte| {
        matches!(byte, b'"' | b'\'' | b'*' | b'`')
    });
    let assigned = typed::assigned(bytes, at).is_some_and(|from| value_at(from, false, scene));
    let signed = matches!(byte(bytes, at), b':' | b'=');
    if assigned || signed && (is_chain(bytes, at + 1) || pairs::read(bytes, at).is_some()) {
        return;
    }
    let next = span_end(bytes, at, |&byte| byte == b' ');
    let escape = byte(bytes, next) == b'\\'
        && matches!(
            byte(bytes, span_end(bytes, next, |&byte| byte == b'\\')),
            b'n' | b't'
        );
    if escape || matches!(byte(bytes, next), b',' | b';' | b'|' | b'\t' | b'\n' | b')') {
        password_columns::column(behind, scene);
    }
    let behind = declined(bytes, behind);
    if let Some(joint) = joint_at(bytes, behind)
        && let Some(from) = joined(behind, joint, scene)
    {
        return changed(from, scene);
    }
    // Chinese and Japanese need no joint.
    if !before(bytes, behind).is_ascii()
        && byte(bytes, behind).is_ascii_alphanumeric()
        && value_at(behind, false, scene)
    {
        return;
    }
    if let Some(from) = content(bytes, behind) {
        value_at(from, is_element(bytes, from), scene);
        return;
    }
    if lead(bytes, behind).is_some_and(|from| value_at(from, false, scene)) {
        return;
    }
    if !typed::as_password(behind, scene) && !typed::into_field(behind, scene) {
        told(behind, next, scene);
    }
}

/// Whether no value but a chain of keys starts here: then there is none in any other way.
fn is_chain(bytes: &[u8], from: usize) -> bool {
    let first = byte(bytes, from);
    (first.is_ascii_alphanumeric() || first == b'_') && pairs::plain_end(bytes, from) == from
}

/// `/etc/pam.d/passwd`: the path of a file, behind which its sum, its size or a further argument stands.
fn is_path(bytes: &[u8], behind: usize) -> bool {
    const LONGEST: usize = 128;
    let is_of_path =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    let start = span_start(bytes, behind, behind.saturating_sub(LONGEST), is_of_path);
    let path = &bytes[start..behind];
    path.starts_with(b"/") && memchr::memchr_iter(b'/', path).count() > 1
}

/// Reports the value behind the joint that follows a word, and says where it starts.
fn joined(behind: usize, joint: &str, scene: &mut Scene<'_, '_>) -> Option<usize> {
    const FILLERS: Phrases =
        Phrases::of(&["：", ":", " ", "now ", "still ", "「", "『", "“", "„", "«"]);
    let bytes = scene.bytes;
    let mut from = behind + joint.len();
    // `= :password1`: the sign belongs to the name of a parameter.
    let bound = joint.ends_with("= ");
    // Each may stand there once, in this order.
    if FILLERS.at(bytes, from).is_some() {
        for filler in FILLERS.iter() {
            if starts_with(bytes, from, filler) && !(bound && filler == ":") {
                from += filler.len();
            }
        }
    }
    let flag = is_flag(bytes, behind) || joint.ends_with('>') && is_element(bytes, from);
    let refused = match joint {
        " " => code::is_setting(bytes, from) || is_path(bytes, behind),
        // Finnish `on` says `is`, English `on` where.
        " on " => !is_finnish(bytes, behind),
        // `Passwort von Server01`: whose it is, unless it becomes another.
        " von " => !goes_on(bytes, from),
        "(" => !is_setter(bytes, behind, from),
        // `["password", "token2"]`: a list of names.
        "\", \"" | "\",\"" | "', '" | "','" => is_name(bytes, from) || is_path(bytes, behind),
        ":" | ": " | "=" => key_names::is_prompt(bytes, behind),
        // `<user>:<password>@host` says what is to be put there.
        ">" => {
            matches!(byte(bytes, from), b'@' | b':' | b'/' | b'.' | b';' | b',')
                && !is_element(bytes, from)
        }
        _ => false,
    };
    (!refused && value_at(from, flag, scene)).then_some(from)
}

/// The value behind dots that lead to it, as the answer to a question, or after a phrase.
fn told(behind: usize, next: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let led = span_end(bytes, next, |&byte| byte == b'.');
    if led > next + 2 {
        value_at(led, false, scene);
    } else if byte(bytes, behind) == b'?' && !byte(bytes, behind + 1).is_ascii_alphanumeric() {
        answered(answer(bytes, behind + 1), scene);
    } else if byte(bytes, behind) == b'\n' {
        accounts::on_line(behind + 1, scene);
    } else if let Some(from) = below(bytes, behind) {
        accounts::alone(from, scene);
    } else if let Some((start, end)) = clauses::purposed(bytes, behind) {
        scene.report(start, end, "behind a word for passwords and what it opens");
    } else if let Some((from, sure)) = phrase_end(bytes, behind) {
        let bracket = before(bytes, from) == b'(';
        if !(bracket && bracketed(from, scene)) {
            phrased(from, sure, scene);
        }
    } else if let Some((start, end)) = clauses::owned(bytes, behind) {
        scene.report(start, end, "behind a word for passwords and what it opens");
    }
}

/// The line below a label, `Temporary password:`, `Contraseña temporal:`: where its value starts.
fn below(bytes: &[u8], behind: usize) -> Option<usize> {
    const LABEL_MAX: usize = 24;
    let near = &bytes[..bytes.len().min(behind + LABEL_MAX)];
    let colon = span_end(near, behind, |byte| {
        byte.is_ascii_alphabetic() || *byte == b' ' || *byte >= 0x80 && *byte != 0xEF
    });
    let wide = starts_with(bytes, colon, "：");
    if !wide && byte(bytes, colon) != b':' {
        return None;
    }
    let from = colon + if wide { "：".len() } else { 1 };
    let near = &bytes[..bytes.len().min(from + 8)];
    let blank = span_end(near, from, |&byte| byte == b' ');
    let start = span_end(near, blank, |&byte| matches!(byte, b'\n' | b'\r'));
    if start > blank {
        return Some(start);
    }
    let escapes = ["\\r\\n\\r\\n", "\\n\\n", "\\r\\n", "\\n"];
    let escape = escapes
        .iter()
        .find(|escape| starts_with(bytes, blank, escape))?;
    Some(blank + escape.len())
}

/// `DB_PASS`, and `db_password`, which ends a little later.
pub(super) fn behind_short(behind: usize, scene: &mut Scene<'_, '_>) {
    let rest = span_end(scene.bytes, behind, u8::is_ascii_alphabetic);
    behind_word(rest, scene);
}

/// Reports the value at `from` if it convinces; says whether it did.
fn value_at(from: usize, flag: bool, scene: &mut Scene<'_, '_>) -> bool {
    let Some((start, end, quoted)) = passwords::value_after(scene.bytes, from) else {
        return false;
    };
    let value = &scene.bytes[start..end];
    let mix = Mix::of(value);
    // Quotes, a command's flag, or a value that mixes characters convince; or a row of words.
    let mixed = mix.digit > 0 && mix.letters() + mix.other > 1 && value.len() >= 6;
    let cased = mix.upper > 1 && mix.lower > 1 && mix.turns > 3 && value.len() >= 8;
    let cased = cased && !code::is_code(value, quoted);
    let sure = quoted || flag;
    let accepted = sure || mixed || cased || passwords::is_passphrase(value);
    let found = accepted
        && (sure || !(code::is_term(value) || is_version(value)))
        && !is_other(scene.bytes, start, value)
        && is_value(value)
        && (is_password_value(value, sure) || cased);
    if found {
        scene.report(start, end, "behind a word for passwords");
    }
    found
}

/// `1:4.13+dfsg1-1`: what stands in a list of packages (Debian Policy section 5.6.12).
fn is_version(value: &[u8]) -> bool {
    let epoch = span_end(value, 0, u8::is_ascii_digit);
    let major = span_end(value, epoch + 1, u8::is_ascii_digit);
    let parted = byte(value, epoch) == b':' && byte(value, major) == b'.';
    parted && epoch > 0 && major > epoch + 1 && byte(value, major + 1).is_ascii_digit()
}

/// Whether the letters are only a part of another word, `contenha` or `enclave`, or of a compound one,
/// `palabra clave`.
fn is_part(bytes: &[u8], behind: usize) -> bool {
    const WORD_MAX: usize = 16;
    const WHOLE: [(&str, &str); 5] = [
        ("enha", "s"),
        ("clave", ""),
        ("pw", ""),
        ("ifre", "şsŞ"),
        ("arola", "p"),
    ];
    const BEFORE: [&str; 4] = ["palabra ", "palabras ", "palavra ", "punto "];
    let Some((tail, head)) = WHOLE
        .iter()
        .find(|(tail, _)| ends_with(bytes, behind, tail))
    else {
        return false;
    };
    let start = behind - tail.len();
    let head = head.chars().find(|head| {
        let mut buffer = [0; 2];
        ends_with(bytes, start, head.encode_utf8(&mut buffer))
    });
    let start = start - head.map_or(0, char::len_utf8);
    let near = &bytes[start.saturating_sub(WORD_MAX)..start];
    let letter = before(bytes, start);
    (letter.is_ascii_lowercase() || !letter.is_ascii()) && letter != 0x9F
        || BEFORE.iter().any(|word| ends_with(near, near.len(), word))
}

/// Whether what stands in quotes names secrets itself, a number aside.
fn is_name(bytes: &[u8], from: usize) -> bool {
    let end = span_end(bytes, from, u8::is_ascii_alphabetic);
    let number = span_end(bytes, end, u8::is_ascii_digit);
    matches!(byte(bytes, number), b'"' | b'\'') && meaning(&bytes[from..end]).is_some()
}

fn is_finnish(bytes: &[u8], behind: usize) -> bool {
    const WORD: &[u8] = b"alasana";
    let near = &bytes[behind.saturating_sub(2 * WORD.len())..behind];
    near.windows(WORD.len()).any(|part| part == WORD)
}

/// Whether a value is followed by another one that takes its place: `auf`.
fn goes_on(bytes: &[u8], from: usize) -> bool {
    let value = passwords::value_after(bytes, from);
    value.is_some_and(|(_, end, quoted)| {
        let end = end + usize::from(quoted);
        [" auf ", " zu ", " in "]
            .iter()
            .any(|joint| starts_with(bytes, end, joint))
    })
}

/// The value that a question is answered with, and nothing said of it.
fn answered(from: usize, scene: &mut Scene<'_, '_>) {
    let value = passwords::value_after(scene.bytes, from);
    let more = value.is_some_and(|(_, end, quoted)| {
        !quoted && byte(scene.bytes, end) == b' ' && byte(scene.bytes, end + 1).is_ascii_lowercase()
    });
    if !more {
        value_at(from, false, scene);
    }
}

/// Where what is answered starts behind a question: behind `Customer: yes, it's `.
fn answer(bytes: &[u8], from: usize) -> usize {
    const OPENINGS: [&str; 7] = ["yes", "sure", "ok", "it's", "it is", "that's", "its"];
    let mut at = gaps::answer_start(bytes, from);
    for _ in 0..3 {
        let Some(word) = OPENINGS.iter().find(|word| starts_with(bytes, at, word)) else {
            break;
        };
        let end = at + word.len();
        let next = span_end(bytes, end, |byte| matches!(byte, b' ' | b',' | b':'));
        if next == end {
            break;
        }
        at = next;
    }
    at
}

/// A value that brackets hold alone: `the password on file (coffee_72) is wrong`.
fn bracketed(from: usize, scene: &mut Scene<'_, '_>) -> bool {
    let end = span_end(scene.bytes, from, |byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'(' | b')')
    });
    // `(AADSTS50126)`, `(id=pwd2)`: the code of a fault, a setting.
    let text = &scene.bytes[from..end];
    let letters = span_end(text, 0, u8::is_ascii_uppercase);
    let code = letters > 0 && text[letters..].iter().all(u8::is_ascii_digit);
    let setting = span_end(text, 0, u8::is_ascii_lowercase);
    let setting = setting > 0 && byte(text, setting) == b'=';
    byte(scene.bytes, end) == b')' && !code && !setting && value_at(from, false, scene)
}

/// After a whole phrase only a value of many kinds of characters is believed; after one that surely
/// leads to it a word with a number too.
fn phrased(from: usize, sure: bool, scene: &mut Scene<'_, '_>) {
    let Some((start, end, quoted)) = passwords::value_after(scene.bytes, from) else {
        return;
    };
    let value = &scene.bytes[start..end];
    let mix = Mix::of(value);
    let mark = value.iter().any(|byte| {
        matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'?' | b'@'
        )
    });
    let rich = mix.digit > 0
        && mix.letters() > 1
        && value.len() >= 8
        && (mark || mix.upper > 0 && mix.lower > 0 && (mix.other == 0 || mix.digit > 1));
    let numbered = mix.letters() > 3 && mix.digit > 1 || mix.upper > 0 && mix.lower > 1;
    let simple = sure && value.len() >= 6 && mix.digit > 0 && numbered;
    let rich = (rich || simple) && !code::is_term(value) || passwords::is_numbered_words(value);
    if (rich || quoted && mix.digit > 0) && is_value(value) && is_password_value(value, quoted) {
        scene.report(start, end, "in a phrase behind a word for passwords");
    }
}

/// `from the old one to the new one`: the value behind the one at `from`.
fn changed(from: usize, scene: &mut Scene<'_, '_>) {
    let Some((_, end, quoted)) = passwords::value_after(scene.bytes, from) else {
        return;
    };
    let end = end + usize::from(quoted);
    let joints = [" to ", " auf "];
    let joint = joints
        .iter()
        .find(|joint| starts_with(scene.bytes, end, joint));
    if let Some(joint) = joint {
        value_at(end + joint.len(), false, scene);
    }
}

/// `password: old -> new`.
pub(super) fn replaced(end: usize, scene: &mut Scene<'_, '_>) {
    let Some(from) = fields::changed(scene.bytes, end) else {
        return;
    };
    if let Some((start, end, quoted)) = passwords::value_after(scene.bytes, from)
        && is_value(&scene.bytes[start..end])
        && is_password_value(&scene.bytes[start..end], quoted)
    {
        scene.report(start, end, "takes the place of another password");
    }
}
