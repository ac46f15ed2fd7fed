//! The neutral configuration and the neutral spans of a case, in the product's own terms.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tollgate::component::ProcessorConfig;
use tollgate::config::Table;
use tollgate::otlp::{Batch, NewValue, Resource, Scope, Span, Telemetry};
use tollgate::processors::tail_sampling::Config;

/// Added to all times of spans, so that 0 is not "unset".
const BASE_MS: u64 = 1_700_000_000_000;

/// What a neutral configuration may say: the tables in it, and their keys.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "decision",
            "cache",
            "evaluate",
            "default",
            "policies",
            "stamp",
            "randomness",
            "session",
            "limits",
            "persist",
            "drop_pending",
            "quarantine",
            "budget",
            "cost_attrs",
        ],
    ),
    (
        "decision",
        &[
            "mode",
            "wait_ms",
            "idle_ms",
            "max_age_ms",
            "after_root_ms",
            "root",
            "span_limit",
            "early",
        ],
    ),
    ("cache", &["kept", "dropped"]),
    ("session", &["keys", "window_ms", "backfill"]),
    (
        "limits",
        &[
            "max_traces",
            "max_bytes",
            "max_trace_bytes",
            "overflow",
            "evict",
        ],
    ),
    ("persist", &["decisions", "pending"]),
    ("quarantine", &["ms"]),
    ("budget", &["key", "unit", "limit", "window_ms", "exempt"]),
];

/// Refuses what would otherwise be passed over in silence. Policies and expressions refuse what
/// they do not know themselves.
fn all_known(neutral: &Value) -> Result<(), String> {
    for (table, keys) in KNOWN {
        let found = if table.is_empty() {
            neutral
        } else {
            &neutral[*table]
        };
        let found = found.as_object().into_iter().flatten();
        for (key, _) in found {
            if !keys.contains(&key.as_str()) {
                return Err(format!("`{table}` has an unknown key `{key}`"));
            }
        }
    }
    Ok(())
}

/// The one translation of a case's configuration: into the text of `pipelines.toml`, which is then
/// read like any other.
pub(super) fn config(neutral: &Value, folder: &Path) -> Result<Config, String> {
    all_known(neutral)?;
    let mut table = Map::new();
    let mut set = |key: &str, value: Value| {
        table.insert(key.to_owned(), value);
    };
    let decision = &neutral["decision"];
    set("mode", or(&decision["mode"], json!("fixed")));
    for (key, own) in [
        ("wait", "wait_ms"),
        ("idle", "idle_ms"),
        ("max_age", "max_age_ms"),
        ("after_root", "after_root_ms"),
    ] {
        // Nothing at all is not a time here, or switches off; the next longer one is as good.
        if let Some(ms) = decision[own].as_u64() {
            set(key, ms_text(ms.max(1)));
        }
    }
    if decision["after_root_ms"].is_null() {
        set("after_root", ms_text(0));
    }
    if !decision["root"].is_null() {
        set("root", decision["root"].clone());
    }
    set("span_limit", or(&decision["span_limit"], json!(0)));
    set("early", or(&decision["early"], json!(false)));
    set("evaluate", or(&neutral["evaluate"], json!("all")));
    set("default", or(&neutral["default"], json!("drop")));
    set("stamp", or(&neutral["stamp"], json!(false)));
    set("randomness", or(&neutral["randomness"], json!("trace")));
    set("drop_pending", or(&neutral["drop_pending"], json!(false)));
    set("policies", neutral["policies"].clone());
    if !neutral["cost_attrs"].is_null() {
        set("cost_attributes", neutral["cost_attrs"].clone());
    }
    let cache = &neutral["cache"];
    set(
        "memory",
        json!({"kept": cache["kept"], "dropped": cache["dropped"]}),
    );
    set("limits", limits(&neutral["limits"]));
    let hold = neutral["quarantine"]["ms"].as_u64().unwrap_or_default();
    set("quarantine", json!({"hold": ms_text(hold)}));
    set("session", session(&neutral["session"], hold));
    if let Some(budget) = neutral["budget"].as_object() {
        set("budget", self::budget(budget));
    }
    let persists = |what: &str| neutral["persist"][what] == true;
    if persists("decisions") || persists("pending") {
        set(
            "persist",
            json!({
                "folder": folder, "decisions": persists("decisions"), "pending": persists("pending"),
            }),
        );
    }
    // The vectors know neither of these: verdicts are only changed by what they describe.
    set("upgrade", json!(false));
    set("recent", json!(10_000));
    read(&table)
}

fn limits(neutral: &Value) -> Value {
    json!({
        "traces": or(&neutral["max_traces"], json!(0)),
        "bytes": or(&neutral["max_bytes"], json!(0)),
        "trace_bytes": or(&neutral["max_trace_bytes"], json!(0)),
        "overflow": or(&neutral["overflow"], json!("decide_oldest")),
        "evict": or(&neutral["evict"], json!("oldest")),
        "flush_certain": false,
    })
}

/// Without a quarantine there is nothing to bring back.
fn session(neutral: &Value, hold: u64) -> Value {
    let backfill = neutral["backfill"] == true && hold > 0;
    json!({
        "keys": or(&neutral["keys"], json!([])),
        "window": ms_text(neutral["window_ms"].as_u64().unwrap_or_default()),
        "backfill": backfill,
    })
}

