//! The accounts: received + made = passed on + discarded{reason} + held, for every pipeline and exporter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Declares the reasons once: the variant, its label in metrics and what it means.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $label:literal,)+) => {
        /// Why items did not go on. A fixed list, so that every loss has a name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[doc = $doc])+ $variant,)+ }

        impl Reason {
            /// Every reason, in declaration order.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant,)+];

            /// The value of the `reason` label.
            pub fn label(self) -> &'static str {
                match self { $(Reason::$variant => $label,)+ }
            }

            /// One sentence for an operator.
            pub fn meaning(self) -> &'static str {
                match self { $(Reason::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

reasons! {
    /// The request was over the size limit.
    TooLarge = "too_large",
    /// The request held more items than the limit.
    TooManyItems = "too_many_items",
    /// The request could not be read as OTLP.
    BadData = "bad_data",
    /// A span had an invalid trace or span id.
    InvalidId = "invalid_id",
    /// A metric data point was invalid.
    InvalidPoint = "invalid_point",
    /// There was no memory left to reserve.
    Memory = "memory",
    /// An exporter's queue was full.
    QueueFull = "queue_full",
    /// An exporter's queue was full and its oldest batch made room.
    DropOldest = "drop_oldest",
    /// The sender was over its rate.
    RateLimit = "rate_limit",
    /// The sender could not prove who it is.
    Unauthenticated = "unauthenticated",
    /// The service was stopping.
    Shutdown = "shutdown",
    /// The destination refused for good.
    PermanentError = "permanent_error",
    /// The destination took the request but refused these items.
    PartialSuccess = "partial_success",
    /// Retried for longer than the exporter's limit.
    MaxAge = "max_age",
    /// Still undelivered when the shutdown deadline passed.
    ShutdownDeadline = "shutdown_deadline",
    /// Tail sampling decided against the trace.
    SampledOut = "sampled_out",
    /// It lies on disk, and the next start takes it up.
    Persisted = "persisted",
    /// A filter matched.
    Filtered = "filtered",
    /// A redaction rule said to drop the item.
    Redacted = "redacted",
    /// A series limit was reached.
    Cardinality = "cardinality",
    /// A processor panicked on the batch.
    Panicked = "panicked",
    /// No pipeline takes this signal.
    NoPipeline = "no_pipeline",
    /// A single item was over the limit of the destination.
    ItemTooLarge = "item_too_large",
}

/// One set of books: a pipeline's chain, or one exporter.
#[derive(Debug, Default)]
pub struct Account {
    received: AtomicU64,
    made: AtomicU64,
    passed: AtomicU64,
    discarded: [AtomicU64; Reason::ALL.len()],
}

impl Account {
    /// Items that came in.
    pub fn received(&self, items: u64) {
        self.received.fetch_add(items, Relaxed);
    }

    /// Items a processor made that never came in (`agent_metrics`, for one).
    pub fn made(&self, items: u64) {
        self.made.fetch_add(items, Relaxed);
    }

    /// Items that left by the front door: out of the chain, or accepted by the destination.
    pub fn passed(&self, items: u64) {
        self.passed.fetch_add(items, Relaxed);
    }

    /// Items that left by the other door.
    pub fn discarded(&self, reason: Reason, items: u64) {
        if let Some(cell) = self.discarded.get(reason as usize) {
            cell.fetch_add(items, Relaxed);
        }
    }

    /// The books at this moment.
    pub fn tally(&self) -> Tally {
        // What left is read before what came in, so that a racing reader never sees more out than in.
        let passed = self.passed.load(Relaxed);
        let discarded = Reason::ALL
            .iter()
            .zip(&self.discarded)
            .map(|(reason, cell)| (*reason, cell.load(Relaxed)))
            .filter(|(_, items)| *items > 0)
            .collect::<Vec<_>>();
        Tally {
            received: self.received.load(Relaxed),
            made: self.made.load(Relaxed),
            passed,
            discarded,
        }
    }
}

/// A reading of one [`Account`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Items that came in.
    pub received: u64,
    /// Items made inside.
    pub made: u64,
    /// Items passed on (chain) or exported (exporter).
    pub passed: u64,
    /// Items discarded, by reason; reasons with none are left out.
    pub discarded: Vec<(Reason, u64)>,
}

impl Tally {
    /// Items discarded for all reasons together.
    pub fn discarded_total(&self) -> u64 {
        self.discarded.iter().map(|(_, items)| items).sum()
    }

    /// Adds another book's reading to this one.
    pub fn add(&mut self, other: &Tally) {
        self.received += other.received;
        self.made += other.made;
        self.passed += other.passed;
        for (reason, items) in &other.discarded {
            match self.discarded.iter_mut().find(|(one, _)| one == reason) {
                Some((_, sum)) => *sum += items,
                None => self.discarded.push((*reason, *items)),
            }
        }
    }

    /// What is still inside: the rest of the identity.
    pub fn held(&self) -> u64 {
        (self.received + self.made).saturating_sub(self.passed + self.discarded_total())
    }
}

/// All books of the house, in the order of `pipelines.toml`.
#[derive(Debug, Default)]
pub struct Ledger {
    /// By pipeline (`traces`, `logs/second`): what its chain received, passed on and discarded.
    pub pipelines: Vec<(String, Arc<Account>)>,
    /// By exporter (`otlp`, `file/audit`): what its queue received, delivered and discarded.
    pub exporters: Vec<(String, Arc<Account>)>,
    /// By signal name: what was refused at the door, never received.
    pub refused: Vec<(String, Arc<Account>)>,
}
