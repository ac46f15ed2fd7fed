//! Exact decimal numbers for sums of money and tokens: integers of 10^-18.
//!
//! Senders write 0.1 and mean a tenth. A double is read as the shortest decimal that names it, so
//! that ten times 0.1 is 1.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

const SCALE: i128 = 1_000_000_000_000_000_000;
const SCALE_DIGITS: i32 = 18;
const NANO: f64 = 1e9;
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An exact decimal number with 18 places. Saturates instead of overflowing.
///
/// Aligned like a word: what holds one need not be aligned to sixteen bytes in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C, packed(8))]
pub struct Decimal(i128);

impl Decimal {
    /// Nothing.
    pub const ZERO: Decimal = Decimal(0);

    /// A whole number.
    pub fn from_int(n: i64) -> Self {
        Decimal(i128::from(n) * SCALE)
    }

    /// The shortest decimal that reads as this double; not a number and infinities are none.
    pub fn from_f64(x: f64) -> Option<Self> {
        if !x.is_finite() {
            return None;
        }
        // Nearly every figure has at most nine places: then this test proves the rounded one right.
        let nano = (x * NANO).round();
        if nano.abs() < EXACT && (nano / NANO).to_bits() == x.to_bits() {
            return Some(Decimal(i128::from(nano as i64) * (SCALE / 1_000_000_000)));
        }
        from_scientific(&format!("{x:e}"))
    }

    /// As a double, for averages and for people.
    pub fn as_f64(self) -> f64 {
        let whole = self.0 / SCALE;
        let part = self.0 % SCALE;
        whole as f64 + part as f64 / SCALE as f64
    }
}

/// Reads what Rust's `{:e}` writes: `-1.2345e-7`.
fn from_scientific(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent = exponent.parse::<i32>().ok()?;
    let places = mantissa
        .split_once('.')
        .map_or(0, |(_, places)| places.len() as i32);
    let digits = mantissa.replace('.', "").parse::<i128>().ok()?;
    let shift = SCALE_DIGITS + exponent - places;
    let power = 10i128.checked_pow(shift.unsigned_abs());
    Some(Decimal(match (shift >= 0, power) {
        (true, Some(power)) => digits.saturating_mul(power),
        (true, None) => digits.signum() * i128::MAX,
        (false, Some(power)) => digits / power,
        (false, None) => 0,
    }))
}

impl Add for Decimal {
    type Output = Decimal;
    fn add(self, other: Decimal) -> Decimal {
        Decimal(self.0.saturating_add(other.0))
    }
}

impl Sub for Decimal {
    type Output = Decimal;
    fn sub(self, other: Decimal) -> Decimal {
        Decimal(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Decimal) {
        *self = *self + other;
    }
}

impl SubAssign for Decimal {
    fn sub_assign(&mut self, other: Decimal) {
        *self = *self - other;
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Decimal>>(iter: I) -> Decimal {
        iter.fold(Decimal::ZERO, Add::add)
    }
}
