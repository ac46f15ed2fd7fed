//! Addresses of Bitcoin and Ethereum.

use sha2::{Digest, Sha256};

use crate::pii::detector::{Detector, Look, Scene, Word};
use crate::pii::forms::starting;
use crate::pii::text::{before, byte};

pub(in crate::pii) const CRYPTO_BTC: Detector = Detector {
    name: "CRYPTO_BTC",
    what: "Bitcoin address",
    source: "Bitcoin Base58Check; BIP 173 and BIP 350 (bech32, bech32m)",
    validator: "version byte and double SHA-256, or the bech32 checksum",
    gravity: 73,
    context: &[],
    finds: &[
        "to «1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa» now",
        "«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»",
        "«3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»",
    ],
    ignores: &[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    ],
    looks: &[Look::Word(
        &[starting("D", 26, 35), starting("LLD", 26, 62)],
        bitcoin,
    )],
};

pub(in crate::pii) const CRYPTO_ETH: Detector = Detector {
    name: "CRYPTO_ETH",
    what: "Ethereum address",
    source: "Ethereum Yellow Paper; ERC-55 (mixed-case checksum)",
    validator: "0x and forty hexadecimal digits, no longer; not all alike",
    gravity: 73,
    context: &[],
    finds: &[
        "to «0x52908400098527886E0F7030069857D2E4169EE7».",
        "«0xde709f2102306220921060314715629080e2fb77»",
    ],
    ignores: &[
        "0x80070005",
        "0x0000000000000000000000000000000000000000",
        "0xde709f2102306220921060314715629080e2fb77ab",
    ],
    looks: &[Look::Word(&[starting("DL", 42, 42)], ethereum)],
};

fn bitcoin(word: &Word, scene: &mut Scene<'_, '_>) {
    let text = word.of(scene.bytes);
    if matches!(before(scene.bytes, word.start), b'/' | b'+')
        || matches!(byte(scene.bytes, word.end), b'/' | b'+')
    {
        return;
    }
    let valid = match text {
        [b'1' | b'3', ..] => is_base58check(text),
        [b'b' | b'B', b'c' | b'C', b'1', ..] => is_bech32(text),
        _ => false,
    };
    if valid {
        scene.report(word.start, word.end, "checksum of the address");
    }
}

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn is_base58check(text: &[u8]) -> bool {
    let mut value = [0u8; 25];
    for byte in text {
        let Some(mut carry) = BASE58.iter().position(|known| known == byte) else {
            return false;
        };
        for place in value.iter_mut().rev() {
            carry += usize::from(*place) * 58;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    let (body, check) = value.split_at(21);
    let digest = Sha256::digest(Sha256::digest(body));
    matches!(value[0], 0 | 5) && digest.starts_with(check)
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn is_bech32(text: &[u8]) -> bool {
    if text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase) {
        return false;
    }
    // The human-readable part `bc`, expanded: high bits, zero, low bits.
    let mut sum = [3, 3, 0, 2, 3].into_iter().fold(1, step);
    for byte in &text[3..] {
        let lower = byte.to_ascii_lowercase();
        let Some(value) = BECH32.iter().position(|&known| known == lower) else {
            return false;
        };
        sum = step(sum, value as u32);
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

fn step(sum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let top = sum >> 25;
    let next = (sum & 0x01ff_ffff) << 5 ^ value;
    GENERATOR
        .iter()
        .enumerate()
        .fold(next, |next, (bit, generator)| {
            if top >> bit & 1 == 1 {
                next ^ generator
            } else {
                next
            }
        })
}

fn ethereum(word: &Word, scene: &mut Scene<'_, '_>) {
    let [b'0', b'x', body @ ..] = word.of(scene.bytes) else {
        return;
    };
    let hex = body.iter().all(u8::is_ascii_hexdigit);
    if hex && body.iter().any(|digit| *digit != body[0]) && before(scene.bytes, word.start) != b'_'
    {
        scene.report(word.start, word.end, "forty hexadecimal digits");
    }
}
