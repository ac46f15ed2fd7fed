//! `tollgate account` on every recorded scenario equals what the model server itself counted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use base64::Engine as _;
use serde_json::{Value, json};

/// Counts by the manifest's names: everything but `total`, which is input plus output.
pub(crate) const COUNTS: [&str; 5] = [
    "input_total",
    "cache_read",
    "cache_write",
    "output_total",
    "reasoning",
];

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/captures")
}

/// Folders with a manifest of their own: Python first of all, then everything else, coding agents too.
const FOLDERS: [&str; 2] = ["", "other_languages"];

/// All scenarios, their files named from [`captures`].
fn scenarios() -> Vec<Value> {
    let mut all = Vec::new();
    for folder in FOLDERS.map(Path::new) {
        let manifest = captures().join(folder).join("manifest.json");
        let manifest = std::fs::read(manifest).expect("a manifest");
        let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        for scenario in manifest["scenarios"].as_array_mut().expect("a list") {
            for file in scenario["files"].as_array_mut().expect("files") {
                file["file"] = json!(folder.join(file["file"].as_str().expect("a path")));
            }
            all.push(scenario.take());
        }
    }
    all
}

fn name(scenario: &Value) -> &str {
    scenario["name"].as_str().expect("a name")
}

/// What the binary says of a scenario's files; asked once for all tests.
fn account(scenario: &Value) -> Value {
    static ACCOUNTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
        let all = scenarios();
        all.iter()
            .map(|scenario| (name(scenario).to_owned(), fresh_account(scenario)))
            .collect()
    });
    ACCOUNTS
        .get(name(scenario))
        .expect("every scenario has an account")
        .clone()
}

fn fresh_account(scenario: &Value) -> Value {
    let files = scenario["files"].as_array().expect("files");
    let files = files
        .iter()
        .map(|file| captures().join(file["file"].as_str().expect("a path")));
    account_of(files)
}

pub(crate) fn account_of(files: impl IntoIterator<Item = PathBuf>) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(["account", "--json"])
        .args(files)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "it failed: {said}");
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// Counts of `value`, with `total`; what is missing or null is zero.
pub(crate) fn counts(value: &Value) -> BTreeMap<&'static str, u64> {
    let mut all: BTreeMap<&str, u64> = COUNTS
        .into_iter()
        .map(|name| (name, value[name].as_u64().unwrap_or(0)))
        .collect();
    all.insert("total", all["input_total"] + all["output_total"]);
    all
}

/// What the payloads of each trace hold, by the manifest: the calls whose span carries usage.
fn expected_by_trace(scenario: &Value) -> BTreeMap<String, BTreeMap<&'static str, u64>> {
    let mut traces: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
    for call in scenario["ground_truth"]["llm_calls"]
        .as_array()
        .expect("calls")
    {
        let usage = &call["payload"]["usage_normalised"];
        let Some(trace) = call["spans"][0]["trace_id"]
            .as_str()
            .filter(|_| usage.is_object())
        else {
            continue;
        };
        let sums = traces.entry(hex_id(trace)).or_default();
        for (name, count) in counts(usage) {
            *sums.entry(name).or_default() += count;
        }
    }
    traces
}

