//! Service: build, run, stop. The only room that knows all rooms.

mod books;
mod dialects;
mod graph;
mod meter_reader;
mod order;
mod plan;
mod rehearsal;
mod reload;
mod run;
mod settings;
mod spending;
mod summary;

pub use dialects::dialects;
pub use graph::Service;
pub use plan::{Part, PipelinePlan, Plan, Registers};
pub use rehearsal::Rehearsal;
pub use settings::{Admin, Follow, Log, Settings};
pub use spending::{BudgetTable, Money, Spend};
pub use summary::Summary;

/// The configuration used when no file is named: the `pipelines.toml` at the top of the repository.
pub const EMBEDDED: &str = include_str!("../../pipelines.toml");

#[cfg(test)]
mod tests;
