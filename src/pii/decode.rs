//! Reads escaped text as it is meant, and remembers where each byte came from.

use super::blocks::{BLOCK, Block, Blocks};
use super::sieve::Sieve;
use super::wide_text::{foreign, joint, wide_space};

/// How many layers of escapes are taken off.
const LAYERS: usize = 3;

/// Decoded bytes with their origins; reused between texts.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    bytes: Vec<u8>,
    spare: Vec<u8>,
    /// For each layer that was taken off where its pieces came from, in order of place.
    pieces: [Vec<Piece>; LAYERS],
    /// How many layers were taken off.
    layers: usize,
}

/// Decoded bytes from one place on: copied one by one, or all of them one escape.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    origin: u32,
    is_escape: bool,
}

impl Decoded {
    /// Decodes `text` if anything in it is escaped; says whether it was. Leaves in `blocks` those of
    /// what was read.
    pub(super) fn read(&mut self, text: &str, blocks: &mut Blocks, sieve: &Sieve) -> bool {
        blocks.read(text.as_bytes(), sieve);
        let Some(first) = next_escape(text.as_bytes(), blocks, 0, false) else {
            return false;
        };
        let (out, pieces) = (&mut self.bytes, &mut self.pieces[0]);
        decode(text.as_bytes(), blocks, first, out, pieces);
        blocks.read(&self.bytes, sieve);
        self.layers = 1;
        for pieces in &mut self.pieces[1..] {
            let Some(first) = next_escape(&self.bytes, blocks, 0, false) else {
                break;
            };
            decode(&self.bytes, blocks, first, &mut self.spare, pieces);
            std::mem::swap(&mut self.bytes, &mut self.spare);
            blocks.read(&self.bytes, sieve);
            self.layers += 1;
        }
        true
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The span of the original text that a decoded span came from.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        let layers = || self.pieces[..self.layers].iter().rev();
        let at = |place: usize| layers().fold(place, |place, pieces| origin(pieces, place));
        (at(start), at(end))
    }
}

/// Where the byte at `place` of a decoded layer came from in the layer below.
fn origin(pieces: &[Piece], place: usize) -> usize {
    let behind = pieces.partition_point(|piece| piece.start as usize <= place);
    let Some(piece) = behind.checked_sub(1).and_then(|at| pieces.get(at)) else {
        return place;
    };
    let inside = place - piece.start as usize;
    piece.origin as usize + if piece.is_escape { 0 } else { inside }
}

/// Copies `bytes` with its escapes read, the first of which stands at `first`.
fn decode(
    bytes: &[u8],
    blocks: &[Block],
    first: usize,
    out: &mut Vec<u8>,
    pieces: &mut Vec<Piece>,
) {
    out.clear();
    pieces.clear();
    let mut from = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        out.extend_from_slice(&bytes[from..at]);
        let Some((length, meant)) = escape_at(bytes, at) else {
            from = at;
            break;
        };
        pieces.push(Piece {
            start: out.len() as u32,
            origin: at as u32,
            is_escape: true,
        });
        let mut buffer = [0; 4];
        out.extend_from_slice(meant.encode_utf8(&mut buffer).as_bytes());
        from = at + length;
        pieces.push(Piece {
            start: out.len() as u32,
            origin: from as u32,
            is_escape: false,
        });
        next = next_escape(bytes, blocks, from, true);
    }
    out.extend_from_slice(&bytes[from..]);
}

/// The first escape from a place on. The wide space counts only in a text that is escaped already.
fn next_escape(bytes: &[u8], blocks: &[Block], from: usize, is_escaped: bool) -> Option<usize> {
    let mut ahead = u64::MAX << (from % BLOCK);
    for (index, block) in blocks.iter().enumerate().skip(from / BLOCK) {
        let spaces = if is_escaped { block.wide_space } else { 0 };
        let mut signs = (block.escape | spaces) & ahead;
        ahead = u64::MAX;
        while signs != 0 {
            let at = BLOCK * index + signs.trailing_zeros() as usize;
            if escape_at(bytes, at).is_some() {
                return Some(at);
            }
            signs &= signs - 1;
        }
    }
    None
}

/// The length and meaning of the escape at `at`.
fn escape_at(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    match bytes.get(at)? {
        b'\\' => json_escape(bytes, at),
        b'%' => percent_escape(bytes, at),
        b'&' => entity(bytes, at),
        b'+' => form_space(bytes, at),
        0xC2 | 0xE2 => joint(bytes, at),
        0xE3 => wide_space(bytes, at),
        _ => foreign(bytes, at),
    }
}

