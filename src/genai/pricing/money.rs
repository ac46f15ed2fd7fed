//! Money: US dollars in whole picodollars, so that sums are exact in any order.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Picodollars in one dollar.
pub const PICO: i128 = 1_000_000_000_000;

/// An amount of US dollars, counted in picodollars (10⁻¹² USD).
///
/// Integer, so adding is associative: a total does not depend on the order in which spans came.
/// Printed as an exact decimal number of dollars without trailing zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PicoUsd(pub i128);

impl PicoUsd {
    /// Nothing.
    pub const ZERO: PicoUsd = PicoUsd(0);

    /// The amount in whole nanodollars, halves to even.
    pub fn nanos(self) -> i128 {
        div_half_even(self.0, 1_000)
    }

    /// The amount in dollars as the nearest double: for attributes and people, never for sums.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / PICO as f64
    }

    /// An amount that a sender wrote as a double; `None` unless finite and below a trillion dollars.
    pub fn from_f64(dollars: f64) -> Option<Self> {
        let in_range = dollars.is_finite() && dollars.abs() < 1e12;
        in_range.then(|| PicoUsd((dollars * PICO as f64).round_ties_even() as i128))
    }

    /// Reads a decimal number of dollars (`0.03`, `-1.5`, `2e-7`), rounded half-even to picodollars.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut value: i128 = 0;
        // Digits beyond what i128 holds cannot matter: thirty is past every picodollar.
        let mut dropped = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return None;
            }
            match value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i128::from(digit - b'0')))
            {
                Some(next) if dropped == 0 => value = next,
                _ => dropped += 1,
            }
        }
        let shift = 12 + exponent + dropped - i32::try_from(fraction.len()).ok()?;
        let pico = if shift >= 0 {
            value.checked_mul(10_i128.checked_pow(u32::try_from(shift).ok()?)?)?
        } else {
            let by = 10_i128.checked_pow(shift.unsigned_abs());
            by.map_or(0, |by| div_half_even(value, by))
        };
        Some(PicoUsd(if negative { -pico } else { pico }))
    }

    /// Takes `numerator / denominator` picodollars, rounded once, half to even.
    pub fn ratio(numerator: i128, denominator: i128) -> Self {
        PicoUsd(div_half_even(numerator, denominator))
    }
}

/// `a / b` rounded to the nearest integer, halves to the even one; `b` is positive.
pub fn div_half_even(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    match (rest * 2).cmp(&b) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

impl fmt::Display for PicoUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let pico = PICO.unsigned_abs();
        let (whole, fraction) = (magnitude / pico, magnitude % pico);
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return f.pad(&format!("{sign}{whole}"));
        }
        let digits = format!("{fraction:012}");
        f.pad(&format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
    }
}

impl Add for PicoUsd {
    type Output = PicoUsd;
    fn add(self, other: PicoUsd) -> PicoUsd {
        PicoUsd(self.0.saturating_add(other.0))
    }
}

impl Sub for PicoUsd {
    type Output = PicoUsd;
    fn sub(self, other: PicoUsd) -> PicoUsd {
        PicoUsd(self.0.saturating_sub(other.0))
    }
}

impl Neg for PicoUsd {
    type Output = PicoUsd;
    fn neg(self) -> PicoUsd {
        PicoUsd(self.0.saturating_neg())
    }
}

impl AddAssign for PicoUsd {
    fn add_assign(&mut self, other: PicoUsd) {
        *self = *self + other;
    }
}

impl SubAssign for PicoUsd {
    fn sub_assign(&mut self, other: PicoUsd) {
        *self = *self - other;
    }
}

impl Sum for PicoUsd {
    fn sum<I: Iterator<Item = PicoUsd>>(amounts: I) -> PicoUsd {
        amounts.fold(PicoUsd::ZERO, Add::add)
    }
}

/// As the exact decimal in a string: JSON numbers would pass through doubles.
impl Serialize for PicoUsd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PicoUsd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Decimal::deserialize(deserializer)?
            .pico()
            .ok_or_else(|| serde::de::Error::custom("expected a number of dollars such as 0.03"))
    }
}

/// A number, or a number in a string where digits must not pass through a double.
impl JsonSchema for PicoUsd {
    fn schema_name() -> Cow<'static, str> {
        "Dollars".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "examples": [0.03, "0.0000015"] })
    }
}

/// A decimal number as people and files write it: a number, or a number in a string.
#[derive(Clone, Debug)]
pub(super) enum Decimal {
    /// A JSON or TOML integer.
    Whole(i64),
    /// A JSON or TOML float.
    Number(f64),
    /// Digits in quotes.
    Text(String),
}

impl Decimal {
    /// The amount in picodollars, if it is a number at all.
    pub(super) fn pico(&self) -> Option<PicoUsd> {
        match self {
            Decimal::Whole(whole) => Some(PicoUsd(i128::from(*whole) * PICO)),
            Decimal::Number(number) => PicoUsd::from_f64(*number),
            Decimal::Text(text) => PicoUsd::parse(text.trim()),
        }
    }
}
