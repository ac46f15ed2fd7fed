//! What exporters do at a destination that refuses, stalls, lies or disappears.

mod fake;
mod local;
mod otlp;
mod rig;
mod tls;
