//! `tollgate spend`: who spent what, from the ledger of a running or stopped service.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use super::load::{self, ConfigFlag};
use super::{ask, output};
use crate::clock::Clock;
use crate::meter::{Scale, exact};
use crate::service::Plan;
use crate::spend::{Amount, By, Entry, Kind, Ledger};
use crate::units::Duration;

/// Width of the longest bar.
const BAR: usize = 32;
const NANOS_PER_HOUR: u64 = 3_600_000_000_000;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// What to sum up by.
    #[arg(long, value_enum, default_value = "model")]
    by: By,
    /// How far back, in whole hours: "24h", "7d".
    #[arg(long, default_value = "24h", value_name = "DURATION")]
    since: Duration,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print comma-separated values.
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(args: Args) -> ExitCode {
    let plan = match args.config.plan() {
        Ok(plan) => plan,
        Err(faults) => {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    };
    let now = Clock::start().now().unix_nanos / NANOS_PER_HOUR;
    let from = now.saturating_sub(args.since.as_ms() / 3_600_000);
    match lines(&plan, from, now + 1) {
        Ok(lines) => {
            let rows = sums(&lines, args.by);
            match (args.json, args.csv) {
                (true, _) => output::line(format_args!("{:#}", as_json(&rows, args.by))),
                (_, true) => as_csv(&rows, args.by),
                _ => as_table(&rows, args),
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            output::note(why);
            ExitCode::FAILURE
        }
    }
}

/// Lines from the file, or from the running service that has it open.
fn lines(plan: &Plan, from: u64, to: u64) -> Result<Vec<(Entry, Amount)>, String> {
    let path = plan.document.folder().join(&plan.spend.path);
    if plan.spend.path.as_os_str().is_empty() {
        return Err("this configuration keeps no spend ledger; set `[spend] path`".to_owned());
    }
    if !path.is_file() {
        return Err(format!(
            "{} is not there: nothing was spent yet",
            path.display()
        ));
    }
    match Ledger::open(&path).and_then(|ledger| ledger.lines(from..to)) {
        Ok(lines) => Ok(lines),
        Err(locked) => match plan.admin.address().map(ask_service) {
            Some(Ok(lines)) => Ok(lines
                .into_iter()
                .filter(|(entry, _)| (from..to).contains(&entry.hour))
                .collect()),
            Some(Err(why)) => Err(format!("{locked}; and the running service: {why}")),
            None => Err(locked.to_string()),
        },
    }
}

fn ask_service(admin: SocketAddr) -> Result<Vec<(Entry, Amount)>, String> {
    let (status, body) = ask::get(admin, "/debug/spend").map_err(|error| error.to_string())?;
    if status != 200 {
        return Err(format!("it answered {status}"));
    }
    let page = serde_json::from_str::<Value>(&body).map_err(|error| error.to_string())?;
    let rows = page
        .get("lines")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    Ok(rows.iter().filter_map(read_row).collect())
}

fn read_row(row: &Value) -> Option<(Entry, Amount)> {
    let text = |key: &str| {
        row.get(key)
            .and_then(Value::as_str)
            .map(Box::from)
            .unwrap_or_default()
    };
    let number = |key: &str| row.get(key).and_then(Value::as_i64).unwrap_or(0);
    let entry = Entry {
        hour: row.get("hour")?.as_u64()?,
        kind: if row.get("kind")?.as_str()? == "tool" {
            Kind::Tool
        } else {
            Kind::Call
        },
        tenant: text("tenant"),
        project: text("project"),
        user: text("user"),
        agent: text("agent"),
        provider: text("provider"),
        model: text("model"),
        tool: text("tool"),
    };
    Some((
        entry,
        Amount {
            nanos: number("nanos"),
            tokens: number("tokens"),
            calls: number("calls"),
        },
    ))
}

/// Sums by key, dearest first.
fn sums(lines: &[(Entry, Amount)], by: By) -> Vec<(String, Amount)> {
    let mut sums: BTreeMap<String, Amount> = BTreeMap::new();
    for (entry, amount) in lines.iter().filter(|(entry, _)| entry.kind == by.kind()) {
        let key = match by.key(entry) {
            "" if by == By::All => "all",
            "" => "(none)",
            key => key,
        };
        sums.entry(key.to_owned()).or_default().add(*amount);
    }
    let mut rows = sums.into_iter().collect::<Vec<_>>();
    rows.sort_by_key(|(_, amount)| std::cmp::Reverse(amount.nanos));
    rows
}

fn usd(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    format!("{sign}{}", exact(nanos.unsigned_abs(), Scale::Nano))
}

fn as_json(rows: &[(String, Amount)], by: By) -> Value {
    let row = |(key, amount): &(String, Amount)| json!({ "key": key, "cost_usd": usd(amount.nanos), "tokens": amount.tokens, "calls": amount.calls });
    json!({ "by": by, "rows": rows.iter().map(row).collect::<Vec<_>>() })
}

fn as_csv(rows: &[(String, Amount)], by: By) {
    let name = serde_json::to_value(by)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned));
    output::line(format_args!(
        "{},cost_usd,tokens,calls",
        name.unwrap_or_default()
    ));
    for (key, amount) in rows {
        let quoted = format!("\"{}\"", key.replace('"', "\"\""));
        output::line(format_args!(
            "{quoted},{},{},{}",
            usd(amount.nanos),
            amount.tokens,
            amount.calls
        ));
    }
}

fn as_table(rows: &[(String, Amount)], args: Args) {
    if rows.is_empty() {
        output::line(format_args!("nothing was spent in the last {}", args.since));
        return;
    }
    let most = rows
        .iter()
        .map(|(_, amount)| amount.nanos)
        .max()
        .unwrap_or(1)
        .max(1);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "USD", "tokens", "calls", ""]);
    for (key, amount) in rows {
        let share = (amount.nanos.max(0) as f64 / most as f64 * BAR as f64).ceil() as usize;
        table.add_row([
            key.clone(),
            usd(amount.nanos),
            amount.tokens.to_string(),
            amount.calls.to_string(),
            "█".repeat(share),
        ]);
    }
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let total = rows.iter().map(|(_, amount)| amount.nanos).sum::<i64>();
    output::line(table);
    output::line(format_args!(
        "\ntotal {} USD in the last {}",
        usd(total),
        args.since
    ));
}
