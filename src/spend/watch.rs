//! Watches budgets: keeps the sums of the open windows and says when a threshold is crossed.

use std::collections::{BTreeMap, HashMap};

use super::budget::{Budget, Crossing, Standing};
use super::entry::{Amount, Entry};
use super::ledger::{Ledger, SpendError};

/// Keys of one budget that are watched; the rest share one.
const KEYS_MAX: usize = 1_000;
/// The key of what nobody is named for.
const NOBODY: &str = "(none)";
/// The key they share.
const OTHERS: &str = "(other)";

/// Sums of the open windows of every budget.
pub struct Watch {
    budgets: Vec<Budget>,
    /// By budget: its window's first hour, and spending by key.
    open: Vec<(u64, BTreeMap<String, i64>)>,
}

impl Watch {
    /// Reads the open windows back from the ledger, so that a restart forgets nothing.
    pub fn open(budgets: Vec<Budget>, ledger: &Ledger, hour: u64) -> Result<Self, SpendError> {
        let mut watch = Watch {
            open: vec![(u64::MAX, BTreeMap::new()); budgets.len()],
            budgets,
        };
        watch.turn(ledger, hour)?;
        Ok(watch)
    }

    /// Takes amounts in that are in the ledger already; answers thresholds crossed for the first
    /// time in their window. `minutes` is how far the hour has gone.
    pub fn take(
        &mut self,
        amounts: &HashMap<Entry, Amount>,
        ledger: &Ledger,
        hour: u64,
        minutes: u64,
    ) -> Result<Vec<Crossing>, SpendError> {
        if !self.turn(ledger, hour)? {
            for (budget, (start, sums)) in self.budgets.iter().zip(&mut self.open) {
                let window = budget.per.window(*start);
                for (entry, amount) in amounts {
                    if entry.kind == budget.by.kind() && window.contains(&entry.hour) {
                        add(sums, budget.by.key(entry), amount.nanos);
                    }
                }
            }
        }
        let mut crossings = Vec::new();
        for (standing, budget) in self.standings(hour, minutes) {
            for threshold in budget.crossed(standing.spent) {
                let what = format!(
                    "{}|{}|{}|{}",
                    budget.name,
                    standing.key,
                    standing.window,
                    threshold.name()
                );
                if ledger.tell_once(&what, standing.window)? {
                    let (standing, webhook) = (standing.clone(), budget.webhook.clone());
                    crossings.push(Crossing {
                        threshold,
                        standing,
                        webhook,
                    });
                }
            }
        }
        Ok(crossings)
    }

    /// How every budget stands, for every key that spent in its window.
    pub fn standings(&self, hour: u64, minutes: u64) -> Vec<(Standing, &Budget)> {
        let mut all = Vec::new();
        for (budget, (_, sums)) in self.budgets.iter().zip(&self.open) {
            let standing =
                |(key, spent): (&String, &i64)| budget.standing(key, *spent, hour, minutes);
            all.extend(sums.iter().map(standing).map(|standing| (standing, budget)));
        }
        all
    }

    /// Begins new windows where the hour asks for it; whether it did. Then every sum is read again,
    /// because the ledger already holds what was just taken.
    fn turn(&mut self, ledger: &Ledger, hour: u64) -> Result<bool, SpendError> {
        let starts = self
            .budgets
            .iter()
            .map(|budget| budget.per.window(hour).start);
        if starts.eq(self.open.iter().map(|(start, _)| *start)) {
            return Ok(false);
        }
        for (budget, (start, sums)) in self.budgets.iter().zip(&mut self.open) {
            let window = budget.per.window(hour);
            *start = window.start;
            sums.clear();
            for (entry, amount) in ledger.lines(window)? {
                if entry.kind == budget.by.kind() {
                    add(sums, budget.by.key(&entry), amount.nanos);
                }
            }
        }
        Ok(true)
    }
}

fn add(sums: &mut BTreeMap<String, i64>, key: &str, nanos: i64) {
    let key = if key.is_empty() { NOBODY } else { key };
    let known = sums.contains_key(key) || sums.len() < KEYS_MAX;
    let key = if known { key } else { OTHERS };
    *sums.entry(key.to_owned()).or_default() += nanos;
}
