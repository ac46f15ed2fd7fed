//! A new table while the processor runs.

use super::*;
use crate::component::{Maker, Processor};
use crate::config::Table;

/// A processor of this table, and what takes a new table into use.
fn build(toml: &str) -> (Box<dyn Processor>, crate::component::Reload) {
    let mut context = Context::bare("redact");
    let config = toml::from_str::<Config>(toml).expect("is a configuration");
    let make: Maker = config.build(&mut context).expect("builds");
    (make(0), context.reload.expect("reloads"))
}

/// What it makes of a text.
fn clean(processor: &mut dyn Processor, text: &str) -> String {
    let account = Account::default();
    let mut json = String::new();
    let mut out = |batch: Batch| json = batch.telemetry.to_json();
    let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
    let batch = Batch::unpaid(traces(span().attribute("note", text).finish()));
    processor.process(batch, &mut next);
    json
}

#[test]
fn new_patterns_come_live_and_what_was_clean_before_is_looked_at_anew() {
    let (mut processor, reload) = build("");
    for _ in 0..4 {
        check(&clean(&mut *processor, "badge E-77"), &["badge E-77"], &[]);
    }
    let commit = (reload.prepare)(&Table::of(r#"mask_patterns = { 'E-\d+' = "[BADGE]" }"#));
    let commit = commit.expect("has no fault");
    check(&clean(&mut *processor, "badge E-77"), &["badge E-77"], &[]);
    commit();
    check(
        &clean(&mut *processor, "badge E-77"),
        &["[BADGE]"],
        &["E-77"],
    );
}

#[test]
fn a_table_with_a_fault_changes_nothing() {
    let (mut processor, reload) = build(r#"mask_patterns = { 'E-\d+' = "[BADGE]" }"#);
    let faults = (reload.prepare)(&Table::of("mask_patterns = { 'E-(' = 'x' }"));
    let faults = faults.err().expect("has a fault");
    assert_eq!(1, faults.len(), "{faults:?}");
    check(
        &clean(&mut *processor, "badge E-77"),
        &["[BADGE]"],
        &["E-77"],
    );
}

#[test]
fn the_keys_of_files_wait_for_a_restart() {
    let (_, reload) = build("");
    assert_eq!(["pseudonyms", "audit_file"], reload.restart);
}
