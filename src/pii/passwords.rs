//! Tells what may be a password from the words of sentences and of code.

use super::code::{is_code, is_rule};
use super::keys::{is_value, meaning};
use super::lists::{List, Phrases, table};
use super::pairs::{self, Pair};
use super::references::{is_integrity, is_reference};
use super::text::{Mix, are_all, before, byte, ends_with, span_end, span_start};

/// Whether a value is a password where nothing but a call or a field tells so: it is mixed, too.
pub(super) fn is_mixed_password(value: &[u8]) -> bool {
    let mixed = Mix::of(value).digit > 0 && !value.contains(&b' ');
    mixed && is_value(value) && is_password_value(value, true)
}

/// No longer value is a password.
pub(super) const LONGEST: usize = 128;

/// The value after a word for passwords, if it is short enough to be one.
pub(super) fn value_after(bytes: &[u8], from: usize) -> Option<(usize, usize, bool)> {
    let value = pairs::value_within(bytes, from, 2 * LONGEST);
    value.filter(|(start, end, _)| end - start <= LONGEST)
}

/// Whether a value under `password` is one, and not the next word of a sentence or of code.
pub(super) fn is_password_value(value: &[u8], quoted: bool) -> bool {
    (4..=LONGEST).contains(&value.len())
        && is_mixed_enough(value, quoted)
        && !(is_code(value, quoted)
            || is_common(value)
            || is_filler(value)
            || is_reference(value)
            || is_integrity(value)
            || is_rule(value)
            || is_named_type(value)
            || is_fault(value)
            || is_sentence(value))
}

/// Whether the characters of a value are those of passwords: of several kinds, or many words.
fn is_mixed_enough(value: &[u8], quoted: bool) -> bool {
    let mix = Mix::of(value);
    // `8-64` says how many characters it may have, `03.11.2025` since when it is valid.
    let is_bound = |sign: char| sign.is_ascii_digit() || ".-/:~〜～–".contains(sign);
    let bounds = mix.digit > 0 && mix.letters() == 0 && mix.other > 0;
    let text = std::str::from_utf8(value).unwrap_or_default();
    if bounds && (!quoted || value.len() < 6) && text.chars().all(is_bound) {
        return false;
    }
    if mix.digit > 0 && mix.letters() + mix.other > 0 || mix.letters() > 2 && is_marked(value) {
        return true;
    }
    if mix.letters() == 0 {
        return mix.digit >= 4 && (quoted || mix.digit >= 6);
    }
    let plain = value
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    let word = quoted && plain && value.len() >= 6;
    let random = plain && is_turning(value);
    // `db_user_main_password`: the name of what holds it.
    let passphrase = is_passphrase(value) && meaning(value).is_none();
    passphrase || is_plain_words(value) || random || word && meaning(value).is_none()
}

/// Whether a sign stands in a value that joins no words.
fn is_marked(value: &[u8]) -> bool {
    let is_mark = |byte: &u8| byte.is_ascii_punctuation() & !matches!(byte, b'_' | b'-'..=b'/');
    !are_all(value, |byte| !is_mark(byte))
}

/// Eight letters and more whose case changes as in no name: `AQxzMRJaua`.
pub(super) fn is_turning(value: &[u8]) -> bool {
    let mix = Mix::of(value);
    let turning = mix.upper > 1 && mix.turns * 5 >= value.len() * 2;
    let shouting = mix.upper > 2 && mix.lower > 2 && mix.turns > 2 && mix.upper * 3 >= value.len();
    // `WQNzXRVVQh`: a single small letter among capitals, and another one.
    let mixed = mix.upper > 5 && mix.lower > 1 && mix.turns > 2;
    value.len() >= 8 && (turning || shouting || mixed)
}

/// `correct horse battery staple`: four plain words and more, none of which make a sentence of them.
pub(super) fn is_plain_words(value: &[u8]) -> bool {
    static SENTENCES: List = List::of(&table::<256>(
        "the your this that these those and for not with without must may can are was were has \
        have been from into onto via new old next last same password passwords passphrase please enter choose use \
        used field value values required least characters should will too short long invalid wrong contain \
        contains needs need you see ask here there when then than only also set reset out get per our its \
        das der die den ein eine ist nicht bitte les des une pour avec pas mot passe los las una por con del \
        che non",
    ));
    let mut words = value.split(|&byte| byte == b' ');
    let is_word = |word: &[u8]| {
        (3..=9).contains(&word.len())
            && word.iter().all(u8::is_ascii_lowercase)
            && !SENTENCES.has(word)
    };
    value.len() <= PLAIN_WORDS_MAX && (4..=8).contains(&words.clone().count()) && words.all(is_word)
}

