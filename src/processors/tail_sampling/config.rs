//! The table `[processors.tail_sampling]`: every setting with its default, and what serde cannot check.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::judge::Judge;
use super::learnt::Stock;
use super::policy::PolicySpec;
pub use super::tables::{
    Budget, Coin, Evaluate, Evict, Fallback, Limits, Logs, Memory, Mode, Overflow, Persist,
    Quarantine, Session, Spill, Unit,
};
use crate::component::ConfigError;
use crate::config::{Duration, Size};
use crate::sampling::expression::Expression;
use crate::sampling::wheel::AHEAD_MAX_MS;

/// Settings of `tail_sampling`. The defaults suit agents: runs of minutes to hours whose root
/// comes last; errors, expensive and slow runs are kept, and a tenth of the rest.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, remote = "Self")]
pub struct Config {
    /// When a trace is decided: after a silence (`activity`), or a fixed time after its first span.
    pub mode: Mode,
    /// With `mode = "fixed"`: time from the first span to the decision.
    pub wait: Duration,
    /// With `mode = "activity"`: silence after which a trace is decided.
    pub idle: Duration,
    /// With `mode = "activity"`: age at which a trace is decided whatever happens.
    pub max_age: Duration,
    /// Decide this long after a root has arrived, if that is earlier; "0s" is off.
    pub after_root: Duration,
    /// What makes a span a root; unless given, that it has no parent.
    pub root: Option<Expression>,
    /// Decide a trace at once when it has this many spans; 0 is off.
    pub span_limit: u32,
    /// Keep at once when a policy is certain and nothing can take the keep back; what comes later
    /// follows. Unless given: yes, but not where a processor behind needs traces whole, as
    /// `attribution` does.
    pub early: Option<bool>,
    /// How policies make a decision.
    pub evaluate: Evaluate,
    /// With `evaluate = "rules"`: what happens when no rule applies.
    pub default: Fallback,
    /// Write thresholds (and, with one coin per session, randomness) into `tracestate`.
    pub stamp: bool,
    /// Whose randomness a trace is judged by, unless its `tracestate` has one.
    pub randomness: Coin,
    /// Write the verdict's policy, trigger, threshold and counts on the root of a kept trace.
    pub explain: bool,
    /// Forward everything; only mark what would have been dropped.
    pub dry_run: bool,
    /// What happens to log records that carry a trace id.
    pub logs: Logs,
    /// Attributes a span's cost in US dollars is looked for in; the first that is a number counts.
    pub cost_attributes: Vec<String>,
    /// How much may be open, and what happens beyond.
    pub limits: Limits,
    /// How many decisions are remembered for late spans, by each worker.
    #[serde(alias = "decision_cache")]
    pub memory: Memory,
    /// What survives a restart.
    pub persist: Persist,
    /// At shutdown, lose open traces instead of deciding them on what is there.
    #[serde(alias = "drop_pending_traces_on_shutdown")]
    pub drop_pending: bool,
    /// How long spans of dropped traces are held, so that a late one can bring them back.
    pub quarantine: Quarantine,
    /// What makes traces one session, and what that means.
    pub session: Session,
    /// How much may be kept per key and window.
    pub budget: Option<Budget>,
    /// Where bytes go when memory is short; nowhere unless given.
    pub spill: Option<Spill>,
    /// After a trace was decided on part of its spans, keep its later spans once an aggregate
    /// crosses a bound.
    pub upgrade: bool,
    /// Verdicts shown on the admin port.
    pub recent: usize,
    /// The policies.
    pub policies: Vec<PolicySpec>,
    /// The Collector's `decision_wait`, and what follows from deciding as it does.
    #[schemars(skip)]
    pub(super) decision_wait: Option<Duration>,
    /// The Collector's `decision_wait_after_root_received`.
    #[schemars(skip)]
    pub(super) decision_wait_after_root_received: Option<Duration>,
    /// The Collector's `num_traces`.
    #[schemars(skip)]
    pub(super) num_traces: Option<usize>,
    /// The Collector's `maximum_trace_size_bytes`.
    #[schemars(skip)]
    pub(super) maximum_trace_size_bytes: Option<u64>,
    /// The Collector's `expected_new_traces_per_sec`; tables grow as they are needed.
    #[schemars(skip)]
    pub(super) expected_new_traces_per_sec: Option<u64>,
    /// The Collector's `block_on_overflow`.
    #[schemars(skip)]
    pub(super) block_on_overflow: bool,
    /// The Collector's `sample_on_first_match`.
    #[schemars(skip)]
    pub(super) sample_on_first_match: bool,
    /// The `rules` of the Collector's adaptive sampler, and what follows from deciding as it does.
    #[schemars(skip)]
    pub(super) rules: Option<Vec<PolicySpec>>,
    /// Its `trace_timeout`.
    #[schemars(skip)]
    pub(super) trace_timeout: Option<Duration>,
    /// Its `decision_delay`.
    #[schemars(skip)]
    pub(super) decision_delay: Option<Duration>,
    /// Its `root_span_condition`.
    #[schemars(skip)]
    pub(super) root_span_condition: Option<Expression>,
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut config = Config::deserialize(deserializer)?;
        config.take_over();
        Ok(config)
    }
}

