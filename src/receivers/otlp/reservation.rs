//! Memory reserved at the intake step by step, as it is needed.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::component::{Busy, Intake, Receipt};

/// The least that is reserved at once.
pub(super) const STEP_MIN: usize = 16 << 10;
/// The most that is reserved at once. Below it buffers double, so that few outgrown ones are left
/// behind.
const STEP_MAX: usize = 32 << 20;
/// From this size on a body waits a little for room, because sending it again is dear; smaller
/// ones are refused at once.
const LARGE: usize = 1 << 20;
/// How long it waits, well within the ten seconds senders usually give a request.
const WAIT: Duration = Duration::from_secs(5);
/// How often it asks meanwhile.
const ASK_EVERY: Duration = Duration::from_millis(20);

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
    pub(super) async fn grow(&mut self, total: usize) -> Result<usize, Busy> {
        let step = self.total.clamp(STEP_MIN, STEP_MAX);
        let mut target = (self.total + step).max(total);
        // Nearly there is there: a last small step would copy everything once more.
        if target + target / 4 >= self.ceiling {
            target = self.ceiling.max(total);
        }
        if total > self.total {
            if let Some(intake) = self.intake {
                let wait = if self.total >= LARGE {
                    WAIT
                } else {
                    Duration::ZERO
                };
                self.receipts
                    .push(admit(intake, target - self.total, wait).await?);
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

/// Asks whether there is room for `bytes`, without keeping it.
pub(super) async fn probe(intake: &dyn Intake, bytes: usize) -> Result<(), Busy> {
    let wait = if bytes >= LARGE { WAIT } else { Duration::ZERO };
    admit(intake, bytes, wait).await.map(drop)
}

async fn admit(intake: &dyn Intake, bytes: usize, wait: Duration) -> Result<Receipt, Busy> {
    let until = Instant::now() + wait;
    loop {
        match intake.admit(bytes) {
            Err(_) if Instant::now() < until => sleep(ASK_EVERY).await,
            answer => return answer,
        }
    }
}