/// So long are plain words at most.
const PLAIN_WORDS_MAX: usize = 72;

/// Where plain words end that start here and that the line, the string or the text ends with.
pub(super) fn plain_words_end(bytes: &[u8], start: usize) -> Option<usize> {
    let window = &bytes[..bytes.len().min(start + PLAIN_WORDS_MAX)];
    let end = span_end(window, start, |byte| {
        byte.is_ascii_lowercase() || *byte == b' '
    });
    let ends =
        end == bytes.len() || matches!(byte(bytes, end), b'\n' | b'\r' | b'\\' | b'"' | b'<');
    (ends && is_plain_words(&bytes[start..end])).then_some(end)
}

/// Words of rules for passwords: Chinese, Japanese and Korean write theirs without spaces.
const RULES: Phrases = Phrases::of(&[
    "至少",
    "见",
    "参照",
    "少于",
    "必须",
    "必須",
    "需",
    "请",
    "請",
    "位",
    "字符",
    "字元",
    "长度",
    "默认",
    "不能",
    "过期",
    "已",
    "文字",
    "以上",
    "이상",
    "필수",
    "桁",
    "数字",
    "영문",
    "숫자",
    "минимум",
    "정확",
    "오류",
    "错误",
    "錯誤",
    "エラー",
    "ошибк",
]);

/// Many words, or a rule of words and a number: `Must have 8 characters`.
fn is_sentence(value: &[u8]) -> bool {
    let words = value.split(|&byte| byte == b' ');
    let is_plain = |word: &[u8]| {
        let word = word.strip_suffix(b".").unwrap_or(word);
        let letters = word
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        letters || word.len() < 3 && word.iter().all(u8::is_ascii_digit)
    };
    // `Passwort vergessen?`, `at least 8 characters`: what a form says.
    let asks = value.ends_with(b"?") && value.contains(&b' ');
    let counts = |word: &[u8]| word.len() < 3 && word.iter().all(u8::is_ascii_digit);
    let counted = words.clone().count() > 2 && words.clone().any(counts);
    let ruled = !value.is_ascii() && RULES.are_in(value);
    let wide = value
        .iter()
        .filter(|&byte| matches!(byte, 0xE3..=0xE9))
        .count();
    let n_words = words.clone().count();
    n_words > 4
        || asks
            && words
                .clone()
                .all(|word| is_plain(word.strip_suffix(b"?").unwrap_or(word)))
        || n_words > 2 && (value[0].is_ascii_uppercase() || counted) && words.clone().all(is_plain)
        || wide >= 4
        || ruled
}

/// Four words and more, joined by dashes or their like: `ocean-winter-falcon-maple`.
pub(super) fn is_passphrase(value: &[u8]) -> bool {
    const SHORTEST: usize = "one-two-six-ten".len();
    let joint = |byte: &u8| matches!(byte, b'-' | b'_' | b'.');
    let is_word =
        |word: &[u8]| (3..=10).contains(&word.len()) && word.iter().all(u8::is_ascii_lowercase);
    value.len() >= SHORTEST && value.split(joint).count() >= 4 && value.split(joint).all(is_word)
}

/// `amber-violet-42`, `amber-violet-ember2`: words and a number at the end, joined by dashes.
pub(super) fn is_numbered_words(value: &[u8]) -> bool {
    let mut parts = value.rsplit(|&byte| byte == b'-');
    let last = parts.next().unwrap_or_default();
    let (word, number) = last.split_at(span_end(last, 0, u8::is_ascii_lowercase));
    let whole = number.len() >= 2 && word.is_empty() || !number.is_empty() && word.len() >= 4;
    whole
        && number.iter().all(u8::is_ascii_digit)
        && parts.clone().count() >= 2
        && parts.all(|part| part.len() >= 3 && part.iter().all(u8::is_ascii_lowercase))
}

