//! The same policy outside a pipeline: what would it do to this text, and why?

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Redact;
use super::config::{self, Action, Config, Mode};
use super::policy::Policy;
use super::record::Cleaner;
use super::text::Seen;
use crate::clock::Now;
use crate::component::{Account, Batch, Context, Next, Processor, ProcessorConfig};
use crate::config::{Fault, Reading, Table};
use crate::otlp::Telemetry;
use crate::pii::{self, Findings, Scanner};

/// A `redact` table that is tried on texts and on captured telemetry.
pub struct Rehearsal {
    policy: Arc<Policy>,
    redact: Redact,
}

/// What became of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Treated {
    /// It passes, as this.
    Passed(String),
    /// The attribute it stands in is removed.
    AttributeDropped,
    /// The item it stands in is removed.
    ItemDropped,
}

impl Rehearsal {
    /// Reads the table; every fault in it is told. It may be asked only to report.
    pub fn read(table: &Table, only_report: bool, context: &mut Context) -> Reading<Self> {
        let mut config: Config = table.read(Config::check)?;
        if only_report {
            config.mode = Mode::Report;
        }
        let fault = |why: String| vec![Fault::new(why, "correct the `redact` table")];
        let scanner =
            Scanner::new(&config.options()).map_err(|faults| fault(faults.to_string()))?;
        let pseudonyms = super::pseudonym::load(config.pseudonyms.as_ref(), context)
            .map_err(|error| vec![table.fault(&error.key, error.message, "")])?;
        let findings = config::findings(context).map_err(|error| fault(error.message))?;
        // A rehearsal leaves no trace: no audit line is written.
        let policy = Arc::new(Policy::new(config, scanner, pseudonyms, None));
        let redact = Redact {
            newest: Arc::new(ArcSwap::new(Arc::clone(&policy))),
            cleaner: Cleaner::witnessed(Arc::clone(&policy), findings.clone()),
            findings,
        };
        Ok(Rehearsal { policy, redact })
    }

    /// Whether findings are only reported.
    pub fn reports(&self) -> bool {
        !self.policy.changes
    }

    /// What finds, for names and catalogues.
    pub fn scanner(&self) -> &Scanner {
        &self.policy.scanner
    }

    /// Finds what stands in a text of a tenant, and says what becomes of it. A text with a key is
    /// an attribute's.
    pub fn text(
        &self,
        key: Option<&str>,
        tenant: &str,
        text: &str,
        findings: &mut Findings,
    ) -> Treated {
        let policy = &*self.policy;
        policy.scanner.scan(key, text, findings);
        let limit = key.and_then(|key| policy.limit(key));
        let keys = [key.unwrap_or_default(); 2];
        findings.retain(|found| policy.enabled && !policy.pardons(found, keys, tenant));
        let does = |action| {
            let mut found = findings.iter();
            found.any(|found| policy.action(found, keys) == action)
        };
        if does(Action::DropItem) {
            return Treated::ItemDropped;
        }
        if key.is_some() && does(Action::DropAttribute) {
            return Treated::AttributeDropped;
        }
        Treated::Passed(pii::mask(text, findings, limit, |found, value, out| {
            policy.write(found, policy.action(found, keys), value, tenant, out);
        }))
    }

    /// Passes captured telemetry through the processor; nothing comes out if all of it was dropped.
    /// Answers also the texts in which something was found.
    pub fn telemetry(&mut self, telemetry: Telemetry) -> (Option<Telemetry>, Vec<Seen>) {
        let account = Account::default();
        let mut passed = None;
        let mut out = |batch: Batch| passed = Some(batch.telemetry);
        let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
        self.redact.process(Batch::unpaid(telemetry), &mut next);
        (passed, self.redact.cleaner.seen())
    }
}
