//! Tollgate: the one process between an agent's SDKs and its backends.
//!
//! OTLP comes in, a chain of processors works on it, and it leaves as OTLP, Prometheus metrics and
//! files: priced, free of personal data, and sampled by whole traces.
//!
//! ```text
//!             SDKs, agents, other collectors
//!                           │ OTLP bytes
//!   ┌───────────────────────▼─────────────────────────┐
//!   │ receivers/otlp     listen, limit, admit, parse  │  async (tokio)
//!   │ pipeline/intake    shard by trace               │  ← door 1: async to sync
//!   ╞═══════╪═════════╪═════════╪═════════════════════╡
//!   │   worker 0   worker 1   worker N                │  one thread each: no lock, no await
//!   │   normalize → redact → cost → agent_metrics     │  batches fall through by plain calls
//!   │             → tail_sampling → attribution       │
//!   ╞═══════╪═════════╪═════════╪═════════════════════╡
//!   │ pipeline/fanout    one Arc for each exporter    │  ← door 2: sync to async
//!   │ pipeline/queue     batch, wait, retry, give up  │  async (tokio)
//!   │ exporters/*        encode, send                 │
//!   └───────────────────────┼─────────────────────────┘
//!                           ▼ backends, Prometheus, files
//! ```
//!
//! # Floors
//!
//! A room imports only from lower floors; rooms on one floor are strangers. A test holds it
//! (`integration-tests/tidy.rs`).
//!
//! | floor | rooms | what stands there |
//! |---|---|---|
//! | 4 | [`cli`] | what the user asked for |
//! | 3 | [`service`] | the only room that knows all rooms: plan, build, run, leave |
//! | 2 | [`receivers`] [`processors`] [`exporters`] [`pipeline`] [`admin`] [`import`] | the machinery; other products' configurations |
//! | 1 | [`component`] [`genai`] [`pii`] [`sampling`] [`spend`] [`telemetry`] | what components promise; knowledge that could be printed as books |
//! | 0 | [`otlp`] [`config`] [`meter`] | telemetry as bytes behind views; configuration; exact metrics |
//! | ground | [`clock`] [`units`] | the time; durations and sizes |
//!
//! # What may be relied on
//!
//! 1. OTLP stays bytes: a request is walked once, an unchanged record is re-emitted by copying its
//!    slice, a changed one is copied on write, and unknown fields survive ([`otlp`]).
//! 2. Memory is admitted at the door before a body is read and bounded by one number
//!    ([`pipeline::Budget`]); every queue behind it has a bound of its own.
//! 3. `received + made = passed + discarded{reason} + held`, in every chain and for every exporter,
//!    at any moment between two batches ([`component::Ledger`]).
//! 4. A processor never locks, awaits or asks the time. One that panics costs its batch, with a
//!    reason ([`pipeline::Chain`]).
//! 5. An exporter never changes what it is given and never slows its neighbour ([`pipeline::Queue`]).
//! 6. Money is integer picodollars inside and integer nanodollars where it is counted; every call is
//!    counted once ([`genai::account`]).
//! 7. Nothing from the network or the disk can make the process panic.
//! 8. What a span says is read once and carried beside it ([`otlp::Note`], [`genai::facts::Carried`]);
//!    any change of the span wipes it, so nothing that was masked is remembered.
//! 9. A text that grows is read on, not again ([`pii::Beginning`]): what is found is what a scan of the
//!    whole finds.
//!
//! # Reading order
//!
//! [`component`] → [`pipeline::Chain`] → `processors/filter` → `processors/mod.rs` →
//! `pipeline/intake.rs` → [`service`] → `integration-tests/contract.rs`. Then the knowledge:
//! [`genai::dialect`], [`genai::account`], [`pii`], [`sampling`].
//!
//! # Adding a part
//!
//! A processor, exporter, dialect, detector or policy is one new file and a line in its register;
//! `CONTRIBUTING.md` walks through one.
#![recursion_limit = "256"]

pub mod admin;
pub mod cli;
pub mod clock;
pub mod component;
pub mod config;
pub mod exporters;
pub mod genai;
pub mod import;
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
