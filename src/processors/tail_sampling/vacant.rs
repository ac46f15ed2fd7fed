//! Which segments have room: the lowest is filled first, so that the last ones become empty after a
//! rush and go back to the system.

use std::collections::BTreeSet;

/// Numbers of segments with room, those without memory of their own included.
#[derive(Default)]
pub(super) struct Vacant {
    numbers: BTreeSet<u32>,
    /// The lowest of them, at hand.
    lowest: Option<u32>,
}

impl Vacant {
    /// The lowest segment with room; a new one if there is none.
    pub(super) fn first(&mut self, add: impl FnOnce() -> u32) -> u32 {
        if let Some(lowest) = self.lowest {
            return lowest;
        }
        let number = add();
        self.opened(number);
        number
    }

    /// The lowest segment has no room any more.
    pub(super) fn filled(&mut self, number: u32) {
        self.numbers.remove(&number);
        self.lowest = self.numbers.first().copied();
    }

    /// A segment has room again.
    pub(super) fn opened(&mut self, number: u32) {
        self.numbers.insert(number);
        self.lowest = Some(self.lowest.map_or(number, |lowest| lowest.min(number)));
    }
}
