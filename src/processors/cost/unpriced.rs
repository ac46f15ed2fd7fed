//! Calls without a price: counted by model, and each model named once in the log.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::component::{ConfigError, Context, Stop};
use crate::genai::facts::Facts;
use crate::genai::pricing::{Priced, Source, Status};
use crate::meter::{Counter, Definition, Meter, Series};

/// Models remembered as named; further ones are only counted.
const NAMED_MAX: usize = 1_000;
/// Warnings in a minute; the rest wait for the next time the model comes by.
const WARNINGS_PER_MINUTE: usize = 20;
/// Longer names are cut in the log.
const NAME_MAX: usize = 120;

/// Exact counts of calls by how they were priced.
#[derive(Clone)]
pub(super) struct Counts {
    calls: Series<Counter>,
    unpriced: Series<Counter>,
}

impl Counts {
    pub(super) fn new(meter: &Meter) -> Result<Self, ConfigError> {
        let fault = |error: crate::meter::MeterError| ConfigError::at("", error.to_string());
        let calls = Definition::new(
            "tollgate.cost.calls",
            "{call}",
            "Model calls by how they were priced.",
        )
        .labels(["tollgate.cost.status", "tollgate.cost.source"]);
        let unpriced = Definition::new(
            "tollgate.cost.unpriced",
            "{call}",
            "Model calls without a price, or without token counts, by model.",
        )
        .labels([
            "tollgate.cost.status",
            "tollgate.cost.why",
            "gen_ai.provider.name",
            "gen_ai.request.model",
        ]);
        Ok(Counts {
            calls: meter.counter(calls).map_err(fault)?,
            unpriced: meter.counter(unpriced).map_err(fault)?,
        })
    }

    pub(super) fn count(&mut self, facts: &Facts<'_>, priced: &Priced) {
        let source = priced.source.map_or("", Source::as_str);
        self.calls.of(&[priced.status.as_str(), source]).add(1);
        let Some(why) = gap(priced) else { return };
        let (provider, model) = names(facts);
        self.unpriced
            .of(&[priced.status.as_str(), why, provider, model])
            .add(1);
    }
}

/// Why there is no amount; `None` if there is one.
fn gap(priced: &Priced) -> Option<&'static str> {
    match priced.status {
        Status::Unpriced(why) => Some(why.as_str()),
        Status::NoUsage => Some("no_usage"),
        Status::Priced | Status::KnownZero => None,
    }
}

fn names<'a>(facts: &'a Facts<'_>) -> (&'a str, &'a str) {
    (
        facts.provider.as_deref().unwrap_or(""),
        facts.model().unwrap_or(""),
    )
}

/// A gap to be named in the log.
struct Gap {
    why: &'static str,
    provider: String,
    model: String,
}

/// A worker's end of the log of gaps: it tells of a model once, and never waits.
#[derive(Clone)]
pub(super) struct Watcher {
    told: HashSet<u64, foldhash::fast::RandomState>,
    hasher: foldhash::fast::RandomState,
    out: Sender<Gap>,
}

impl Watcher {
    /// Starts the other end beside the pipeline.
    pub(super) fn start(context: &mut Context) -> Self {
        let (out, gaps) = channel(64);
        let name = context.name.clone();
        context.run_beside(move |stop| Box::pin(warn(name, gaps, stop)));
        Watcher {
            told: HashSet::default(),
            hasher: foldhash::fast::RandomState::default(),
            out,
        }
    }

    /// Tells of a call without a price, unless its model was told of before.
    pub(super) fn notice(&mut self, facts: &Facts<'_>, priced: &Priced) {
        use std::hash::BuildHasher;
        let Some(why) = gap(priced) else { return };
        let (provider, model) = names(facts);
        let hash = self.hasher.hash_one((why, provider, model));
        if self.told.len() >= NAMED_MAX || self.told.contains(&hash) {
            return;
        }
        let cut = |text: &str| text.chars().take(NAME_MAX).collect();
        let gap = Gap {
            why,
            provider: cut(provider),
            model: cut(model),
        };
        // A full channel means that plenty is being told; this model gets its turn later.
        if self.out.try_send(gap).is_ok() {
            self.told.insert(hash);
        }
    }
}

/// Writes the log; workers may tell of the same model, so it remembers too.
async fn warn(processor: String, mut gaps: Receiver<Gap>, stop: Stop) {
    let mut named: HashSet<(&'static str, String, String)> = HashSet::new();
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    let mut left = WARNINGS_PER_MINUTE;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = minute.tick() => left = WARNINGS_PER_MINUTE,
            gap = gaps.recv(), if left > 0 => {
                let Some(Gap { why, provider, model }) = gap else { return };
                let known = (why, provider.clone(), model.clone());
                if named.len() >= NAMED_MAX || !named.insert(known) {
                    continue;
                }
                left -= 1;
                tracing::warn!(%processor, why, %provider, %model, "{}", message(why));
            }
        }
    }
}

fn message(why: &str) -> &'static str {
    if why == "no_usage" {
        "calls of this model carry no token counts; their cost is unknown"
    } else {
        "calls of this model have no price; their cost is unknown, not zero"
    }
}
