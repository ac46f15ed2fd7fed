//! Empties the workers' mailboxes into the ledger, looks at the budgets, tells of crossings.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use metrics::gauge;
use serde_json::{Value, json};

use super::settings::Spend;
use super::webhook;
use crate::clock::Clock;
use crate::component::{Background, Page, Stop};
use crate::config::Fault;
use crate::spend::{Amount, Budget, Crossing, Entry, Kind, Ledger, Office, Standing, Watch};

const NANOS_PER_HOUR: u64 = 3_600_000_000_000;
const NANOS_PER_MINUTE: u64 = 60_000_000_000;
/// Lines shown on the admin port; the command line reads more from the file itself.
const SHOWN_MAX: usize = 50_000;
/// Hours shown on the admin port.
const SHOWN_HOURS: u64 = 31 * 24;

/// Opens the ledger and answers the work that keeps it, with the page that shows it.
pub(in crate::service) fn keep(
    settings: &Spend,
    budgets: Vec<Budget>,
    folder: &Path,
    office: Arc<Office>,
    clock: Clock,
) -> Result<(Background, Page), Fault> {
    let path = folder.join(&settings.path);
    let fault = |error: crate::spend::SpendError| {
        let remedy =
            "is another tollgate using it? choose another `[spend] path`, or \"\" for none";
        Fault::new(format!("{}: {error}", path.display()), remedy)
    };
    let ledger = Arc::new(Ledger::open(&path).map_err(fault)?);
    let watch = Watch::open(budgets, &ledger, hour(clock)).map_err(fault)?;
    let shown = Arc::clone(&ledger);
    let page: Page = Arc::new(move || page(&shown, hour(clock)));
    let mut keeper = Keeper {
        ledger,
        watch,
        office,
        clock,
        settings: settings.clone(),
        unwritten: HashMap::new(),
    };
    let work: Background = Box::new(move |stop| Box::pin(async move { keeper.run(stop).await }));
    Ok((work, page))
}

struct Keeper {
    ledger: Arc<Ledger>,
    watch: Watch,
    office: Arc<Office>,
    clock: Clock,
    settings: Spend,
    /// What could not be written last time.
    unwritten: HashMap<Entry, Amount>,
}

impl Keeper {
    /// Until `stop`, and once more then: the workers have drained by that time.
    async fn run(&mut self, stop: Stop) {
        let mut swept = 0;
        loop {
            let interval = self.settings.interval.get();
            let stopped = tokio::time::timeout(interval, stop.cancelled())
                .await
                .is_ok();
            for crossing in self.turn() {
                tell(crossing);
            }
            let now = hour(self.clock);
            if now != swept {
                swept = now;
                let oldest = now.saturating_sub(self.settings.retention.as_ms() / 3_600_000);
                if let Err(error) = self.ledger.forget_before(oldest) {
                    tracing::warn!(%error, "old lines of the spend ledger could not be removed");
                }
            }
            if stopped {
                return;
            }
        }
    }

    fn turn(&mut self) -> Vec<Crossing> {
        let mut amounts = self.office.collect();
        for (entry, amount) in self.unwritten.drain() {
            amounts.entry(entry).or_default().add(amount);
        }
        if !amounts.is_empty()
            && let Err(error) = self.ledger.add(&amounts)
        {
            tracing::error!(%error, "spend could not be written; it is kept in memory and tried again");
            self.unwritten = amounts;
            return Vec::new();
        }
        let now = self.clock.now().unix_nanos;
        let minutes = now % NANOS_PER_HOUR / NANOS_PER_MINUTE;
        let crossings = self
            .watch
            .take(&amounts, &self.ledger, now / NANOS_PER_HOUR, minutes);
        for (standing, _) in self.watch.standings(now / NANOS_PER_HOUR, minutes) {
            show(&standing);
        }
        crossings.unwrap_or_else(|error| {
            tracing::error!(%error, "budgets could not be looked at");
            Vec::new()
        })
    }
}

fn hour(clock: Clock) -> u64 {
    clock.now().unix_nanos / NANOS_PER_HOUR
}

fn usd(nanos: f64) -> f64 {
    nanos / 1e9
}

fn show(standing: &Standing) {
    let labels = [
        ("budget", standing.budget.clone()),
        ("key", standing.key.clone()),
    ];
    gauge!("tollgate_budget_spent_usd", &labels).set(usd(standing.spent as f64));
    gauge!("tollgate_budget_amount_usd", &labels).set(usd(standing.amount as f64));
    gauge!("tollgate_budget_burn_usd_per_hour", &labels).set(usd(standing.burn_per_hour));
    gauge!("tollgate_budget_forecast_usd", &labels).set(usd(standing.forecast));
}

fn tell(crossing: Crossing) {
    let standing = &crossing.standing;
    tracing::warn!(
        budget = standing.budget,
        key = standing.key,
        threshold = crossing.threshold.name(),
        spent_usd = usd(standing.spent as f64),
        amount_usd = usd(standing.amount as f64),
        forecast_usd = usd(standing.forecast),
        "a budget was crossed"
    );
    if let Some(url) = crossing.webhook.clone() {
        tokio::spawn(webhook::post(url, message(&crossing)));
    }
}

/// The body of a webhook.
pub(super) fn message(crossing: &Crossing) -> Value {
    let standing = &crossing.standing;
    json!({
        "budget": standing.budget,
        "key": standing.key,
        "threshold": crossing.threshold.name(),
        "spent_usd": usd(standing.spent as f64),
        "amount_usd": usd(standing.amount as f64),
        "burn_usd_per_hour": usd(standing.burn_per_hour),
        "forecast_usd": usd(standing.forecast),
        "window_start_unix": standing.window * 3600,
    })
}

fn page(ledger: &Ledger, now: u64) -> Value {
    match ledger.lines(now.saturating_sub(SHOWN_HOURS)..now + 1) {
        Ok(lines) => json!({
            "truncated": lines.len() > SHOWN_MAX,
            "lines": lines.iter().rev().take(SHOWN_MAX).map(row).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn row((entry, amount): &(Entry, Amount)) -> Value {
    json!({
        "hour": entry.hour,
        "kind": if entry.kind == Kind::Tool { "tool" } else { "call" },
        "tenant": entry.tenant,
        "project": entry.project,
        "user": entry.user,
        "agent": entry.agent,
        "provider": entry.provider,
        "model": entry.model,
        "tool": entry.tool,
        "nanos": amount.nanos,
        "tokens": amount.tokens,
        "calls": amount.calls,
    })
}
