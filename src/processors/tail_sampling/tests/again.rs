//! Dropped traces whose late spans come: nothing brings back what the rules drop for good.

use super::*;

const RULES: &str = r#"evaluate = "rules"
policies = [
  { name = "noise", type = "drop_rule", when = [{ attr = "kind", op = "eq", value = "noise" }] },
  { name = "checkout", type = "status", codes = ["ERROR"], when = [{ attr = "kind", op = "eq", value = "checkout" }] },
  { name = "rest", type = "status", codes = ["ERROR", "UNSET"], when = [{ attr = "late", op = "exists" }] },
]"#;

const VETO: &str = r#"policies = [
  { name = "health", type = "string", key = "kind", values = ["health"], invert = true },
  { name = "errors", type = "status", codes = ["ERROR"] },
]"#;

fn of_kind(trace: u64, id: u64, kind: &str, error: bool) -> Span {
    let mut span = span(trace, id, error);
    span.set_attribute("kind", kind);
    span
}

/// Whether a trace that was dropped comes back, or its later spans are kept, for the sake of a late
/// span: from the quarantine, and where only its aggregates are left.
fn comes_back(rules: &str, first: &Span, late: &Span) -> [bool; 2] {
    let held = "quarantine = { hold = \"10s\" }";
    [held, "span_limit = 1"].map(|how| {
        let times = "mode = \"fixed\"\nwait = \"1s\"\nafter_root = \"0s\"\nearly = false";
        let mut drive = drive(&format!("{times}\n{how}\n{rules}"));
        drive.send(of(vec![first.clone()]));
        drive.until(2_000);
        assert_eq!(Decision::Drop, drive.verdicts()[0].decision);
        drive.send(of(vec![late.clone()]));
        !left(&mut drive).is_empty()
    })
}

fn late(error: bool) -> Span {
    let mut span = span(1, 2, error);
    span.set_attribute("late", true);
    span
}

#[test]
fn a_late_span_brings_nothing_back_that_an_earlier_rule_drops_for_good() {
    let first = |kind| of_kind(1, 1, kind, false);
    assert_eq!([false; 2], comes_back(RULES, &first("noise"), &late(true)));
    assert_eq!(
        [false; 2],
        comes_back(RULES, &first("checkout"), &late(false))
    );
    assert_eq!(
        [true; 2],
        comes_back(RULES, &first("checkout"), &late(true))
    );
    assert_eq!([true; 2], comes_back(RULES, &first("none"), &late(false)));
}

#[test]
fn a_late_span_brings_nothing_back_that_an_inverted_policy_vetoes() {
    for evaluate in ["all", "first_sampled"] {
        let rules = format!("evaluate = \"{evaluate}\"\n{VETO}");
        let hit = of_kind(1, 1, "health", false);
        assert_eq!(
            [false; 2],
            comes_back(&rules, &hit, &late(true)),
            "{evaluate}"
        );
    }
    // A policy before the veto ends the vote where the first keep counts.
    let before = r#"evaluate = "first_sampled"
policies = [
  { name = "errors", type = "status", codes = ["ERROR"] },
  { name = "health", type = "string", key = "kind", values = ["health"], invert = true },
]"#;
    let hit = of_kind(1, 1, "health", false);
    assert_eq!([true; 2], comes_back(before, &hit, &late(true)));
}

#[test]
fn a_pin_brings_nothing_back_that_a_drop_rule_names() {
    let rules = RULES.replace(
        "type = \"status\", codes = [\"ERROR\", \"UNSET\"]",
        "type = \"status\", codes = [\"ERROR\"], pin_session = true",
    );
    let mut drive = drive(&format!(
        "mode = \"fixed\"\nwait = \"1s\"\nafter_root = \"0s\"\nearly = false\n\
         quarantine = {{ hold = \"1m\" }}\nsession = {{ keys = [\"sid\"], backfill = true }}\n{rules}"
    ));
    let turn = |mut span: Span| {
        span.set_attribute("sid", "s");
        of(vec![span])
    };
    drive.send(turn(of_kind(2, 1, "noise", false)));
    drive.send(turn(of_kind(3, 1, "checkout", false)));
    drive.until(2_000);
    drive.send(turn(late(true)));
    drive.until(4_000);
    let mut kept: Vec<u8> = left(&mut drive)
        .iter()
        .map(|span| span.trace_id().0[15])
        .collect();
    kept.sort_unstable();
    assert_eq!(vec![1, 3], kept, "all but the noise");
}
