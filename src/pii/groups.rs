//! Puts neighbouring groups of digits together to the numbers they may spell.

use super::detector::{Number, Word};
use super::forms::DIGITS_MAX;
use super::text::{before, byte, digits_end, span_end};

const GROUPS_MAX: usize = 8;

/// Calls `visit` with every number that starts with the digits of `word`, shortest first.
///
/// Groups joined by `-`, `.` or `/` belong together; at spaces and brackets a number may end.
#[inline]
pub(super) fn each(bytes: &[u8], word: &Word, mut visit: impl FnMut(&Number)) {
    let (left, right) = (before(bytes, word.start), byte(bytes, word.end));
    let length = word.end - word.start;
    let is_part = is_tight(left) && before(bytes, word.start - 1).is_ascii_digit();
    if is_part || length > DIGITS_MAX {
        return;
    }
    let number = Number {
        start: word.start,
        end: word.end,
        shape: length.min(15) as u64,
        total: length as u8,
        joint: 0,
        plus: left == b'+' || left == b'(' && before(bytes, word.start - 1) == b'+',
        glued: matches!(left, b'_' | b'$' | b'#' | b'%' | b'\\') || right == b'_',
    };
    match right {
        b' ' | b'(' | b')' | b'-' | b'.' | b'/' => joined(bytes, number, visit),
        b'@' => {}
        _ => visit(&number),
    }
}

/// The same where groups may follow the first one.
#[inline(never)]
fn joined(bytes: &[u8], mut number: Number, mut visit: impl FnMut(&Number)) {
    let glued = number.glued;
    let mut brackets = Brackets {
        open: usize::from(before(bytes, number.start) == b'('),
        count: 0,
    };
    for _ in 0..GROUPS_MAX {
        let right = byte(bytes, number.end);
        let next = joint(bytes, right, number.end);
        let is_part = match next {
            Some((sign, _)) => is_tight(sign),
            None => right == b'@' || right == b'-' && continues(bytes, number.end),
        };
        if !is_part {
            number.glued = glued || right == b'_';
            visit(&number);
        }
        let Some((sign, start)) = next else { return };
        if sign == b'(' && !brackets.take(right != b')') {
            return;
        }
        let end = digits_end(bytes, start);
        if byte(bytes, end).is_ascii_alphanumeric() {
            return;
        }
        let length = end - start;
        if usize::from(number.total) + length > DIGITS_MAX {
            return;
        }
        number.total += length as u8;
        number.shape = number.shape << 4 | length.min(15) as u64;
        number.end = end;
        number.joint = match number.joint {
            0 => sign,
            same if same == sign => same,
            _ => b'*',
        };
    }
}

/// The brackets among the groups of a number: `(8 (912) 116-68-39`, `201) 503-5241`. What opens a third
/// one within others, or closes one more than stand open, belongs to something else.
struct Brackets {
    open: usize,
    count: usize,
}

impl Brackets {
    /// Whether a further bracket can be one of the same number.
    fn take(&mut self, opens: bool) -> bool {
        let fits = if opens {
            self.open < 2
        } else {
            self.open > 0 || self.count == 0
        };
        let open = self.open + usize::from(opens);
        self.open = open.saturating_sub(usize::from(!opens));
        self.count += 1;
        fits
    }
}

/// Joints that hold a number together.
fn is_tight(sign: u8) -> bool {
    matches!(sign, b'-' | b'.' | b'/')
}

/// The joint after a group and where the next group of digits starts.
#[inline]
fn joint(bytes: &[u8], sign: u8, end: usize) -> Option<(u8, usize)> {
    let joint = match sign {
        b' ' | b'-' | b'.' | b'/' => sign,
        b')' | b'(' => b'(',
        _ => return None,
    };
    match byte(bytes, end + 1) {
        b'0'..=b'9' => Some((joint, end + 1)),
        b' ' | b'-' | b'/' | b'(' => wide_joint(bytes, sign, end),
        _ => None,
    }
}

/// The same where more than one sign stands between them.
fn wide_joint(bytes: &[u8], sign: u8, end: usize) -> Option<(u8, usize)> {
    let digit = |at: usize| byte(bytes, at).is_ascii_digit();
    match (sign, byte(bytes, end + 1)) {
        (b')', b' ' | b'-' | b'/') | (b' ', b'(') if digit(end + 2) => Some((b'(', end + 2)),
        // `0875/ 14 78 66`.
        (b'/', b' ') if digit(end + 2) => Some((b'*', end + 2)),
        (b' ', b'-' | b'/') if byte(bytes, end + 2) == b' ' && digit(end + 3) => {
            Some((b'*', end + 3))
        }
        _ => None,
    }
}

/// Whether digits with a dash behind them go on into a word: `12-ab`; a single letter may be a check character, and a
/// month's name may stand in a date: `6-Feb-1936`.
fn continues(bytes: &[u8], end: usize) -> bool {
    let is_month = || {
        let name = span_end(bytes, end + 1, u8::is_ascii_alphabetic);
        name > end + 3 && byte(bytes, name) == b'-' && byte(bytes, name + 1).is_ascii_digit()
    };
    byte(bytes, end + 1).is_ascii_alphanumeric()
        && byte(bytes, end + 2).is_ascii_alphanumeric()
        && !is_month()
}
