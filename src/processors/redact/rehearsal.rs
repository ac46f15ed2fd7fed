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
use crate::meter::{Counter, Series};
use crate::otlp::Telemetry;
use crate::pii::{self, Findings, Found, Scanner};

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
        Ok(Self::under(policy, findings))
    }

    /// Another one under the same policy, with the same pseudonyms, for another thread.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::under(Arc::clone(&self.policy), self.redact.findings.clone())
    }

    fn under(policy: Arc<Policy>, findings: Series<Counter>) -> Self {
        let redact = Redact {
            newest: Arc::new(ArcSwap::new(Arc::clone(&policy))),
            cleaner: Cleaner::witnessed(Arc::clone(&policy), findings.clone()),
            findings,
        };
        Rehearsal { policy, redact }
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
        self.policy.scanner.scan(key, text, findings);
        self.treat((key, 0), tenant, text, findings)
    }

    /// The same of a part of a text, with what stands before the part: that helps to find, but what
    /// is found in it is left out, and it does not pass.
    pub fn part(&self, before: usize, text: &str, findings: &mut Findings) -> Treated {
        self.policy.scanner.scan(None, text, findings);
        findings.retain(|found| found.end > before);
        match self.treat((None, before), "", text, findings) {
            Treated::Passed(mut text) => {
                // What begins before and goes on in the part is hidden from its beginning on.
                let start = findings.iter().next().map_or(before, |found| found.start);
                text.drain(..start.min(before));
                Treated::Passed(text)
            }
            dropped => dropped,
        }
    }

    /// What becomes of a text in which something was found, of which so many bytes only stand before.
    fn treat(
        &self,
        (key, before): (Option<&str>, usize),
        tenant: &str,
        text: &str,
        findings: &mut Findings,
    ) -> Treated {
        let policy = &*self.policy;
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
        Treated::Passed(pii::mask(
            text,
            findings,
            limit,
            |found, value, out| match policy.action(found, keys) {
                Action::Report => out.push_str(own(found, value, before)),
                action => policy.write(found, action, value, tenant, out),
            },
        ))
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

/// What of a value does not stand before the part.
fn own<'a>(found: &Found, value: &'a str, before: usize) -> &'a str {
    value
        .get(before.saturating_sub(found.start)..)
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What passes of a part of which `before` stands before.
    #[track_caller]
    fn check(table: &str, before: &str, own: &str, passes: &str) {
        let mut context = Context::bare("redact");
        let rehearsal = Rehearsal::read(&Table::of(table), false, &mut context);
        let rehearsal = rehearsal.expect("no faults").another();
        let text = before.to_owned() + own;
        let mut findings = Findings::default();
        let treated = rehearsal.part(before.len(), &text, &mut findings);
        assert_eq!(Treated::Passed(passes.to_owned()), treated);
    }

    #[test]
    fn what_stands_before_a_part_helps_and_does_not_pass() {
        check("", "the password is:\n", "hunter22x\n", "[PASSWORD]\n");
        check(
            "",
            "id,password\n1,qwerty77x\n",
            "2,hunter22x\n",
            "2,[PASSWORD]\n",
        );
        let insert = "INSERT INTO users (id, password) VALUES\n";
        check("", insert, "(1, 'hunter22x'),\n", "(1, '[PASSWORD]'),\n");
        check("", "a@example.org\n", "nothing\n", "nothing\n");
    }

    const KEY: [&str; 2] = [
        "x\n-----BEGIN PRIVATE KEY-----\nM7tDU1NdNte11uHmEyTkk2kd1oJp\n",
        "M7tDU1NdNte11uHmEyTkk2kd1oJp\n-----END PRIVATE KEY-----\ny\n",
    ];

    #[test]
    fn what_goes_on_in_a_part_is_hidden_there_too() {
        check("", KEY[0], KEY[1], "[PRIVATE_KEY]\ny\n");
        check("action = \"report\"", KEY[0], KEY[1], KEY[1]);
    }

    #[test]
    fn an_item_is_dropped_only_for_what_stands_in_the_part() {
        let table = "actions = { EMAIL = \"drop_item\" }";
        check(table, "a@example.org\n", "nothing\n", "nothing\n");
    }
}