fn budget(neutral: &Map<String, Value>) -> Value {
    let mut own = neutral.clone();
    if let Some(ms) = own.remove("window_ms").and_then(|ms| ms.as_u64()) {
        own.insert("window".to_owned(), ms_text(ms));
    }
    Value::Object(own)
}

fn read(table: &Map<String, Value>) -> Result<Config, String> {
    let mut text = String::new();
    for (key, value) in table {
        writeln!(text, "{key} = {}", toml(value)).expect("a string grows");
    }
    Table::of(&text).read(Config::check).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        format!(
            "the configuration is refused: {}\n{text}",
            faults.join("; ")
        )
    })
}

/// JSON as TOML writes it, on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let items: Vec<String> = list.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let pairs = map.iter().filter(|(_, value)| !value.is_null());
            let pairs: Vec<String> = pairs
                .map(|(key, value)| format!("{} = {}", json!(key), toml(value)))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        plain => plain.to_string(),
    }
}

fn ms_text(ms: u64) -> Value {
    json!(format!("{ms}ms"))
}

fn or(value: &Value, default: Value) -> Value {
    if value.is_null() {
        default
    } else {
        value.clone()
    }
}

/// One event's spans; span ids are made of the symbolic ones.
pub(super) fn spans(event: &Value, case: &Value) -> Telemetry {
    let mut batch = Batch::default();
    for neutral in event["spans"].as_array().into_iter().flatten() {
        let resource = Resource::new(&attributes(&neutral["resource"]));
        let scope = Arc::new(Scope::new("vectors", "", Arc::new(resource)));
        batch.push(&scope, span(neutral, case));
    }
    Telemetry::Traces(batch)
}

fn span(neutral: &Value, case: &Value) -> Span {
    let text = |key: &str| neutral[key].as_str().unwrap_or_default();
    let nanos = |key: &str| {
        neutral[key]
            .as_i64()
            .map_or(0, |ms| BASE_MS.saturating_add_signed(ms) * 1_000_000)
    };
    let trace = trace_id(case, text("trace"));
    let status = ["UNSET", "OK", "ERROR"]
        .iter()
        .position(|code| *code == text("status"));
    let kinds = [
        "UNSPECIFIED",
        "INTERNAL",
        "SERVER",
        "CLIENT",
        "PRODUCER",
        "CONSUMER",
    ];
    let kind = kinds.iter().position(|kind| *kind == text("kind"));
    let mut span = Span::build()
        .trace_id(trace)
        .span_id(span_id(text("id")))
        .name(text("name"))
        .kind(i32::try_from(kind.unwrap_or_default()).expect("a small number"))
        .trace_state(text("tracestate"))
        .times(nanos("start_ms"), nanos("end_ms"))
        .status(
            i32::try_from(status.unwrap_or_default()).expect("a small number"),
            "",
        )
        .flags(u32::try_from(neutral["flags"].as_u64().unwrap_or_default()).expect("32 bits"));
    let parent = text("parent");
    if parent.bytes().any(|byte| byte != b'0') {
        span = span.parent_span_id(span_id(parent));
    }
    for (key, value) in attributes(&neutral["attrs"]) {
        span = span.attribute(key, value);
    }
    for event in neutral["events"].as_array().into_iter().flatten() {
        let attributes = attributes(&event["attrs"]);
        span = span.event(event["name"].as_str().unwrap_or_default(), 1, &attributes);
    }
    span.finish()
}

/// The id of an alias.
pub(super) fn trace_id(case: &Value, alias: &str) -> [u8; 16] {
    hex16(case["traces"][alias].as_str().unwrap_or_default())
}

/// 32 hex digits.
pub(super) fn hex16(digits: &str) -> [u8; 16] {
    u128::from_str_radix(digits, 16)
        .expect("a trace id")
        .to_be_bytes()
}

/// A symbolic span id as eight bytes: the same for the same symbol, never zero.
pub(super) fn span_id(symbol: &str) -> [u8; 8] {
    let hash = symbol
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash | 1).to_be_bytes()
}

fn attributes(neutral: &Value) -> Vec<(&str, NewValue)> {
    let pairs = neutral.as_object().into_iter().flatten();
    pairs
        .map(|(key, value)| (key.as_str(), attribute(value)))
        .collect()
}

fn attribute(value: &Value) -> NewValue {
    match value {
        Value::String(text) => NewValue::Str(text.clone()),
        Value::Bool(b) => NewValue::Bool(*b),
        Value::Number(n) if n.is_i64() => NewValue::Int(n.as_i64().unwrap_or_default()),
        Value::Number(n) => NewValue::Double(n.as_f64().unwrap_or_default()),
        Value::Array(list) => NewValue::Array(list.iter().map(attribute).collect()),
        Value::Object(repeat) if repeat.contains_key("$repeat") => {
            let times = repeat["n"].as_u64().unwrap_or_default();
            let part = repeat["$repeat"].as_str().unwrap_or_default();
            NewValue::Str(part.repeat(usize::try_from(times).expect("fits in memory")))
        }
        other => panic!("no attribute: {other}"),
    }
}
