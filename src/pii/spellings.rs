//! How the context words may be written.

use super::words::{Topic, words};

/// One way to write a word, folded.
pub(super) struct Spelling {
    pub(super) topic: Topic,
    pub(super) text: String,
    /// It ends in a full stop that tells it from another word: `ur.`
    pub(super) dotted: bool,
}

/// Joined, words are these others: `no rm`, `pas ser`.
const OTHERS: [&str; 2] = ["norm", "passer"];
/// Shorter words that are joined may be others.
const SHORTEST_WIDE: usize = 8;

/// Every word as the reader meets it: `account number` (which is also `account_number`),
/// `accountnumber`, and without accents; `dogumtarihi` without either.
pub(super) fn spellings() -> Vec<Spelling> {
    let mut spellings = Vec::new();
    for (topic, word) in words() {
        let folded: String = word.replace(['_', '-', '.'], " ");
        let plain: String = folded.chars().map(without_accent).collect();
        let joined = plain.replace(' ', "");
        let dotted = word.ends_with('.');
        let joins =
            joined.is_ascii() && joined != plain && (folded.is_ascii() || joined.len() >= 8);
        let joined = (joins && !dotted && !OTHERS.contains(&&*joined)).then_some(joined);
        // A short word without its accent is another word: `né le` and `ne le`.
        let plain = (plain.len() >= 8 && plain != folded).then_some(plain);
        // `datumRođenja`: keys of programs join words of scripts that have capitals.
        let is_cased = |letter: char| letter.is_lowercase() || letter == ' ';
        let wide = folded.contains(' ') && !folded.is_ascii() && folded.len() > SHORTEST_WIDE;
        let wide = (wide && folded.chars().all(is_cased)).then(|| folded.replace(' ', ""));
        for text in std::iter::once(folded)
            .chain(plain)
            .chain(joined)
            .chain(wide)
        {
            spellings.push(Spelling {
                topic,
                text,
                dotted,
            });
        }
    }
    spellings
}

/// The letters that accents stand on.
fn without_accent(letter: char) -> char {
    const ACCENTS: &[(&str, char)] = &[
        ("áàâãäåăąā", 'a'),
        ("çćč", 'c'),
        ("đď", 'd'),
        ("éèêëěęē", 'e'),
        ("ğ", 'g'),
        ("íìîïıī", 'i'),
        ("łľ", 'l'),
        ("ñńň", 'n'),
        ("óòôõöøő", 'o'),
        ("řŕ", 'r'),
        ("śšşș", 's'),
        ("ťțţ", 't'),
        ("úùûüůűū", 'u'),
        ("ýÿ", 'y'),
        ("žźż", 'z'),
        ("ά", 'α'),
        ("έ", 'ε'),
        ("ή", 'η'),
        ("ί", 'ι'),
        ("ό", 'ο'),
        ("ύ", 'υ'),
        ("ώ", 'ω'),
    ];
    // Latin and Greek letters; of all others none is looked for.
    if !matches!(letter, '\u{C0}'..='\u{24F}' | '\u{386}'..='\u{3CE}') {
        return letter;
    }
    ACCENTS
        .iter()
        .find(|(accented, _)| accented.contains(letter))
        .map_or(letter, |(_, plain)| *plain)
}