/// Where a span's cost is looked for: our own first, then what others write.
const COST_ATTRIBUTES: [&str; 5] = [
    "tollgate.cost.amount",
    "gen_ai.usage.cost",
    "gen_ai.cost.total_usd",
    "llm.cost.total",
    "operation.cost",
];

impl Default for Config {
    fn default() -> Self {
        Config {
            mode: Mode::Activity,
            wait: Duration::from_secs(30),
            idle: Duration::from_secs(120),
            max_age: Duration::from_secs(4 * 3600),
            after_root: Duration::from_secs(5),
            root: None,
            span_limit: 0,
            early: None,
            evaluate: Evaluate::All,
            default: Fallback::Drop,
            stamp: true,
            randomness: Coin::Trace,
            explain: true,
            dry_run: false,
            logs: Logs::Pass,
            cost_attributes: COST_ATTRIBUTES.map(str::to_owned).into(),
            limits: Limits::default(),
            memory: Memory::default(),
            persist: Persist::default(),
            drop_pending: false,
            quarantine: Quarantine::default(),
            session: Session::default(),
            budget: None,
            spill: None,
            upgrade: true,
            recent: 1000,
            policies: default_policies(),
            decision_wait: None,
            decision_wait_after_root_received: None,
            num_traces: None,
            maximum_trace_size_bytes: None,
            expected_new_traces_per_sec: None,
            block_on_overflow: false,
            sample_on_first_match: false,
            rules: None,
            trace_timeout: None,
            decision_delay: None,
            root_span_condition: None,
        }
    }
}

/// Errors, expensive and slow runs, and a tenth of the rest.
fn default_policies() -> Vec<PolicySpec> {
    let list = json!([
        {"name": "errors", "type": "status", "codes": ["ERROR"]},
        {"name": "expensive", "type": "cost", "min_usd": 0.5},
        {"name": "slow", "type": "latency", "min_ms": 300_000},
        {"name": "rest", "type": "probability", "percent": 10},
    ]);
    serde_json::from_value(list).unwrap_or_default()
}

impl Config {
    /// Takes over what was said in the Collector's words. A `decision_wait` is never extended, and
    /// a root brings the decision forward only if that was asked for.
    fn take_over(&mut self) {
        if let Some(rules) = self.rules.take() {
            self.take_rules(rules);
        }
        if let Some(wait) = self.decision_wait.take() {
            self.mode = Mode::Fixed;
            self.wait = wait;
            self.after_root = Duration::default();
        }
        if let Some(after_root) = self.decision_wait_after_root_received.take() {
            self.after_root = after_root;
        }
        if let Some(traces) = self.num_traces.take() {
            self.limits.traces = traces;
        }
        if let Some(bytes) = self.maximum_trace_size_bytes.take() {
            self.limits.trace_bytes = Size(bytes);
        }
        if std::mem::take(&mut self.block_on_overflow) {
            self.limits.overflow = Overflow::Block;
        }
        if std::mem::take(&mut self.sample_on_first_match) {
            self.evaluate = Evaluate::FirstSampled;
        }
        self.expected_new_traces_per_sec = None;
    }

