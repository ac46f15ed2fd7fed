//! Walks the bytes once and names the places worth a closer look.

use wide::u8x16;

use super::blocks::{BLOCK, Block};
use super::detector::Word;
use super::text;

/// A run this long of letters, digits, `_`, `-` and `.` is a token.
pub(super) const TOKEN: usize = 16;

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    /// The first digit of a word; of its first 64 characters one bit says whether it is a digit.
    Word(Word, u64),
    /// `@`, `:` or `=`.
    Mark,
    /// The sixteenth character of a token.
    Token(Token),
}

/// A long run, with one bit for each of its first 64 characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Letters and digits; the others join them.
    pub(super) words: u64,
}

/// Calls `visit` for every sign in order of place.
pub(super) fn walk(bytes: &[u8], blocks: &[Block], mut visit: impl FnMut(Sign, usize)) {
    let mut window = Window::open(bytes, blocks);
    let mut resume = 0usize;
    while window.base < bytes.len() {
        let base = window.base;
        let tokens = sixteenth(window.now.token, window.n_token);
        let mut digits = window.now.digit & from_bit(resume.saturating_sub(base));
        let mut others = window.now.mark | tokens;
        while digits | others != 0 {
            let bit = (digits | others).trailing_zeros();
            let flag = 1u64 << bit;
            let place = base + bit as usize;
            if others & flag != 0 {
                others &= !flag;
                if window.now.mark & flag != 0 {
                    visit(Sign::Mark, place);
                }
                if tokens & flag != 0 {
                    visit(Sign::Token(window.token(bit)), place);
                }
            }
            if digits & flag != 0 {
                let (word, digits_of_word) = window.word(bit);
                resume = word.end;
                digits &= from_bit(resume - base);
                visit(Sign::Word(word, digits_of_word), place);
            }
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
    last: Block,
    now: Block,
    next: Block,
    /// How many letters and digits, and how many characters of a token, lead up to the block.
    n_word: usize,
    n_token: usize,
}

impl<'t> Window<'t> {
    fn open(bytes: &'t [u8], blocks: &'t [Block]) -> Self {
        let block = |index: usize| blocks.get(index).copied().unwrap_or_default();
        Self {
            bytes,
            blocks,
            base: 0,
            last: Block::default(),
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
        let next = self.blocks.get(self.base / BLOCK + 1);
        self.next = next.copied().unwrap_or_default();
    }

    /// The word whose first digit stands at a bit of the block.
    fn word(&self, bit: u32) -> (Word, u64) {
        let place = self.base + bit as usize;
        let others_before = !self.now.word & !(u64::MAX << bit);
        let mut start = match others_before {
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

    /// The token whose sixteenth character stands at a bit of the block.
    fn token(&self, bit: u32) -> Token {
        const BEFORE: u32 = TOKEN as u32 - 1;
        let start = self.base + bit as usize - BEFORE as usize;
        let end = self.run_end(bit, |block| block.token, |&byte| is_token(byte));
        let words = match bit.checked_sub(BEFORE) {
            Some(first) => from(first, self.now.word, self.next.word),
            None => from(BLOCK as u32 + bit - BEFORE, self.last.word, self.now.word),
        };
        let words = words & !from_bit(end - start);
        Token { start, end, words }
    }

    /// Where a run ends that goes on at a bit of the block.
    fn run_end(&self, bit: u32, mask: fn(&Block) -> u64, belongs: fn(&u8) -> bool) -> usize {
        let ahead = from(bit, mask(&self.now), mask(&self.next)).trailing_ones() as usize;
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

/// All bits of the bytes from `first` to `last`.
pub(super) fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let from = bytes - u8x16::splat(first);
    from.min(u8x16::splat(last - first)).simd_eq(from)
}

/// All bits from `bit` up.
fn from_bit(bit: usize) -> u64 {
    if bit >= BLOCK { 0 } else { u64::MAX << bit }
}

/// Places where a run of token bytes reaches sixteen; `run` bytes of it stand before the block.
fn sixteenth(token: u64, run: usize) -> u64 {
    // Put up to sixteen bytes of history below the block, so that a run may start before it.
    let known = run.min(TOKEN);
    let history = if known == 0 {
        0
    } else {
        u128::from(u16::MAX << (TOKEN - known))
    };
    let wide = u128::from(token) << TOKEN | history;
    let two = wide & wide << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    let sixteen = eight & eight << 8;
    // A run longer than sixteen is named once, at its sixteenth byte.
    let first = sixteen & !(sixteen << 1);
    let first = if run >= TOKEN {
        first & !(1 << TOKEN)
    } else {
        first
    };
    (first >> TOKEN) as u64
}

/// How many bytes of a run stand at the end of the block, counted on from `run`.
fn run_at_end(mask: u64, run: usize) -> usize {
    match mask.leading_ones() as usize {
        BLOCK => run + BLOCK,
        at_end => at_end,
    }
}
