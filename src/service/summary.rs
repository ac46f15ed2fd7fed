//! The accounts at the end, as one line a person and a script can read.

use std::fmt;

use crate::component::{Ledger, Reason, Tally};

/// The books of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Items that came into the chains.
    pub received: u64,
    /// Items made in the chains, such as those that a crash left on disk.
    pub made: u64,
    /// Items refused at the door, by reason.
    pub refused: Vec<(Reason, u64)>,
    /// Items discarded in the chains, by reason.
    pub discarded: Vec<(Reason, u64)>,
    /// By exporter, what it received, delivered and discarded.
    pub exporters: Vec<(String, Tally)>,
    /// Items still in the chains.
    pub held: u64,
}

impl Summary {
    /// Reads the books.
    pub fn of(ledger: &Ledger) -> Self {
        let mut summary = Summary::default();
        let mut chains = Tally::default();
        for (_, account) in &ledger.pipelines {
            let tally = account.tally();
            summary.held += tally.held();
            chains.add(&tally);
        }
        let mut refused = Tally::default();
        for (_, account) in &ledger.refused {
            refused.add(&account.tally());
        }
        (summary.received, summary.made) = (chains.received, chains.made);
        summary.discarded = chains.discarded;
        summary.refused = refused.discarded;
        summary.exporters = ledger
            .exporters
            .iter()
            .map(|(name, account)| (name.clone(), account.tally()))
            .collect();
        summary
    }

    /// Whether something was acknowledged and then neither delivered nor discarded on purpose.
    pub fn lost(&self) -> bool {
        let undelivered = |(_, tally): &(String, Tally)| {
            tally.held() > 0 || tally.discarded.iter().any(|(reason, _)| is_loss(*reason))
        };
        self.held > 0
            || self.discarded.iter().any(|(reason, _)| is_loss(*reason))
            || self.exporters.iter().any(undelivered)
    }
}

/// Whether items discarded for this reason were wanted.
fn is_loss(reason: Reason) -> bool {
    !matches!(
        reason,
        Reason::SampledOut
            | Reason::Filtered
            | Reason::Redacted
            | Reason::Persisted
            | Reason::PartialSuccess
            | Reason::Cardinality
            | Reason::InvalidPoint
    )
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "received={}", self.received)?;
        if self.made > 0 {
            write!(f, " made={}", self.made)?;
        }
        for (name, tally) in &self.exporters {
            write!(f, " exported.{name}={}", tally.passed)?;
        }
        reasons(f, "discarded", &self.discarded)?;
        for (name, tally) in &self.exporters {
            reasons(f, &format!("discarded.{name}"), &tally.discarded)?;
        }
        reasons(f, "refused", &self.refused)?;
        let queued = self
            .exporters
            .iter()
            .map(|(_, tally)| tally.held())
            .sum::<u64>();
        write!(f, " held={}", self.held + queued)
    }
}

fn reasons(f: &mut fmt::Formatter<'_>, what: &str, list: &[(Reason, u64)]) -> fmt::Result {
    for (reason, items) in list {
        write!(f, " {what}.{}={items}", reason.label())?;
    }
    Ok(())
}
