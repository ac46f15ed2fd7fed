//! Memory reserved at the intake step by step, as it is needed.

use crate::component::{Busy, Intake, Receipt};

/// The least that is reserved at once.
pub(super) const STEP_MIN: usize = 16 << 10;
/// The most that is reserved at once.
const STEP_MAX: usize = 8 << 20;

/// What has been reserved for one buffer. Dropping it gives everything back.
pub(super) struct Reservation<'a> {
    intake: Option<&'a dyn Intake>,
    ceiling: usize,
    total: usize,
    receipts: Vec<Receipt>,
}

impl<'a> Reservation<'a> {
    /// Nothing yet, and steps never beyond `ceiling`. Without an intake, nothing is asked.
    pub(super) fn new(intake: Option<&'a dyn Intake>, ceiling: usize) -> Self {
        Reservation {
            intake,
            ceiling,
            total: 0,
            receipts: Vec::new(),
        }
    }

    /// Reserves at least `total` bytes in all; returns how many it are.
    pub(super) fn grow(&mut self, total: usize) -> Result<usize, Busy> {
        let step = (self.total / 2).clamp(STEP_MIN, STEP_MAX);
        let target = (self.total + step).min(self.ceiling).max(total);
        if total > self.total {
            if let Some(intake) = self.intake {
                self.receipts.push(intake.admit(target - self.total)?);
            }
            self.total = target;
        }
        Ok(self.total)
    }

    /// One receipt for the `len` bytes that are kept.
    ///
    /// The intake counts a receipt as a request, so the steps are traded for a single one. Where
    /// there is no room for both at once, they are kept together instead.
    pub(super) fn into_receipt(mut self, len: usize) -> Receipt {
        if self.receipts.len() <= 1 {
            return self.receipts.pop().unwrap_or_else(Receipt::free);
        }
        let whole = self.intake.and_then(|intake| intake.admit(len).ok());
        whole.unwrap_or_else(|| Receipt::new(move || drop(self.receipts)))
    }
}
