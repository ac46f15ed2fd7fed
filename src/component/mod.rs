//! What a component promises: the traits that receivers, processors and exporters meet through.
//!
//! A pipeline knows no component and a component knows no pipeline; both know this room.

mod batch;
mod context;
mod entry;
mod error;
mod ledger;
mod next;
mod reload;
mod shard;
mod trust;
mod watch;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use batch::{Batch, Receipt, Request};
pub use context::{Background, Context, Page, Shelf};
pub use entry::{
    Built, Entry, ExporterConfig, Facts, Maker, ProcessorConfig, ReceiverConfig, maker,
};
pub use error::{Busy, ExportError, cannot_listen};
pub use ledger::{Account, Ledger, Reason, Tally};
pub use next::Next;
pub use reload::{Commit, Reload};
pub use shard::{shard, shard_of};
pub use tokio_util::sync::CancellationToken as Stop;
pub use trust::Trust;
pub use watch::{Cause, Glance, Watch};

use crate::clock::Now;
pub use crate::config::ConfigError;
use crate::otlp::{Signal, Telemetry};

/// A future that owns what it needs; the traits stay usable as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How often a worker calls [`Processor::tick`], unless its work keeps it longer.
pub const TICK: Duration = Duration::from_millis(100);

/// CPU work on one worker thread: owns its state, never awaits, never locks, is told the time.
///
/// A batch given to [`Processor::process`] is passed on with [`Next::send`], discarded with a
/// reason, or held. What is held must come out by `drain` at the latest.
pub trait Processor: Send {
    /// Takes one batch.
    fn process(&mut self, batch: Batch, next: &mut Next<'_>);
    /// Called every [`TICK`] or later, between batches; `next.now()` is the time.
    fn tick(&mut self, _next: &mut Next<'_>) {}
    /// Called once, before the chain is dropped: everything held leaves now, or is discarded with a
    /// reason. Here a processor may wait for what it asked for, since nothing else is kept waiting.
    fn drain(&mut self, _next: &mut Next<'_>) {}
    /// Items this processor holds at this moment (spans, log records, data points).
    fn held(&self) -> u64 {
        0
    }
}

/// What an exporter reports of a request that was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Items that were refused all the same, by reason; never retried.
    pub rejected: Vec<(Reason, u64)>,
    /// The destination's own words, if it sent any.
    pub message: String,
}

/// Network or disk work on the async runtime. The queue before it owns batching, waiting and
/// retrying; an exporter tries once.
pub trait Exporter: Send + Sync {
    /// Sends one request; all its parts are of one signal.
    fn export(&self, request: Arc<Request>) -> BoxFuture<'_, Result<Delivered, ExportError>>;
    /// Called once after the last export: flush files, close connections.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Listens outside and offers what it reads.
pub trait Receiver: Send {
    /// Binds its addresses; an error means that it cannot listen. What it answers serves until
    /// `stop` and resolves once everyone has been answered.
    fn bind(
        self: Box<Self>,
        intake: Arc<dyn Intake>,
        stop: Stop,
    ) -> BoxFuture<'static, io::Result<BoxFuture<'static, ()>>>;
}

/// The way in, as a receiver sees it.
pub trait Intake: Send + Sync {
    /// Reserves `bytes` of memory before a body is read, or says when to come back.
    /// The reservation is returned when the receipt is dropped.
    fn admit(&self, bytes: usize) -> Result<Receipt, Busy>;
    /// Takes telemetry in under its receipt. Resolves when the sender may be told "yes".
    fn offer(&self, telemetry: Telemetry, receipt: Receipt) -> BoxFuture<'_, Result<(), Busy>>;
    /// Items refused at the door, with the reason: they were never received.
    fn refused(&self, signal: Signal, reason: Reason, items: u64);
    /// Whether some pipeline takes this signal.
    fn takes(&self, signal: Signal) -> bool;
    /// The time, for those at the door.
    fn now(&self) -> Now;
}

#[cfg(test)]
mod tests;
