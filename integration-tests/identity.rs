//! Identity is looked for where the configuration says, by every verb and processor alike.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const CONFIG: &str = r#"
[identity]
tenant = ["acme.customer", "default"]
user = ["acme.person"]

[[processors.normalize.dialects]]
name = "acme"
scopes = ["acme.llm"]
aliases = { "acme.in" = "gen_ai.usage.input_tokens", "acme.out" = "gen_ai.usage.output_tokens", "acme.what" = "gen_ai.operation.name" }
operations = { "ask" = "chat" }
"#;

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// One call of the user's own dialect, by a customer of whom only its own attribute knows.
fn payload() -> Value {
    let attributes = [
        text("acme.what", "ask"),
        text("acme.in", "120"),
        json!({"key": "acme.out", "value": {"intValue": "30"}}),
        text("gen_ai.request.model", "gpt-4o"),
        text("tenant.id", "the reseller"),
        text("acme.customer", "the customer"),
        text("enduser.id", "not asked"),
        text("acme.person", "ada"),
    ];
    json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "acme.llm"}, "spans": [{
        "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
        "name": "ask", "startTimeUnixNano": "1760000000000000000",
        "endTimeUnixNano": "1760000001000000000", "attributes": attributes,
    }]}]}]})
}

fn run(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.success(),
        said(output.stdout),
        said(output.stderr),
    )
}

fn folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("own.toml"), config).expect("written");
    std::fs::write(folder.path().join("call.json"), payload().to_string()).expect("written");
    folder
}

#[test]
fn an_account_asks_where_the_configuration_says() {
    let folder = folder(CONFIG);
    let (well, out, err) = run(
        folder.path(),
        &["account", "--json", "--config", "own.toml", "call.json"],
    );
    assert!(well, "{err}");
    let account: Value = serde_json::from_str(&out).expect("JSON");
    let trace = &account["traces"]["0af7651916cd43dd8448eb211c80319c"];
    let call = &trace["calls"][0];
    assert_eq!(call["identity"]["tenant"], "the customer");
    assert_eq!(call["identity"]["user"], "ada");
    assert_eq!(call["dialect"], "acme");
    assert_eq!(account["totals"]["input_total"], 120);
    assert_eq!(account["totals"]["output_total"], 30);
}

#[test]
fn a_list_that_cannot_work_is_a_fault_with_its_place() {
    let folder = folder("[identity]\ntenant = []\nowner = [\"x\"]\n");
    let (well, _, err) = run(
        folder.path(),
        &["account", "--config", "own.toml", "call.json"],
    );
    assert!(!well);
    assert!(err.contains("own.toml:"), "{err}");
}

/// The same configuration as a pipeline, with a test beside it: the whole chain agrees.
const PIPELINE: &str = r#"
[receivers.otlp]
[exporters.debug]
[processors.tail_sampling]

[pipelines.traces]
receivers = ["otlp"]
processors = ["normalize", "cost", "tail_sampling", "attribution"]
exporters = ["debug"]

[[tests]]
name = "a call belongs to the customer its root names"
input = [
  { name = "ask", trace = "t", span = "call", parent = "root", scope = "acme.llm", attributes = { "acme.what" = "ask", "acme.in" = 120, "acme.out" = 30, "gen_ai.request.model" = "gpt-4o", "enduser.id" = "not asked" } },
  { name = "invoke_agent", trace = "t", span = "root", status = "ERROR", attributes = { "gen_ai.operation.name" = "invoke_agent", "acme.customer" = "the customer", "tenant.id" = "the reseller" } },
]
kept = ["t"]
output = [
  { trace = "t", name = "invoke_agent", attributes = { "tenant.id" = "the customer" } },
  { trace = "t", name = "ask", attributes = { "gen_ai.usage.input_tokens" = 120, "tenant.id" = "the customer" }, absent = ["user.id"] },
]
"#;

#[test]
fn every_processor_of_a_pipeline_asks_the_same() {
    let folder = folder(&format!("{CONFIG}\n{PIPELINE}"));
    let (well, out, err) = run(folder.path(), &["test", "own.toml"]);
    assert!(well, "{out}{err}");
}
