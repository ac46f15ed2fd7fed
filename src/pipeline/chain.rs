//! Processors in order, owned by one worker; survives a processor that panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::clock::Now;
use crate::component::{Account, Batch, Maker, Next, Processor, Reason};

/// Makes the same chain again and again: once per worker, and anew after a panic.
pub struct ChainMaker {
    /// The makers of the pipeline's processors, in order.
    pub processors: Vec<Arc<Maker>>,
}

impl ChainMaker {
    fn make(&self, worker: usize) -> Vec<Box<dyn Processor>> {
        self.processors.iter().map(|maker| maker(worker)).collect()
    }
}

/// One pipeline's processors on one worker, with their books.
pub struct Chain {
    worker: usize,
    maker: Arc<ChainMaker>,
    processors: Vec<Box<dyn Processor>>,
    account: Arc<Account>,
}

impl Chain {
    /// The chain of `worker`; `account` is its alone.
    pub fn new(worker: usize, maker: Arc<ChainMaker>, account: Arc<Account>) -> Self {
        Chain {
            worker,
            processors: maker.make(worker),
            maker,
            account,
        }
    }

    /// Lets a batch fall through. What comes out goes to `out`.
    pub fn push(&mut self, batch: Batch, moment: Moment, out: &mut dyn FnMut(Batch)) {
        self.account.received(batch.items());
        self.guarded(moment, out, |next| next.send(batch));
    }

    /// Tells the processors the time.
    pub fn tick(&mut self, moment: Moment, out: &mut dyn FnMut(Batch)) {
        self.guarded(moment, out, |next| next.tick());
    }

    /// Has everything held let go.
    pub fn drain(&mut self, moment: Moment, out: &mut dyn FnMut(Batch)) {
        self.guarded(moment, out, |next| next.drain());
    }

    /// Items the processors say they hold.
    pub fn held(&self) -> u64 {
        self.processors
            .iter()
            .map(|processor| processor.held())
            .sum()
    }

    fn guarded(
        &mut self,
        moment: Moment,
        out: &mut dyn FnMut(Batch),
        call: impl FnOnce(&mut Next<'_>),
    ) {
        let account = Arc::clone(&self.account);
        let mut counted = |batch: Batch| {
            account.passed(batch.items());
            out(batch);
        };
        let mut run = |processors: &mut [Box<dyn Processor>],
                       call: Box<dyn FnOnce(&mut Next<'_>) + '_>| {
            let mut next = Next::new(
                processors,
                &mut counted,
                &account,
                moment.now,
                moment.pressure,
            );
            catch_unwind(AssertUnwindSafe(|| call(&mut next)))
        };
        let Err(panic) = run(&mut self.processors, Box::new(call)) else {
            return;
        };
        tracing::error!(
            worker = self.worker,
            panic = what(&*panic),
            "a processor panicked; its batch is discarded and the chain is made anew"
        );
        // The others may still hold good telemetry: let them hand it out before they are replaced.
        let drained = run(&mut self.processors, Box::new(|next| next.drain()));
        if drained.is_err() {
            tracing::error!(
                worker = self.worker,
                "the chain panicked again while it was drained"
            );
        }
        self.processors = self.maker.make(self.worker);
        self.account
            .discarded(Reason::Panicked, self.account.tally().held());
    }
}

/// What a chain is told at each call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    /// The time.
    pub now: Now,
    /// How full the house is, 0 to 1.
    pub pressure: f64,
}

fn what(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
