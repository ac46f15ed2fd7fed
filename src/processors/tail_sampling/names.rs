//! Who is credited with a verdict, under which version of the rules: as small numbers, for
//! memories and logs.

use std::sync::Arc;

use crate::sampling::decision_log::Entry;
use crate::sampling::memory::{Kept, NO_POLICY};

/// A policy, or nobody, under a version of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Credit {
    /// Also `session`, `budget`, `default`; nobody if nothing matched.
    pub policy: Option<Arc<str>>,
    /// Empty if it is not known.
    pub version: Arc<str>,
}

/// Between version and policy; no name has it.
const BETWEEN: char = '\u{1f}';

impl Credit {
    /// As it stands in the decision log. Names from before there were versions have none.
    pub(super) fn read(text: &str) -> Self {
        let (version, policy) = text.split_once(BETWEEN).unwrap_or(("", text));
        Credit {
            policy: (!policy.is_empty()).then(|| policy.into()),
            version: version.into(),
        }
    }

    /// For the decision log.
    pub(super) fn text(&self) -> String {
        let policy = self.policy.as_deref().unwrap_or_default();
        format!("{}{BETWEEN}{policy}", self.version)
    }
}

/// Credits in the order they were first needed.
#[derive(Default)]
pub(super) struct Names(Vec<Credit>);

impl Names {
    /// A credit's number; whether it is new.
    pub(super) fn number(&mut self, credit: Credit) -> (u16, bool) {
        // The present version's credits came last.
        if let Some(place) = self.0.iter().rposition(|own| *own == credit) {
            return (place as u16, false);
        }
        if self.0.len() >= usize::from(NO_POLICY) {
            return (NO_POLICY, false);
        }
        self.0.push(credit);
        (self.0.len() as u16 - 1, true)
    }

    /// The credit of a number.
    pub(super) fn credit(&self, number: u16) -> Option<&Credit> {
        self.0.get(usize::from(number))
    }

    /// All, with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Credit)> {
        (0..).zip(&self.0)
    }

    /// What a log says that has numbers of its own, with ours and without the names.
    pub(super) fn translate(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut numbers: Vec<(u16, u16)> = Vec::new();
        let mut translated = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                Entry::Name(number, name) => {
                    let own = self.number(Credit::read(&name)).0;
                    numbers.retain(|(theirs, _)| *theirs != number);
                    numbers.push((number, own));
                }
                dropped @ Entry::Dropped(_) => translated.push(dropped),
                Entry::Kept(id, kept) => {
                    let own = numbers.iter().find(|(theirs, _)| *theirs == kept.policy);
                    let policy = own.map_or(NO_POLICY, |(_, own)| *own);
                    translated.push(Entry::Kept(id, Kept { policy, ..kept }));
                }
            }
        }
        translated
    }
}
