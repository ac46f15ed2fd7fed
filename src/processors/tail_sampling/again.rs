//! Judges a dropped trace once more: a late span or its session may bring it back.

use std::sync::Arc;

use super::config::Evaluate;
use super::judge::{Judge, Ruling, SESSION};
use super::named::Named;
use super::policy::{Basis, Case, Vote};
use crate::sampling::verdict::Certainty;

impl Judge {
    /// A keep that a late span brings about: by a policy whose keep is certain, where nobody who
    /// could overrule it does.
    pub(super) fn reconsider(&self, case: &Case<'_>) -> Option<Ruling> {
        if self.is_dropped(case) {
            return None;
        }
        let ruling = match self.evaluate {
            Evaluate::All if self.is_vetoed(case) => None,
            Evaluate::All => self.first_certain(case, |_| false),
            Evaluate::FirstSampled => self.first_certain(case, |named| named.inverted),
            Evaluate::Rules => self.first_certain(case, |_| true),
        }?;
        Some(self.charge(ruling, case)).filter(|ruling| ruling.keep)
    }

    /// A keep for the sake of the session, unless a drop policy or a drop rule names the trace.
    pub(super) fn backfill(&self, case: &Case<'_>) -> Option<Ruling> {
        let mut rules = self.asked().filter(|named| named.applies(case));
        let in_turn = self.evaluate == Evaluate::Rules;
        if self.is_dropped(case) || (in_turn && rules.next().is_some_and(|rule| rule.drop_rule)) {
            return None;
        }
        let ruling = Ruling::keep(Arc::from(SESSION), Certainty::SURE, true);
        Some(self.charge(ruling, case)).filter(|ruling| ruling.keep)
    }

    /// The policies that count and keep or are rules, in order.
    fn asked(&self) -> impl Iterator<Item = &Named> {
        let asked = |named: &&Named| !(named.trial || named.drops);
        self.policies.iter().filter(asked)
    }

    /// The first certain keep, unless one that applies before it `ends` the search.
    fn first_certain(&self, case: &Case<'_>, ends: impl Fn(&Named) -> bool) -> Option<Ruling> {
        for named in self.asked().filter(|named| named.applies(case)) {
            if named.certain_by != Basis::NOTHING && named.policy.vote(case).is_yes() {
                return Some(named.keep());
            }
            if ends(named) {
                return None;
            }
        }
        None
    }

    /// Whether an inverted policy hits.
    fn is_vetoed(&self, case: &Case<'_>) -> bool {
        let mut inverted = self.asked().filter(|named| named.inverted);
        inverted.any(|named| named.applies(case) && named.policy.vote(case) == Vote::No)
    }

    fn is_dropped(&self, case: &Case<'_>) -> bool {
        self.dropped(case, &mut Vec::new()).is_some()
    }
}
