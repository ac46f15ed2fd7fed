//! What one value is held against.

use std::cmp::Ordering;

use regex::Regex;

use super::reading::Scalar;
use super::syntax::Operand;

/// A question about one value. Only [`Check::Absent`] holds for a missing one.
#[derive(Clone, Debug)]
pub enum Check {
    /// There is a value.
    Exists,
    /// There is none.
    Absent,
    /// It equals; whole numbers and doubles compare as numbers.
    Eq(Operand),
    /// It is there and differs.
    Ne(Operand),
    /// It equals one of these.
    In(Vec<Operand>),
    /// It is larger.
    Gt(Operand),
    /// It is larger or equal.
    Ge(Operand),
    /// It is smaller.
    Lt(Operand),
    /// It is smaller or equal.
    Le(Operand),
    /// It is a number between these, both included.
    Between(Option<Operand>, Option<Operand>),
    /// It is text in which one of these is found anywhere.
    Regex(Vec<Regex>),
    /// It is text that contains this.
    Contains(Box<str>),
    /// It is text that starts with this.
    StartsWith(Box<str>),
}

impl Check {
    /// Whether the value passes.
    pub fn holds(&self, value: Scalar<'_>) -> bool {
        if !value.exists() {
            return matches!(self, Check::Absent);
        }
        let order = |operand: &Operand| compare(value, operand.as_scalar());
        match self {
            Check::Exists => true,
            Check::Absent => false,
            Check::Eq(operand) => equal(value, operand),
            Check::Ne(operand) => !equal(value, operand),
            Check::In(operands) => operands.iter().any(|operand| equal(value, operand)),
            Check::Gt(operand) => order(operand) == Some(Ordering::Greater),
            Check::Ge(operand) => order(operand).is_some_and(Ordering::is_ge),
            Check::Lt(operand) => order(operand) == Some(Ordering::Less),
            Check::Le(operand) => order(operand).is_some_and(Ordering::is_le),
            Check::Between(min, max) => {
                value.as_f64().is_some()
                    && min
                        .as_ref()
                        .is_none_or(|min| order(min).is_some_and(Ordering::is_ge))
                    && max
                        .as_ref()
                        .is_none_or(|max| order(max).is_some_and(Ordering::is_le))
            }
            Check::Regex(patterns) => value
                .as_str()
                .is_some_and(|text| patterns.iter().any(|p| p.is_match(text))),
            Check::Contains(part) => value.as_str().is_some_and(|text| text.contains(&**part)),
            Check::StartsWith(start) => value
                .as_str()
                .is_some_and(|text| text.starts_with(&**start)),
        }
    }
}

impl Check {
    /// Whether no number up to this one passes.
    pub(super) fn asks_for_more(&self, most: f64) -> bool {
        let least = match self {
            Check::Gt(least) | Check::Ge(least) => least.as_scalar().as_f64(),
            _ => None,
        };
        least.is_some_and(|least| least > most)
    }
}

/// Texts of different lengths need no look.
fn equal(value: Scalar<'_>, operand: &Operand) -> bool {
    match (value, operand) {
        (Scalar::Str(a), Operand::Str(b)) => a == b,
        _ => compare(value, operand.as_scalar()) == Some(Ordering::Equal),
    }
}

/// Compares two values of one type; whole numbers and doubles exactly, as numbers.
pub fn compare(a: Scalar<'_>, b: Scalar<'_>) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Str(a), Scalar::Str(b)) => Some(a.cmp(b)),
        (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(&b)),
        (Scalar::Int(a), Scalar::Int(b)) => Some(a.cmp(&b)),
        (Scalar::Double(a), Scalar::Double(b)) => a.partial_cmp(&b),
        (Scalar::Int(a), Scalar::Double(b)) => compare_mixed(a, b),
        (Scalar::Double(a), Scalar::Int(b)) => compare_mixed(b, a).map(Ordering::reverse),
        _ => None,
    }
}

fn compare_mixed(a: i64, b: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= TWO_63 {
        return Some(Ordering::Less);
    }
    if b < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = b.floor();
    let order = a.cmp(&(whole as i64));
    Some(if order == Ordering::Equal && b > whole {
        Ordering::Less
    } else {
        order
    })
}
