//! What was decided about a trace, when, why and by whom.

use std::sync::Arc;

use super::threshold::Threshold;

/// What becomes of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Forwarded.
    Keep,
    /// Discarded by a rule.
    Drop,
    /// Discarded without a rule: room was needed, or the process was told to leave.
    Lost,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Decision; 3] = [Decision::Keep, Decision::Drop, Decision::Lost];

    /// Its word in metrics and lists.
    pub fn label(self) -> &'static str {
        match self {
            Decision::Keep => "keep",
            Decision::Drop => "drop",
            Decision::Lost => "lost",
        }
    }
}

/// Declares triggers once: variant, word and number in the decision log.
macro_rules! triggers {
    ($($(#[doc = $doc:literal])+ $variant:ident = $label:literal,)+) => {
        /// What made the decision fall at that moment.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Trigger { $($(#[doc = $doc])+ $variant,)+ }

        impl Trigger {
            /// Every trigger, in declaration order.
            pub const ALL: &'static [Trigger] = &[$(Trigger::$variant,)+];

            /// Its word in attributes, metrics and lists.
            pub fn label(self) -> &'static str {
                match self { $(Trigger::$variant => $label,)+ }
            }
        }
    };
}

triggers! {
    /// The fixed wait was over.
    Deadline = "deadline",
    /// The root had arrived, and the wait after it was over.
    Root = "root",
    /// No span for a while.
    Idle = "idle",
    /// The trace was too old to wait for more.
    MaxAge = "max_age",
    /// The trace had too many spans to wait for more.
    SpanLimit = "span_limit",
    /// The trace was larger than one trace may be.
    TooLarge = "too_large",
    /// A policy was certain before the end.
    Early = "early",
    /// Room was needed.
    Evict = "evict",
    /// The process was leaving.
    Shutdown = "shutdown",
    /// The process had died.
    Crash = "crash",
    /// A late span changed the verdict of a quarantined trace.
    Resurrect = "resurrect",
    /// A pinned session brought its earlier traces back.
    SessionBackfill = "session_backfill",
    /// An aggregate crossed its bound after a partial flush.
    Upgrade = "upgrade",
}

/// What is known of a keep's probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Kept with the probability of this threshold; 0 is certain.
    Known(Threshold),
    /// Kept by something that has no probability, such as a limiter.
    Unknown,
}

impl Certainty {
    /// Kept for sure.
    pub const SURE: Certainty = Certainty::Known(Threshold::ALWAYS);

    /// The threshold, if it is known.
    pub fn threshold(self) -> Option<Threshold> {
        match self {
            Certainty::Known(threshold) => Some(threshold),
            Certainty::Unknown => None,
        }
    }

    /// Of a trace that needed both: the larger threshold, unknown if either is.
    #[must_use]
    pub fn and(self, other: Certainty) -> Certainty {
        match (self, other) {
            (Certainty::Known(a), Certainty::Known(b)) => Certainty::Known(a.max(b)),
            _ => Certainty::Unknown,
        }
    }

    /// Of a trace that either would have kept: sure if one is, else unknown if one is, else the
    /// smaller threshold.
    #[must_use]
    pub fn or(self, other: Certainty) -> Certainty {
        match (self, other) {
            (Certainty::SURE, _) | (_, Certainty::SURE) => Certainty::SURE,
            (Certainty::Known(a), Certainty::Known(b)) => Certainty::Known(a.min(b)),
            _ => Certainty::Unknown,
        }
    }
}

/// One verdict, as lists, logs and people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The trace.
    pub trace: [u8; 16],
    /// What becomes of it.
    pub decision: Decision,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What made it fall then.
    pub trigger: Trigger,
    /// The policy it is credited to; also `session`, `budget` or `default`; none if nothing matched.
    pub by: Option<Arc<str>>,
    /// The probability of a keep.
    pub certainty: Certainty,
    /// The version of the rules it was decided under.
    pub rules: Arc<str>,
    /// Spans there were at that moment.
    pub spans: u64,
    /// Bytes of those spans.
    pub bytes: u64,
    /// Milliseconds from the first arrival to the verdict.
    pub age_ms: u64,
    /// Policies on trial that would have decided otherwise: `name:keep`, `name:drop`.
    pub trials: Vec<Arc<str>>,
}
