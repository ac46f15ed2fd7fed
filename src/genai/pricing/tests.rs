//! Prices against the recorded vectors, and the laws of the arithmetic.

use super::vectors::{Checker, Report};
use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integration-tests/fixtures/pricing/"
    );
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn run(name: &str) -> Report {
    let mut checker = Checker::new(Catalogue::embedded());
    checker.file(&fixture(name)).unwrap();
    checker.report()
}

#[track_caller]
fn check_all_pass(report: &Report, rows: u64) {
    let total = report.total();
    for difference in report.differences.iter().take(12) {
        println!("{difference:?}");
    }
    println!("{:#?}", report.categories);
    assert_eq!((rows, 0), (total.passed + total.skipped, total.failed));
}

#[test]
fn the_embedded_catalogue_has_no_fault() {
    let read = Catalogue::parse("embedded", EMBEDDED_JSON, &[]);
    assert_eq!(
        2330,
        read.map_err(|faults| faults.to_string()).unwrap().len()
    );
}

#[test]
fn every_strict_vector_passes() {
    check_all_pass(&run("pricing_vectors.jsonl.gz"), 25_090);
}

#[test]
fn every_span_attribute_vector_passes() {
    check_all_pass(&run("otel_cost_vectors.jsonl.gz"), 2_077);
}

#[test]
fn every_override_vector_passes() {
    check_all_pass(&run("override_vectors.jsonl"), 240);
}
