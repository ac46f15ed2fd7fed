//! Walks the bytes once and names the places worth a closer look.

use fearless_simd::dispatch;

use super::blocks::{BLOCK, Block, NOTHING};
use super::detector::Word;
use super::level::level;
use super::machines;
use super::text;

/// A run this long of letters, digits, `_`, `-` and `.` is a token.
pub(super) const TOKEN: usize = 16;

/// Who looks closer at what stands at a place.
pub(super) trait Visit {
    /// A word with digits, at the first of them; of its first 64 characters one bit says whether it
    /// is a digit.
    fn word(&mut self, word: Word, digits: u64);
    /// `@`, `:` or `=`.
    fn mark(&mut self, place: usize);
    /// A token, at its sixteenth character.
    fn token(&mut self, token: Token);
    /// A token that the end of the text cut before its sixteenth character.
    fn cut(&mut self, token: &Token);
}

/// A long run, with one bit for each of its first 64 characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Letters and digits; the others join them.
    pub(super) words: u64,
    /// How many digits and how many capitals are among them.
    pub(super) digits: u32,
    pub(super) capitals: u32,
}

/// Shows every sign in order of place.
pub(super) fn walk(bytes: &[u8], blocks: &[Block], visit: &mut impl Visit) {
    if !bytes.is_empty() {
        dispatch!(level(), _simd => walk_with(bytes, blocks, visit));
    }
}

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn walk_with(bytes: &[u8], blocks: &[Block], visit: &mut impl Visit) {
    let mut window = Window::open(bytes, blocks);
    // Digits are looked at from the one on, marks from the other.
    let (mut resume, mut passed) = (0usize, 0usize);
    loop {
        let base = window.base;
        let tokens = sixteenth(window.now.token, window.n_token);
        let mut others = window.now.mark & from_bit(passed.saturating_sub(base)) | tokens;
        let mut signs = window.now.digit & from_bit(resume.saturating_sub(base)) | others;
        while signs != 0 {
            let bit = signs.trailing_zeros();
            signs &= signs - 1;
            if others >> bit & 1 == 1 {
                if window.now.mark >> bit & 1 == 1 {
                    visit.mark(base + bit as usize);
                    continue;
                }
                visit.token(window.token(bit));
            }
            if window.now.digit >> bit & 1 == 1 && base + bit as usize >= resume {
                let (word, digits) = window.word(bit);
                let written = machines::written(bytes, &word);
                resume = word.end;
                if let Some(end) = written.end {
                    (resume, passed) = (end, end);
                    others &= from_bit(end - base) | tokens;
                }
                signs &= from_bit(resume - base) | others;
                if written.is_open {
                    visit.word(word, digits);
                }
            }
        }
        if base + BLOCK >= bytes.len() {
            if let Some(token) = window.cut() {
                visit.cut(&token);
            }
            return;
        }
        window.step();
    }
}

/// Whether the byte may stand in a token.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// A block with what stands before and behind it.
struct Window<'t> {
    bytes: &'t [u8],
    blocks: &'t [Block],
    base: usize,
    last: &'t Block,
    now: &'t Block,
    next: &'t Block,
    /// How many letters and digits, and how many characters of a token, lead up to the block.
    n_word: usize,
    n_token: usize,
}

impl<'t> Window<'t> {
    fn open(bytes: &'t [u8], blocks: &'t [Block]) -> Self {
        let block = |index: usize| blocks.get(index).unwrap_or(NOTHING);
        Self {
            bytes,
            blocks,
            base: 0,
            last: NOTHING,
            now: block(0),
            next: block(1),
            n_word: 0,
            n_token: 0,
        }
    }

    fn step(&mut self) {
        self.n_word = run_at_end(self.now.word, self.n_word);
        self.n_token = run_at_end(self.now.token, self.n_token);
        self.base += BLOCK;
        (self.last, self.now) = (self.now, self.next);
        self.next = self.blocks.get(self.base / BLOCK + 1).unwrap_or(NOTHING);
    }

    /// The word whose first digit stands at a bit of the block.
    #[inline]
    fn word(&self, bit: u32) -> (Word, u64) {
        let signs = !self.now.word;
        let (before, behind) = (signs & !(u64::MAX << bit), signs >> bit);
        if before == 0 || behind == 0 {
            return self.long_word(bit, before);
        }
        let first = u64::BITS - before.leading_zeros();
        let first = first + u32::from(first < bit && self.is_escaped(first));
        let last = bit + behind.trailing_zeros();
        let word = Word {
            start: self.base + first as usize,
            end: self.base + last as usize,
        };
        (
            word,
            self.now.digit >> first & !(u64::MAX << (last - first)),
        )
    }

