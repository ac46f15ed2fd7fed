//! Questions about the values of a span, and which values need none of them.

use std::cmp::Ordering;

use super::check::Check;
use super::reading::{BITS, Slot, Slots};
use super::syntax::Operand;
use crate::otlp::Encoded;

/// Questions by the slot of the value that they are about.
#[derive(Clone, Debug, Default)]
pub(super) struct Questions {
    by_slot: Vec<Asked>,
    /// One bit for each slot about which there are questions.
    asked: u64,
}

/// The questions about one value.
#[derive(Clone, Debug)]
struct Asked {
    sieve: Sieve,
    /// Each with the bit that stands for a yes.
    questions: Vec<(u16, Check)>,
}

impl Questions {
    /// One more question about the value of a slot, which is below [`BITS`].
    pub(super) fn ask(&mut self, slot: Slot, bit: u16, check: Check) {
        debug_assert!(slot < BITS, "only the first slots have a bit");
        let place = usize::from(slot);
        if self.by_slot.len() <= place {
            let (sieve, questions) = (Sieve::NOTHING, Vec::new());
            self.by_slot.resize(place + 1, Asked { sieve, questions });
        }
        self.asked |= 1 << slot;
        if let Some(own) = self.by_slot.get_mut(place) {
            own.sieve = own.sieve.or(Sieve::of(&check));
            own.questions.push((bit, check));
        }
    }

    /// Asks about the values that there are; shows the bit of each yes to `yes`. Nothing is asked
    /// for a bit that is `known`.
    #[inline]
    pub(super) fn answer(
        &self,
        slots: &Slots<'_>,
        known: impl Fn(u16) -> bool,
        mut yes: impl FnMut(u16),
    ) {
        let mut asked = self.asked & slots.present();
        while asked != 0 {
            let slot = asked.trailing_zeros();
            asked &= asked - 1;
            let own = self.by_slot.get(slot as usize);
            let (Some(own), Some(value)) = (own, slots.find(slot as Slot)) else {
                continue;
            };
            if !own.sieve.may_pass(value) {
                continue;
            }
            for (bit, check) in &own.questions {
                if !known(*bit) && check.passes(value) {
                    yes(*bit);
                }
            }
        }
    }
}

/// What texts and numbers are like that may pass: most others are turned away by their length or
/// size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sieve {
    /// Lengths of texts in bytes, by bit; the last is for all that are as long or longer.
    lengths: u64,
    /// No number below.
    least: f64,
}

/// The bit for long texts.
const LONG: u32 = u64::BITS - 1;

impl Sieve {
    const NOTHING: Sieve = Sieve {
        lengths: 0,
        least: f64::INFINITY,
    };
    const ANYTHING: Sieve = Sieve {
        lengths: u64::MAX,
        least: f64::NEG_INFINITY,
    };

    /// What may pass a check.
    fn of(check: &Check) -> Self {
        let texts = |lengths| Sieve {
            lengths,
            ..Sieve::NOTHING
        };
        match check {
            Check::Eq(operand) => Sieve::equal(operand),
            Check::In(operands) => {
                let each = operands.iter().map(Sieve::equal);
                each.fold(Sieve::NOTHING, Sieve::or)
            }
            Check::Gt(least) | Check::Ge(least) => match least {
                Operand::Str(_) => texts(u64::MAX),
                least => Sieve::from(least),
            },
            Check::Between(Some(least), _) => Sieve::from(least),
            Check::Regex(_) => texts(u64::MAX),
            Check::Contains(part) | Check::StartsWith(part) => texts(u64::MAX << bit(part)),
            _ => Sieve::ANYTHING,
        }
    }

    /// What may equal an operand.
    fn equal(operand: &Operand) -> Self {
        match operand {
            Operand::Str(text) => Sieve {
                lengths: 1 << bit(text),
                ..Sieve::NOTHING
            },
            number => Sieve::from(number),
        }
    }

    /// Numbers that are no smaller than an operand.
    fn from(operand: &Operand) -> Self {
        /// Up to here, whole numbers are doubles exactly.
        const EXACT: i64 = 1 << 53;
        Sieve {
            least: match operand {
                Operand::Int(n) if (-EXACT..=EXACT).contains(n) => *n as f64,
                Operand::Int(_) => f64::NEG_INFINITY,
                Operand::Double(x) => *x,
                Operand::Bool(_) | Operand::Str(_) | Operand::List(_) => f64::INFINITY,
            },
            ..Sieve::NOTHING
        }
    }

    fn or(self, other: Sieve) -> Sieve {
        Sieve {
            lengths: self.lengths | other.lengths,
            least: self.least.min(other.least),
        }
    }

    /// Whether a value may pass; one that is neither text nor number may.
    #[inline]
    fn may_pass(&self, value: Encoded<'_>) -> bool {
        if let Some(text) = value.text() {
            return self.lengths >> text.len().min(LONG as usize) & 1 != 0;
        }
        // A rounded number is above no double that it was below.
        let number = value.whole().map(|n| n as f64).or_else(|| value.double());
        number.is_none_or(|number| number.partial_cmp(&self.least) != Some(Ordering::Less))
    }
}

/// The bit for texts as long as this one.
fn bit(text: &str) -> u32 {
    (text.len() as u32).min(LONG)
}
