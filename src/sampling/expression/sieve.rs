//! Which values are worth a look, told by how they lie on the wire.

use super::check::Check;
use super::syntax::Operand;
use crate::otlp::{Encoded, Glance};

/// What values are like that may pass some check: most others are turned away unread, by their
/// length or size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sieve {
    /// Lengths of texts in bytes, by bit; the last is for all that are as long or longer.
    texts: u64,
    /// Lengths of encoded whole numbers in bytes, by bit.
    wholes: u64,
    /// Whether anything else may pass.
    others: bool,
}

/// The bit for long texts.
const LONG: usize = u64::BITS as usize - 1;
/// Bytes of the longest whole numbers that are told from the rest.
const WHOLE_MAX: u32 = 2;

impl Sieve {
    pub(super) const NOTHING: Sieve = Sieve {
        texts: 0,
        wholes: 0,
        others: false,
    };
    pub(super) const ANYTHING: Sieve = Sieve {
        texts: u64::MAX,
        wholes: u64::MAX,
        others: true,
    };

    /// What may pass a check.
    pub(super) fn of(check: &Check) -> Self {
        match check {
            Check::Eq(operand) => Sieve::equal(operand),
            Check::In(operands) => {
                let each = operands.iter().map(Sieve::equal);
                each.fold(Sieve::NOTHING, Sieve::or)
            }
            Check::Gt(Operand::Str(_)) | Check::Ge(Operand::Str(_)) | Check::Regex(_) => {
                Sieve::texts(u64::MAX)
            }
            Check::Gt(least) | Check::Ge(least) | Check::Between(Some(least), _) => {
                Sieve::from(least)
            }
            Check::Contains(part) | Check::StartsWith(part) => {
                Sieve::texts(u64::MAX << part.len().min(LONG))
            }
            _ => Sieve::ANYTHING,
        }
    }

    /// Texts of these lengths, and what does not say that it is none.
    fn texts(texts: u64) -> Self {
        Sieve {
            texts,
            others: true,
            ..Sieve::NOTHING
        }
    }

    /// What may equal an operand.
    fn equal(operand: &Operand) -> Self {
        match operand {
            Operand::Str(text) => Sieve::texts(1 << text.len().min(LONG)),
            number => Sieve::from(number),
        }
    }

    /// Numbers that are no smaller than an operand.
    fn from(operand: &Operand) -> Self {
        let least = match operand {
            Operand::Int(n) => *n as f64,
            Operand::Double(x) => *x,
            Operand::Bool(_) | Operand::Str(_) | Operand::List(_) => f64::INFINITY,
        };
        // More than any that takes so many bytes.
        let reaches = |bytes: &u32| (1_u64 << (7 * bytes)) as f64 >= least;
        let bits = |bytes: u32| 1 << bytes;
        Sieve {
            wholes: (1..=WHOLE_MAX).filter(reaches).map(bits).sum(),
            others: true,
            ..Sieve::NOTHING
        }
    }

    pub(super) fn or(self, other: Sieve) -> Sieve {
        Sieve {
            texts: self.texts | other.texts,
            wholes: self.wholes | other.wholes,
            others: self.others | other.others,
        }
    }

    /// Whether a value may pass; `None` if there is none.
    #[inline]
    pub(super) fn may_pass(&self, value: Encoded<'_>) -> Option<bool> {
        match value.glance() {
            Glance::Text(len) => Some(self.texts >> len.min(LONG) & 1 != 0),
            Glance::Whole(len) => Some(self.wholes >> len & 1 != 0),
            Glance::Other if value.exists() => Some(self.others),
            Glance::Other => None,
        }
    }
}
