//! Blocks read with all registers of the processor against a reader with one finger.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::pii::detector::Look;
use crate::pii::literals::Literals;
use crate::pii::{detectors, level, scout};

/// The fixed words of all detectors.
static LITERALS: LazyLock<Literals<()>> = LazyLock::new(|| {
    let mut literals = Literals::default();
    for look in detectors::ALL.iter().flat_map(|detector| detector.looks) {
        if let Look::Literal(words, _) = look {
            words.iter().for_each(|word| literals.add(word, ()));
        }
    }
    literals.build();
    literals
});

/// Every block, byte by byte.
fn read_slowly(bytes: &[u8], sieve: &Sieve) -> Vec<Block> {
    let mut blocks = vec![Block::default(); bytes.len().div_ceil(BLOCK)];
    for (index, block) in blocks.iter_mut().enumerate() {
        for bit in 0..BLOCK {
            let at = |ahead: usize| bytes.get(BLOCK * index + bit + ahead).copied();
            let four: [u8; sieve::WIDTH] = std::array::from_fn(|ahead| at(ahead).unwrap_or(0));
            let byte = four[0];
            let mut note = |mask: fn(&mut Block) -> &mut u64, is_one: bool| {
                *mask(block) |= u64::from(is_one) << bit;
            };
            note(|block| &mut block.digit, byte.is_ascii_digit());
            note(|block| &mut block.word, byte.is_ascii_alphanumeric());
            note(|block| &mut block.capital, byte.is_ascii_uppercase());
            note(|block| &mut block.mark, b"@:=".contains(&byte));
            note(|block| &mut block.token, scout::is_token(byte));
            note(
                |block| &mut block.escape,
                SIGNS.having_one(byte) & ESCAPES != 0,
            );
            note(|block| &mut block.wide_space, byte == 0xE3);
            note(|block| &mut block.wide, byte >= FIRST_WIDE);
            note(|block| &mut block.literal, sieve.holds(four));
        }
    }
    blocks
}

#[track_caller]
fn check(bytes: &[u8], sieve: &Sieve) {
    let wanted = read_slowly(bytes, sieve);
    let mut blocks = Blocks::default();
    for level in level::every() {
        // What an earlier text left behind is no part of this one.
        blocks.all.fill(Block {
            word: u64::MAX,
            ..Block::default()
        });
        level::at(level, || blocks.read(bytes, sieve));
        assert_eq!(wanted, *blocks, "{level:?}: {}", bytes.escape_ascii());
    }
}

#[test]
fn every_byte_is_read_alike_with_all_registers() {
    for byte in 0..=u8::MAX {
        for sieve in [LITERALS.sieve(), &sieve::NONE] {
            check(&[byte; BLOCK + 1], sieve);
        }
    }
    // Each byte at another place of its block, and each length of the last one.
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for from in 0..=BLOCK {
        check(&all[from..], LITERALS.sieve());
        check(&all[..256 - from], LITERALS.sieve());
    }
}

#[test]
fn fixed_words_are_read_alike_with_all_registers_wherever_they_stand() {
    let looks = detectors::ALL.iter().flat_map(|detector| detector.looks);
    let words = looks.flat_map(|look| match look {
        Look::Literal(words, _) => *words,
        _ => &[],
    });
    let words: Vec<&str> = words.copied().collect();
    assert!(words.len() > 8);
    for (place, word) in words.into_iter().enumerate() {
        // The word in the middle, over the end of a block, and at the end of the text.
        for before in [place % BLOCK, BLOCK - 1, BLOCK - 2, BLOCK - 3] {
            let text = "7".repeat(before) + word;
            check(text.as_bytes(), LITERALS.sieve());
            check((text + "! and more of it").as_bytes(), LITERALS.sieve());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_alike_with_all_registers(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        text in r#"[a-zA-Z0-9 @:=%&+\\_.\-éÖß日，"\n]{0,200}"#,
    ) {
            for text in [&bytes, text.as_bytes()] {
            check(text, LITERALS.sieve());
        }
    }
}
