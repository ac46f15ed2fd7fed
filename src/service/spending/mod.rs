//! Keeps the spend ledger and watches the budgets beside the pipelines.

mod keeper;
mod settings;
mod webhook;

pub(super) use keeper::keep;
pub(super) use settings::read;
pub use settings::{BudgetTable, Money, Spend};

#[cfg(test)]
mod tests;