/// `\u0040`, with any number of backslashes before the `u`, and surrogate pairs; `\/`, as some write
/// every slash in JSON.
fn json_escape(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    // A row of backslashes is read once, from its first.
    if !matches!(bytes.get(at + 1)?, b'\\' | b'/' | b'u' | b'x') || at > 0 && bytes[at - 1] == b'\\'
    {
        return None;
    }
    let slashes = bytes[at..]
        .iter()
        .take_while(|&&byte| byte == b'\\')
        .count();
    let lead = at + slashes;
    if bytes.get(lead) == Some(&b'/') {
        return Some((slashes + 1, '/'));
    }
    if bytes.get(lead) != Some(&b'u') {
        return if bytes.get(lead) == Some(&b'x') {
            let meant = hex(bytes.get(lead + 1..lead + 3)?)?;
            (0x20..0x7F)
                .contains(&meant)
                .then(|| (slashes + 3, char::from(meant as u8)))
        } else {
            None
        };
    }
    let high = hex(bytes.get(lead + 1..lead + 5)?)?;
    if let Some(meant) = char::from_u32(high) {
        let blank = blank(high);
        let meant = if high >= 0x20 { Some(meant) } else { blank };
        return meant.map(|meant| (slashes + 5, meant));
    }
    let again = lead + 5;
    let more = bytes
        .get(again..)?
        .iter()
        .take_while(|&&byte| byte == b'\\')
        .count();
    if more == 0 || bytes.get(again + more) != Some(&b'u') {
        return None;
    }
    let low = hex(bytes.get(again + more + 1..again + more + 5)?)?;
    let joined = 0x10000 + ((high - 0xD800) << 10) + low.checked_sub(0xDC00)?;
    Some((slashes + 5 + more + 5, char::from_u32(joined)?))
}

/// What is left of a control character: the end of a line, or a space.
fn blank(control: u32) -> Option<char> {
    match control {
        0x0A => Some('\n'),
        0x09 | 0x0D => Some(' '),
        _ => None,
    }
}

/// `%40`, and whole UTF-8 sequences of such.
fn percent_escape(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let lead = hex(bytes.get(at + 1..at + 3)?)? as u8;
    let length = match lead {
        0x20..=0x7E => return Some((3, char::from(lead))),
        0x09 | 0x0A | 0x0D => return Some((3, blank(lead.into())?)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut sequence = [0u8; 4];
    for (place, byte) in sequence.iter_mut().take(length).enumerate() {
        let part = bytes.get(at + 3 * place..at + 3 * place + 3)?;
        if part[0] != b'%' {
            return None;
        }
        *byte = hex(&part[1..])? as u8;
    }
    let meant = std::str::from_utf8(&sequence[..length])
        .ok()?
        .chars()
        .next()?;
    Some((3 * length, meant))
}

/// How far around a `+` the value of a query or form is looked at.
const FORM_MAX: usize = 512;

/// A `+` that stands for a space in the value of a query or form.
fn form_space(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let next = *bytes.get(at + 1)?;
    if !next.is_ascii_alphanumeric() && !matches!(next, b'%' | b'+' | b'-' | b'.') || at == 0 {
        return None;
    }
    if !is_form_byte(&bytes[at - 1]) {
        return None;
    }
    let digits = bytes[at - 1].is_ascii_digit() || next.is_ascii_digit();
    let floor = at.saturating_sub(FORM_MAX);
    let equals = floor + memchr::memrchr(b'=', &bytes[floor..at])?;
    let value = &bytes[equals + 1..at];
    if value.is_empty() || !is_form_key(bytes, equals) || !value.iter().all(is_form_byte) {
        return None;
    }
    let rest = &bytes[at..bytes.len().min(at + FORM_MAX)];
    let rest = &rest[..rest.iter().take_while(|byte| is_form_byte(byte)).count()];
    let escaped = has_percent(value) || has_percent(rest);
    let raw = matches!(bytes.get(at + rest.len()), Some(b'@' | b'/' | b'='));
    let left = value.rsplit(|&byte| byte == b'+').next();
    let right = rest[1..].split(|&byte| byte == b'+').next();
    let plain = is_plain(left.unwrap_or_default()) && is_plain(right.unwrap_or_default());
    let alone = || digits || is_between_fours(bytes, at) || are_words(value, &rest[1..]);
    // Who escapes anything escapes a `+` that is meant.
    let space = escaped && !raw || plain && !raw && next.is_ascii_alphanumeric() && alone();
    space.then_some((1, ' '))
}

fn has_percent(value: &[u8]) -> bool {
    value.windows(3).any(|three| {
        three[0] == b'%' && three[1].is_ascii_hexdigit() && three[2].is_ascii_hexdigit()
    })
}

/// Whether `name` of `name=` stands where the pairs of a query or form do.
fn is_form_key(bytes: &[u8], equals: usize) -> bool {
    let floor = equals.saturating_sub(64);
    let key = bytes[floor..equals].iter().rposition(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'))
    });
    key.is_none_or(|key| match bytes[floor + key] {
        b'?' | b'&' | b';' | b'"' | b'\n' => true,
        // The form itself is a value: `body=text=…`.
        b'=' => {
            floor + key > 0
                && bytes[floor + key - 1].is_ascii_alphanumeric()
                && key + 1 < bytes[floor..equals].len()
        }
        _ => false,
    })
}

/// Bytes that stand in the value of a query or form as they are.
fn is_form_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'+' | b'-' | b'.' | b'_' | b'~' | b'*' | b'%' | b'(' | b')' | b',' | b'!' | b'\''
        )
}

