//! What an operator wants to see after the demo: spend, masked data, kept traces, the outputs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use comfy_table::{Table, presets};

use super::PORTS;
use super::replay::Sent;
use crate::cli::output;
use crate::component::Page;
use crate::meter::{FamilyReading, Labels, Meter, Scale, Value, View, exact};
use crate::service::Summary;

/// Everything the report is made from.
pub(super) struct Seen {
    pub(super) sent: Sent,
    pub(super) meter: Arc<Meter>,
    pub(super) pages: Vec<(String, Page)>,
    pub(super) summary: Summary,
    pub(super) folder: PathBuf,
    pub(super) ports: Vec<u16>,
}

/// Rows shown of each table.
const ROWS: usize = 8;
/// Width of a full bar.
const BAR: usize = 24;

/// Prints the whole report.
pub(super) fn print(seen: &Seen) {
    output::line(format_args!(
        "{} requests with {} items were sent over gRPC.\n",
        seen.sent.requests, seen.sent.items
    ));
    let families = seen.meter.read();
    for (title, family, label) in [
        (
            "Spend by model (USD)",
            "tollgate.cost",
            "gen_ai.response.model",
        ),
        (
            "Spend by tool (USD, direct and induced)",
            "tollgate.tool.cost",
            "gen_ai.tool.name",
        ),
        ("Spend by tenant (USD)", "tollgate.cost", "tenant.id"),
    ] {
        spend(
            title,
            families.iter().find(|one| one.definition.name == family),
            label,
        );
    }
    let findings = families
        .iter()
        .find(|one| one.definition.name == "tollgate.redaction.findings");
    counts(
        "Personal data masked, by kind",
        &by_label(findings, "detector"),
    );
    kept(&seen.pages);
    output::line(format_args!("Accounts: {}\n", seen.summary));
    outputs(&seen.folder, &seen.ports);
}

/// Says where to send and look while the demo stays.
pub(super) fn stay(ports: &[u16], folder: &Path) {
    outputs(folder, ports);
    output::line("Send OTLP now; Ctrl-C ends the demo and prints the report.");
}

fn outputs(folder: &Path, ports: &[u16]) {
    output::line("The outputs:");
    let file = folder.join("tollgate-data").join("telemetry.jsonl");
    output::line(format_args!(
        "  file        {} (OTLP/JSON lines)",
        file.display()
    ));
    for ((_, _, what), port) in PORTS.iter().zip(ports) {
        let path = match *what {
            "Prometheus" | "admin" => "/metrics",
            _ => continue,
        };
        output::line(format_args!(
            "  {what:<11} http://127.0.0.1:{port}{path} (while it runs)"
        ));
    }
    output::line(
        "  otlp        uncomment [exporters.otlp] in pipelines.toml to send to your backend",
    );
}

fn spend(title: &str, family: Option<&FamilyReading>, label: &str) {
    let mut rows = by_label(family, label)
        .into_iter()
        .filter(|(_, units)| *units > 0)
        .map(|(name, units)| {
            (
                if name.is_empty() {
                    "(none)".to_owned()
                } else {
                    name
                },
                units,
            )
        })
        .collect::<Vec<_>>();
    rows.sort_by_key(|(_, units)| std::cmp::Reverse(*units));
    table(title, &rows, |units| exact(units, Scale::Nano));
}

fn counts(title: &str, rows: &BTreeMap<String, u64>) {
    let mut rows = rows
        .iter()
        .map(|(name, count)| (name.clone(), *count))
        .collect::<Vec<_>>();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    table(title, &rows, |count| count.to_string());
}

fn table(title: &str, rows: &[(String, u64)], show: impl Fn(u64) -> String) {
    if rows.is_empty() {
        return;
    }
    output::line(title);
    let most = rows
        .iter()
        .map(|(_, value)| *value)
        .max()
        .unwrap_or(1)
        .max(1);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for (name, value) in rows.iter().take(ROWS) {
        let bar = "█".repeat((*value as f64 / most as f64 * BAR as f64).ceil() as usize);
        table.add_row([format!("  {name}"), show(*value), bar]);
    }
    output::line(table);
    if rows.len() > ROWS {
        output::line(format_args!("   … and {} more", rows.len() - ROWS));
    }
    output::line("");
}

/// Sums of a counter by one label.
fn by_label(family: Option<&FamilyReading>, label: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    let Some(family) = family else { return sums };
    for series in family.through(&View::new("demo").label(label, label)) {
        if let (Labels::Of(values), Value::Counter(units)) = (series.labels, series.value) {
            let name = values.first().map(ToString::to_string).unwrap_or_default();
            *sums.entry(name).or_default() += units;
        }
    }
    sums
}

/// Traces kept and dropped, by policy, from the page of recent verdicts.
fn kept(pages: &[(String, Page)]) {
    let Some((_, page)) = pages.iter().find(|(name, _)| name.starts_with("verdicts/")) else {
        return;
    };
    let mut sums = BTreeMap::new();
    for verdict in page().as_array().into_iter().flatten() {
        let text = |key: &str| {
            verdict
                .get(key)
                .and_then(serde_json::Value::as_str)
                .unwrap_or("default")
        };
        *sums
            .entry(format!("{} by {}", text("decision"), text("policy")))
            .or_default() += 1;
    }
    counts("Traces, and why", &sums);
}
