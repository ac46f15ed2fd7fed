//! Masks personal data and secrets in every text of every signal.

mod audit;
mod clean;
mod config;
mod content;
mod long;
mod marks;
mod policy;
mod pseudonym;
mod record;
mod rehearsal;
mod text;
mod way;

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::component::{Batch, Entry, Next, Processor, Reason};
use crate::meter::{Counter, Series};
use crate::otlp::{Signal, Telemetry};
use config::Config;
use policy::Policy;
use record::Cleaner;
pub use rehearsal::{Rehearsal, Treated};
pub use text::Seen;

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
    /// The newest policy; a batch is cleaned under one of them.
    newest: Arc<ArcSwap<Policy>>,
    findings: Series<Counter>,
    cleaner: Cleaner,
}

impl Redact {
    fn new(newest: Arc<ArcSwap<Policy>>, findings: Series<Counter>) -> Self {
        let cleaner = Cleaner::new(newest.load_full(), findings.clone());
        Redact {
            newest,
            findings,
            cleaner,
        }
    }

    /// Takes up a newer policy, if there is one. What was clean under the old one is forgotten.
    fn adopt(&mut self) {
        let newest = self.newest.load();
        if !Arc::ptr_eq(&newest, self.cleaner.policy()) {
            self.cleaner = Cleaner::new(Arc::clone(&newest), self.findings.clone());
        }
    }
}

impl Processor for Redact {
    fn process(&mut self, mut batch: Batch, next: &mut Next<'_>) {
        self.adopt();
        if !self.cleaner.policy().enabled {
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
