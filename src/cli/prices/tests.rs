//! The verb as a user meets it: what it accepts, refuses and writes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use super::{Args, catalogue, moment, run};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

#[track_caller]
fn check(words: &[&str], success: bool) {
    let line = Line::try_parse_from([&["prices"], words].concat()).unwrap();
    let expected = if success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    assert_eq!(
        format!("{expected:?}"),
        format!("{:?}", run(line.args)),
        "{words:?}"
    );
}

fn fixture(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integration-tests/fixtures/pricing/"
    );
    format!("{folder}{name}")
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

const SMALL: &str = r#"[{"id":"p","description":"prose","models":[
    {"id":"a","match":{"equals":"a"},"prices":{"input_mtok":1}},
    {"id":"b","match":{"equals":"b"},"prices":{"input_mtok":1}}]}]"#;

#[test]
fn lists_find_what_is_there_and_say_what_is_not() {
    check(&["list"], true);
    check(&["list", "openai", "--json"], true);
    check(&["list", "--model", "claude"], true);
    check(&["list", "opnai"], false);
    check(&["list", "openai", "--model", "no such"], false);
}

#[test]
fn an_unpriced_call_fails_and_a_priced_one_does_not() {
    let model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    let usage = ["--input", "1200", "--output", "300", "--at", "2026-11-01"];
    check(
        &[&["explain", "--provider", "aws", model], &usage[..]].concat(),
        true,
    );
    check(
        &[
            &["explain", "--provider", "aws", "acme", "--json"],
            &usage[..],
        ]
        .concat(),
        false,
    );
    check(&["explain", "gpt-4", "--at", "yesterday"], false);
}

#[test]
fn vector_files_pass_and_a_wrong_price_fails() {
    let folder = tempfile::tempdir().unwrap();
    check(
        &["check", &fixture("override_vectors.jsonl"), "--json"],
        true,
    );
    check(&["check", &fixture("otel_cost_vectors.jsonl.gz")], true);
    let row = r#"{"id":"x","cat":"c","provider":"openai","model":"gpt-4","timestamp":"2026-01-01T00:00:00Z","usage":{"input_tokens":1000},"expected":{"matched_provider":"openai","total_price":"0.04"}}"#;
    let wrong = file(folder.path(), "wrong.jsonl", row);
    check(&["check", wrong.to_str().unwrap()], false);
    let empty = file(folder.path(), "empty.jsonl", "\n");
    check(&["check", empty.to_str().unwrap()], false);
    let torn = file(folder.path(), "torn.jsonl", "{");
    check(&["check", torn.to_str().unwrap()], false);
}

#[test]
fn an_import_is_refused_until_it_is_forced() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    file(folder.path(), "old.json", SMALL);
    file(
        folder.path(),
        "new.json",
        &SMALL.replacen(":1}", ":1000}", 1),
    );
    file(
        folder.path(),
        "torn.json",
        &SMALL.replacen("input_mtok", "renamed_mtok", 1),
    );
    let import = |name: &str, more: &[&str]| {
        let words = [
            "import",
            &path(name),
            "--against",
            &path("old.json"),
            "--out",
            &path("out.json"),
        ];
        let line = Line::try_parse_from([&["prices"], &words[..], more].concat()).unwrap();
        run(line.args) == ExitCode::SUCCESS
    };
    assert!(!import("new.json", &[]));
    assert!(!import("torn.json", &[]));
    assert!(!folder.path().join("out.json").try_exists().unwrap());
    assert!(import("new.json", &["--force", "--overlay"]));
    let written = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    assert!(
        !written.contains("prose") && !written.contains("\"b\""),
        "{written}"
    );
    assert_eq!(1, catalogue(&folder.path().join("out.json")).unwrap().len());
    check(&["diff", &path("old.json"), &path("new.json")], true);
    check(&["diff", "builtin", "builtin", "--json"], true);
    check(&["diff", "builtin", &path("torn.json")], false);
}

#[test]
fn times_are_dates_or_moments() {
    assert_eq!(
        1_767_225_600_000_000_000,
        moment(Some("2026-01-01")).unwrap().0
    );
    assert_eq!(
        1_767_225_601_000_000_000,
        moment(Some("2026-01-01T00:00:01Z")).unwrap().0
    );
    assert!(moment(Some("01/01/2026")).is_err());
}
