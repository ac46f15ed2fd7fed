//! Questions about the values of a span.

use super::check::Check;
use super::reading::{BITS, Slot, Slots};
use super::sieve::Sieve;

/// Questions by the slot of the value that they are about.
#[derive(Clone, Debug, Default)]
pub(super) struct Questions {
    by_slot: Vec<Asked>,
    /// One bit for each slot about which there are questions.
    asked: u64,
}

/// The questions about one value, each with the bit that stands for a yes.
type Asked = Vec<(u16, Check)>;

impl Questions {
    /// One more question about the value of a slot, which is below [`BITS`].
    pub(super) fn ask(&mut self, slot: Slot, bit: u16, check: Check) {
        debug_assert!(slot < BITS, "only the first slots have a bit");
        let place = usize::from(slot);
        if self.by_slot.len() <= place {
            self.by_slot.resize(place + 1, Asked::new());
        }
        self.asked |= 1 << slot;
        if let Some(own) = self.by_slot.get_mut(place) {
            own.push((bit, check));
        }
    }

    /// Which values of a slot may be answered with a yes.
    pub(super) fn sieve(&self, slot: Slot) -> Sieve {
        let questions = self.by_slot.get(usize::from(slot)).into_iter().flatten();
        let each = questions.map(|(_, check)| Sieve::of(check));
        each.fold(Sieve::NOTHING, Sieve::or)
    }

    /// Whether any of these values is asked about.
    #[inline]
    pub(super) fn concern(&self, slots: &Slots<'_>) -> bool {
        self.asked & slots.looks() != 0
    }

    /// Asks about the values that are worth a look; shows the bit of each yes to `yes`. Nothing is asked
    /// for a bit that is `known`.
    #[inline]
    pub(super) fn answer(
        &self,
        slots: &Slots<'_>,
        known: impl Fn(u16) -> bool,
        mut yes: impl FnMut(u16),
    ) {
        let mut asked = self.asked & slots.looks();
        while asked != 0 {
            let slot = asked.trailing_zeros();
            asked &= asked - 1;
            let own = self.by_slot.get(slot as usize);
            let (Some(own), Some(value)) = (own, slots.find(slot as Slot)) else {
                continue;
            };
            for (bit, check) in own {
                if !known(*bit) && check.passes(value) {
                    yes(*bit);
                }
            }
        }
    }
}
