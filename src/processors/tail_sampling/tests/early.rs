//! Early keeps: only what the whole trace would bring about as well.

use super::*;

/// Error spans of one trace each, under rules that decide early or not; who was kept by whom.
fn verdicts(rules: &str, early: bool, traces: &[&[Span]]) -> Vec<(Decision, Option<String>)> {
    let times = "mode = \"fixed\"\nwait = \"1s\"\nafter_root = \"0s\"";
    let mut drive = drive(&format!("early = {early}\n{times}\n{rules}"));
    for spans in traces {
        spans
            .iter()
            .for_each(|span| drive.send(of(vec![span.clone()])));
    }
    drive.until(2_000);
    let mut verdicts = drive.verdicts();
    verdicts.sort_by_key(|verdict| verdict.trace);
    let shown = verdicts.iter().map(|verdict| {
        let by = verdict.by.as_ref().map(ToString::to_string);
        (verdict.decision, by)
    });
    shown.collect()
}

fn with(mut span: Span, key: &str, value: &str) -> Span {
    span.set_attribute(key, value);
    span
}

#[test]
fn a_later_rule_keeps_no_trace_early_that_an_earlier_one_may_still_drop() {
    let rules = r#"evaluate = "rules"
policies = [
  { name = "checkout", type = "status", codes = ["ERROR"], when = [{ attr = "app", op = "eq", value = "checkout" }] },
  { name = "rest", type = "always" },
]"#;
    let checkout = |trace, error| with(span(trace, trace, error), "app", "checkout");
    let traces: &[&[Span]] = &[
        &[checkout(1, false)],
        // The rule comes to apply with the second span.
        &[span(2, 2, false), checkout(2, false)],
        &[checkout(3, true)],
        &[span(4, 4, false)],
    ];
    let late = verdicts(rules, false, traces);
    assert_eq!(late, verdicts(rules, true, traces));
    let by = |name: &str| Some(name.to_owned());
    let expected = [
        (Decision::Drop, by("checkout")),
        (Decision::Drop, by("checkout")),
        (Decision::Keep, by("checkout")),
        (Decision::Keep, by("rest")),
    ];
    assert_eq!(expected[..], late);
}

#[test]
fn a_later_rule_keeps_early_what_every_earlier_one_would_keep_too() {
    let rules = r#"evaluate = "rules"
policies = [
  { name = "trial", type = "status", codes = ["OK"], dry_run = true },
  { name = "chat", type = "always", when = [{ attr = "app", op = "eq", value = "chat" }] },
  { name = "errors", type = "always", when = [{ field = "status", op = "eq", value = "ERROR" }] },
]"#;
    let mut drive = drive(rules);
    drive.send(of(vec![span(1, 1, true)]));
    let early = drive.verdicts()[0].trigger;
    assert_eq!((Trigger::Early, 1), (early, left(&mut drive).len()));
}

#[test]
fn with_first_sampled_nobody_behind_an_inverted_policy_keeps_early() {
    let policies = |first: &str, second: &str| {
        format!("evaluate = \"first_sampled\"\npolicies = [{first}, {second}]")
    };
    let health = r#"{ name = "health", type = "string", key = "route", values = ["/health"], invert = true }"#;
    let errors = r#"{ name = "errors", type = "status", codes = ["ERROR"] }"#;
    let asked = |trace| with(span(trace, trace, true), "route", "/health");
    // The veto may stand on the error itself, or come with a later span.
    let traces: &[&[Span]] = &[
        &[asked(1)],
        &[span(2, 2, true), asked(2)],
        &[span(3, 3, true)],
    ];
    let behind = policies(health, errors);
    let late = verdicts(&behind, false, traces);
    assert_eq!(late, verdicts(&behind, true, traces));
    let decisions: Vec<Decision> = late.iter().map(|(decision, _)| *decision).collect();
    assert_eq!(
        vec![Decision::Drop, Decision::Drop, Decision::Keep],
        decisions
    );
    // Before it, a keep ends the vote.
    let mut drive = drive(&policies(errors, health));
    drive.send(of(vec![asked(1)]));
    assert_eq!(Trigger::Early, drive.verdicts()[0].trigger);
}

#[test]
fn where_a_budget_may_apply_nothing_is_kept_before_all_of_it_can_be_paid_for() {
    let budget = |unit: &str, limit: u64, exempt: &str| {
        format!(
            "budget = {{ key = \"tenant\", unit = \"{unit}\", limit = {limit}, window = \"1h\", \
             exempt = [{exempt}] }}\n{ERRORS}"
        )
    };
    let mine = |trace, id| with(span(trace, id, true), "tenant", "acme");
    let whole: Vec<Span> = (1..=10).map(|id| mine(1, id)).collect();
    let decisions = |rules: &str, traces: &[&[Span]]| {
        let verdicts = verdicts(rules, true, traces);
        verdicts.into_iter().map(|(decision, _)| decision).collect()
    };
    let none: Vec<Decision> = decisions(&budget("spans", 7, ""), &[&whole]);
    assert_eq!(vec![Decision::Drop], none);
    // Whose budget it is may be said by a later span.
    let late: &[&[Span]] = &[
        &[span(1, 1, true), mine(1, 2)],
        &[span(2, 3, true), mine(2, 4)],
    ];
    let one: Vec<Decision> = decisions(&budget("traces", 1, ""), late);
    assert_eq!(vec![Decision::Keep, Decision::Drop], one);
    // Who is exempt pays nothing, early or late.
    let mut drive = drive(&budget("spans", 7, "\"errors\""));
    drive.send(of(whole));
    assert_eq!(Trigger::Early, drive.verdicts()[0].trigger);
    assert_eq!(10, left(&mut drive).len());
}