/// Whether the pair is a member of a JSON object whose value is one word: what stands under a secret
/// key there is secret whatever it looks like, but for words that say what is expected or wrong. A
/// bare `token` names pieces of a model's answer as well.
pub(super) fn is_json_word(bytes: &[u8], pair: &Pair) -> bool {
    let value = &bytes[pair.start..pair.end];
    let is_word = |byte: &u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'(' | b'{' | b'$' | b'<' | b'/' | b'@')
    };
    if !pair.quoted
        || value.len() < 2
        || !value.iter().all(is_word)
        || is_common(value)
        || is_code(value, true)
        || is_reference(value)
        || is_rule(value)
        || is_fault(value)
    {
        return false;
    }
    let skip = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let quote = pair.start - 1;
    let colon = span_start(bytes, quote, 0, skip);
    let quotes = span_end(bytes, pair.end, |&byte| byte == b'\\');
    let behind = span_end(bytes, quotes + 1, skip);
    byte(bytes, quote) == b'"'
        && before(bytes, colon) == b':'
        && byte(bytes, colon.saturating_sub(2)) == b'"'
        && !ends_with(
            bytes,
            span_start(bytes, colon - 2, 0, |&byte| byte == b'\\'),
            "\"token",
        )
        && byte(bytes, quotes) == b'"'
        && matches!(byte(bytes, behind), b',' | b'}')
        && meaning(value).is_none()
}

/// `sk-your-key-here`, `REPLACE_ME_123`, `changeme1`: what examples write in a secret's place.
pub(super) fn is_filler(value: &[u8]) -> bool {
    static FILLERS: List = List::of(&table::<32>(
        "your yours insert replace replaceme change changeme changeit placeholder example \
        dummy redacted todo fixme goes xxxx",
    ));
    let mut words = value.split(|byte| !byte.is_ascii_alphabetic());
    words.any(|word| (4..=11).contains(&word.len()) && FILLERS.has_in_any_case(word))
}

/// `too_short`, `min_length_8`, `invalid-format`: what is wrong with a password, in code.
fn is_fault(value: &[u8]) -> bool {
    static FAULTS: List = List::of(&table::<64>(
        "too short long weak min max minimum maximum length invalid required missing mismatch blank \
        expired wrong incorrect breached pwned compromised reused taken",
    ));
    let joint = |byte: &u8| matches!(byte, b'_' | b'-' | b'.');
    let mut parts = value.split(joint);
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || joint(byte);
    value.iter().all(plain) && parts.any(|part| FAULTS.has(part))
}

/// `Password!`, `Password:`, `PASSWORD1`: a type or a place that is called after what it holds.
pub(super) fn is_named_type(value: &[u8]) -> bool {
    let mark = |byte: &u8| matches!(byte, b'!' | b'?' | b'*' | b'[' | b']' | b':');
    let start = span_end(value, 0, mark);
    let end = span_start(value, value.len(), start, mark);
    let name = &value[start..span_start(value, end, start, u8::is_ascii_digit)];
    let numbered = start + name.len() < end;
    let marked = end - start < value.len();
    let shouted = name.iter().all(u8::is_ascii_uppercase);
    (shouted || marked && !numbered)
        && name.iter().all(u8::is_ascii_alphabetic)
        && meaning(name).is_some()
}

/// Words that stand where passwords stand, and are none.
fn is_common(value: &[u8]) -> bool {
    // `KeePass2`: the name of a program that keeps passwords.
    static KEEPERS: List = List::of(&table::<16>(
        "keepass keepassxc bitwarden lastpass dashlane vault",
    ));
    if KEEPERS.has_in_any_case(&value[..span_start(value, value.len(), 0, u8::is_ascii_digit)]) {
        return true;
    }
    static WORDS: List = List::of(&table::<128>(
        "string required optional strong medium weak invalid incorrect missing expired \
        changed reset hidden enabled disabled never always default example placeholder \
        your-password your_password oauth2 bcrypt argon2 secret sensitive current object \
        varchar nullable unknown md5 sha1 sha256 sha512 pbkdf2 argon2id base64 base32 scrypt \
        1password keepass",
    ));
    WORDS.has_in_any_case(value)
}
