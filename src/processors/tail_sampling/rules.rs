//! One version of the rules: what a configuration says about traces, compiled once.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::config::{Config, Limits, Logs, Memory, Persist, Quarantine};
use super::judge::Judge;
use super::learnt::Stock;
use super::plan::Plan;

/// One version of the rules. A trace keeps the version it arrived under to the end, so that what
/// was read of its spans and what is asked about them fit together.
#[derive(Clone)]
pub(super) struct Rules {
    /// A short hash of what follows: the same rules have the same name everywhere.
    pub version: Arc<str>,
    pub config: Arc<Config>,
    /// What is read of each span.
    pub plan: Arc<Plan>,
    /// What is asked about each trace.
    pub judge: Arc<Judge>,
}

impl Rules {
    /// Compiles a configuration; limits and memories go on as `stock` has them.
    pub(super) fn compile(
        config: Arc<Config>,
        workers: usize,
        stock: &mut Stock,
    ) -> Result<Rules, String> {
        let (judge, plan) = Judge::compile(&config, workers, stock)?;
        Ok(Rules {
            version: version(&config).into(),
            plan: Arc::new(plan),
            judge: Arc::new(judge),
            config,
        })
    }
}

/// Twelve hexadecimal digits over every setting that a verdict depends on.
fn version(config: &Config) -> String {
    let rules = Config {
        limits: Limits::default(),
        memory: Memory::default(),
        persist: Persist::default(),
        quarantine: Quarantine::default(),
        spill: None,
        logs: Logs::default(),
        drop_pending: false,
        recent: 0,
        ..config.clone()
    };
    // Settings print all of their fields; regular expressions print as they are written.
    let hash = Sha256::digest(format!("{rules:?}"));
    let word = hash.first_chunk().copied().map_or(0, u64::from_be_bytes);
    format!("{:012x}", word >> 16)
}
