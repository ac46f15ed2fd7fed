//! The 56 random bits a trace is judged by, and where they come from.

use std::fmt;

use sha2::{Digest, Sha256};

use super::threshold::{RANGE, Threshold};

/// 56 bits of randomness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Randomness(u64);

impl Randomness {
    /// From the 56-bit number; `None` at or above 2^56.
    pub fn from_bits(bits: u64) -> Option<Self> {
        (bits < RANGE).then_some(Randomness(bits))
    }

    /// The low 56 bits of a trace id (W3C Trace Context level 2, random flag).
    pub fn of_trace(id: &[u8; 16]) -> Self {
        Randomness(u128::from_be_bytes(*id) as u64 % RANGE)
    }

    /// The first 56 bits of SHA-256 over a session id: one coin for every turn of a session, the
    /// same on every instance and in every language.
    pub fn of_session(session: &str) -> Self {
        let digest = Sha256::digest(session.as_bytes());
        Randomness(
            digest
                .iter()
                .take(7)
                .fold(0, |bits, byte| bits << 8 | u64::from(*byte)),
        )
    }

    /// The 56-bit number.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Whether a trace with this randomness is sampled at `threshold`.
    pub fn passes(self, threshold: Threshold) -> bool {
        self.0 >= threshold.bits()
    }
}

impl fmt::Display for Randomness {
    /// The 14 digits of `rv`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014x}", self.0)
    }
}

/// The Collector's older probabilistic rule: FNV-1a-64 over salt and trace id, against a share of
/// the hash range. 100 % and more is always, 0 % and less never.
pub fn fnv1a_sampled(trace: &[u8; 16], percent: f64, salt: &str) -> bool {
    if percent >= 100.0 {
        return true;
    }
    if percent.is_nan() || percent <= 0.0 {
        return false;
    }
    let hash = salt
        .bytes()
        .chain(*trace)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    hash <= share_of_u64(percent)
}

/// The salt the Collector uses when none is configured.
pub const DEFAULT_SALT: &str = "default-hash-seed";

/// `floor((2^64 - 1) * percent / 100)` for a percentage in (0, 100): exact on the given double.
fn share_of_u64(percent: f64) -> u64 {
    // percent = m * 2^-s with a 53-bit m, so the product fits in 128 bits.
    let bits = percent.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1075;
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let product = mantissa * u128::from(u64::MAX);
    let shifted = if exponent < -120 {
        0
    } else {
        (product / 100) >> (-exponent).clamp(0, 127)
    };
    u64::try_from(shifted).unwrap_or(u64::MAX)
}