/// The manifest read the hex ids of the JSON capture as base64; this turns them back.
fn hex_id(id: &str) -> String {
    if id.len() == 32 {
        return id.to_owned();
    }
    let nibbles = id
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    let bytes: Vec<u8> = nibbles
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn every_scenario_adds_up_to_what_the_server_counted() {
    for scenario in scenarios() {
        let account = account(&scenario);
        let expected = &scenario["ground_truth"]["expected_from_payload"]["totals"];
        assert_eq!(
            counts(&account["totals"]),
            counts(expected),
            "{}",
            name(&scenario)
        );
    }
}

#[test]
fn every_trace_adds_up_on_its_own() {
    for scenario in scenarios() {
        let account = account(&scenario);
        let traces = account["traces"].as_object().expect("traces by id");
        let counted: BTreeMap<String, BTreeMap<&str, u64>> = traces
            .iter()
            .map(|(id, trace)| (id.clone(), counts(trace)))
            .filter(|(_, counts)| counts["total"] > 0)
            .collect();
        assert_eq!(counted, expected_by_trace(&scenario), "{}", name(&scenario));
    }
}

#[test]
fn every_tool_call_is_found_once_with_its_outcome() {
    // OpenInference's MCP instrumentation writes no span, so there is nothing to find.
    let invisible = "openinference_mcp_stdio";
    for scenario in scenarios() {
        let account = account(&scenario);
        let traces = account["traces"].as_object().expect("traces by id");
        let mut found: Vec<Value> = traces
            .values()
            .flat_map(|trace| trace["tools"].as_array().expect("tools"))
            .map(|tool| json!([tool["name"], tool["ok"], tool["mcp"]]))
            .collect();
        let mut expected: Vec<Value> = scenario["ground_truth"]["tool_calls"]
            .as_array()
            .expect("tool calls")
            .iter()
            .filter(|_| name(&scenario) != invisible)
            .map(|tool| json!([tool["name"], tool["outcome"] == "ok", tool["via"] == "mcp"]))
            .collect();
        found.sort_by_key(Value::to_string);
        expected.sort_by_key(Value::to_string);
        assert_eq!(found, expected, "{}", name(&scenario));
    }
}

#[test]
fn a_failed_call_is_counted_as_one_failure_with_its_class() {
    for scenario in scenarios() {
        let calls = scenario["ground_truth"]["llm_calls"]
            .as_array()
            .expect("calls");
        let failed = calls.iter().filter(|call| {
            call["http_status"] != 200 && !call["spans"].as_array().is_none_or(Vec::is_empty)
        });
        let account = account(&scenario);
        let found = account["totals"]["n_calls_failed"].as_u64();
        assert_eq!(
            found,
            Some(failed.clone().count() as u64),
            "{}",
            name(&scenario)
        );
        for call in failed {
            let class = if call["http_status"] == 429 {
                "model.rate_limit"
            } else {
                "model.model_unavailable"
            };
            assert!(
                account["totals"]["faults"][class].is_u64(),
                "{} {class}",
                name(&scenario)
            );
        }
    }
}

/// Exact amounts, in picodollars: the report writes decimal dollars.
fn pico(value: &Value) -> i128 {
    let text = value.as_str().expect("an exact amount");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction:0<12}");
    digits.parse().expect("a decimal number")
}

#[test]
fn every_amount_is_direct_induced_or_own() {
    for scenario in scenarios() {
        let account = account(&scenario);
        let (mut all, mut tools) = (0, 0);
        for trace in account["traces"]
            .as_object()
            .expect("traces by id")
            .values()
        {
            for call in trace["calls"].as_array().expect("calls") {
                let cost = &call["cost"];
                let parts = pico(&cost["direct"]) + pico(&cost["induced"]) + pico(&cost["own"]);
                assert_eq!(
                    parts,
                    cost["amount"].as_str().map_or(0, |_| pico(&cost["amount"]))
                );
                all += parts;
            }
            for tool in trace["tools"].as_array().expect("tools") {
                tools += pico(&tool["cost"]["direct"]) + pico(&tool["cost"]["induced"]);
            }
        }
        let cost = &account["totals"]["cost"];
        assert_eq!(pico(&cost["total"]), all, "{}", name(&scenario));
        assert_eq!(
            pico(&cost["direct"]) + pico(&cost["induced"]),
            tools,
            "{}",
            name(&scenario)
        );
    }
}

fn scenario(wanted: &str) -> Value {
    scenarios()
        .into_iter()
        .find(|scenario| name(scenario) == wanted)
        .expect("the scenario")
}

#[test]
fn what_a_tool_asked_a_model_is_the_tools_own_cost() {
    let scenario = scenario("mcp_tool_calls_llm");
    let account = account(&scenario);
    let truth = scenario["ground_truth"]["attribution"]["llm_inside_tool"]
        .as_object()
        .expect("tools");
    for trace in account["traces"]
        .as_object()
        .expect("traces by id")
        .values()
    {
        for (index, tool) in trace["tools"].as_array().expect("tools").iter().enumerate() {
            let expected = &truth[tool["name"].as_str().expect("a name")];
            let inside = trace["calls"].as_array().expect("calls").iter();
            let inside: Vec<_> = inside
                .filter(|call| call["inside_tool"].as_u64() == Some(index as u64))
                .collect();
            let sum = |name: &str| {
                inside
                    .iter()
                    .filter_map(|call| call[name].as_u64())
                    .sum::<u64>()
            };
            assert_eq!(
                inside.len(),
                expected["calls"].as_array().expect("calls").len()
            );
            assert_eq!(Some(sum("input_total")), expected["input_total"].as_u64());
            assert_eq!(Some(sum("output_total")), expected["output_total"].as_u64());
        }
    }
}

