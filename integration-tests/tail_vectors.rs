//! Holds the sampler to neutral test vectors: each case is translated, run and compared.
//!
//! The files are `fixtures/tail_sampling/vectors.json` and, with cases of our own, `more.json`; the
//! environment variable `TOLLGATE_TAIL_VECTORS` names another of the same format.

mod compare;
mod simulate;
mod translate;
mod unit;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/integration-tests/fixtures/tail_sampling"
);

/// How many differences are printed in full.
const SHOWN: usize = 10;

#[test]
fn every_vector_holds() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the file to test is the caller's choice"
    )]
    let paths = match std::env::var("TOLLGATE_TAIL_VECTORS") {
        Ok(path) => vec![path],
        Err(_) => ["vectors", "more"]
            .map(|name| format!("{FOLDER}/{name}.json"))
            .into(),
    };
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut differences = Vec::new();
    for path in paths {
        let file = read(&path).unwrap_or_else(|why| panic!("{path}: {why}"));
        let tolerance = file["tick_tolerance_ms"].as_u64().unwrap_or_default();
        for case in file["cases"].as_array().into_iter().flatten() {
            let group = case["group"].as_str().unwrap_or_default();
            let (passed, failed) = groups.entry(group.to_owned()).or_default();
            // A case that is no case is a difference like others, and hides none.
            let outcome = std::panic::catch_unwind(|| run(case, tolerance));
            match outcome.unwrap_or_else(|_| Err("it cannot be run; see above".to_owned())) {
                Ok(()) => *passed += 1,
                Err(why) => {
                    *failed += 1;
                    differences.push(format!("{} {}: {why}", case["id"], case["title"]));
                }
            }
        }
    }
    let mut report = String::new();
    for (group, (passed, failed)) in &groups {
        writeln!(report, "{group:14} {passed:4} passed {failed:4} failed").expect("a string grows");
    }
    println!("{report}");
    let shown = differences
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        differences.is_empty(),
        "{} vectors differ:\n{shown}\n\n{report}",
        differences.len()
    );
}

/// A file of vectors, with at least one case.
fn read(path: &str) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|why| why.to_string())?;
    let file: Value = serde_json::from_str(&text).map_err(|why| why.to_string())?;
    let cases = file["cases"].as_array().map_or(0, Vec::len);
    match (file["format"].as_str(), cases) {
        (Some("tail-vectors/1"), 1..) => Ok(file),
        (Some("tail-vectors/1"), 0) => Err("it has no cases".to_owned()),
        (format, _) => Err(format!("its format is {format:?}, not tail-vectors/1")),
    }
}

/// Runs one case; the error is its first difference.
fn run(case: &Value, tolerance: u64) -> Result<(), String> {
    if case["kind"] == "unit" {
        return unit::check(case);
    }
    let tolerance = case["tolerance_ms"].as_u64().unwrap_or(tolerance);
    let seen = simulate::run(case)?;
    compare::check(case, &seen, tolerance)
}