/// A word or a group of digits, and no piece of base64, in which a `+` is a sign of its own.
fn is_plain(part: &[u8]) -> bool {
    let escaped = part.iter().filter(|&&byte| byte == b'%').count();
    let count = |class: fn(&u8) -> bool| part.iter().filter(|byte| class(byte)).count();
    let (digits, lower) = (count(u8::is_ascii_digit), count(u8::is_ascii_lowercase));
    let upper = count(u8::is_ascii_uppercase).saturating_sub(escaped);
    let words = digits <= escaped * 2;
    let numbers = lower + upper == 0 || lower <= 2 && upper == 0;
    let codes = lower == 0 && part.len().saturating_sub(escaped * 3) <= 6;
    part.len() <= 24 && !part.is_empty() && (words || numbers || codes)
}

/// Whether a whole value is words and numbers with a `+` between: `sono+nato+il+28+febbraio+1990`.
fn are_words(value: &[u8], rest: &[u8]) -> bool {
    const FEWEST: usize = 3;
    let part = |part: &[u8]| {
        // Capitals stand at the start of a word alone, or are all of it.
        let upper = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let lower = part.iter().any(u8::is_ascii_lowercase);
        let first = part.first().is_some_and(u8::is_ascii_uppercase);
        is_plain(part) && (!lower || upper <= usize::from(first))
    };
    let parts = || {
        value
            .split(|&byte| byte == b'+')
            .chain(rest.split(|&byte| byte == b'+'))
    };
    parts().count() >= FEWEST && parts().all(part)
}

/// Capitals and digits in groups of four, as accounts are written: `NWBK+A016`.
fn is_between_fours(bytes: &[u8], at: usize) -> bool {
    let group = |start: Option<usize>| {
        start
            .and_then(|start| bytes.get(start..start + 4))
            .is_some_and(|four| {
                four.iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            })
    };
    group(at.checked_sub(4))
}

/// `&#64;`, `&#x40;` and the named entities that stand in addresses and quotes.
fn entity(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let rest = bytes.get(at + 1..)?;
    if !matches!(rest.first()?, b'#' | b'a'..=b'z') {
        return None;
    }
    let length = rest.iter().take(9).position(|&byte| byte == b';')?;
    let name = &rest[..length];
    let meant = match name {
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => {
            let digits = std::str::from_utf8(digits).ok()?;
            char::from_u32(digits.parse().ok()?)?
        }
        _ => {
            ENTITIES
                .iter()
                .find(|(known, _)| known.as_bytes() == name)?
                .1
        }
    };
    let meant = if meant >= ' ' {
        Some(meant)
    } else {
        blank(meant.into())
    };
    meant.map(|meant| (length + 2, meant))
}

const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("commat", '@'),
    ("period", '.'),
    ("plus", '+'),
    ("lowbar", '_'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("colon", ':'),
    ("equals", '='),
    ("num", '#'),
    ("sol", '/'),
];

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    digits.iter().try_fold(0, |value, &digit| {
        Some(value << 4 | char::from(digit).to_digit(16)?)
    })
}
