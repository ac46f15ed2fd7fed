//! Finds the further values of a row that a found one begins: `A for me and B for my son`.

use std::ops::Range;

use crate::pii::checksum;
use crate::pii::lists::{List, table};
use crate::pii::text::{Digits, byte, span_end};

/// Words that put a further value beside the first.
static ANDS: List = List::of(&table::<256>(
    "and or und oder et ou y o e u i a og och en of ja tai ve veya dan atau và hoặc hay и или та або і й \
    sowie bzw resp plus 和 或 及 、 跟 と や または 및 와 과 또는 और या और و أو או และ หรือ ή και és vagy și sau \
    oraz lub albo nebo alebo ali ili ir arba un vai ning või na au at",
));

/// Words that say whose the values are, or which of them.
static OTHERS: List = List::of(&table::<512>(
    "also then one the this that is for to on at my mine me us our your his her their wife's husband's son's \
    daughter's wife husband son daughter mother father brother sister partner child kids alternate \
    alternative alternatively alt second secondary other another old new former previous backup spare \
    home work office private personal mobile cell \
    für mich mir uns meine meinen mein frau mann sohn tochter mutter vater die der das den alte alten alter \
    neue neuen neuer zweite zweiten andere anderen privat dienstlich \
    pour moi nous ma mon ta son sa le la les l'autre autre femme mari fils fille ancien nouveau \
    para mí mi su el los otra otro esposa marido hijo hija antiguo nuevo para mim minha meu esposa marido \
    filho filha o antigo novo per me mia mio moglie marito figlio figlia il vecchio nuovo l'altro \
    voor mij mijn vrouw man zoon dochter het oude nieuwe dla mnie mojego mojej stary nowy żony męża syna córki \
    för mig min till för fru för mit min gamle nye для меня жены мужа сына дочери старый новый untuk saya",
));

/// So many words may stand between two values, in so many bytes.
const WORDS_MAX: usize = 7;
const GAP_MAX: usize = 56;
/// So many further values are followed.
pub(super) const VALUES_MAX: usize = 8;

/// Where a further value starts behind one that ends at a place: only words that say whose they are may
/// stand between, and a word or sign that joins the two.
pub(super) fn next(bytes: &[u8], end: usize) -> Option<usize> {
    let near = &bytes[..bytes.len().min(end + GAP_MAX)];
    let is_sign = |byte: &u8| matches!(byte, b' ' | b',' | b'(' | b')' | b'/' | b'&');
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\'' || !byte.is_ascii();
    let (mut at, mut joined) = (end, false);
    for _ in 0..WORDS_MAX {
        let start = span_end(near, at, is_sign);
        let stop = span_end(near, start, is_word);
        let (signs, word) = (&near[at..start], &near[start..stop]);
        // `, the old one (01 …)`.
        let opened = at > end && signs.contains(&b'(');
        joined |= opened || signs.len() > 1 && signs.iter().any(|sign| matches!(sign, b'/' | b'&'));
        // `123和456`: such words touch the values.
        let (own, rest) = wide(word);
        let touches = signs.is_empty() && own.is_empty();
        if word.is_empty() || touches {
            return None;
        }
        if !own.is_empty() && ANDS.has(own) && !rest.is_empty() {
            return Some(start + own.len());
        }
        if word.iter().any(u8::is_ascii_digit) {
            return joined.then_some(start);
        }
        if ANDS.has_in_any_case(word) {
            joined = true;
        } else if !OTHERS.has_in_any_case(word) {
            return None;
        }
        at = stop;
    }
    None
}

/// The characters beyond ASCII that a word begins with, and the rest.
fn wide(word: &[u8]) -> (&[u8], &[u8]) {
    let end = span_end(word, 0, |byte| !byte.is_ascii());
    word.split_at(end)
}

/// The values behind the first one that are written as it is, character by character.
pub(super) fn alike(bytes: &[u8], first: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let pattern = first.clone();
    let mut last = first;
    let all = std::iter::from_fn(move || {
        let start = next(bytes, last.end)?;
        let end = start + pattern.len();
        let one = bytes.get(start..end)?;
        let same = |(one, other): (&u8, &u8)| match one {
            b'0'..=b'9' => other.is_ascii_digit(),
            b'A'..=b'Z' => other.is_ascii_uppercase(),
            b'a'..=b'z' => other.is_ascii_lowercase(),
            _ => one == other,
        };
        let ends = !byte(bytes, end).is_ascii_alphanumeric();
        let decimal = byte(bytes, end) == b'.' && byte(bytes, end + 1).is_ascii_digit();
        let fits = bytes[pattern.clone()].iter().zip(one).all(same);
        last = start..end;
        let day = is_day(one) && !is_day(&bytes[pattern.clone()]);
        (fits && ends && !decimal && !day).then_some(start..end)
    });
    all.take(VALUES_MAX)
}

/// `20240312`: a day.
pub(super) fn is_day(text: &[u8]) -> bool {
    let part = |from: usize| checksum::number(&Digits::of(&text[from..from + 2]));
    text.len() == 8
        && text.iter().all(u8::is_ascii_digit)
        && matches!(part(0), 19 | 20)
        && (1..=12).contains(&part(4))
        && (1..=31).contains(&part(6))
}
