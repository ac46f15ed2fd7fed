//! One small HTTP server for operators: health, readiness, metrics of the process, debug pages.

mod health;
mod server;

pub use health::Health;
pub use server::{Server, listen};
