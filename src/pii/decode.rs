//! Reads escaped text as it is meant, and remembers where each byte came from.

use super::blocks::{BLOCK, Block, Blocks};
use super::form_text::form_space;
use super::sieve::Sieve;
use super::wide_text::{NOTHING, foreign, joint, wide_space};

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
        let down =
            |place, pieces: &Vec<Piece>| across(pieces, place, |piece| [piece.start, piece.origin]);
        let at = |place: usize| layers().fold(place, down);
        (at(start), at(end))
    }

    /// Where the byte at a place of the original text stands; that of an escape, if it is part of one.
    pub(super) fn place(&self, origin: usize) -> usize {
        let layers = self.pieces[..self.layers].iter();
        layers.fold(origin, |place, pieces| {
            across(pieces, place, |piece| [piece.origin, piece.start])
        })
    }
}

/// Where a place of one layer stands in the one beside it, above or below; `ends` says of a piece where it
/// starts in the one and in the other.
fn across(pieces: &[Piece], place: usize, ends: fn(&Piece) -> [u32; 2]) -> usize {
    let behind = pieces.partition_point(|piece| ends(piece)[0] as usize <= place);
    let Some(piece) = behind.checked_sub(1).and_then(|at| pieces.get(at)) else {
        return place;
    };
    let [from, to] = ends(piece).map(|end| end as usize);
    to + if piece.is_escape { 0 } else { place - from }
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
        if meant != NOTHING {
            let mut buffer = [0; 4];
            out.extend_from_slice(meant.encode_utf8(&mut buffer).as_bytes());
        }
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
