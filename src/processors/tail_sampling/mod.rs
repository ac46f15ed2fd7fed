//! Tail sampling: decides about whole traces, and says why.
//!
//! A worker holds each open trace as encoded bytes and running aggregates ([`trace`](self)); every
//! span is read once, when it arrives, into bits, counts and what sums come to at most. A decision
//! is then a handful of bit tests; only a trace that comes near an amount is read again to know
//! exactly ([`exact`](self)). Reading order: `config`, `policy`, `case`, `judge`, `sampler`,
//! `arrive`, `conclude`; then `room` (what happens when memory is short) and `durable` (what
//! survives a restart).

mod accumulate;
mod again;
mod arrive;
mod books;
mod budget;
mod case;
mod conclude;
mod config;
mod drive;
mod durable;
mod early;
mod exact;
mod follow;
mod frames;
mod handover;
mod journal;
mod judge;
mod learnt;
mod lock;
mod named;
mod names;
mod pace;
mod pending;
mod places;
mod plan;
mod policies;
mod policy;
mod pool;
mod quarantine;
mod release;
mod reload;
mod room;
mod row;
mod rules;
mod sampler;
mod scopes;
mod segments;
mod serve;
mod shelf;
mod slab;
mod spans;
mod spelling;
mod table;
mod tables;
mod trace;
mod vault;
mod votes;
mod walk;

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;

pub use config::{
    Budget, Coin, Config, Evaluate, Evict, Fallback, Limits, Logs, Memory, Mode, Overflow, Persist,
    Quarantine, Session, Spill, Unit,
};
pub use drive::{Drive, Outcome};
pub use policy::{Match, PolicySpec};
pub use sampler::TailSampling;

use crate::component::{ConfigError, Context, Entry, Facts, Maker, ProcessorConfig, maker};
use crate::sampling::recent::Recent;
use crate::sampling::verdict::Verdict;
use follow::Wire;
use lock::Lock;
use pace::Ticks;
use reload::Editions;
use rules::Rules;
use sampler::Shared;

pub(super) const ENTRY: Entry = Entry::processor::<Config>(
    "tail_sampling",
    "decide about whole traces: keep errors, expensive and slow runs, loops, and a share of the rest",
    r#"idle = "2m"
max_age = "4h"
policies = [
  { name = "errors", type = "status", codes = ["ERROR"] },
  { name = "expensive", type = "cost", min_usd = 0.5 },
  { name = "rest", type = "probability", percent = 10 },
]"#,
);

/// The fact that the spans of a trace come together.
const WHOLE: &str = "whole";

/// Settings that only a restart changes: what is remembered, where files are, how logs are treated.
const RESTART: &[&str] = &["memory", "persist", "spill", "logs", "recent"];

/// An instance: makes processors, knows their verdicts, and gives them new rules.
pub struct Sampler {
    shared: Arc<Shared>,
    editions: Arc<Editions>,
}

impl Sampler {
    /// Compiles a configuration for so many workers.
    pub fn new(config: Config, name: &str, workers: usize) -> Result<Self, String> {
        Sampler::with(config, name, workers, None)
    }

    /// The same, with its folder.
    fn with(
        config: Config,
        name: &str,
        workers: usize,
        lock: Option<Lock>,
    ) -> Result<Self, String> {
        let workers = workers.max(1);
        let started = Arc::new(config);
        let (editions, rules) = Editions::open(Arc::clone(&started), workers)?;
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            recent: Arc::new(Recent::new(started.recent)),
            rules: ArcSwap::from_pointee(rules),
            workers,
            wires: (0..workers).map(|_| Wire::new()).collect(),
            ticks: (0..workers).map(|_| Ticks::default()).collect(),
            claims: (0..workers).map(|_| Arc::default()).collect(),
            started,
            lock,
            handover: OnceLock::new(),
        });
        Ok(Sampler {
            shared,
            editions: Arc::new(editions),
        })
    }

    /// The processor of a worker.
    pub fn worker(&self, worker: usize) -> TailSampling {
        TailSampling::new(Arc::clone(&self.shared), worker)
    }

    /// Has traces that arrive from now on decided under other rules; those that are open finish
    /// under theirs.
    pub fn reload(&self, config: Config) -> Result<(), String> {
        let rules = self.editions.compile(config)?;
        self.take(rules, 0);
        Ok(())
    }

    fn take(&self, rules: Rules, now_unix: u64) {
        self.editions
            .announce(&self.shared.name, &rules.version, now_unix);
        self.shared.rules.store(Arc::new(rules));
    }

    /// What the admin port shows of the rules, and of how their deadlines are served.
    fn page(&self) -> serde_json::Value {
        let rules = self.shared.rules.load();
        let policies = rules.config.policies.iter().map(|policy| &*policy.name);
        let in_use = self.editions.in_use();
        serde_json::json!({
            "rule_version": &*rules.version,
            "loaded_unix_seconds": self.editions.loaded_unix(),
            "policies": policies.collect::<Vec<_>>(),
            "versions_in_use": in_use.iter().map(|version| &**version).collect::<Vec<_>>(),
            "ticks_by_worker": self.shared.ticks.iter().map(Ticks::show).collect::<Vec<_>>(),
        })
    }

    /// The latest verdicts.
    pub fn recent(&self) -> &Arc<Recent> {
        &self.shared.recent
    }
}

