//! The walk with all registers of the processor against one that goes from byte to byte.

use proptest::prelude::*;

use super::*;
use crate::pii::blocks::Blocks;
use crate::pii::{level, sieve};

/// What a walk shows; of a word and a token the bits of its first 64 characters.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Word(usize, usize, u64),
    Mark(usize),
    Token(Part),
    Cut(Part),
}

#[derive(Debug, PartialEq, Eq)]
struct Part {
    start: usize,
    end: usize,
    words: u64,
    digits: u32,
    capitals: u32,
}

impl From<&Token> for Part {
    fn from(token: &Token) -> Self {
        Self {
            start: token.start,
            end: token.end,
            words: token.words,
            digits: token.digits,
            capitals: token.capitals,
        }
    }
}

impl Visit for Vec<Sign> {
    fn word(&mut self, word: Word, digits: u64) {
        self.push(Sign::Word(word.start, word.end, digits));
    }

    fn mark(&mut self, place: usize) {
        self.push(Sign::Mark(place));
    }

    fn token(&mut self, token: Token) {
        self.push(Sign::Token(Part::from(&token)));
    }

    fn cut(&mut self, token: &Token) {
        self.push(Sign::Cut(Part::from(token)));
    }
}

/// Which of the first 64 bytes are of a kind.
fn bits(bytes: &[u8], is_kind: fn(&u8) -> bool) -> u64 {
    let kinds = bytes.iter().take(BLOCK).map(is_kind).enumerate();
    kinds.fold(0, |bits, (bit, kind)| bits | u64::from(kind) << bit)
}

fn part(bytes: &[u8], start: usize, end: usize) -> Part {
    let count = |is_kind| bits(&bytes[start..end], is_kind).count_ones();
    Part {
        start,
        end,
        words: bits(&bytes[start..end], u8::is_ascii_alphanumeric),
        digits: count(u8::is_ascii_digit),
        capitals: count(u8::is_ascii_uppercase),
    }
}

fn walk_slowly(bytes: &[u8]) -> Vec<Sign> {
    let (mut signs, mut n_token, mut resume) = (Vec::new(), 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        n_token = if is_token(*byte) { n_token + 1 } else { 0 };
        if b"@:=".contains(byte) {
            signs.push(Sign::Mark(at));
        }
        if n_token == TOKEN {
            let end = text::span_end(bytes, at, |byte| is_token(*byte));
            signs.push(Sign::Token(part(bytes, at + 1 - TOKEN, end)));
        }
        if byte.is_ascii_digit() && at >= resume {
            let start = text::word_start(bytes, at, 0);
            resume = text::word_end(bytes, at);
            let digits = bits(&bytes[start..resume], u8::is_ascii_digit);
            signs.push(Sign::Word(start, resume, digits));
        }
    }
    if (1..TOKEN).contains(&n_token) && n_token < bytes.len() {
        signs.push(Sign::Cut(part(bytes, bytes.len() - n_token, bytes.len())));
    }
    signs
}

#[track_caller]
fn check(text: &str) {
    let wanted = walk_slowly(text.as_bytes());
    for level in level::every() {
        let (mut blocks, mut signs) = (Blocks::default(), Vec::new());
        level::at(level, || {
            blocks.read(text.as_bytes(), &sieve::NONE);
            walk(text.as_bytes(), &blocks, &mut signs);
        });
        assert_eq!(wanted, signs, "{level:?}: {text:?}");
    }
}

#[test]
fn runs_of_all_lengths_are_shown_alike_with_all_registers() {
    for before in [0, 1, 15, 47, 48, 49, 62, 63, 64] {
        let before = " ".repeat(before);
        for length in [1, 2, 14, 15, 16, 17, 48, 63, 64, 65, 80, 127, 128, 129, 200] {
            for sign in ["a", "7", "A", "-"] {
                let run = sign.repeat(length);
                for behind in ["", "7", ".", " ", "@b=7"] {
                    check(&format!("{before}{run}{behind}"));
                    check(&format!("{before}\\n{run}{behind}"));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_shown_alike_with_all_registers(
        text in r"([a-zA-Z0-9]{1,40}|[0-9]{1,20}|[-_.@:= \\é日]|\\[nt]){0,60}",
    ) {
        check(&text);
    }
}
