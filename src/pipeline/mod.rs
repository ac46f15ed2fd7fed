//! The way through: intake, shards, workers with their chains, fan-out, queues.

mod budget;
mod chain;
mod fanout;
mod intake;
mod queue;
mod shard;
mod worker;

pub use budget::Budget;
pub use chain::{Chain, ChainMaker, Moment};
pub use fanout::Fanout;
pub use intake::{Door, Route};
pub use queue::{Queue, QueueHandle};
pub use worker::{Job, Pulse, Worker, Workers};

#[cfg(test)]
mod tests;
