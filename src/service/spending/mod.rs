//! Keeps the spend ledger and watches the budgets beside the pipelines.

mod keeper;
mod settings;
mod webhook;

pub(super) use keeper::keep;
pub use settings::{BudgetTable, Money, Spend, read};

#[cfg(test)]
mod tests;
