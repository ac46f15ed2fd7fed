//! How each instrumentation spells the same facts: one table per dialect, in a register.
