//! What tests of several processors need.

use crate::clock::Now;
use crate::component::{Account, Batch, Next, Processor};
use crate::otlp::Telemetry;

/// What a processor sends on of one batch, at the beginning of time.
pub(super) fn pass(processor: &mut dyn Processor, telemetry: Telemetry) -> Telemetry {
    let account = Account::default();
    let mut out = Vec::new();
    let mut take = |batch: Batch| out.push(batch.telemetry);
    let mut next = Next::new(&mut [], &mut take, &account, Now::at_ms(1), 0.0);
    processor.process(Batch::unpaid(telemetry), &mut next);
    out.pop().unwrap()
}
