//! What exporters do at a destination that refuses, stalls, lies or disappears.

mod fake;
mod otlp;
mod rig;
