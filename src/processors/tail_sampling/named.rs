//! A policy as the judge knows it: under its name, with its conditions.

use std::sync::Arc;

use super::judge::Ruling;
use super::policy::{Basis, Case, Policy, Vote};
use crate::sampling::expression::TraceTest;
use crate::sampling::verdict::Certainty;

/// A policy under its name.
pub(super) struct Named {
    pub(super) name: Arc<str>,
    pub(super) policy: Box<dyn Policy>,
    pub(super) when: Option<TraceTest>,
    pub(super) drop_rule: bool,
    pub(super) pins: bool,
    pub(super) trial: bool,
    /// Whether its yes drops, and whether its no is a veto.
    pub(super) drops: bool,
    pub(super) inverted: bool,
    /// What an early keep by it depends on; nothing if it can give none.
    pub(super) certain_by: Basis,
    /// Whether more spans can never take its keep back; whether it is asked is another matter.
    pub(super) monotone: bool,
}

impl Named {
    /// Notes what the policy says of itself, which never changes.
    pub(super) fn settle(mut self) -> Self {
        (self.drops, self.inverted) = (self.policy.drops(), self.policy.inverted());
        let keeps = !(self.inverted || self.drops || self.drop_rule);
        self.monotone = self.policy.monotone() && keeps;
        let when = self.when.as_ref();
        if self.monotone && !self.trial && when.is_none_or(TraceTest::monotone) {
            let tests = when.map(Basis::of_test).into_iter();
            self.certain_by = Basis::of_all(tests.chain([self.policy.basis()]));
            // What depends on nothing holds from the first span on.
            if self.certain_by == Basis::NOTHING {
                self.certain_by = Basis::ANYTHING;
            }
        }
        self
    }

    /// Whether its own conditions hold.
    pub(super) fn applies(&self, case: &Case<'_>) -> bool {
        self.when.as_ref().is_none_or(|when| when.holds(case))
    }

    /// A certain keep by it.
    pub(super) fn keep(&self) -> Ruling {
        Ruling::keep(Arc::clone(&self.name), Certainty::SURE, self.pins)
    }

    /// Whether it must refuse a trace in which nothing but this has `ever` changed: its yes would be
    /// certain, and depends on something else.
    pub(super) fn must_refuse(&self, ever: Basis) -> bool {
        self.when.is_none() && self.certain_by != Basis::NOTHING && !self.certain_by.meets(ever)
    }

    /// What a policy on trial would have done.
    pub(super) fn trial_word(&self, vote: Vote) -> Option<Arc<str>> {
        let silent = !vote.is_yes() && !self.inverted;
        (!silent).then(|| self.word(vote))
    }

    /// Its name with a verdict.
    pub(super) fn word(&self, vote: Vote) -> Arc<str> {
        let verb = if vote.is_yes() { "keep" } else { "drop" };
        format!("{}:{verb}", self.name).into()
    }
}
