//! The same policy outside a pipeline: what would it do to this text, and why?

use std::sync::Arc;

use super::config::Config;
use super::policy::Policy;
use crate::clock::Now;
use crate::component::{Account, Batch, Context, Maker, Next, ProcessorConfig};
use crate::config::{Fault, Reading, Table};
use crate::otlp::Telemetry;
use crate::pii::{self, Findings, Scanner};

/// A `redact` table that is tried on texts and on captured telemetry.
pub struct Rehearsal {
    policy: Arc<Policy>,
    maker: Maker,
}

impl Rehearsal {
    /// Reads the table; every fault in it is told.
    pub fn read(table: &Table, context: &mut Context) -> Reading<Self> {
        let config: Config = table.read(Config::check)?;
        let fault = |why: String| vec![Fault::new(why, "correct the `redact` table")];
        let scanner =
            Scanner::new(&config.options()).map_err(|faults| fault(faults.to_string()))?;
        let pseudonyms = super::pseudonym::load(config.pseudonyms.as_ref(), context)
            .map_err(|error| fault(error.message))?;
        // A rehearsal leaves no trace: no audit line is written.
        let config = Config {
            audit_file: None,
            ..config
        };
        let maker = config
            .clone()
            .build(context)
            .map_err(|error| fault(error.message))?;
        let policy = Arc::new(Policy::new(config, scanner, pseudonyms, None));
        Ok(Rehearsal { policy, maker })
    }

    /// Whether findings are only reported.
    pub fn reports(&self) -> bool {
        !self.policy.changes
    }

    /// What finds, for names and catalogues.
    pub fn scanner(&self) -> &Scanner {
        &self.policy.scanner
    }

    /// Finds what stands in a text, and writes the text as it would leave.
    pub fn text(&self, key: Option<&str>, text: &str, findings: &mut Findings) -> String {
        self.policy.scanner.scan(key, text, findings);
        let key = key.unwrap_or_default();
        pii::mask(text, findings, None, |found, value, out| {
            let action = self.policy.action(found, [key, key]);
            self.policy.write(found, action, value, "", out);
        })
    }

    /// Passes captured telemetry through the processor; nothing comes out if all of it was dropped.
    pub fn telemetry(&self, telemetry: Telemetry) -> Option<Telemetry> {
        let account = Account::default();
        let mut passed = None;
        let mut out = |batch: Batch| passed = Some(batch.telemetry);
        let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
        (self.maker)(0).process(Batch::unpaid(telemetry), &mut next);
        passed
    }
}
