//! One thread: receive, push, tick, drain.

use std::sync::Arc;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::budget::Budget;
use super::chain::{Chain, Moment};
use super::fanout::Fanout;
use crate::clock::{Clock, Now};
use crate::component::{Batch, TICK};

/// A batch for one pipeline.
pub struct Job {
    /// The pipeline's index.
    pub pipeline: usize,
    /// What falls through its chain.
    pub batch: Batch,
}

/// What a worker asks about the world around it.
#[derive(Clone)]
pub struct Pulse {
    /// The time.
    pub clock: Clock,
    /// How full the house is.
    pub budget: Arc<Budget>,
}

impl Pulse {
    fn moment(&self) -> Moment {
        Moment {
            now: self.clock.now(),
            pressure: self.budget.fill(),
        }
    }
}

/// One thread's part of every pipeline.
pub struct Worker {
    /// By pipeline index: the chain and where its output goes.
    pub lanes: Vec<(Chain, Fanout)>,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Job>, pulse: &Pulse) {
        let mut ticked = Now::default().mono;
        let mut seen = ticked;
        loop {
            // What comes shortly before a tick does not put it off for as long again.
            let wait = TICK.saturating_sub(seen.saturating_sub(ticked));
            let moment = match jobs.recv_timeout(wait) {
                Ok(job) => {
                    let moment = pulse.moment();
                    self.push(job, moment);
                    moment
                }
                Err(RecvTimeoutError::Timeout) => pulse.moment(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            seen = moment.now.mono;
            if seen.saturating_sub(ticked) >= TICK {
                ticked = seen;
                self.each(|chain, out| chain.tick(moment, out));
            }
        }
        let moment = pulse.moment();
        self.each(|chain, out| chain.drain(moment, out));
    }

    fn push(&mut self, job: Job, moment: Moment) {
        let Some((chain, fanout)) = self.lanes.get_mut(job.pipeline) else {
            return;
        };
        chain.push(job.batch, moment, &mut |batch| fanout.send(batch));
    }

    fn each(&mut self, mut call: impl FnMut(&mut Chain, &mut dyn FnMut(Batch))) {
        for (chain, fanout) in &mut self.lanes {
            call(chain, &mut |batch| fanout.send(batch));
        }
    }
}

/// The worker threads. Dropping the senders of every clone lets them drain and end.
pub struct Workers {
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Workers {
    /// Starts one thread per worker; `jobs_max` bounds each channel and is never reached, because
    /// the budget admits fewer requests than that.
    pub fn start(
        workers: Vec<Worker>,
        jobs_max: usize,
        pulse: &Pulse,
    ) -> std::io::Result<(Self, Lanes)> {
        let mut threads = Vec::new();
        let mut senders = Vec::new();
        for (index, worker) in workers.into_iter().enumerate() {
            let (sender, jobs) = bounded(jobs_max);
            let pulse = pulse.clone();
            let thread = std::thread::Builder::new()
                .name(format!("worker-{index}"))
                .spawn(move || worker.run(&jobs, &pulse))?;
            threads.push(thread);
            senders.push(sender);
        }
        Ok((Workers { threads }, Lanes { senders }))
    }

    /// Waits until every worker has drained. Blocks; every clone of the way to them must be gone.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker thread panicked outside its chains");
            }
        }
    }
}

/// The way to the workers.
#[derive(Clone)]
pub struct Lanes {
    senders: Vec<Sender<Job>>,
}

impl Lanes {
    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.senders.len()
    }

    /// Gives a worker a job, or gives it back when its channel is full or closed.
    pub fn send(&self, worker: usize, job: Job) -> Result<(), Box<Job>> {
        let Some(sender) = self.senders.get(worker) else {
            return Err(Box::new(job));
        };
        sender.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) | TrySendError::Disconnected(job) => Box::new(job),
        })
    }
}
