//! The list of integration tests: one binary, one behaviour per file.

mod harness;
mod sdks;
mod tidy;
