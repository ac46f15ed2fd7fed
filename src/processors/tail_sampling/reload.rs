//! Takes new rules into use while the sampler runs; open traces finish under theirs.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::config::{Config, Evict};
use super::judge::Judge;
use super::learnt::Stock;
use super::rules::Rules;
use super::sampler::TailSampling;

/// The versions of an instance's rules that are still in use.
pub(super) struct Editions {
    workers: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stock: Stock,
    /// The newest last.
    versions: Vec<(Arc<str>, Weak<Judge>)>,
    /// What the metrics name, and when it came.
    announced: Arc<str>,
    loaded_unix: u64,
}

/// Versions that may be in use at a time; each holds on to what its policies have compiled.
const VERSIONS_MAX: usize = 64;

impl Editions {
    /// The first version.
    pub(super) fn open(config: Arc<Config>, workers: usize) -> Result<(Self, Rules), String> {
        let editions = Editions {
            workers,
            state: Mutex::default(),
        };
        let rules = editions.add(config)?;
        Ok((editions, rules))
    }

    /// A later version. Fails while open traces hold on to too many earlier ones.
    pub(super) fn compile(&self, config: Config) -> Result<Rules, String> {
        self.add(Arc::new(config))
    }

    fn add(&self, config: Arc<Config>) -> Result<Rules, String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State {
            stock, versions, ..
        } = &mut *state;
        versions.retain(|(_, judge)| judge.strong_count() > 0);
        if versions.len() >= VERSIONS_MAX {
            return Err(format!(
                "{VERSIONS_MAX} versions of the rules still have open traces"
            ));
        }
        let rules = Rules::compile(config, self.workers, stock)?;
        versions.push((Arc::clone(&rules.version), Arc::downgrade(&rules.judge)));
        Ok(rules)
    }

    /// Tells the metrics which version new traces are judged by.
    pub(super) fn announce(&self, processor: &str, version: &Arc<str>, now_unix: u64) {
        let info = |version: &str| {
            metrics::gauge!("tollgate_tail_sampling_rules_info",
                "processor" => processor.to_owned(), "version" => version.to_owned())
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.announced.is_empty() {
            info(&state.announced).set(0.0);
        }
        info(version).set(1.0);
        state.announced = Arc::clone(version);
        state.loaded_unix = now_unix;
    }

    /// When the present version came, in seconds since 1970.
    pub(super) fn loaded_unix(&self) -> u64 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.loaded_unix
    }

    /// The versions in use, the newest last.
    pub(super) fn in_use(&self) -> Vec<Arc<str>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = state
            .versions
            .iter()
            .filter(|(_, judge)| judge.strong_count() > 0);
        alive.map(|(version, _)| Arc::clone(version)).collect()
    }
}

impl TailSampling {
    /// Takes the newest rules for its own, if there are newer ones.
    pub(super) fn adopt(&mut self) {
        let newest = self.shared.rules.load();
        if Arc::ptr_eq(&newest.judge, &self.rules.judge) {
            return;
        }
        // Each worker counts its own traces' references, so that workers do not wait for a word of
        // memory that all of them write.
        self.rules = Arc::new(Rules::clone(&newest));
        drop(newest);
        self.settle();
    }

    /// Arranges what is not a trace's own by the present rules.
    pub(super) fn settle(&mut self) {
        let (config, workers) = (&self.rules.config, self.shared.workers);
        self.room.limit(&config.limits, workers);
        self.table.weigh(config.limits.evict == Evict::Heaviest);
        self.quarantine.set(
            config.quarantine.hold.as_ms(),
            config.quarantine.bytes.0 / workers.max(1) as u64,
            config.session.backfill,
        );
        if let Some(follower) = &mut self.follower {
            follower.adopt(config, workers);
        }
    }
}
