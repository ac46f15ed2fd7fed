//! The verbs as a user types them: what they print, what they exit with, what they leave behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the built binary in a folder.
fn tollgate(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("TOLLGATE_CONFIG")
        .output()
        .expect("the binary starts")
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = tollgate(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("is written");
    }
    folder
}

const PIPELINE: &str = "
[pipelines.traces]
receivers = [\"otlp\"]
processors = [\"normalize\", \"redact\", \"cost\", \"tail_sampling\"]
exporters = [\"debug\"]
";

#[test]
fn a_configuration_named_before_the_verb_is_not_passed_over() {
    let folder = folder(&[("bad.toml", "[nonsense]\n")]);
    for flags in [&["-c", "bad.toml", "check"][..], &["--no-watch", "check"]] {
        let output = tollgate(folder.path(), flags);
        assert_eq!(Some(2), output.status.code(), "{}", said(&output));
        assert!(said(&output).contains("behind the verb: `tollgate check --"));
    }
}

#[test]
fn the_demo_prices_masks_and_explains_and_leaves_a_clean_file() {
    let folder = folder(&[]);
    let said = succeeds(folder.path(), &["demo"]);
    for part in [
        "Spend by model",
        "claude-sonnet-4-5",
        "Spend by tool",
        "Spend by tenant",
        "acme",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    for part in [
        "EMAIL",
        "US_SSN",
        "CREDIT_CARD",
        "Traces, and why",
        "by errors",
        "held=0",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    let file = folder.path().join("tollgate-data").join("telemetry.jsonl");
    let text = fs::read_to_string(file).expect("the demo wrote its file");
    for line in text.lines() {
        serde_json::from_str::<Value>(line).expect("each line is JSON");
    }
    for planted in [
        "jane.doe@example.com",
        "4111 1111 1111 1111",
        "536-22-8726",
        "DE8937040044",
    ] {
        assert!(!text.contains(planted), "{planted} left the house");
        assert!(!said.contains(planted), "{planted} was printed");
    }
    let spent = succeeds(
        folder.path(),
        &["spend", "--since", "1000d", "--by", "tenant", "--json"],
    );
    let spent = serde_json::from_str::<Value>(&spent).expect("is JSON");
    let keys = spent["rows"]
        .as_array()
        .expect("has rows")
        .iter()
        .map(|row| row["key"].to_string());
    assert!(keys.into_iter().any(|key| key.contains("acme")), "{spent}");
}

#[test]
fn check_says_every_fault_with_its_place_and_fails() {
    let folder = folder(&[(
        "bad.toml",
        "[receivers.otlp]\ngrcp = 1\n[pipelines.traces]\nreceivers = [\"otlp\"]\nprocessors = [\"redakt\"]\nexporters = [\"debug\"]\n",
    )]);
    let output = tollgate(folder.path(), &["check", "--config", "bad.toml"]);
    assert_eq!(Some(1), output.status.code());
    let said = said(&output);
    assert!(
        said.contains("bad.toml:2:1: error: unknown key `grcp`"),
        "{said}"
    );
    assert!(said.contains("did you mean `grpc`?"), "{said}");
    assert!(
        said.contains("bad.toml:5:1: error: unknown processor `redakt`"),
        "{said}"
    );
    assert!(said.contains("2 faults"), "{said}");
    succeeds(&repository(), &["check", "--strict"]);
}

#[test]
fn check_looks_for_the_keys_and_certificates_that_a_file_names() {
    const PARTS: &str = r#"
[receivers.otlp]
tls = { cert = "none.pem", key = "none.key" }

[processors.redact]
action = "pseudonym"
pseudonyms = { file = "none" }

[processors."redact/second"]
action = "pseudonym"
pseudonyms = { env = "TOLLGATE_NO_SUCH_KEY" }

[processors.recognize]
endpoint = "https://localhost:1/"
token_env = "TOLLGATE_NO_SUCH_TOKEN"

[exporters.otlp]
endpoint = "https://localhost:4317"
tls = { ca = "none.pem" }

[pipelines.traces]
receivers = ["otlp"]
processors = ["redact", "redact/second", "recognize"]
exporters = ["otlp"]
"#;
    let folder = folder(&[("p.toml", PARTS)]);
    let says = [
        "p.toml:3:1: error: `otlp` cannot be built: ./none.pem",
        "p.toml:7:16: error: `redact` cannot be built: ./none cannot be read",
        "write the key into it",
        "p.toml:11:16: error: `redact/second` cannot be built: the environment has no variable",
        "set it to the key",
        "p.toml:15:1: error: `recognize` cannot be built",
        "p.toml:19:9: error: `otlp` cannot be built: ./none.pem",
        "5 faults;",
    ];
    fails(folder.path(), &["check", "--config", "p.toml"], &says);
    fails(folder.path(), &["run", "--config", "p.toml"], &says[..7]);
    succeeds(
        folder.path(),
        &["check", "--config", "p.toml", "--file-only"],
    );
}

#[test]
fn tests_beside_a_configuration_pass_and_fail() {
    let case = |kept: &str| {
        format!(
            "[processors.tail_sampling]\nidle = \"10s\"\npolicies = [{{ name = \"errors\", type = \"status\", codes = [\"ERROR\"] }}]\n\
             [[tests]]\nname = \"errors are kept\"\nkept = [\"{kept}\"]\ninput = [\n\
             {{ name = \"a\", trace = \"bad\", status = \"ERROR\" }},\n{{ name = \"b\", trace = \"good\" }},\n]\n\
             output = [{{ name = \"a\", trace = \"bad\" }}]\n{PIPELINE}"
        )
    };
    let folder = folder(&[
        ("good.toml", &case("bad")),
        ("bad.toml", &case("good")),
        ("none.toml", PIPELINE),
    ]);
    let text = succeeds(folder.path(), &["test", "good.toml"]);
    assert!(text.contains("1 passed, 0 failed"), "{text}");
    let output = tollgate(folder.path(), &["test", "bad.toml"]);
    assert_eq!(Some(1), output.status.code());
    assert!(
        said(&output).contains("trace `good`: 0 of its 1 spans came out"),
        "{}",
        said(&output)
    );
    assert_eq!(
        Some(1),
        tollgate(folder.path(), &["test", "none.toml"])
            .status
            .code()
    );
}

#[test]
fn replay_shows_what_a_candidate_keeps_changes_and_misses() {
    let tables = |policy: &str| {
        format!("[processors.tail_sampling]\nidle = \"10s\"\npolicies = [{policy}]\n")
    };
    let errors = tables("{ name = \"errors\", type = \"status\", codes = [\"ERROR\"] }");
    let all = tables("{ name = \"all\", type = \"always\" }");
    let none = tables("{ name = \"none\", type = \"probability\", percent = 0 }");
    let folder = folder(&[
        ("errors.toml", &errors),
        ("all.toml", &all),
        ("none.toml", &none),
    ]);
    let captures = repository().join("integration-tests/fixtures/captures");
    let captures = captures.to_str().expect("is text");
    let replay = |candidate: &str, current: &str| {
        let text = succeeds(
            folder.path(),
            &[
                "replay",
                captures,
                "--policies",
                candidate,
                "--against",
                current,
                "--json",
                "--expensive",
                "0.01",
            ],
        );
        serde_json::from_str::<Value>(&text).expect("is JSON")
    };
    let report = replay("errors.toml", "all.toml");
    let count = |list: &Value| list.as_array().expect("is a list").len();
    let traces = report["traces"].as_u64().expect("is a number");
    let kept = report["kept"]["traces"].as_u64().expect("is a number");
    assert!(0 < kept && kept < traces, "{report:#}");
    assert_eq!(0, count(&report["changes"]["newly_kept"]));
    assert_eq!(
        traces - kept,
        count(&report["changes"]["no_longer_kept"]) as u64
    );
    assert_eq!(
        kept,
        report["kept"]["by_policy"]["errors"]
            .as_u64()
            .expect("is told")
    );
    let nothing = replay("none.toml", "errors.toml");
    assert_eq!(0, nothing["kept"]["spans"].as_u64().expect("is a number"));
    assert!(count(&nothing["missed"]["errors"]) as u64 >= kept);
    assert!(count(&nothing["missed"]["expensive"]) > 0);
    let text = succeeds(
        folder.path(),
        &["replay", captures, "--policies", "errors.toml"],
    );
    assert!(
        text.contains("kept:") && text.contains("by errors:"),
        "{text}"
    );
}

#[test]
fn the_configuration_reference_is_the_code_s() {
    let made = succeeds(&repository(), &["components", "--markdown"]);
    let path = repository().join("docs").join("configuration.md");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == kept,
        "docs/configuration.md is old; run `tollgate components --markdown > docs/configuration.md`"
    );
}

#[test]
fn the_page_of_detectors_is_the_code_s() {
    let made = succeeds(&repository(), &["redact", "--detectors", "--markdown"]);
    let path = repository().join("docs").join("detectors.md");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == kept,
        "docs/detectors.md is old; run `tollgate redact --detectors --markdown > docs/detectors.md`"
    );
}

#[test]
fn every_component_explains_itself_and_an_unknown_one_gets_a_hint() {
    let list = succeeds(&repository(), &["components"]);
    for name in [
        "otlp",
        "normalize",
        "redact",
        "cost",
        "agent_metrics",
        "tail_sampling",
        "prometheus",
    ] {
        assert!(list.contains(name), "{name} is missing in:\n{list}");
        let page = succeeds(&repository(), &["components", name]);
        assert!(
            page.contains("| key | type | default | meaning |"),
            "{page}"
        );
    }
    let output = tollgate(&repository(), &["components", "redakt"]);
    assert_eq!(Some(1), output.status.code());
    assert!(
        said(&output).contains("did you mean `redact`?"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_taken_port_stops_the_start_with_the_address_and_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for (admin, grpc) in [("127.0.0.1:0", address.as_str()), (&address, "127.0.0.1:0")] {
        let config = format!(
            "[admin]\nlisten = \"{admin}\"\n[receivers.otlp]\ngrpc = \"{grpc}\"\nhttp = \"\"\n\
             [exporters.debug]\n{PIPELINE}"
        );
        let folder = folder(&[("pipelines.toml", &config)]);
        let output = tollgate(folder.path(), &["run", "--config", "pipelines.toml"]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let why = format!("cannot listen on {address}");
        assert!(
            said.contains(&why) && said.contains("another process"),
            "{said}"
        );
    }
}

const ROWS: &str = r#"{"id":1,"text":"mail a@example.org"}
{"id":2,"text":"hunter22x","key":"db.password"}
broken { a@example.org
{"text":"ssn 219-09-9999","level":"info"}
{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"password","value":{"stringValue":"abc"}}]}]}]}]}
"#;

