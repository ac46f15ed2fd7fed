//! The list of integration tests: one binary, one behaviour per file.
#![cfg(test)]

mod account;
mod canary;
mod content;
mod contract;
mod exporters;
mod harness;
mod hostile;
mod identity;
mod image;
mod import;
mod messages;
mod pricing;
mod prometheus;
mod pseudonyms;
mod recognize;
mod recordings;
mod redaction;
mod reload;
mod restart;
mod sdks;
mod shutdown;
mod spill;
mod streaming;
mod tail_vectors;
mod tidy;
mod verbs;
