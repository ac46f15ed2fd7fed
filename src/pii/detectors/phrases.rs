//! The words around a password in a sentence, in many languages.

use super::gaps;
use crate::pii::text::{byte, span_end, starts_with};

/// Words for passwords; the first letter is left off where its case varies.
pub(super) const WORDS: &[&str] = &[
    "assword",
    " pw",
    "pword",
    "my pass is",
    "ifi pass",
    "-fi pass",
    "-Fi pass",
    "비번",
    "الرقم السري",
    "ωδικός μου",
    "ωδικός είναι",
    "ASSWORD",
    "asswort",
    "asswd",
    "assphrase",
    "ennwort",
    "ontraseña",
    "ontrasena",
    "CONTRASEÑA",
    "de passe",
    "enha",
    "achtwoord",
    "asło",
    "ösenord",
    "alasana",
    "ifre",
    "ароль",
    "арола",
    "АРОЛЬ",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "पासवर्ड",
    "كلمة المرور",
    "ật khẩu",
    "รหัสผ่าน",
    "IDENTIFIED BY",
    "identified by",
    "clave",
    "Clave",
    "alavra-passe",
    "heslo",
    "Heslo",
    "elszó",
    "elszav",
    "arola",
    "arolă",
    "ozinka",
    "סיסמה",
    "סיסמא",
    "assord",
    "pwd",
    "كلمة السر",
    "رمز عبور",
    "暗証番号",
    "암호",
    "패스워드",
    "υνθηματικό",
    "ωδικός πρόσβασης",
    "odeord",
    "dgangskode",
    "ata sandi",
    "Sandi",
    " mdp",
    "Mdp",
    "geslo",
    "Geslo",
    "zaporka",
    "arool",
    "aptažodis",
    "ata laluan",
    "озинка",
    "ykilorð",
    "ontrasenya",
    "پاس ورڈ",
    "পাসওয়ার্ড",
    "கடவுச்சொல்",
    "ពាក្យសម្ងាត់",
];

/// Endings by which languages decline the words: `lösenordet`, `salasanani`, `jelszavam`.
pub(super) const ENDINGS: &[&str] = &[
    "et", "en", "n", "a", "ni", "si", "nsa", "m", "im", "ım", "ul", "ja", "om", "em", "em do",
    "ot", "am",
];

/// Joints between the word and the value, longest first.
pub(super) const JOINTS: &[&str] = &[
    " c'est ",
    " era ",
    ">",
    "</th><td>",
    " LIKE ",
    " like ",
    "</td><td>",
    " used to be ",
    " is:\n\n",
    " is:\n",
    " is:\\n\\n",
    " is:\\n",
    ":</b> ",
    ":</strong> ",
    "</b>: ",
    "</strong>: ",
    "</dt><dd>",
    "\">",
    "\" value=\"",
    "\"\r\n\r\n",
    "\"\\r\\n\\r\\n",
    "\"\n\n",
    " → ",
    " is set to ",
    " was set to ",
    " was reset to ",
    " has been changed to ",
    " has been reset to ",
    " BY ",
    " has been set to ",
    " was changed to ",
    " changed to ",
    " from ",
    " von ",
    " reset to ",
    " is now ",
    " will be ",
    " should be ",
    " is ",
    " was ",
    " to ",
    "'s ",
    " = ",
    " es ",
    " est ",
    " ist ",
    " lautet ",
    " é ",
    " è ",
    " is: ",
    " eh ",
    " jest ",
    " je ",
    " är ",
    " er ",
    " on ",
    " это ",
    " para ",
    " auf ",
    " till ",
    " til ",
    " na ",
    " naar ",
    " aan naar ",
    " este ",
    " adalah ",
    " saya ",
    " bilgim ",
    " | ",
    "?\nA: ",
    "?\\nA: ",
    " chiave ",
    " chiave: ",
    " của tôi là ",
    " הוא ",
    " היא ",
    " שלי היא ",
    " שלי ",
    " هو ",
    " هي ",
    " είναι ",
    " คือ ",
    "คือ",
    " || ",
    "'] ||= ",
    "(",
    " (",
    "（",
    "】",
    "改为",
    "改成",
    "设为",
    "設為",
    "を",
    " : ",
    ": ",
    "：",
    ":",
    " - ",
    " – ",
    " — ",
    "', '",
    "','",
    "\", \"",
    "\",\"",
    "\\\", \\\"",
    "=",
    " => ",
    "->",
    " -> ",
    "是",
    "为",
    "為",
    "は",
    "が",
    "은",
    "는",
    " है ",
    " là ",
    " ",
    "\t",
];

/// Words that may end a phrase between the word for passwords and the value.
pub(super) const COPULAS: &[&str] = &[
    "is",
    "was",
    "as",
    "to",
    "are",
    "est",
    "ist",
    "lautet",
    "es",
    "é",
    "è",
    "era",
    "jest",
    "är",
    "er",
    "este",
    "είναι",
];

/// What a password has but is none itself: `password reset`, `password policy`.
pub(super) const NOUNS: &[&str] = &[
    "reset",
    "policy",
    "hash",
    "hashes",
    "hashing",
    "manager",
    "field",
    "length",
    "rule",
    "rules",
    "form",
    "page",
    "link",
    "email",
    "change",
    "changes",
    "file",
    "hint",
    "strength",
    "prompt",
    "based",
    "less",
    "protected",
    "authentication",
];

/// Words of a phrase that may also lead to what is done with a password: `changed to`, `known as`.
const WEAK: &[&str] = &["as", "to", "are"];

/// Where the value stands after `password you gave me was `, a short phrase on the same line, and
/// whether the phrase surely leads to it.
pub(super) fn phrase_end(bytes: &[u8], behind: usize) -> Option<(usize, bool)> {
    const LONGEST: usize = 32;
    let limit = bytes.len().min(behind + LONGEST);
    let is_one_of =
        |words: &[&str], found: &[u8]| words.iter().any(|word| word.as_bytes() == found);
    let mut at = behind;
    for count in 0..6 {
        if byte(bytes, at) != b' ' {
            return None;
        }
        let end = span_end(&bytes[..limit], at + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'-') || !byte.is_ascii()
        });
        let word = bytes.get(at + 1..end).unwrap_or_default();
        if word.is_empty() || count == 0 && is_one_of(NOUNS, word) {
            return None;
        }
        at = end;
        // French sets a space before the colon.
        let colon = at + usize::from(starts_with(bytes, at, " :"));
        if byte(bytes, colon) == b':' && byte(bytes, colon + 1) == b' ' {
            return Some((colon + 2, true));
        }
        if byte(bytes, at) == b'?' {
            return Some((gaps::answer_start(bytes, at + 1), true));
        }
        let value = at + 1 + usize::from(byte(bytes, at + 1) == b'(');
        if byte(bytes, at) == b' ' && (is_one_of(COPULAS, word) || value > at + 1) {
            let sure = is_one_of(COPULAS, word) && !is_one_of(WEAK, word);
            return Some((value, sure));
        }
    }
    None
}