impl ProcessorConfig for Config {
    fn check(&self) -> Vec<ConfigError> {
        self.faults()
    }

    fn build(mut self, context: &mut Context) -> Result<Maker, ConfigError> {
        if context.rehearsal {
            self.persist = Persist::default();
            self.spill = None;
        }
        if let Some(folder) = &mut self.persist.folder {
            *folder = context.path(folder);
        }
        if let Some(spill) = &mut self.spill {
            spill.folder = context.path(&spill.folder);
        }
        let whole = context.behind.contains(&WHOLE);
        self.early.get_or_insert(!whole);
        let lock = match &self.persist.folder {
            Some(folder) => {
                Lock::take(folder).map_err(|why| ConfigError::at("persist.folder", why))?
            }
            None => None,
        };
        let sampler = Sampler::with(self, &context.name, context.workers, lock)
            .map_err(|why| ConfigError::at("policies", why))?;
        let recent = Arc::clone(sampler.recent());
        let page = format!("verdicts/{}", context.name);
        context.publish(&page, move || {
            recent
                .list()
                .iter()
                .rev()
                .map(|verdict| show(verdict))
                .collect()
        });
        let sampler = Arc::new(sampler);
        follow_the_file(&sampler, context, whole);
        Ok(maker(move |worker| sampler.worker(worker)))
    }

    fn facts(&self) -> Facts {
        let parts = self.early == Some(true);
        Facts {
            needs: vec!["cost", "clean"],
            gives: Vec::from(if parts { &[][..] } else { &[WHOLE] }),
            breaks: Vec::from(if parts { &[WHOLE][..] } else { &[] }),
        }
    }
}

/// Takes new rules from the file while the service runs, and shows which are in use.
fn follow_the_file(sampler: &Arc<Sampler>, context: &mut Context, whole: bool) {
    let clock = context.clock;
    let now = move || clock.now().unix_nanos / 1_000_000_000;
    let Shared { name, rules, .. } = &*sampler.shared;
    sampler
        .editions
        .announce(name, &rules.load().version, now());
    let shown = Arc::clone(sampler);
    context.publish(&format!("rules/{name}"), move || shown.page());
    let sampler = Arc::clone(sampler);
    context.reloads(RESTART, move |table| {
        let mut config = table.read(Config::check)?;
        config.early.get_or_insert(!whole);
        let rules = sampler.editions.compile(config);
        let rules = rules.map_err(|why| vec![table.fault("policies", why, "")])?;
        let sampler = Arc::clone(&sampler);
        Ok(Box::new(move || sampler.take(rules, now())))
    });
}

/// A verdict for the admin port.
fn show(verdict: &Verdict) -> serde_json::Value {
    let threshold = verdict
        .certainty
        .threshold()
        .map(|threshold| threshold.to_string());
    serde_json::json!({
        "trace_id": format!("{:032x}", u128::from_be_bytes(verdict.trace)),
        "decision": verdict.decision.label(),
        "at_unix_ms": verdict.at_ms,
        "trigger": verdict.trigger.label(),
        "policy": verdict.by.as_deref(),
        "rule_version": &*verdict.rules,
        "threshold": threshold,
        "spans": verdict.spans,
        "bytes": verdict.bytes,
        "age_ms": verdict.age_ms,
        "dry_run": verdict.trials.iter().map(|trial| &**trial).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests;
