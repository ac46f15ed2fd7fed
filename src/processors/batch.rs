//! Gathers small batches into larger ones, by count or by age.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{
    Batch, ConfigError, Context, Entry, Maker, Next, Processor, ProcessorConfig, maker,
};
use crate::otlp::Telemetry;
use crate::units;

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "batch",
    "gather small batches into larger ones",
    r#"send_batch_size = 8192
timeout = "200ms""#,
);

/// When gathered telemetry leaves. Exporters batch on their own; this is for what needs larger
/// pieces earlier in the chain.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Items (spans, log records, data points) after which a batch leaves at once.
    send_batch_size: u64,
    /// Longest time anything waits.
    timeout: units::Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            send_batch_size: 8192,
            timeout: units::Duration::from_millis(200),
        }
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        let good = self.send_batch_size > 0;
        ConfigError::unless(good, "send_batch_size", "must be at least 1")
            .err()
            .into_iter()
            .collect()
    }

    fn build(self, _: &mut Context) -> Result<Maker, ConfigError> {
        Ok(maker(move |_| Gather {
            size: self.send_batch_size,
            timeout: self.timeout.get(),
            waiting: [None, None, None],
        }))
    }
}

struct Gather {
    size: u64,
    timeout: Duration,
    /// By signal: what waits, its items, and since when.
    waiting: [Option<Waiting>; 3],
}

struct Waiting {
    batch: Batch,
    items: u64,
    since: Duration,
}

impl Processor for Gather {
    fn process(&mut self, batch: Batch, next: &mut Next<'_>) {
        let Some(slot) = self.waiting.get_mut(batch.telemetry.signal() as usize) else {
            return;
        };
        let items = batch.items();
        let now = next.now().mono;
        let waiting = match slot {
            Some(waiting) => {
                waiting.items += items;
                merge(&mut waiting.batch, batch);
                waiting
            }
            None => slot.insert(Waiting {
                batch,
                items,
                since: now,
            }),
        };
        if waiting.items >= self.size
            && let Some(full) = slot.take()
        {
            next.send(full.batch);
        }
    }

    fn tick(&mut self, next: &mut Next<'_>) {
        let now = next.now().mono;
        for slot in &mut self.waiting {
            let due = |waiting: &mut Waiting| now.saturating_sub(waiting.since) >= self.timeout;
            if let Some(waiting) = slot.take_if(due) {
                next.send(waiting.batch);
            }
        }
    }

    fn drain(&mut self, next: &mut Next<'_>) {
        for waiting in self.waiting.iter_mut().filter_map(Option::take) {
            next.send(waiting.batch);
        }
    }

    fn held(&self) -> u64 {
        self.waiting
            .iter()
            .flatten()
            .map(|waiting| waiting.items)
            .sum()
    }
}

fn merge(into: &mut Batch, more: Batch) {
    match (&mut into.telemetry, more.telemetry) {
        (Telemetry::Traces(all), Telemetry::Traces(more)) => all.append(more),
        (Telemetry::Logs(all), Telemetry::Logs(more)) => all.append(more),
        (Telemetry::Metrics(all), Telemetry::Metrics(more)) => all.append(more),
        // Each signal has a slot of its own.
        _ => {}
    }
    into.receipts.extend(more.receipts);
}

#[cfg(test)]
mod tests;
