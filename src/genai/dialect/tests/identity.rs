//! Identity from where a user says it stands.

use super::*;
use crate::genai::facts::Identity;

fn sources(tenant: &[&str]) -> Sources {
    Sources {
        tenant: tenant.iter().map(|name| (*name).to_owned()).collect(),
        ..Sources::default()
    }
}

fn tenant_of(tenant: &[&str], attributes: &[(&str, NewValue)]) -> Option<String> {
    let dialects = Dialects::builtin().asking(&sources(tenant));
    let (scope, span) = (scope("some.app"), span("chat", attributes));
    let facts = dialects.read(&scope, &span)?;
    facts.identity.tenant.map(str::to_owned)
}

#[test]
fn names_are_asked_in_the_order_they_are_listed() {
    let all = [
        ("tenant.id", s("canonical")),
        ("mcp.tenant.id", s("gateway")),
        ("acme.customer", s("acme")),
        ("baggage.team", s("team")),
    ];
    let check = |names: &[&str], expected: &str| {
        assert_eq!(
            tenant_of(names, &all).as_deref(),
            Some(expected),
            "{names:?}"
        );
    };
    check(&["default"], "canonical");
    check(&["acme.customer", "default"], "acme");
    check(&["nowhere", "baggage.team", "acme.customer"], "team");
    check(&["default", "acme.customer"], "canonical");
    check(&["mcp.tenant.id", "default"], "gateway");
}

#[test]
fn without_the_word_default_only_the_canonical_name_is_asked_beside_the_list() {
    let gateway = [("mcp.tenant.id", s("gateway"))];
    assert_eq!(
        tenant_of(&["default"], &gateway).as_deref(),
        Some("gateway")
    );
    assert_eq!(tenant_of(&["acme.customer"], &gateway), None);
    let metadata = [
        ("openinference.span.kind", s("LLM")),
        ("metadata", s(r#"{"tenant_id":"hidden"}"#)),
    ];
    assert_eq!(
        tenant_of(&["default"], &metadata).as_deref(),
        Some("hidden")
    );
    assert_eq!(tenant_of(&["acme.customer"], &metadata), None);
    let normalised = [("tenant.id", s("found before"))];
    let found = tenant_of(&["acme.customer"], &normalised);
    assert_eq!(found.as_deref(), Some("found before"));
}

#[test]
fn a_name_asked_last_fills_what_no_dialect_says() {
    let names = ["default", "acme.customer"];
    let only = [("acme.customer", s("acme"))];
    assert_eq!(tenant_of(&names, &only).as_deref(), Some("acme"));
}

#[test]
fn a_process_is_asked_by_the_same_names() {
    let dialects = Dialects::builtin().asking(&sources(&["acme.customer", "default"]));
    let resource = Resource::new(&[("acme.customer", "acme"), ("tenant.id", "other")]);
    let expected = Identity {
        tenant: Some("acme"),
        ..Identity::default()
    };
    assert_eq!(dialects.read_resource(&resource), expected);
}

#[test]
fn a_list_that_cannot_work_is_refused() {
    let faults = |names: &[&str]| sources(names).faults().len();
    assert_eq!(faults(&["acme.customer", "default"]), 0);
    assert_eq!(faults(&[]), 1);
    assert_eq!(faults(&["a", " "]), 1);
    assert_eq!(faults(&["a", "b", "a"]), 1);
}
