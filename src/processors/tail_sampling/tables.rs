//! The tables and words inside `[processors.tail_sampling]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Duration, Size};

/// When a trace is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// After a silence, or at a greatest age.
    Activity,
    /// A fixed time after the first span.
    Fixed,
}

/// How policies make a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evaluate {
    /// All vote: a drop policy or an inverted hit drops, else any keep keeps.
    #[default]
    All,
    /// The same, but voting stops at the first keep.
    FirstSampled,
    /// The first whose `when` holds decides.
    Rules,
}

/// What happens when no rule applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// Drop.
    #[default]
    Drop,
    /// Keep, by `default`.
    Keep,
}

/// Whose randomness a trace is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coin {
    /// Its own: the low 56 bits of its id.
    #[default]
    Trace,
    /// Its session's: every turn falls the same way, on every instance.
    Session,
}

/// What happens to log records that carry a trace id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Logs {
    /// They wait for their trace and share its fate.
    Follow,
    /// They pass.
    #[default]
    Pass,
}

/// How much may be open.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Open traces, over all workers; 0 is no limit.
    pub traces: usize,
    /// Bytes of open traces and their records, over all workers; 0 is no limit.
    pub bytes: Size,
    /// Bytes of one trace; a larger one is dropped at once, unasked. 0 is no limit.
    pub trace_bytes: Size,
    /// What happens when there is no room.
    pub overflow: Overflow,
    /// Who makes room.
    pub evict: Evict,
    /// Before anybody is decided early for lack of room, let go of traces whose keep is certain.
    pub flush_certain: bool,
    /// At the last, when the whole process is short of memory although room was made, keep a
    /// smaller share of everything, by one threshold that is written on what is kept.
    pub shed: bool,
    /// Decisions a worker makes at least per tick, ten of which make a second; what is left over
    /// waits for the next tick, which may make twice as many unless ticks come late.
    pub decisions_per_tick: usize,
}

/// What happens when there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// A trace is decided on what is there, and remembered.
    #[default]
    DecideOldest,
    /// A trace is lost, without a decision.
    DropOldest,
    /// What arrives waits until there is room; the door closes behind it.
    Block,
}

/// Who makes room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evict {
    /// The trace that arrived first.
    #[default]
    Oldest,
    /// The trace with the most bytes.
    Heaviest,
}

/// How many decisions are remembered.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Memory {
    /// Kept traces, 35 bytes each; 0 remembers none.
    #[serde(alias = "sampled_cache_size")]
    pub kept: usize,
    /// Dropped traces, 9 bytes each; 0 remembers none.
    #[serde(alias = "non_sampled_cache_size")]
    pub dropped: usize,
}

/// What survives a restart.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Persist {
    /// Where the files are; nothing is persisted unless given.
    pub folder: Option<PathBuf>,
    /// Remember decisions.
    pub decisions: bool,
    /// Remember open traces, with their deadlines.
    pub pending: bool,
    /// Bytes of open traces on disk, over all workers; the oldest go first, and a crash would lose
    /// them.
    pub bytes: Size,
    /// Wait for the disk after each batch; otherwise only a crash of the process is survived.
    pub sync: bool,
}

/// How long spans of dropped traces are held.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quarantine {
    /// Time from the decision; "0s" is off.
    pub hold: Duration,
    /// Bytes held in memory over all workers; the oldest go first.
    pub bytes: Size,
}

/// What makes traces one session.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Attributes that name the session, the most wanted first.
    pub keys: Vec<String>,
    /// How long a pin holds, from the decision that pinned.
    pub window: Duration,
    /// A pin also brings the session's quarantined traces back.
    pub backfill: bool,
}

/// How much may be kept per key and window.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The attribute that names whose budget it is.
    pub key: String,
    /// What is counted.
    pub unit: Unit,
    /// So much per window.
    pub limit: f64,
    /// The window, aligned to the clock.
    pub window: Duration,
    /// Policies that neither pay nor are stopped.
    #[serde(default)]
    pub exempt: Vec<String>,
}

/// What a budget counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Traces.
    Traces,
    /// Spans.
    Spans,
    /// US dollars.
    Usd,
    /// Bytes.
    Bytes,
}

/// Where bytes go when memory is short.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spill {
    /// Where the files are; they are worthless after a restart.
    pub folder: PathBuf,
    /// Compressed bytes on disk, over all workers.
    #[serde(default = "spill_bytes")]
    pub bytes: Size,
}

fn spill_bytes() -> Size {
    Size::mib(4096)
}

impl Default for Persist {
    fn default() -> Self {
        Persist {
            folder: None,
            decisions: false,
            pending: false,
            bytes: Size::mib(16 * 1024),
            sync: false,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            traces: 1_000_000,
            bytes: Size::mib(1024),
            trace_bytes: Size(0),
            overflow: Overflow::DecideOldest,
            evict: Evict::Oldest,
            flush_certain: true,
            shed: true,
            decisions_per_tick: 3000,
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            kept: 100_000,
            dropped: 1_000_000,
        }
    }
}

impl Default for Quarantine {
    fn default() -> Self {
        Quarantine {
            hold: Duration::from_secs(0),
            bytes: Size::mib(256),
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Session {
            keys: ["session.id", "gen_ai.conversation.id"]
                .map(str::to_owned)
                .into(),
            window: Duration::from_secs(3600),
            backfill: false,
        }
    }
}