#[test]
fn identity_reaches_the_calls_of_another_process() {
    let scenario = scenario("mcp_tool_calls_llm");
    let mut by_tenant: BTreeMap<String, u64> = BTreeMap::new();
    for trace in account(&scenario)["traces"]
        .as_object()
        .expect("traces by id")
        .values()
    {
        for call in trace["calls"].as_array().expect("calls") {
            let tenant = call["identity"]["tenant"]
                .as_str()
                .expect("every call has a tenant");
            assert!(
                call["identity"]["user"].is_string() && call["identity"]["session"].is_string()
            );
            *by_tenant.entry(tenant.to_owned()).or_default() +=
                call["input_total"].as_u64().unwrap_or(0);
        }
    }
    let truth = scenario["ground_truth"]["attribution"]["by_tenant"]
        .as_object()
        .expect("tenants");
    let expected: BTreeMap<String, u64> = truth
        .iter()
        .map(|(tenant, sums)| {
            (
                tenant.clone(),
                sums["input_total"].as_u64().expect("a count"),
            )
        })
        .collect();
    assert_eq!(by_tenant, expected);
}

#[test]
fn what_is_set_aside_says_why() {
    let reasons = |wanted: &str| {
        let account = account(&scenario(wanted));
        let traces = account["traces"].as_object().expect("traces by id").clone();
        let all = traces
            .values()
            .flat_map(|trace| trace["aside"].as_array().expect("a list").clone());
        let mut reasons: Vec<String> = all
            .map(|aside| aside["reason"].as_str().expect("a reason").to_owned())
            .collect();
        reasons.sort();
        reasons.dedup();
        reasons
    };
    assert_eq!(reasons("double_instrumented_fastapi"), ["nested"]);
    assert_eq!(reasons("vercel_ai_v4"), ["aggregate"]);
    let two_traces = reasons("openllmetry_anthropic");
    assert!(
        two_traces.contains(&"same_response_id_in_other_trace".to_owned()),
        "{two_traces:?}"
    );
}

#[test]
fn the_same_payload_in_any_encoding_is_the_same_account() {
    let plain = account(&scenario("transport_grpc"));
    let gzip = account(&scenario("transport_gzip"));
    assert_eq!(counts(&plain["totals"]), counts(&gzip["totals"]));
    assert_eq!(plain["totals"]["cost"], gzip["totals"]["cost"]);
}

#[test]
fn payloads_in_any_order_are_the_same_account() {
    for wanted in [
        "mixed_openai_agents_fastmcp",
        "contextforge_gateway",
        "openllmetry_anthropic",
    ] {
        let scenario = scenario(wanted);
        let files = scenario["files"].as_array().expect("files");
        let files = files
            .iter()
            .rev()
            .map(|file| captures().join(file["file"].as_str().expect("a path")));
        assert!(
            account_of(files) == account(&scenario),
            "{wanted} depends on the order"
        );
    }
}

#[test]
fn what_is_no_payload_is_refused_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("traces.pb");
    std::fs::write(&file, b"\xff\xffnot telemetry").expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .arg("account")
        .arg(&file)
        .output()
        .expect("the binary runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("traces.pb"));
}

/// One span with a call in it, as JSON.
fn payload(trace: &str, input: u64) -> Value {
    let attribute = |key: &str, value: Value| json!({"key": key, "value": value});
    let span = json!({
        "traceId": trace,
        "spanId": "00000000000000aa",
        "name": "chat",
        "startTimeUnixNano": "1795000000000000000",
        "endTimeUnixNano": "1795000001000000000",
        "attributes": [
            attribute("gen_ai.operation.name", json!({"stringValue": "chat"})),
            attribute("gen_ai.request.model", json!({"stringValue": "gpt-4o"})),
            attribute("gen_ai.usage.input_tokens", json!({"intValue": input})),
            attribute("gen_ai.usage.output_tokens", json!({"intValue": "1"})),
        ],
    });
    json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "app"}, "spans": [span]}]}]})
}

#[test]
fn json_is_read_however_it_was_written_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = "5b8efff798038103d269b633813fc60c";
    let one = payload(trace, 10);
    let other = payload("5b8efff798038103d269b633813fc60d", 20);
    let mut together = one.clone();
    together["resourceLogs"] = json!([]);
    together["resourceMetrics"] = json!([]);
    let forms = [
        ("one line", one.to_string(), 10),
        ("many lines", format!("{one:#}"), 10),
        ("a mark before it", format!("\u{feff}{one}"), 10),
        (
            "a payload on each line",
            format!("{one}\r\n\n{other}\n"),
            30,
        ),
        ("sent twice", format!("{one}\n{one}\n"), 10),
        ("every signal in one object", together.to_string(), 10),
    ];
    for (form, text, expected) in forms {
        let file = folder.path().join("payload.json");
        std::fs::write(&file, text).expect("written");
        let account = account_of([file]);
        assert_eq!(account["totals"]["input_total"], expected, "{form}");
    }
}
