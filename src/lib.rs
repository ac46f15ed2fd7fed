//! Tollgate: the one process between an agent's SDKs and its backends.
#![recursion_limit = "256"]

pub mod clock;
pub mod component;
pub mod config;
pub mod genai;
pub mod meter;
pub mod otlp;
pub mod pii;
pub mod receivers;
pub mod sampling;
pub mod units;
