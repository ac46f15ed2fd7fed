//! The words around a password in a sentence, in many languages.

use std::sync::LazyLock;

use crate::pii::lists::{List, table};
use crate::pii::text::byte;

/// Words for passwords; the first letter is left off where its case varies.
pub(super) const WORDS: &[&str] = &[
    "assword",
    " pw",
    "pw ",
    "pw's",
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
const ENDINGS: &[&str] = &[
    "et", "en", "n", "a", "ni", "si", "nsa", "m", "im", "ım", "ul", "ja", "om", "em", "em do",
    "ot", "am", "ad", "át", "niz", "iniz", "nız",
];

/// Joints between the word and the value, longest first.
const JOINTS: &[&str] = &[
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
    " war ",
    " lautete ",
    " était ",
    " fue ",
    " foi ",
    " var ",
    " był ",
    " było ",
    " byl ",
    " bylo ",
    " oli ",
    "「",
    "『",
    " “",
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
    ", which is ",
    " (it's ",
    " (it is ",
    " is gewijzigd in ",
    "ใหม่คือ ",
    " е ",
    " је ",
    ", namely ",
    " ?? ",
    ":\"\nsend \"",
    ":\"\\nsend \"",
    ":\"; send \"",
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
pub(super) static COPULAS: List = List::of(&table::<64>(
    "is was as to are est ist lautet lautete war était fue foi var es é è era jest är er este είναι \
    היא הוא هي هو е је",
));

/// The end of a word that may be declined: where a joint follows an ending, or where it stood.
pub(super) fn declined(bytes: &[u8], behind: usize) -> usize {
    let next = byte(bytes, behind);
    if next.is_ascii() && !next.is_ascii_alphabetic() {
        return behind;
    }
    let rest = &bytes[behind.min(bytes.len())..];
    // Of most the first letter tells that it is another one.
    let mut endings = ENDINGS.iter().filter(|ending| {
        ending.as_bytes()[0] == next
            && rest.starts_with(ending.as_bytes())
            && joint_at(rest, ending.len()).is_some()
    });
    endings
        .next()
        .map_or(behind, |ending| behind + ending.len())
}

/// The joint that starts here.
pub(super) fn joint_at(bytes: &[u8], behind: usize) -> Option<&'static str> {
    /// The joints by their first two bytes.
    static STARTS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
        let starts = |slot: usize| {
            JOINTS
                .iter()
                .copied()
                .filter(move |joint| match joint.as_bytes() {
                    [first] => (0..=u8::MAX).any(|next| slot == starts_slot(*first, next)),
                    [first, next, ..] => slot == starts_slot(*first, *next),
                    [] => false,
                })
        };
        (0..1 << 8).map(|slot| starts(slot).collect()).collect()
    });
    let rest = bytes.get(behind..).unwrap_or_default();
    let slot = starts_slot(*rest.first()?, byte(rest, 1));
    let mut joints = STARTS[slot].iter().copied();
    joints.find(|joint| rest.starts_with(joint.as_bytes()))
}

/// A number below 256 for the first two bytes of a joint.
fn starts_slot(first: u8, next: u8) -> usize {
    usize::from(first & 7) << 5 | usize::from(next & 31)
}
