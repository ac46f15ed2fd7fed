//! Sampling as knowledge: thresholds, randomness, conditions, limits, memory of decisions, deadlines.
//!
//! Nothing here waits, asks the time, logs or touches a disk: callers say what time it is and what
//! bytes they read. The act is `processors/tail_sampling`.

pub mod anomaly;
pub mod bucket;
pub mod cuckoo;
pub mod decimal;
pub mod decision_log;
pub mod dynamic;
pub mod expression;
pub mod fair_share;
pub mod index;
pub mod loops;
pub mod lru;
pub mod memory;
pub mod ottl;
pub mod randomness;
pub mod recent;
pub mod rollup;
pub mod shared;
pub mod sums;
pub mod threshold;
pub mod tracestate;
pub mod verdict;
pub mod way_clock;
pub mod wheel;

#[cfg(test)]
mod tests;
