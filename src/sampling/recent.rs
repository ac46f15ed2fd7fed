//! The latest verdicts, for people and agents to read; writers never wait for readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::verdict::Verdict;

/// A bounded list of the latest verdicts, shared by all workers of one sampler.
#[derive(Debug)]
pub struct Recent {
    bound: usize,
    send: Sender<Verdict>,
    receive: Receiver<Verdict>,
    /// What readers have taken out of the channel; writers never touch it.
    read: Mutex<VecDeque<Arc<Verdict>>>,
}

impl Recent {
    /// Remembers about the last `bound` verdicts.
    pub fn new(bound: usize) -> Self {
        let (send, receive) = bounded(bound.max(1));
        Recent {
            bound,
            send,
            receive,
            read: Mutex::new(VecDeque::new()),
        }
    }

    /// Adds a verdict; the oldest makes room.
    pub fn push(&self, verdict: Verdict) {
        let mut verdict = verdict;
        // Another writer may take the place that was just freed; then the next oldest goes.
        for _ in 0..4 {
            match self.send.try_send(verdict) {
                Ok(()) | Err(TrySendError::Disconnected(_)) => return,
                Err(TrySendError::Full(back)) => verdict = back,
            }
            drop(self.receive.try_recv());
        }
    }

    /// The latest verdicts, the newest last.
    pub fn list(&self) -> Vec<Arc<Verdict>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(self.receive.try_iter().take(self.bound).map(Arc::new));
        let surplus = read.len().saturating_sub(self.bound);
        read.drain(..surplus);
        read.iter().cloned().collect()
    }
}