    /// The adaptive sampler takes the first rule that holds, waits the same delay after a timeout
    /// as after a root, and never decides a trace before.
    fn take_rules(&mut self, rules: Vec<PolicySpec>) {
        let delay = self.decision_delay.take().unwrap_or(Duration::from_secs(2));
        let timeout = self.trace_timeout.take().unwrap_or(Duration::from_secs(30));
        self.policies = rules;
        self.evaluate = Evaluate::Rules;
        self.mode = Mode::Fixed;
        self.wait = Duration(timeout.get() + delay.get());
        self.after_root = delay;
        self.early = Some(false);
        if self.span_limit == 0 {
            self.span_limit = 10_000;
        }
        if let Some(root) = self.root_span_condition.take() {
            self.root = Some(root);
        }
    }

    /// Whether a certain keep comes at once.
    pub(super) fn is_early(&self) -> bool {
        self.early.unwrap_or(true)
    }

    /// Every fault serde cannot see.
    pub(super) fn faults(&self) -> Vec<ConfigError> {
        let mut faults = Vec::new();
        let mut demand = |holds: bool, key: &str, why: &str| {
            faults.extend(ConfigError::unless(holds, key, why).err());
        };
        demand(
            !self.policies.is_empty(),
            "policies",
            "without policies nothing would be kept",
        );
        for (key, span) in [
            ("wait", self.wait),
            ("idle", self.idle),
            ("max_age", self.max_age),
        ] {
            demand(span.as_ms() > 0, key, "must be longer than nothing");
            demand(
                span.as_ms() <= AHEAD_MAX_MS,
                key,
                "must not be longer than 20 days",
            );
        }
        let persists = self.persist.decisions || self.persist.pending;
        let folder = self.persist.folder.is_some();
        demand(
            !persists || folder,
            "persist",
            "needs a `folder` to persist anything",
        );
        demand(
            !folder || persists,
            "persist",
            "set `decisions`, `pending` or both",
        );
        let backfills = self.session.backfill;
        let held = self.quarantine.hold.as_ms() > 0;
        demand(
            !backfills || held,
            "session.backfill",
            "needs a `quarantine.hold` to bring back from",
        );
        if let Some(budget) = &self.budget {
            demand(
                budget.window.as_ms() > 0,
                "budget.window",
                "must be longer than nothing",
            );
            demand(budget.limit >= 0.0, "budget.limit", "must not be negative");
        }
        faults.extend(self.policy_faults());
        faults
    }

    /// Whether it matters which session a trace belongs to.
    pub(super) fn knows_sessions(&self) -> bool {
        let pinning = self.policies.iter().any(|spec| spec.pin_session);
        pinning || self.session.backfill || self.randomness == Coin::Session
    }

    /// Names that two have, and what keeps a policy from being built.
    fn policy_faults(&self) -> Vec<ConfigError> {
        let names: Vec<&str> = self.policies.iter().map(|policy| &*policy.name).collect();
        let again = |(place, name): (usize, &&str)| {
            let why = format!("two policies have the name `{name}`; give this one another");
            let is_again = names[..place].contains(name);
            is_again.then(|| ConfigError::at(format!("policies.{place}"), why))
        };
        let mut faults: Vec<ConfigError> = names.iter().enumerate().filter_map(again).collect();
        if let Err(why) = Judge::compile(self, 1, &mut Stock::default()) {
            // A policy that cannot be built says its name first.
            let says = |name: &&str| why.starts_with(&format!("policy `{name}`"));
            let place = names.iter().position(says);
            let key = place.map_or("policies".to_owned(), |place| format!("policies.{place}"));
            faults.push(ConfigError::at(key, why));
        }
        faults
    }
}
