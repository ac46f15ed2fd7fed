//! Tail-sampling knowledge: consistent probability, policies, decision memory, the trace table.
