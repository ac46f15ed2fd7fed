//! The judge judged: each rule meets a text that keeps it and one that breaks it.

use super::source::{Function, Source, depth};
use super::{judge_floors, judge_rust, judge_text};

#[track_caller]
fn check_rust(name: &str, text: &str, rules: &[&str]) {
    let found: Vec<_> = judge_rust(name, text)
        .iter()
        .map(|fault| fault.rule)
        .collect();
    assert_eq!(found, rules, "{name}: {text}");
}

#[test]
fn a_file_says_its_purpose_first() {
    check_rust(
        "src/clock.rs",
        "//! The only place that asks the time.\n",
        &[],
    );
    check_rust("src/clock.rs", "use std::time;\n", &["purpose"]);
    check_rust("src/clock.rs", "//! Clock.\n", &["purpose"]);
    check_rust(
        "src/clock.rs",
        "//! Various helpers for the clock.\n",
        &["purpose"],
    );
}

#[test]
fn long_files_and_functions_are_faults_and_long_tests_are_not() {
    let long = format!(
        "//! A long list of things.\n{}",
        "const A: u8 = 0;\n".repeat(400)
    );
    check_rust("src/otlp/wire.rs", &long, &["length"]);
    check_rust("src/otlp/tests.rs", &long, &[]);
    let body = "    step();\n".repeat(59);
    let function = format!("//! A long way to go.\nfn long() {{\n{body}}}\n");
    check_rust("src/clock.rs", &function, &["length"]);
    check_rust(
        "src/clock.rs",
        &function.replacen("    step();\n", "", 1),
        &[],
    );
}

#[test]
fn allowances_need_one_item_and_a_reason() {
    let with = |line: &str| format!("//! A file with an allowance.\n{line}\nfn f() {{}}\n");
    check_rust(
        "src/clock.rs",
        &with("#[expect(dead_code, reason = \"shown later\")]"),
        &[],
    );
    check_rust("src/clock.rs", &with("#[expect(dead_code)]"), &["allow"]);
    check_rust("src/clock.rs", &with("#[allow(dead_code)]"), &["allow"]);
    check_rust("src/clock.rs", &with("#![allow(dead_code)]"), &["allow"]);
    check_rust("src/clock.rs", &with("// #![allow(dead_code)]"), &[]);
}

#[track_caller]
fn check_floors(inside: &str, code: &str, faults: usize) {
    let found = judge_floors(inside, &Source::of(code));
    assert_eq!(found.len(), faults, "{inside}: {code}: {found:?}");
}

#[test]
fn stairs_go_only_down() {
    check_floors("processors/cost.rs", "use crate::component::Next;", 0);
    check_floors(
        "processors/cost.rs",
        "use crate::{component::{Next, Batch}, genai};",
        0,
    );
    check_floors("processors/cost.rs", "use crate::pipeline::Chain;", 1);
    check_floors(
        "processors/cost.rs",
        "use crate::{service::Graph, component::{Next}};",
        1,
    );
    check_floors("processors/cost.rs", "let x = crate::service::build();", 1);
    check_floors("processors/cost.rs", "use super::filter;", 0);
    check_floors("processors/cost.rs", "use super::super::admin;", 1);
    check_floors("processors/tail/mod.rs", "use super::super::admin;", 1);
    check_floors("processors/tail/late.rs", "use super::super::cost;", 0);
    check_floors("component/mod.rs", "use crate::genai::Usage;", 1);
    check_floors("main.rs", "use tollgate::cli;", 0);
    check_floors("clock.rs", "use crate::clock::Now;", 0);
    check_floors("attic/mod.rs", "", 1);
}

#[test]
fn knowledge_knows_no_machinery() {
    check_floors("pii/scan.rs", "use std::borrow::Cow;", 0);
    check_floors("pii/scan.rs", "use std::fs::File;", 1);
    check_floors("pii/scan.rs", "tracing::info!(\"no\");", 1);
    check_floors("pii/scan.rs", "// std::fs is not used", 0);
    check_floors("genai/usage.rs", "let metrics = my_metrics::of();", 0);
    check_floors("processors/cost.rs", "use std::fs::File;", 0);
}

#[test]
fn comments_and_literals_are_not_code() {
    let text = r##"
fn one<'a>(x: &'a str) -> char { '{' }
fn two() { let _ = "}} \" crate::service"; /* } /* } */ */ }
fn three() { let _ = r#"} " }"#; let _ = b'\''; }
trait T { fn no_body(&self) -> [u8; 3]; }
"##;
    let source = Source::of(text);
    let function = |name: &str, line| Function {
        name: name.to_owned(),
        line,
        lines: 1,
    };
    assert_eq!(
        source.functions(),
        [function("one", 2), function("two", 3), function("three", 4)]
    );
    assert_eq!(source.rooms(1), []);
}

#[test]
fn depth_counts_modules() {
    for (inside, modules) in [
        ("clock.rs", 1),
        ("otlp/mod.rs", 1),
        ("otlp/wire.rs", 2),
        ("a/b/mod.rs", 2),
    ] {
        assert_eq!(depth(inside), modules, "{inside}");
    }
}

#[test]
fn places_of_one_machine_are_private() {
    let place = concat!("see /wo", "rk/notes");
    assert_eq!(judge_text("README.md", place).len(), 1);
    assert_eq!(judge_text("src/clock.rs", "see the notes").len(), 0);
    assert_eq!(judge_text("image.png", place).len(), 0);
}
