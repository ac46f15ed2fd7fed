//! Shows the ledger as metrics: received, passed, discarded and held, for every book.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge};

use crate::component::{Account, Ledger, Stop, Tally};

/// Reads gauges that are no counts of items: name and value.
pub(super) type Gauges = Box<dyn Fn() -> Vec<(&'static str, f64)> + Send + Sync>;

/// How often the metrics follow the books.
const EVERY: Duration = Duration::from_millis(250);

/// Publishes the books until `stop`, and once more then.
pub(super) async fn publish(ledger: Arc<Ledger>, gauges: Gauges, stop: Stop) {
    loop {
        let stopped = tokio::time::timeout(EVERY, stop.cancelled()).await.is_ok();
        show(&ledger);
        for (name, value) in gauges() {
            gauge!(name).set(value);
        }
        if stopped {
            return;
        }
    }
}

fn show(ledger: &Ledger) {
    for (name, tally) in merged(&ledger.pipelines) {
        counter!("tollgate_pipeline_received_items_total", "pipeline" => name.clone())
            .absolute(tally.received);
        counter!("tollgate_pipeline_made_items_total", "pipeline" => name.clone())
            .absolute(tally.made);
        counter!("tollgate_pipeline_passed_items_total", "pipeline" => name.clone())
            .absolute(tally.passed);
        gauge!("tollgate_pipeline_held_items", "pipeline" => name.clone()).set(tally.held() as f64);
        for (reason, items) in &tally.discarded {
            counter!("tollgate_pipeline_discarded_items_total", "pipeline" => name.clone(), "reason" => reason.label())
                .absolute(*items);
        }
    }
    for (name, tally) in merged(&ledger.exporters) {
        counter!("tollgate_exporter_received_items_total", "exporter" => name.clone())
            .absolute(tally.received);
        counter!("tollgate_exporter_exported_items_total", "exporter" => name.clone())
            .absolute(tally.passed);
        gauge!("tollgate_exporter_held_items", "exporter" => name.clone()).set(tally.held() as f64);
        for (reason, items) in &tally.discarded {
            counter!("tollgate_exporter_discarded_items_total", "exporter" => name.clone(), "reason" => reason.label())
                .absolute(*items);
        }
    }
    for (signal, tally) in merged(&ledger.refused) {
        for (reason, items) in &tally.discarded {
            counter!("tollgate_refused_items_total", "signal" => signal.clone(), "reason" => reason.label())
                .absolute(*items);
        }
    }
}

/// One tally a name: the workers' books of one pipeline are added up.
fn merged(books: &[(String, Arc<Account>)]) -> Vec<(String, Tally)> {
    let mut sums: Vec<(String, Tally)> = Vec::new();
    for (name, account) in books {
        let tally = account.tally();
        match sums.iter_mut().find(|(one, _)| one == name) {
            Some((_, sum)) => sum.add(&tally),
            None => sums.push((name.clone(), tally)),
        }
    }
    sums
}
