//! Who may keep a trace before its time, so that nothing that comes can take the keep back.

use super::config::{Config, Evaluate};
use super::judge::{Ruling, SESSION};
use super::named::Named;
use super::policy::{Basis, Case};

/// The policies whose keep may come early.
pub(super) struct Early {
    /// So many, from the first on; whoever stands behind could still be overruled.
    pub upto: usize,
    /// What may bring an early keep about.
    pub by: Basis,
}

impl Early {
    /// Who may under these rules.
    pub(super) fn of(config: &Config, policies: &[Named]) -> Early {
        let asked = || policies.iter().filter(|named| !named.trial);
        let pays = |name: &str| {
            { config.budget.iter() }
                .any(|budget| !budget.exempt.iter().any(|exempt| exempt == name))
        };
        let all = config.evaluate == Evaluate::All;
        let veto = |named: &Named| named.drops || named.drop_rule || (all && named.inverted);
        // A pin would come before the policies.
        let pins_pay = config.knows_sessions() && pays(SESSION);
        if asked().any(veto) || pins_pay {
            return Early {
                upto: 0,
                by: Basis::NOTHING,
            };
        }
        let in_turn = config.evaluate == Evaluate::Rules;
        let ends = |named: &Named| match config.evaluate {
            Evaluate::All => false,
            // Either it vetoes, or nobody behind it is asked.
            Evaluate::FirstSampled => named.inverted,
            // Whoever is uncertain could still come to decide before those behind it.
            Evaluate::Rules => !named.monotone,
        };
        // What is still to come of a trace that has left could not be paid for.
        let ends = |named: &Named| !named.trial && (ends(named) || pays(&named.name));
        let upto = policies.iter().position(ends).unwrap_or(policies.len());
        let by = { policies.iter().take(upto) }
            .filter(|named| !named.trial)
            // In turn a vote may matter before the rule applies.
            .map(|named| {
                let also = in_turn.then(|| named.policy.basis());
                named.certain_by.and(also.unwrap_or_default())
            });
        Early {
            by: Basis::of_all(by),
            upto,
        }
    }

    /// The keep of the first rule that applies, if each rule before it would keep as well should it
    /// come to apply: there a no would be final.
    pub(super) fn in_turn(&self, policies: &[Named], case: &Case<'_>) -> Option<Ruling> {
        let rules = policies.iter().take(self.upto).filter(|rule| !rule.trial);
        for rule in rules {
            if !rule.policy.vote(case).is_yes() {
                return None;
            }
            if rule.certain_by != Basis::NOTHING && rule.applies(case) {
                return Some(rule.keep());
            }
        }
        None
    }
}
