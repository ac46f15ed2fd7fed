//! New rules for new traces: old ones finish under theirs, and what policies know goes on.

use super::*;

/// The traces of spans, each once, in order.
fn traces(spans: &[Span]) -> Vec<u64> {
    let mut traces: Vec<u64> = spans
        .iter()
        .map(|span| span.trace_id().number() as u64)
        .collect();
    traces.sort_unstable();
    traces.dedup();
    traces
}

fn reload(drive: &mut Drive, text: &str) {
    drive.reload(config(text)).expect("new rules");
}

fn text_of(span: &Span, key: &str) -> Option<String> {
    let value = span.attribute(key)?;
    value.as_str().map(str::to_owned)
}

fn root(trace: u64, id: u64) -> Span {
    Span::build()
        .trace_id(trace)
        .span_id(id)
        .name("run")
        .finish()
}

const ALL_IN_TEN: &str = r#"mode = "fixed"
wait = "10s"
after_root = "0s"
early = false
policies = [{ name = "all", type = "probability", percent = 100 }]"#;

const ERRORS_IN_ONE: &str = r#"mode = "fixed"
wait = "1s"
after_root = "0s"
early = false
policies = [{ name = "errors", type = "status", codes = ["ERROR"] }]"#;

#[test]
fn old_traces_finish_under_the_old_rules_and_new_ones_under_the_new() {
    let mut drive = drive(ALL_IN_TEN);
    drive.send(of(vec![root(1, 1)]));
    reload(&mut drive, ERRORS_IN_ONE);
    drive.send(of(vec![root(2, 2), span(3, 3, true), span(1, 4, false)]));
    drive.until(9_900);
    assert_eq!(
        vec![3],
        traces(&left(&mut drive)),
        "the new wait and policy"
    );
    drive.until(10_000);
    let spans = left(&mut drive);
    assert_eq!((vec![1], 2), (traces(&spans), spans.len()), "the old ones");
    let versions: Vec<Arc<str>> = drive
        .verdicts()
        .iter()
        .map(|verdict| Arc::clone(&verdict.rules))
        .collect();
    let [new, also_new, old] = versions.as_slice() else {
        panic!("{versions:?}")
    };
    assert!(new == also_new && new != old);
    assert_eq!(
        Some(old.to_string()),
        text_of(&spans[0], "sampling.rule_version")
    );
}

#[test]
fn late_spans_keep_their_verdict_and_name_the_rules_it_fell_under() {
    let folder = tempfile::tempdir().expect("a folder");
    let persist = format!(
        "persist = {{ folder = {:?}, decisions = true }}",
        folder.path()
    );
    let mut first = drive(&format!("{persist}\n{ALL_IN_TEN}"));
    first.send(of(vec![span(1, 1, false)]));
    first.until(10_000);
    let kept = first.verdicts()[0].rules.to_string();
    reload(&mut first, &format!("{persist}\n{ERRORS_IN_ONE}"));
    first.send(of(vec![root(1, 2)]));
    let spans = left(&mut first);
    let late = spans.last().expect("the late root");
    assert_eq!(Some(kept.clone()), text_of(late, "sampling.rule_version"));
    assert_eq!(Some("all".to_owned()), text_of(late, "sampling.policy"));
    drop(first);
    // After a restart under other rules it is no different.
    let mut second = drive(&format!("{persist}\n{ERRORS_IN_ONE}"));
    second.send(of(vec![root(1, 3)]));
    let spans = left(&mut second);
    assert_eq!(Some(kept), text_of(&spans[0], "sampling.rule_version"));
}

