//! The list of integration tests: one binary, one behaviour per file.

mod exporters;
mod harness;
mod sdks;
mod tidy;
