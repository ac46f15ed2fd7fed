//! The list of integration tests: one binary, one behaviour per file.

mod tidy;
