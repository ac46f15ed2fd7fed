//! Full-width letters, the digits of other scripts, and the spaces and hyphens of print.

/// What is meant by a sign that nobody sees.
pub(super) const NOTHING: char = '\u{200B}';

/// No-break spaces, typographic hyphens and invisible characters between digits or around `@`.
pub(super) fn joint(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    if is_invisible(bytes, at) {
        return Some((3, NOTHING));
    }
    let (length, meant) = match bytes.get(at..)? {
        [0xC2, 0xA0, ..] => (2, ' '),
        [0xE2, 0x80, 0x90..=0x95, ..] | [0xE2, 0x88, 0x92, ..] => (3, '-'),
        [0xE2, 0x80, 0x80..=0x8A | 0xAF, ..] => (3, ' '),
        _ => return None,
    };
    let left = at.checked_sub(1).and_then(|before| bytes.get(before))?;
    let right = bytes.get(at + length)?;
    let joins = |byte: &u8| {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'(' | b')' | b'+')
    };
    (joins(left) && joins(right)).then_some((length, meant))
}

/// Whether a mark of direction or a space without width stands in a number: before a digit, or between
/// one and a joint, as in what was copied from Arabic and Hebrew texts.
fn is_invisible(bytes: &[u8], at: usize) -> bool {
    let mark = matches!(
        bytes[at..],
        [0xE2, 0x80, 0x8B..=0x8F | 0xAA..=0xAE, ..] | [0xE2, 0x81, 0xA0 | 0xA6..=0xA9, ..]
    );
    let left = at.checked_sub(1).and_then(|before| bytes.get(before));
    let (Some(left), Some(right)) = (left.filter(|_| mark), bytes.get(at + 3)) else {
        return false;
    };
    let joins = |byte: &u8| matches!(byte, b'-' | b'/' | b'.' | b'(' | b')');
    let digits = (left.is_ascii_digit(), right.is_ascii_digit());
    digits == (true, true) || digits.0 && joins(right) || joins(left) && digits.1
}

/// The wide space of Chinese and Japanese between wide letters, digits and signs. By itself it makes
/// no text escaped: there is one in every second paragraph.
pub(super) fn wide_space(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let is_space = bytes.get(at..at + 3) == Some("\u{3000}".as_bytes());
    let wide = |from: Option<usize>| {
        let three = from.and_then(|from| bytes.get(from..from + 3));
        matches!(three, Some([0xEF, 0xBC | 0xBD, _]))
    };
    // Between a wide digit and a month that has no wide letters: `１５　Ιουνίου　１９５９`.
    let digit = |from: Option<usize>| {
        let three = from.and_then(|from| bytes.get(from..from + 3));
        matches!(three, Some([0xEF, 0xBC, 0x90..=0x99]))
    };
    let letter = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xD4))
    };
    let (left, right) = (at.checked_sub(3), Some(at + 3));
    let joins = wide(left) && wide(right)
        || digit(left) && letter(right)
        || letter(at.checked_sub(1)) && digit(right);
    (is_space && joins).then_some((3, ' '))
}

/// Full-width forms and the digits of other scripts.
pub(super) fn foreign(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    match *bytes.get(at..)? {
        [0xEF, 0xBC, low @ 0x81..=0xBF, ..] if is_wide_text(bytes, at) => {
            Some((3, char::from(low - 0x60)))
        }
        [0xEF, 0xBD, low @ 0x80..=0x9E, ..] if is_wide_text(bytes, at) => {
            Some((3, char::from(low - 0x20)))
        }
        [0xD9, low @ 0xA0..=0xA9, ..] => Some((2, char::from(low - 0xA0 + b'0'))),
        // The decimal stop and the sign between thousands, which join the parts of dates as well.
        [0xD9, sign @ (0xAB | 0xAC), ..] if is_arabic_digit(bytes, at) => {
            Some((2, if sign == 0xAB { '.' } else { ',' }))
        }
        [0xDB, low @ 0xB0..=0xB9, ..] => Some((2, char::from(low - 0xB0 + b'0'))),
        // India's scripts, one after the other; Thai and Lao; Tibetan; Burmese and Khmer.
        [
            0xE0,
            0xA5 | 0xA7 | 0xA9 | 0xAB | 0xAD | 0xAF | 0xB1 | 0xB3 | 0xB5 | 0xB7,
            low @ 0xA6..=0xAF,
            ..,
        ] => Some((3, char::from(low - 0xA6 + b'0'))),
        [0xE0, 0xB9 | 0xBB, low @ 0x90..=0x99, ..] => Some((3, char::from(low - 0x90 + b'0'))),
        [0xE0, 0xBC, low @ 0xA0..=0xA9, ..] | [0xE1, 0x9F, low @ 0xA0..=0xA9, ..] => {
            Some((3, char::from(low - 0xA0 + b'0')))
        }
        [0xE1, 0x81, low @ 0x80..=0x89, ..] => Some((3, char::from(low - 0x80 + b'0'))),
        _ => None,
    }
}

/// Whether a digit of Arabic or Persian stands before and behind a sign of two bytes.
fn is_arabic_digit(bytes: &[u8], at: usize) -> bool {
    let digit = |from: Option<usize>| {
        let two = from.and_then(|from| bytes.get(from..from + 2));
        matches!(two, Some([0xD9, 0xA0..=0xA9] | [0xDB, 0xB0..=0xB9]))
    };
    digit(at.checked_sub(2)) && digit(Some(at + 2))
}

/// Letters, digits and `@` are always read; full-width punctuation only beside such, because it is
/// ordinary punctuation in Chinese and Japanese.
fn is_wide_text(bytes: &[u8], at: usize) -> bool {
    let is_word = |at: usize| {
        matches!(
            bytes.get(at..at + 3),
            Some([0xEF, 0xBC, 0x8D | 0x90..=0x99 | 0xA0..=0xBA | 0xBF] | [0xEF, 0xBD, 0x81..=0x9A])
        )
    };
    let is_digit = |at: usize| matches!(bytes.get(at..at + 3), Some([0xEF, 0xBC, 0x90..=0x99]));
    // `）` behind a wide number closes what it opened: `（０３）　１２３４`.
    let closes = || bytes[at..].starts_with("）".as_bytes()) && at >= 3 && is_word(at - 3);
    // `９．　１２．　１９６９`, `２，　１９７４`: signs in a wide date, with wide spaces.
    let stops = || {
        let spaced = bytes[at + 3..].starts_with("\u{3000}".as_bytes()) && is_word(at + 6);
        let stop = bytes[at..].starts_with("．".as_bytes());
        let comma = bytes[at..].starts_with("，".as_bytes()) && is_digit(at + 6);
        at >= 3 && (stop && is_word(at - 3) || comma && is_digit(at - 3)) && spaced
    };
    // `０１７６　／　３６`: a stroke between wide spaces and digits.
    let parts = || bytes[at..].starts_with("／".as_bytes()) && at >= 6 && is_digit(at - 6);
    is_word(at)
        || parts() && is_digit(at + 6)
        || closes()
        || stops()
        || (is_word(at + 3) && (at < 3 || !is_sentence_mark(bytes, at) || is_word(at - 3)))
}

/// `，：；！？` before a wide word is punctuation, unless a wide word stands on both sides.
fn is_sentence_mark(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(at..at + 3),
        Some([0xEF, 0xBC, 0x8C | 0x9A | 0x9B | 0x81 | 0x9F])
    )
}
