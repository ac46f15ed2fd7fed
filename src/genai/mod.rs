//! Knowledge of GenAI and MCP telemetry: dialects, usage, prices, accounts.

pub mod account;
pub mod call;
pub mod dialect;
pub mod errors;
pub mod facts;
pub mod pricing;
pub mod usage;
