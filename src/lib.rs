//! Tollgate: the one process between an agent's SDKs and its backends.
#![recursion_limit = "256"]

pub mod admin;
pub mod cli;
pub mod clock;
pub mod component;
pub mod config;
pub mod exporters;
pub mod genai;
pub mod meter;
pub mod otlp;
pub mod pii;
pub mod pipeline;
pub mod processors;
pub mod receivers;
pub mod sampling;
pub mod service;
pub mod spend;
pub mod telemetry;
pub mod units;
