//! The rest of the chain, and the two doors out of a processor.

use super::{Account, Batch, Processor, Reason};
use crate::clock::Now;
use crate::otlp::Telemetry;

/// The rest of the chain. A batch is held, or leaves through one of two doors: on, or discarded.
pub struct Next<'a> {
    rest: &'a mut [Box<dyn Processor>],
    out: &'a mut dyn FnMut(Batch),
    account: &'a Account,
    now: Now,
    pressure: f64,
}

impl<'a> Next<'a> {
    /// The door into a chain: `out` takes what comes out of its last processor.
    pub fn new(
        rest: &'a mut [Box<dyn Processor>],
        out: &'a mut dyn FnMut(Batch),
        account: &'a Account,
        now: Now,
        pressure: f64,
    ) -> Self {
        Next {
            rest,
            out,
            account,
            now,
            pressure,
        }
    }

    /// Passes a batch on. An empty one goes nowhere.
    pub fn send(&mut self, batch: Batch) {
        if batch.telemetry.is_empty() {
            return;
        }
        let Some((first, rest)) = self.rest.split_first_mut() else {
            return (self.out)(batch);
        };
        let mut next = Next {
            rest,
            out: self.out,
            account: self.account,
            now: self.now,
            pressure: self.pressure,
        };
        first.process(batch, &mut next);
    }

    /// Discards a whole batch, with the reason.
    pub fn discard(&mut self, batch: Batch, reason: Reason) {
        self.account.discarded(reason, batch.items());
    }

    /// Discards part of a batch that was already taken out of it.
    pub fn discard_items(&mut self, items: u64, reason: Reason) {
        self.account.discarded(reason, items);
    }

    /// Sends telemetry a processor made itself (it never came in at the door) down the rest.
    pub fn send_made(&mut self, telemetry: Telemetry) {
        self.account.made(telemetry.items() as u64);
        self.send(Batch::unpaid(telemetry));
    }

    /// Counts items that an earlier process had taken in and this one holds again.
    pub fn take_back(&mut self, items: u64) {
        self.account.made(items);
    }

    /// The time of this call.
    pub fn now(&self) -> Now {
        self.now
    }

    /// How full the house is, from 0 (empty) to 1 (the door refuses).
    pub fn pressure(&self) -> f64 {
        self.pressure
    }

    /// Calls `tick` on the rest of the chain, first to last.
    pub fn tick(&mut self) {
        self.each(|processor, next| processor.tick(next));
    }

    /// Calls `drain` on the rest of the chain, first to last, so that what one lets go of still
    /// passes through its successors.
    pub fn drain(&mut self) {
        self.each(|processor, next| processor.drain(next));
    }

    fn each(&mut self, mut call: impl FnMut(&mut dyn Processor, &mut Next<'_>)) {
        for index in 0..self.rest.len() {
            let Some((one, rest)) = self.rest.get_mut(index..).and_then(<[_]>::split_first_mut)
            else {
                return;
            };
            let mut next = Next {
                rest,
                out: self.out,
                account: self.account,
                now: self.now,
                pressure: self.pressure,
            };
            call(one.as_mut(), &mut next);
        }
    }
}