#[test]
fn an_unchanged_policy_goes_on_where_it_stands_and_a_changed_one_begins_anew() {
    #[track_caller]
    fn check(before: &str, after: &str, one: impl Fn(u64) -> Vec<Span>, kept: &[u64]) {
        let rules = |policies: &str| {
            format!("mode = \"fixed\"\nwait = \"1s\"\nearly = false\npolicies = [{policies}]")
        };
        let mut drive = drive(&rules(before));
        for trace in 1..=4 {
            // A trace of the old rules is open while the new ones come.
            if trace == 3 {
                reload(&mut drive, &rules(after));
            }
            drive.send(of(one(trace)));
        }
        drive.until(1_000);
        assert_eq!(kept, traces(&left(&mut drive)), "{before} -> {after}");
    }
    let step = |trace| vec![span(trace, trace, false)];
    let limit = r#"{ name = "some", type = "rate_spans", per_second = 1, burst = 3 }"#;
    let other = r#"{ name = "errors", type = "status", codes = ["ERROR"] }"#;
    check(limit, limit, step, &[1, 2, 3]);
    check(limit, &format!("{other}, {limit}"), step, &[1, 2, 3]);
    check(limit, &limit.replace('3', "4"), step, &[1, 2, 3, 4]);
    check(limit, &limit.replace("some", "few"), step, &[1, 2, 3, 4]);
    // Inside of another policy, and with two of one name.
    let both =
        format!(r#"{{ name = "both", type = "and", of = [{limit}, {{ type = "always" }}] }}"#);
    check(
        &both,
        &both.replace("always\" }", "span_count\" }"),
        step,
        &[1, 2, 3],
    );
    let twice = format!(r#"{{ name = "twice", type = "and", of = [{limit}, {limit}] }}"#);
    check(&twice, &twice, step, &[1, 2, 3]);
    // What a worker has learnt: the fifth trace of a key stands out by the four before it.
    let usual = r#"{ name = "odd", type = "anomaly", metric = "spans", key = "agent", min_samples = 3, factor = 2 }"#;
    let growing = |trace: u64| {
        let mut spans: Vec<Span> = (0..if trace == 4 { 9 } else { 1 })
            .map(|n| span(trace, 10 * trace + n, false))
            .collect();
        for span in &mut spans {
            span.set_attribute("agent", "a");
        }
        spans
    };
    check(usual, &format!("{usual}, {other}"), growing, &[4]);
    check(
        usual,
        &usual.replace("factor = 2", "factor = 3"),
        growing,
        &[],
    );
}

#[test]
fn pins_and_spent_budgets_go_on() {
    let rules = |more: &str| {
        format!(
            "mode = \"fixed\"\nwait = \"1s\"\nearly = false\n\
             session = {{ keys = [\"session.id\"] }}\n\
             budget = {{ key = \"tenant\", unit = \"traces\", limit = 3, window = \"1h\" }}\n\
             policies = [{{ name = \"errors\", type = \"status\", codes = [\"ERROR\"], \
             pin_session = true }}{more}]"
        )
    };
    let turn = |trace: u64, error: bool| {
        let mut span = span(trace, trace, error);
        span.set_attribute("session.id", "s");
        span.set_attribute("tenant", "t");
        of(vec![span])
    };
    let mut drive = drive(&rules(""));
    drive.send(turn(1, true));
    drive.until(1_000);
    reload(
        &mut drive,
        &rules(", { name = \"long\", type = \"span_count\", min = 99 }"),
    );
    for trace in 2..=5 {
        drive.send(turn(trace, false));
    }
    drive.until(2_000);
    assert_eq!(
        vec![1, 2, 3],
        traces(&left(&mut drive)),
        "pinned, within three"
    );
}

#[test]
fn each_version_reads_of_a_span_what_it_asks_about() {
    let rules = |key: &str| {
        format!(
            "mode = \"fixed\"\nwait = \"5s\"\nearly = false\n\
             policies = [{{ name = \"k\", type = \"string\", key = \"{key}\", values = [\"yes\"] }}]"
        )
    };
    let with = |trace: u64, id: u64, key: &str| {
        let resource = Resource::new(&[("service.name", "agent"), (key, "yes")]);
        let scope = Arc::new(Scope::new("test", "1", Arc::new(resource)));
        let mut batch = Batch::default();
        batch.push(&scope, span(trace, id, false));
        Telemetry::Traces(batch)
    };
    let mut drive = drive(&rules("old"));
    drive.send(with(1, 1, "none"));
    drive.send(with(2, 2, "none"));
    reload(&mut drive, &rules("new"));
    for (trace, key) in [(1, "old"), (2, "new"), (3, "old"), (4, "new")] {
        drive.send(with(trace, 10 + trace, key));
    }
    drive.until(5_000);
    assert_eq!(vec![1, 4], traces(&left(&mut drive)));
}

#[test]
fn a_quarantined_and_a_partly_flushed_trace_come_back_by_their_own_rules() {
    let old =
        format!("idle = \"1m\"\nmax_age = \"2m\"\nquarantine = {{ hold = \"1h\" }}\n{ERRORS}");
    let mut drive = drive(&old);
    drive.send(of(vec![span(1, 1, false)]));
    drive.until(60_000);
    reload(&mut drive, ALL_IN_TEN);
    drive.send(of(vec![span(1, 2, true)]));
    assert_eq!(2, left(&mut drive).len(), "brought back from quarantine");

    let mut drive = super::drive(&old.replace("1h", "0s"));
    for second in (0..150_u64).step_by(30) {
        drive.until(second * 1000);
        drive.send(of(vec![span(1, second + 1, false)]));
    }
    drive.until(130_000);
    reload(&mut drive, ALL_IN_TEN);
    drive.send(of(vec![span(1, 500, true)]));
    assert_eq!(1, left(&mut drive).len(), "upgraded");
}

#[test]
fn limits_hold_for_open_traces_at_once() {
    let mut drive = drive(ALL_IN_TEN);
    drive.send(of((1..=9).map(|n| span(n, n, false)).collect()));
    let limited = format!("limits = {{ traces = 2, evict = \"heaviest\" }}\n{ALL_IN_TEN}");
    reload(&mut drive, &limited);
    drive.send(of(vec![span(9, 10, false)]));
    assert_eq!(2, drive.worker().open_traces().len());
    assert!(
        traces(&left(&mut drive)).contains(&9),
        "the heaviest went first"
    );
}

#[test]
fn the_same_rules_have_the_same_version_whatever_else_is_set() {
    let version = |text: &str| {
        let mut drive = drive(text);
        drive.send(of(vec![span(1, 1, true)]));
        drive.drain();
        drive.verdicts()[0].rules.to_string()
    };
    let plain = version(ERRORS_IN_ONE);
    assert_eq!(12, plain.len());
    assert_eq!(
        plain,
        version(&format!("limits = {{ traces = 9 }}\n{ERRORS_IN_ONE}"))
    );
    assert_ne!(plain, version(&ERRORS_IN_ONE.replace("errors", "faults")));
    assert_ne!(plain, version(&ERRORS_IN_ONE.replace("ERROR", "OK")));
    assert_ne!(plain, version(&ERRORS_IN_ONE.replace("1s", "2s")));
}

#[test]
fn too_many_versions_wait_until_an_old_trace_is_done() {
    let rules = |n: u64| format!("{ALL_IN_TEN}\nspan_limit = {}", 1000 + n);
    let mut drive = drive(&rules(0));
    for n in 1..64 {
        drive.send(of(vec![span(n, n, false)]));
        reload(&mut drive, &rules(n));
    }
    drive.send(of(vec![span(64, 64, false)]));
    let refused = drive.reload(config(&rules(64)));
    assert!(refused.is_err_and(|why| why.contains("still have open traces")));
    drive.until(10_000);
    reload(&mut drive, &rules(64));
}
