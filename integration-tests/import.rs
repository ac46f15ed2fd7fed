//! Configurations of other products become `pipelines.toml`: what is written, and that it is valid.

mod verdicts;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tollgate::config::Document;
use tollgate::import::{self, Grade, Imported};
use tollgate::service::{Plan, Registers};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/import")
}

/// Every fixture becomes the file beside it (`UPDATE_GOLDEN=1` rewrites those) and is valid.
#[test]
fn every_fixture_becomes_the_file_beside_it() {
    let mut seen = 0;
    for entry in fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        seen += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let imported = import::convert(None, name, &fs::read_to_string(&path).unwrap()).unwrap();
        valid(name, &imported);
        let golden = path.with_extension("toml");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &imported.toml).unwrap();
        }
        let wanted = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(wanted, imported.toml, "{name}: UPDATE_GOLDEN=1 rewrites it");
    }
    assert!(seen >= 2, "only {seen} fixtures");
}

/// Reads a result as `tollgate check` would.
fn valid(name: &str, imported: &Imported) {
    let variables: BTreeMap<_, _> = imported.variables.iter().cloned().collect();
    let environment = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let document = Document::parse(name, Path::new("."), imported.toml.clone(), &environment);
    let plan = document.and_then(|document| Plan::read(&document, Registers::all()));
    let faults = plan.err().unwrap_or_default();
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(
        faults.is_empty(),
        "{name}: {}\n{}",
        faults.join("\n"),
        imported.toml
    );
}

#[track_caller]
fn finding(yaml: &str, grade: Grade, path: &str) -> u64 {
    let imported = import::convert(None, "test.yaml", yaml).unwrap();
    let found = imported
        .findings
        .iter()
        .find(|finding| finding.grade == grade && finding.path == path);
    let found = found.unwrap_or_else(|| panic!("no {grade:?} of {path}: {:#?}", imported.findings));
    found.line
}

const FRAME: &str = "
receivers: { otlp: { protocols: { grpc: {}, http: {} } } }
exporters: { debug: {} }
service: { pipelines: { traces: { receivers: [otlp], processors: [P], exporters: [debug] } } }
processors:
";

#[test]
fn what_has_no_equivalent_is_named_with_its_line() {
    let yaml = format!("{}  span:\n    name: {{}}\n", FRAME.replace('P', "span"));
    assert_eq!(6, finding(&yaml, Grade::NoEquivalent, "processors.span"));
    let yaml = format!(
        "{}  batch:\n    metadata_keys: [tenant]\n",
        FRAME.replace('P', "batch")
    );
    let path = "processors.batch.metadata_keys";
    assert_eq!(7, finding(&yaml, Grade::NoEquivalent, path));
}

#[test]
fn anchors_and_merge_keys_mean_what_they_say() {
    let processors = "
  batch/one: &base { timeout: 3s, send_batch_size: 7 }
  batch/two: { <<: *base, timeout: 9s }
";
    let yaml = format!("{}{processors}", FRAME.replace('P', "batch/two"));
    let toml = import::convert(None, "test.yaml", &yaml).unwrap().toml;
    assert!(toml.contains("timeout = \"9s\""), "{toml}");
    assert!(toml.contains("send_batch_size = 7"), "{toml}");
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(yaml, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert!(import::convert(None, "bomb.yaml", &yaml).is_err());
}

#[test]
fn what_is_no_yaml_is_refused_with_its_place() {
    let why = import::convert(None, "test.yaml", "receivers:\n  otlp: [\n").unwrap_err();
    assert!(why.starts_with("line "), "{why}");
    assert!(import::convert(None, "test.yaml", "a: 1\n---\nb: 2\n").is_err());
}

/// The verb as it is typed: what it writes, what it exits with.
#[test]
fn the_verb_says_by_its_exit_code_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
            .arg("import")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let clean = FRAME.replace('P', "batch") + "  batch: {}\n";
    fs::write(folder.path().join("clean.yaml"), clean).unwrap();
    let rest = FRAME.replace('P', "span") + "  span: {}\n";
    fs::write(folder.path().join("rest.yaml"), rest).unwrap();
    fs::write(folder.path().join("torn.yaml"), "a: [").unwrap();

    let (code, toml) = run(&["clean.yaml", "--strict"]);
    assert_eq!(Some(0), code);
    assert!(toml.contains("[pipelines.traces]"), "{toml}");
    assert_eq!(Some(0), run(&["rest.yaml"]).0);
    assert_eq!(Some(1), run(&["rest.yaml", "--strict"]).0);
    assert_eq!(Some(2), run(&["torn.yaml"]).0);
    assert_eq!(Some(2), run(&["nowhere.yaml"]).0);
    assert_eq!(
        (Some(0), String::new()),
        run(&["clean.yaml", "-o", "out.toml"])
    );
    assert_eq!(Some(1), run(&["clean.yaml", "-o", "out.toml"]).0);
    assert_eq!(Some(0), run(&["clean.yaml", "-o", "out.toml", "--force"]).0);
    assert_eq!((Some(0), String::new()), run(&["clean.yaml", "--check"]));
    let (_, report) = run(&["rest.yaml", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(
        report["toml"].is_string() && report["findings"].is_array(),
        "{report}"
    );
}
