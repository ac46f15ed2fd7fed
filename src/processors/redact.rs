//! Masks personal data and secrets in every text of every signal.

mod audit;
mod clean;
mod config;
mod content;
mod policy;
mod pseudonym;
mod record;
mod rehearsal;
mod text;
mod way;

use crate::component::{Batch, Entry, Next, Processor, Reason};
use crate::otlp::{Signal, Telemetry};
use config::Config;
use policy::Policy;
use record::Cleaner;
pub use rehearsal::Rehearsal;
use std::sync::Arc;

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "redact",
    "mask personal data and secrets in every text of every signal",
    r#"mode = "redact"
action = "label"
sensitive_fields = ["employee_number"]
mask_patterns = { '\bEMP-\d{6}\b' = "[BADGE]" }
max_attribute_length = 12000

[actions]
CREDIT_CARD = "mask"
IPV4 = "report"

[[keys]]
key = "user.id"
action = "hash""#,
);

struct Redact {
    policy: Arc<Policy>,
    cleaner: Cleaner,
}

impl Processor for Redact {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        if !self.policy.enabled {
            return next.send(batch);
        }
        let now = next.now();
        let cleaner = &mut self.cleaner;
        cleaner.begin(batch.telemetry.signal(), now.unix_nanos);
        let removed = match &mut batch.telemetry {
            Telemetry::Traces(spans) => {
                cleaner.around(spans);
                spans.retain(|scope, span| cleaner.span(scope, span))
            }
            Telemetry::Logs(logs) => {
                cleaner.around(logs);
                logs.retain(|scope, log| cleaner.log(scope, log))
            }
            Telemetry::Metrics(metrics) => {
                cleaner.around(metrics);
                metrics.retain(|scope, metric| cleaner.metric(scope, metric))
            }
        };
        next.discard_items(removed, Reason::Redacted);
        next.send(batch);
    }
}

/// The label of a signal in metrics and audit lines.
fn name(signal: Signal) -> &'static str {
    signal.name()
}

#[cfg(test)]
mod tests;
