//! Rejection thresholds of consistent probability sampling: `ot=th`, 56 bits, 1 to 14 hex digits.
//!
//! A trace is sampled iff its randomness is at or above the threshold, so the probability is
//! `1 - T / 2^56` (OpenTelemetry, "TraceState: Probability Sampling").

use std::fmt;

/// 2^56: how many values a randomness can have.
pub const RANGE: u64 = 1 << 56;

const DIGITS: u32 = 14;
const DIGIT_BITS: u32 = 4;

/// A rejection threshold, always below [`RANGE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u64);

/// Why a probability or a text is no threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// The probability lies outside `[2^-56, 1]` or is not a number.
    #[error("a probability must lie between 2^-56 and 1")]
    ProbabilityRange,
    /// No digit at all.
    #[error("a threshold needs at least one hex digit")]
    Empty,
    /// More than 14 digits.
    #[error("a threshold has at most 14 hex digits")]
    TooLong,
    /// Something other than a hex digit.
    #[error("a threshold consists of lower-case hex digits")]
    Syntax,
}

impl ThresholdError {
    /// The error's short name, as the test vectors spell it.
    pub fn name(self) -> &'static str {
        match self {
            ThresholdError::ProbabilityRange => "probability_range",
            ThresholdError::Empty => "empty",
            ThresholdError::TooLong => "too_long",
            ThresholdError::Syntax => "syntax",
        }
    }
}

impl Threshold {
    /// Keeps everything.
    pub const ALWAYS: Threshold = Threshold(0);

    /// From the 56-bit number; `None` at or above 2^56.
    pub fn from_bits(bits: u64) -> Option<Self> {
        (bits < RANGE).then_some(Threshold(bits))
    }

    /// The 56-bit number.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The threshold that keeps this share of all traces, exactly `2^56 - round(p * 2^56)`.
    pub fn from_probability(probability: f64) -> Result<Self, ThresholdError> {
        let smallest = 1.0 / RANGE as f64;
        if !(smallest..=1.0).contains(&probability) {
            return Err(ThresholdError::ProbabilityRange);
        }
        // Scaling by a power of two is exact; only `round` rounds.
        Ok(Threshold(
            RANGE - (probability * RANGE as f64).round() as u64,
        ))
    }

    /// The same, rounded to `precision` digits; digits that only say "near 0" or "near 1" do not
    /// count, so rare sampling keeps its accuracy.
    pub fn with_precision(probability: f64, precision: u32) -> Result<Self, ThresholdError> {
        let exact = Threshold::from_probability(probability)?;
        let free = |p: f64| {
            if p > 0.0 {
                (-exponent(p)).max(0) as u32 / DIGIT_BITS
            } else {
                0
            }
        };
        let digits = (precision + free(probability).max(free(1.0 - probability))).clamp(1, DIGITS);
        let shift = DIGIT_BITS * (DIGITS - digits);
        if shift == 0 {
            return Ok(exact);
        }
        let rounded = ((exact.0 + (1 << (shift - 1))) >> shift) << shift;
        Ok(Threshold(rounded.min(RANGE - (1 << shift))))
    }

    /// Reads the digits of a `th` value; trailing zeros may be written or left out.
    pub fn decode(text: &str) -> Result<Self, ThresholdError> {
        if text.is_empty() {
            return Err(ThresholdError::Empty);
        }
        if text.len() > DIGITS as usize {
            return Err(ThresholdError::TooLong);
        }
        let bits = hex(text).ok_or(ThresholdError::Syntax)?;
        Ok(Threshold(
            bits << (DIGIT_BITS * (DIGITS - text.len() as u32)),
        ))
    }

    /// How many of the 2^56 randomness values are kept.
    pub fn kept(self) -> u64 {
        RANGE - self.0
    }

    /// The probability of being kept.
    pub fn probability(self) -> f64 {
        self.kept() as f64 / RANGE as f64
    }

    /// How many traces a kept one stands for.
    pub fn adjusted_count(self) -> f64 {
        RANGE as f64 / self.kept() as f64
    }
}

impl fmt::Display for Threshold {
    /// The digits of `th`: trailing zeros removed, zero is "0".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0");
        }
        let digits = format!("{:014x}", self.0);
        f.write_str(digits.trim_end_matches('0'))
    }
}

/// The estimated number of traces behind kept ones: the sum of their adjusted counts.
pub fn estimate(kept: impl IntoIterator<Item = (Threshold, u64)>) -> f64 {
    kept.into_iter()
        .map(|(threshold, n)| threshold.adjusted_count() * n as f64)
        .sum()
}

/// A number of lower-case hex digits.
pub(super) fn hex(text: &str) -> Option<u64> {
    text.bytes().try_fold(0u64, |value, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        Some(value << DIGIT_BITS | u64::from(digit))
    })
}

/// The binary exponent `e` with `0.5 <= x / 2^e < 1`, for normal positive `x`.
fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1022
}
