//! Budgets: how much of each key may be kept in a window, whole traces only.

use std::sync::Arc;

use super::config::Config;
use super::judge::Ruling;
use super::learnt::Stock;
use super::plan::Plan;
use super::policy::Case;
use super::tables::{Budget, Unit};
use crate::sampling::decimal::Decimal;
use crate::sampling::rollup::Figure;
use crate::sampling::shared::Spent;

/// A budget in use, shared by all workers.
pub(super) struct Purse {
    budget: Budget,
    /// Place of the key among the tracked attributes.
    key: usize,
    limit: u64,
    spent: Arc<Spent>,
}

/// Budgets in use at a time.
const PURSES: usize = 1 << 14;

/// Budgets count whole units; dollars in billionths.
const NANO: f64 = 1e9;

impl Purse {
    /// Opens a budget. What was spent under an earlier version of the rules stays spent, whatever
    /// the limit was.
    pub(super) fn open(
        budget: &Budget,
        plan: &mut Plan,
        config: &Config,
        stock: &mut Stock,
    ) -> Purse {
        if budget.unit == Unit::Usd {
            plan.sum(&config.cost_attributes, &[Figure::Cost], None);
        }
        let Budget {
            key, unit, window, ..
        } = budget;
        let name = format!("budget {key} {unit:?} {window:?}");
        Purse {
            key: plan.track(&budget.key),
            limit: match budget.unit {
                Unit::Usd => (budget.limit * NANO).round() as u64,
                Unit::Traces | Unit::Spans | Unit::Bytes => budget.limit.floor() as u64,
            },
            spent: stock.shared(&name, || Spent::new(PURSES)),
            budget: budget.clone(),
        }
    }

    /// Key, window and amount, if the keep has to be paid for.
    fn price<'a>(&self, ruling: &Ruling, case: &Case<'a>) -> Option<(&'a str, u64, u64)> {
        let exempt = ruling
            .by
            .as_ref()
            .is_some_and(|by| self.budget.exempt.iter().any(|e| **e == **by));
        let key = case.trace.values(self.key).first().filter(|_| !exempt)?;
        let amount = match self.budget.unit {
            Unit::Traces => 1,
            Unit::Spans => u64::from(case.trace.n_spans),
            Unit::Bytes => case.trace.bytes,
            Unit::Usd => nano(case.sum(&[Figure::Cost])),
        };
        Some((key, case.now_ms / self.budget.window.as_ms().max(1), amount))
    }

    /// Pays for a keep; says whether it could.
    pub(super) fn pay(&self, ruling: &Ruling, case: &Case<'_>) -> bool {
        let price = self.price(ruling, case);
        price.is_none_or(|(key, window, amount)| self.spent.take(key, window, amount, self.limit))
    }
}

fn nano(usd: Decimal) -> u64 {
    (usd.as_f64() * NANO).round() as u64
}
