//! Runs a sampler on a virtual clock: for tests, for replays of captured traffic.

use std::sync::Arc;

use super::sampler::TailSampling;
use super::{Config, Sampler};
use crate::clock::Now;
use crate::component::{Account, Batch, Next, Processor, TICK};
use crate::otlp::Telemetry;
use crate::sampling::verdict::Verdict;

const TICK_MS: u64 = TICK.as_millis() as u64;

/// A sampler with one worker, its clock, and what has come out of it.
pub struct Drive {
    sampler: Sampler,
    worker: TailSampling,
    account: Account,
    now_ms: u64,
    out: Vec<Outcome>,
}

/// What left the sampler, and when.
#[derive(Debug)]
pub struct Outcome {
    /// On the virtual clock.
    pub at_ms: u64,
    /// What left.
    pub telemetry: Telemetry,
}

impl Drive {
    /// A sampler that starts at a time.
    pub fn start(config: Config, now_ms: u64) -> Result<Self, String> {
        let sampler = Sampler::new(config, "tail_sampling", 1)?;
        let worker = sampler.worker(0);
        let account = Account::default();
        let mut drive = Drive {
            sampler,
            worker,
            account,
            now_ms,
            out: Vec::new(),
        };
        drive.tick();
        Ok(drive)
    }

    /// Lets time pass.
    pub fn until(&mut self, now_ms: u64) {
        while self.now_ms < now_ms {
            self.now_ms = (self.now_ms - self.now_ms % TICK_MS + TICK_MS).min(now_ms);
            self.tick();
        }
    }

    /// Lets time pass without a tick before its end, as if the worker was busy.
    pub fn busy_until(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.tick();
    }

    /// Sends telemetry in at the present time.
    pub fn send(&mut self, telemetry: Telemetry) {
        self.account.received(telemetry.items() as u64);
        self.call(|worker, next| worker.process(Batch::unpaid(telemetry), next));
    }

    /// Lets time pass until nothing is held, but no longer than until `limit_ms`.
    pub fn until_empty(&mut self, limit_ms: u64) {
        while self.worker.held() > 0 && self.now_ms < limit_ms {
            self.until(self.now_ms + TICK_MS);
        }
    }

    /// Tells the sampler to leave.
    pub fn drain(&mut self) {
        self.call(Processor::drain);
    }

    /// Takes new rules into use.
    pub fn reload(&mut self, config: Config) -> Result<(), String> {
        self.sampler.reload(config)
    }

    /// The time.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// What has come out since this was last asked.
    pub fn take_out(&mut self) -> Vec<Outcome> {
        std::mem::take(&mut self.out)
    }

    /// The processor.
    pub fn worker(&self) -> &TailSampling {
        &self.worker
    }

    /// The latest verdicts, the newest last.
    pub fn verdicts(&self) -> Vec<Arc<Verdict>> {
        self.sampler.recent().list()
    }

    /// What the admin port shows of its rules and ticks.
    pub fn page(&self) -> serde_json::Value {
        self.sampler.page()
    }

    /// The books of what was sent in.
    pub fn account(&self) -> &Account {
        &self.account
    }

    fn tick(&mut self) {
        self.call(Processor::tick);
    }

    fn call(&mut self, call: impl FnOnce(&mut TailSampling, &mut Next<'_>)) {
        let (at_ms, out, account) = (self.now_ms, &mut self.out, &self.account);
        let mut take = |batch: Batch| {
            account.passed(batch.items());
            out.push(Outcome {
                at_ms,
                telemetry: batch.telemetry,
            });
        };
        let mut next = Next::new(&mut [], &mut take, account, Now::at_ms(at_ms), 0.0);
        call(&mut self.worker, &mut next);
    }
}