    /// The same where the word may reach beyond the block; `before` are the signs before it.
    fn long_word(&self, bit: u32, before: u64) -> (Word, u64) {
        let place = self.base + bit as usize;
        let mut start = match before {
            0 => self.base - self.n_word,
            others => self.base + (u64::BITS - others.leading_zeros()) as usize,
        };
        if start < place && text::is_escape_letter(self.bytes, start) {
            start += 1;
        }
        let end = self.run_end(bit, |block| block.word, u8::is_ascii_alphanumeric);
        let digits = from(bit, self.now.digit, self.next.digit);
        let (before, length) = (place - start, end - start);
        let digits = if before < BLOCK { digits << before } else { 0 };
        (Word { start, end }, digits & !from_bit(length))
    }

    /// Whether the letter at a bit of the block belongs to an escape.
    #[inline]
    fn is_escaped(&self, bit: u32) -> bool {
        let at = self.base + bit as usize;
        self.bytes[at - 1] == b'\\' && text::is_escape_letter(self.bytes, at)
    }

    /// The token whose sixteenth character stands at a bit of the block.
    fn token(&self, bit: u32) -> Token {
        const BEFORE: u32 = TOKEN as u32 - 1;
        let end = self.run_end(bit, |block| block.token, |&byte| is_token(byte));
        self.token_between(self.base + bit as usize - BEFORE as usize, end)
    }

    /// The token between two places, which starts in the block or in the one before.
    fn token_between(&self, start: usize, end: usize) -> Token {
        let ahead = (start + BLOCK - self.base) as u32;
        let length = !from_bit(end - start);
        let bits = |mask: fn(&Block) -> u64| {
            let (first, second) = if ahead < BLOCK as u32 {
                (self.last, self.now)
            } else {
                (self.now, self.next)
            };
            from(ahead % u64::BITS, mask(first), mask(second)) & length
        };
        Token {
            start,
            end,
            words: bits(|block| block.word),
            digits: bits(|block| block.digit).count_ones(),
            capitals: bits(|block| block.capital).count_ones(),
        }
    }

    /// The token that the end of the text cut, if not all of the text is one.
    fn cut(&self) -> Option<Token> {
        let end = self.bytes.len();
        let last = end - self.base;
        let run = match (self.now.token << (BLOCK - last)).leading_ones() as usize {
            all if all == last => self.n_token + all,
            run => run,
        };
        if run == 0 || run >= TOKEN || run == end {
            return None;
        }
        Some(self.token_between(end - run, end))
    }

    /// Where a run ends that goes on at a bit of the block.
    fn run_end(&self, bit: u32, mask: fn(&Block) -> u64, belongs: fn(&u8) -> bool) -> usize {
        let ahead = from(bit, mask(self.now), mask(self.next)).trailing_ones() as usize;
        let end = self.base + bit as usize + ahead;
        if ahead < BLOCK {
            end
        } else {
            text::span_end(self.bytes, end, belongs)
        }
    }
}

/// The 64 bits from a bit of a block on.
fn from(bit: u32, now: u64, next: u64) -> u64 {
    now >> bit | next << 1 << (u64::BITS - 1 - bit)
}

/// All bits from `bit` up.
fn from_bit(bit: usize) -> u64 {
    if bit >= BLOCK { 0 } else { u64::MAX << bit }
}

/// Places where a run of token bytes reaches sixteen; `run` bytes of it stand before the block. A
/// longer run is named once, at its sixteenth byte.
fn sixteenth(token: u64, run: usize) -> u64 {
    let lead = token.trailing_ones() as usize;
    let (own, joined) = match run {
        0 => (token, 0),
        _ => (
            // Without the run that comes from before.
            token & token.wrapping_add(1),
            u64::from(run < TOKEN && run + lead >= TOKEN) << (TOKEN - 1).saturating_sub(run),
        ),
    };
    let two = own & own << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    let sixteen = eight & eight << 8;
    sixteen & !(sixteen << 1) | joined
}

/// How many bytes of a run stand at the end of the block, counted on from `run`.
fn run_at_end(mask: u64, run: usize) -> usize {
    match mask.leading_ones() as usize {
        BLOCK => run + BLOCK,
        at_end => at_end,
    }
}

#[cfg(test)]
mod tests;
