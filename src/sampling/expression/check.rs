//! What one value is held against.

use std::cmp::Ordering;

use regex::Regex;

use super::convert::{As, Type};
use super::reading::Scalar;
use super::syntax::Operand;
use crate::otlp::{Encoded, Value};

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
    /// It is of this type.
    Type(Type),
    /// What is made of it passes.
    As(As, Box<Check>),
}

impl Check {
    /// Whether the value passes.
    pub fn holds(&self, value: Scalar<'_>) -> bool {
        if !value.exists() {
            return self.takes_none();
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
            Check::Type(kind) => kind.has(value),
            Check::As(read_as, check) => match value.plain() {
                Some(value) => read_as.convert(&value, |made| check.holds(made)),
                None => check.takes_none(),
            },
        }
    }

    /// Whether it asks what a value is, and is answered by a look at it.
    pub(super) fn is_quick(&self) -> bool {
        !matches!(
            self,
            Check::Exists
                | Check::Absent
                | Check::Regex(_)
                | Check::Contains(_)
                | Check::Type(_)
                | Check::As(..)
        )
    }

    /// Whether it holds where there is no value.
    pub(super) fn takes_none(&self) -> bool {
        match self {
            Check::Absent => true,
            Check::As(_, check) => check.takes_none(),
            _ => false,
        }
    }

    /// Whether a value passes, of whatever kind it is.
    pub(super) fn takes(&self, value: &Value<'_>) -> bool {
        match self {
            Check::As(read_as, check) => read_as.convert(value, |made| check.holds(made)),
            _ => self.holds(Scalar::from(value)),
        }
    }
}

impl Check {
    /// Whether a value passes; nearly all questions are answered before it is looked into.
    #[inline]
    pub(super) fn passes(&self, value: Encoded<'_>) -> bool {
        let text = || value.text();
        match self {
            Check::Exists => true,
            Check::Eq(Operand::Str(own)) if let Some(text) = text() => own.as_bytes() == text,
            Check::In(words) if let Some(text) = text() => words
                .iter()
                .any(|word| matches!(word, Operand::Str(own) if own.as_bytes() == text)),
            Check::StartsWith(start) if let Some(text) = text() => {
                text.starts_with(start.as_bytes())
            }
            Check::Between(Some(Operand::Double(min)), None) if let Some(n) = value.whole() => {
                // Below this, whole numbers are doubles exactly.
                const EXACT: i64 = 1 << 53;
                if n < EXACT {
                    n as f64 >= *min
                } else {
                    self.holds(Scalar::Int(n))
                }
            }
            _ => self.takes(&value.number().unwrap_or_else(|| value.get())),
        }
    }

    /// Below this no number passes; `None` if the check does not say.
    pub fn least(&self) -> Option<f64> {
        match self {
            Check::Gt(least) | Check::Ge(least) => least.as_scalar().as_f64(),
            _ => None,
        }
    }

    /// Whether no number up to this one passes.
    pub(super) fn asks_for_more(&self, most: f64) -> bool {
        self.least().is_some_and(|least| least > most)
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
