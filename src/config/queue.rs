//! How an exporter's queue waits, batches, retries and gives up: the `queue` table of an exporter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Duration, Size};

/// What to do when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFull {
    /// Senders are told to come back later.
    Backpressure,
    /// The oldest waiting batch makes room and is counted as `drop_oldest`.
    DropOldest,
    /// The new batch is discarded and counted as `queue_full`.
    DropNewest,
}

/// Settings of an exporter's queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Queue {
    /// Most bytes waiting or in flight.
    pub max_bytes: Size,
    /// Items (spans, log records, data points) after which a request leaves at once.
    pub batch_items: usize,
    /// Largest request in bytes, before compression; larger ones are split.
    pub batch_bytes: Size,
    /// Longest time a batch waits for company.
    pub batch_timeout: Duration,
    /// Requests in flight at the same time (metrics: always 1, to keep points in order).
    pub concurrency: usize,
    /// Time limit of one attempt.
    pub timeout: Duration,
    /// First pause between attempts; doubles, with full jitter.
    pub retry_initial: Duration,
    /// Longest pause between attempts.
    pub retry_max: Duration,
    /// Age after which a request is given up and counted as `max_age`; "0s" means never.
    pub max_age: Duration,
    /// What to do when full. Default: `backpressure` for a pipeline's only exporter,
    /// `drop_oldest` for one of several.
    pub on_full: Option<OnFull>,
}

impl Default for Queue {
    fn default() -> Self {
        Queue {
            max_bytes: Size::mib(192),
            batch_items: 8192,
            batch_bytes: Size::mib(4),
            batch_timeout: Duration::from_millis(200),
            concurrency: 4,
            timeout: Duration::from_secs(10),
            retry_initial: Duration::from_secs(1),
            retry_max: Duration::from_secs(30),
            max_age: Duration::from_secs(300),
            on_full: None,
        }
    }
}
