//! Every policy of the Collector keeps and drops the same traces, imported or written as it is.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use serde_json::Value;
use tollgate::import;

/// What a policy says of some traces: the policy in YAML, spans as `[[tests]]` have them, the
/// traces it keeps, and those it does not.
struct Row {
    policy: &'static str,
    spans: &'static str,
    kept: &'static [&'static str],
    dropped: &'static [&'static str],
}

const fn row(
    policy: &'static str,
    spans: &'static str,
    kept: &'static [&'static str],
    dropped: &'static [&'static str],
) -> Row {
    Row {
        policy,
        spans,
        kept,
        dropped,
    }
}

const ROWS: &[Row] = &[
    row("type: always_sample", r#"{ trace = "a" }"#, &["a"], &[]),
    row(
        "type: latency, latency: { threshold_ms: 500, upper_threshold_ms: 2000 }",
        r#"{ trace = "at", duration = "500ms" }, { trace = "in", duration = "501ms" },
           { trace = "top", duration = "2s" }, { trace = "over", duration = "2001ms" },
           { trace = "gap", duration = "1ms" }, { trace = "gap", start = "600ms", duration = "1ms" }"#,
        &["in", "top", "gap"],
        &["at", "over"],
    ),
    row(
        "type: numeric_attribute, numeric_attribute: { key: code, min_value: 500, max_value: 599 }",
        r#"{ trace = "low", attributes = { code = 499 } }, { trace = "min", attributes = { code = 500 } },
           { trace = "max", resource = { code = 599 } }, { trace = "high", attributes = { code = 600 } },
           { trace = "text", attributes = { code = "500" } }, { trace = "none" }"#,
        &["min", "max"],
        &["low", "high", "text", "none"],
    ),
    row(
        "type: numeric_attribute, numeric_attribute: { key: code, min_value: 500, invert_match: true }",
        r#"{ trace = "high", attributes = { code = 500 } }, { trace = "low", attributes = { code = 1 } }, { trace = "none" }"#,
        &["low", "none"],
        &["high"],
    ),
    row(
        "type: probabilistic, probabilistic: { sampling_percentage: 100 }",
        r#"{ trace = "a" }"#,
        &["a"],
        &[],
    ),
    row(
        "type: probabilistic, probabilistic: { sampling_percentage: 0, hash_salt: x }",
        r#"{ trace = "a" }"#,
        &[],
        &["a"],
    ),
    row(
        "type: status_code, status_code: { status_codes: [ERROR] }",
        r#"{ trace = "bad" }, { trace = "bad", status = "ERROR" }, { trace = "ok", status = "OK" }, { trace = "unset" }"#,
        &["bad"],
        &["ok", "unset"],
    ),
    row(
        "type: string_attribute, string_attribute: { key: team, values: [a, b] }",
        r#"{ trace = "a", attributes = { team = "a" } }, { trace = "r", resource = { team = "b" } },
           { trace = "part", attributes = { team = "ab" } }, { trace = "none" }"#,
        &["a", "r"],
        &["part", "none"],
    ),
    row(
        r#"type: string_attribute, string_attribute: { key: route, values: ["^/v\\d+/", pay], enabled_regex_matching: true, cache_max_size: 9 }"#,
        r#"{ trace = "v", attributes = { route = "/v2/x" } }, { trace = "p", attributes = { route = "/a/pay/b" } },
           { trace = "no", attributes = { route = "/a/v2/" } }"#,
        &["v", "p"],
        &["no"],
    ),
    row(
        "type: string_attribute, string_attribute: { key: team, values: [a], invert_match: true }",
        r#"{ trace = "a", attributes = { team = "a" } }, { trace = "b", attributes = { team = "b" } }, { trace = "none" }"#,
        &["b", "none"],
        &["a"],
    ),
    row(
        "type: boolean_attribute, boolean_attribute: { key: force, value: true }",
        r#"{ trace = "yes", attributes = { force = true } }, { trace = "no", attributes = { force = false } }, { trace = "none" }"#,
        &["yes"],
        &["no", "none"],
    ),
    row(
        "type: span_count, span_count: { min_spans: 2, max_spans: 3 }",
        r#"{ trace = "1" }, { trace = "2" }, { trace = "2" }, { trace = "4" }, { trace = "4" }, { trace = "4" }, { trace = "4" }"#,
        &["2"],
        &["1", "4"],
    ),
    row(
        "type: rate_limiting, rate_limiting: { spans_per_second: 1 }",
        r#"{ trace = "fits" }, { trace = "fits" }, { trace = "late" }"#,
        &["fits"],
        &["late"],
    ),
    row(
        "type: bytes_limiting, bytes_limiting: { bytes_per_second: 1, burst_capacity: 10 }",
        r#"{ trace = "large" }"#,
        &[],
        &["large"],
    ),
    row(
        r#"type: ottl_condition, ottl_condition: { error_mode: ignore, span: ['attributes["n"] > 5 and name == "x"', 'resource.attributes["env"] != "dev"'] }"#,
        r#"{ trace = "one", attributes = { n = 6 }, resource = { env = "dev" } },
           { trace = "env", resource = { env = "prod" } }, { trace = "none" },
           { trace = "dev", attributes = { n = 5 }, resource = { env = "dev" } }"#,
        &["one", "env", "none"],
        &["dev"],
    ),
    row(
        "type: and, and: { and_sub_policy: [{ name: e, type: status_code, status_code: { status_codes: [ERROR] } }, \
         { name: t, type: string_attribute, string_attribute: { key: team, values: [a], invert_match: true } }] }",
        r#"{ trace = "both", status = "ERROR" }, { trace = "team", status = "ERROR", attributes = { team = "a" } }, { trace = "ok" }"#,
        &["both"],
        &["team", "ok"],
    ),
    row(
        "type: not, not: { not_sub_policy: { name: t, type: string_attribute, string_attribute: { key: team, values: [a] } } }",
        r#"{ trace = "a", attributes = { team = "a" } }, { trace = "b", attributes = { team = "b" } }"#,
        &["b"],
        &["a"],
    ),
    row(
        "type: composite, composite: { max_total_spans_per_second: 4, policy_order: [first, rest], \
         composite_sub_policy: [{ name: rest, type: always_sample }, \
         { name: first, type: string_attribute, string_attribute: { key: team, values: [a] } }], \
         rate_allocation: [{ policy: first, percent: 50 }, { policy: rest, percent: 50 }] }",
        r#"{ trace = "a", attributes = { team = "a" } }, { trace = "a" },
           { trace = "wide", attributes = { team = "a" } }, { trace = "wide" }, { trace = "wide" }, { trace = "b" }"#,
        &["a", "b"],
        &["wide"],
    ),
];

/// A drop policy needs a keep beside it.
const DROP: &str = "[{ name: all, type: always_sample }, { name: health, type: drop, drop: { drop_sub_policy: \
    [{ name: h, type: string_attribute, string_attribute: { key: path, values: [/healthz] } }] } }]";
const DROP_SPANS: &str = r#"{ trace = "h", attributes = { path = "/healthz" } }, { trace = "x" }"#;

/// All policies, each as a list of its own.
fn cases() -> Vec<(String, &'static str, Vec<&'static str>, Vec<&'static str>)> {
    let own = |row: &Row| {
        let list = format!("[{{ name: own, {} }}]", row.policy);
        (list, row.spans, row.kept.to_vec(), row.dropped.to_vec())
    };
    let drop = (DROP.to_owned(), DROP_SPANS, vec!["x"], vec!["h"]);
    ROWS.iter().map(own).chain([drop]).collect()
}

/// The tests that say what each pipeline keeps and drops.
fn tests() -> String {
    let mut out = String::new();
    for (index, (policy, spans, kept, dropped)) in cases().into_iter().enumerate() {
        let input = spans.replace("{ trace", "{ name = \"x\", trace");
        let title = serde_json::to_string(&policy).unwrap();
        writeln!(
            out,
            "\n[[tests]]\nname = {title}\npipeline = \"traces/{index}\"\ninput = [{input}]\nkept = {kept:?}\ndropped = {dropped:?}",
        )
        .unwrap();
    }
    out
}

#[track_caller]
fn passes(name: &str, toml: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipelines.toml");
    fs::write(&path, format!("{toml}{}", tests())).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .arg("test")
        .arg(&path)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{name}: {said}\n{toml}");
}

#[test]
fn imported_policies_decide_as_theirs_do() {
    let mut processors = String::new();
    let mut pipelines = String::new();
    for (index, (policies, ..)) in cases().iter().enumerate() {
        writeln!(
            processors,
            "  tail_sampling/{index}: {{ decision_wait: 5s, policies: {policies} }}"
        )
        .unwrap();
        writeln!(
            pipelines,
            "    traces/{index}: {{ receivers: [otlp], processors: [tail_sampling/{index}], exporters: [debug] }}"
        )
        .unwrap();
    }
    let yaml = format!(
        "receivers: {{ otlp: {{ protocols: {{ grpc: {{}} }} }} }}\nexporters: {{ debug: {{}} }}\n\
         processors:\n{processors}service:\n  pipelines:\n{pipelines}"
    );
    let imported = import::convert(None, "test.yaml", &yaml).unwrap();
    let left_out: Vec<_> = imported
        .findings
        .iter()
        .filter(|finding| finding.grade.needs_a_look())
        .collect();
    assert!(left_out.is_empty(), "{left_out:#?}");
    passes("imported", &imported.toml);
}

#[test]
fn policies_in_the_collectors_own_words_decide_as_theirs_do() {
    let mut toml = String::new();
    for (index, (policies, ..)) in cases().iter().enumerate() {
        let policies: Value = serde_saphyr::from_str(policies).unwrap();
        let policies = toml::Value::try_from(&policies).unwrap();
        writeln!(
            toml,
            "[processors.\"tail_sampling/{index}\"]\ndecision_wait = \"5s\"\nnum_traces = 1000\n\
             expected_new_traces_per_sec = 10\ndecision_cache = {{ sampled_cache_size = 10, non_sampled_cache_size = 10 }}\n\
             policies = {policies}\n\
             [pipelines.\"traces/{index}\"]\nreceivers = [\"otlp\"]\nprocessors = [\"tail_sampling/{index}\"]\n\
             exporters = [\"debug\"]"
        )
        .unwrap();
    }
    passes("as written", &toml);
}
