//! Edits happen in their order, on spans and on log records.

use super::*;
use crate::otlp::Span;

/// The attributes of a span with `a=1, b=2` after the edits, in `key=value` form, sorted.
fn edited(toml: &str) -> Vec<String> {
    let config = toml::from_str::<Config>(toml).expect("is a configuration");
    let mut span = Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .attribute("a", "1")
        .attribute("b", "2")
        .finish();
    edit(&config, &mut span);
    let mut all = span
        .attributes()
        .iter()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or("?")))
        .collect::<Vec<_>>();
    all.sort();
    all
}

#[test]
fn edits_apply_in_their_documented_order() {
    assert_eq!(["a=1", "b=2"][..], edited("")[..]);
    assert_eq!(["b=2", "c=1"][..], edited("rename = { a = \"c\" }")[..]);
    assert_eq!(["b=2"][..], edited("rename = { a = \"b\" }")[..]);
    assert_eq!(["b=2"][..], edited("delete = [\"a\"]")[..]);
    assert_eq!(
        ["a=1", "b=2", "d=x"][..],
        edited("insert = { a = \"x\", d = \"x\" }")[..]
    );
    assert_eq!(["a=x", "b=2"][..], edited("set = { a = \"x\" }")[..]);
    assert_eq!(
        ["b=2"][..],
        edited("delete = [\"a\"]\nrename = { z = \"y\" }")[..]
    );
    assert_eq!(
        ["a=new", "b=2"][..],
        edited("delete = [\"a\"]\nset = { a = \"new\" }")[..]
    );
    assert_eq!(
        ["a=1", "b=1"][..],
        edited("copy = { a = \"b\", z = \"y\" }")[..]
    );
    assert_eq!(
        ["b=2", "c=1"][..],
        edited("copy = { a = \"c\" }\ndelete = [\"a\"]")[..]
    );
    assert_eq!(
        ["a=x", "b=2"][..],
        edited("update = { a = \"x\", z = \"x\" }")[..]
    );
}

#[test]
fn an_empty_name_is_a_fault() {
    let config = toml::from_str::<Config>("set = { \"\" = 1 }").expect("reads");
    assert_eq!("set", config.faults()[0].key);
}