#[test]
fn one_bad_line_takes_the_keys_from_no_other_row() {
    let folder = folder(&[("rows.jsonl", ROWS)]);
    let output = tollgate(folder.path(), &["redact", "rows.jsonl"]);
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(5, lines.len(), "{lines:?}");
    assert!(
        lines[1].contains(r#""text_redacted":"[PASSWORD]""#),
        "{lines:?}"
    );
    assert_eq!("broken { [EMAIL]", lines[2]);
    // Without an id it is a line of somebody's log, and loses nothing.
    assert_eq!(r#"{"text":"ssn [US_SSN]","level":"info"}"#, lines[3]);
    assert!(lines[4].contains("[PASSWORD]"), "{lines:?}");
    assert!(said(&output).contains("rows.jsonl: line 3 is neither a row nor OTLP"));
}

#[test]
fn redact_reports_and_explains_telemetry_and_leaves_it_as_it_is() {
    let otlp = ROWS.lines().last().unwrap();
    let folder = folder(&[("logs.json", otlp)]);
    let report = tollgate(folder.path(), &["redact", "--report", "logs.json"]);
    let told = said(&report);
    assert_eq!(otlp, String::from_utf8_lossy(&report.stdout).trim_end());
    assert!(
        told.contains("1 findings of 3 bytes in 1 texts; read 1 items of telemetry"),
        "{told}"
    );
    assert!(told.contains("PASSWORD"), "{told}");
    let explained = succeeds(folder.path(), &["redact", "--explain", "logs.json"]);
    assert!(
        explained.starts_with("password\n0..3 PASSWORD: abc\n"),
        "{explained}"
    );
}

#[test]
fn redact_tries_lengths_tenants_and_what_is_dropped() {
    let config = r#"[processors.redact]
max_attribute_length = 8
actions = { IPV4 = "drop_attribute", MAC = "drop_item" }
exceptions = [{ detector = "EMAIL", tenant = "acme" }]
"#;
    let rows = r#"{"id":1,"key":"a","text":"0123456789"}
{"id":2,"key":"a","text":"at 10.1.2.3"}
{"id":3,"text":"is 3c:22:fb:12:34:56"}
{"id":4,"text":"a@example.org","tenant":"acme"}
"#;
    let folder = folder(&[("pipelines.toml", config), ("rows.jsonl", rows)]);
    let answers = succeeds(folder.path(), &["redact", "rows.jsonl"]);
    let answers: Vec<Value> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!("01234567", answers[0]["text_redacted"]);
    assert_eq!(
        (&Value::Null, &Value::from("attribute")),
        (&answers[1]["text_redacted"], &answers[1]["dropped"])
    );
    assert_eq!("item", answers[2]["dropped"]);
    assert_eq!("a@example.org", answers[3]["text_redacted"]);
}

/// A configuration with a sampler of these policies, and what follows.
fn sampler(policies: &str, more: &str) -> String {
    format!(
        r#"[receivers.otlp]
[exporters.debug]
[processors.tail_sampling]
policies = [
{policies}
]
[pipelines.traces]
receivers = ["otlp"]
processors = ["redact", "tail_sampling"]
exporters = ["debug"]
{more}"#
    )
}

#[track_caller]
fn fails(folder: &Path, arguments: &[&str], says: &[&str]) {
    let output = tollgate(folder, arguments);
    let told = said(&output);
    assert_eq!(Some(1), output.status.code(), "{told}");
    for text in says {
        assert!(told.contains(text), "{text:?} is not in {told}");
    }
}

#[test]
fn a_fault_in_a_policy_is_told_once_at_its_own_line() {
    let check = |policies: &str, says: &[&str]| {
        let folder = folder(&[("pipelines.toml", &sampler(policies, ""))]);
        fails(folder.path(), &["check"], says);
    };
    let kept = r#"{ name = "a", type = "always" },"#;
    check(
        r#"{ name = "a", type = "statos" }"#,
        &["toml:5:1: error: no policy", "`status`?", "1 fault;"],
    );
    check(
        &format!("{kept}\n{kept}"),
        &[
            "toml:6:1: error: two policies have the name `a`",
            "1 fault;",
        ],
    );
    let regex = r#"{ name = "b", type = "string", key = "k", values = ["("], regex = true }"#;
    check(
        &format!("{kept}\n{regex}"),
        &["toml:6:1: error: policy `b`: `(` is not", "1 fault;"],
    );
    let foreign = r#"{ name = "b", type = "ottl_condition", span = ["foo(name)"] }"#;
    check(
        &format!("{kept}\n{foreign}"),
        &["the function `foo` is not understood"],
    );
}

#[test]
fn tests_that_could_not_fail_are_faults() {
    let run = |test: &str, says: &[&str]| {
        let policies = r#"{ name = "a", type = "always" }"#;
        let text = sampler(policies, &format!("[[tests]]\nname = \"t\"\n{test}"));
        let folder = folder(&[("pipelines.toml", &text)]);
        fails(folder.path(), &["test"], says);
    };
    let input = r#"input = [{ name = "x", trace = "a" }]"#;
    run(input, &["toml:11:1: error: it expects nothing"]);
    run(
        "input = []\nkept = [\"a\"]",
        &["toml:13:1: error: no span goes in"],
    );
    run(
        &format!("{input}\ndropped = [\"b\"]"),
        &["toml:14:1: error: no span of the input is of trace `b`"],
    );
    run(
        "input = [{ name = \"x\", trace = \"a\", status = \"ERR\" }]\nkept = [\"a\"]",
        &["toml:13:37: error: `ERR` is no status"],
    );
}
