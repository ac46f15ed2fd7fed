//! The sampler on a virtual clock: nothing is lost, said twice or forgotten.

mod again;
mod early;
mod exact;
mod handover;
mod journal;
mod pending;
mod reload;
mod shelf;
mod vault;

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusBuilder;
use proptest::prelude::*;

use super::pace::Pace;
use super::{Config, Drive, Sampler};
use crate::clock::Now;
use crate::component::{Account, Batch as Load, Next, Processor, ProcessorConfig};
use crate::config::Table;
use crate::otlp::{Batch, LogRecord, Resource, Scope, Span, Telemetry};
use crate::sampling::verdict::{Decision, Trigger};

fn config(text: &str) -> Config {
    Table::of(text)
        .read(Config::check)
        .unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn drive(text: &str) -> Drive {
    Drive::start(config(text), 0).expect("a sampler")
}

fn scope() -> Arc<Scope> {
    let resource = Resource::new(&[("service.name", "agent")]);
    Arc::new(Scope::new("test", "1", Arc::new(resource)))
}

fn span(trace: u64, id: u64, error: bool) -> Span {
    let span = Span::build()
        .trace_id(trace)
        .span_id(id)
        .parent_span_id(9_999)
        .name("step");
    span.times(1_000_000_000, 2_000_000_000)
        .status(if error { 2 } else { 0 }, "")
        .finish()
}

fn of(spans: Vec<Span>) -> Telemetry {
    let (mut batch, scope) = (Batch::default(), scope());
    for span in spans {
        batch.push(&scope, span);
    }
    Telemetry::Traces(batch)
}

fn logs(trace: u64, n: usize) -> Telemetry {
    let (mut batch, scope) = (Batch::default(), scope());
    for _ in 0..n {
        batch.push(
            &scope,
            LogRecord::build().span(trace, 1).body("said").finish(),
        );
    }
    Telemetry::Logs(batch)
}

/// The spans that have left since the last look.
fn left(drive: &mut Drive) -> Vec<Span> {
    let mut spans = Vec::new();
    for outcome in drive.take_out() {
        if let Telemetry::Traces(batch) = outcome.telemetry {
            spans.extend(batch.groups.into_iter().flat_map(|group| group.records));
        }
    }
    spans
}

const ERRORS: &str = r#"policies = [{ name = "errors", type = "status", codes = ["ERROR"] }]"#;

#[test]
fn a_kept_span_leaves_as_it_came_when_nothing_is_to_be_written() {
    let mut drive = drive(&format!("stamp = false\nexplain = false\n{ERRORS}"));
    let came = span(1, 1, true);
    drive.send(of(vec![came.clone()]));
    assert_eq!(vec![came], left(&mut drive));
}

#[test]
fn the_root_of_a_kept_trace_says_why() {
    let mut drive = drive(&format!(
        "mode = \"fixed\"\nwait = \"1s\"\nearly = false\n{ERRORS}"
    ));
    let root = Span::build().trace_id(1).span_id(7).name("run").finish();
    drive.send(of(vec![span(1, 1, true), root]));
    drive.until(1_000);
    let spans = left(&mut drive);
    let [child, root] = spans.as_slice() else {
        panic!("{spans:?}")
    };
    assert!(child.attribute("sampling.policy").is_none());
    let said = |key| {
        root.attribute(key)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    assert_eq!(Some("errors".to_owned()), said("sampling.policy"));
    assert_eq!(Some("deadline".to_owned()), said("sampling.trigger"));
    assert_eq!(Some("0".to_owned()), said("sampling.threshold"));
    assert_eq!(
        Some(2),
        root.attribute("sampling.span_count")
            .and_then(|n| n.as_int())
    );
}

#[test]
fn whoever_is_the_root_by_configuration_says_why() {
    let rules =
        "root = { attr = \"agent.run\", op = \"exists\" }\nafter_root = \"1s\"\nearly = false";
    let mut drive = drive(&format!("{rules}\n{ERRORS}"));
    let mut root = span(1, 2, true);
    root.set_attribute("agent.run", true);
    let also = Span::build().trace_id(1).span_id(3).name("http").finish();
    drive.send(of(vec![span(1, 1, false), also, root.clone()]));
    drive.until(1_000);
    drive.send(of(vec![root]));
    let spans = left(&mut drive);
    let explained: Vec<bool> = spans
        .iter()
        .map(|span| span.attribute("sampling.trigger").is_some())
        .collect();
    assert_eq!(vec![false, false, true, true], explained);
}

#[test]
fn work_per_tick_is_bounded_and_what_is_late_says_so() {
    let rules = "mode = \"fixed\"\nwait = \"1s\"\nlimits = { decisions_per_tick = 3 }";
    let mut drive = drive(&format!("{rules}\n{ERRORS}"));
    drive.send(of((1..=10).map(|n| span(n, n, false)).collect()));
    // Ticks come on time, so that the second may make twice as many.
    for (ms, decided) in [(999, 0), (1_000, 3), (1_100, 9), (1_200, 10)] {
        drive.until(ms);
        assert_eq!(decided, drive.verdicts().len(), "at {ms} ms");
    }
    let ages = drive.verdicts().iter().map(|verdict| verdict.age_ms).max();
    assert_eq!(Some(1_200), ages);
}

#[test]
fn how_late_a_tick_came_and_what_it_left_is_a_metric_and_on_the_page() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let mut drive = metrics::with_local_recorder(&recorder, || {
        let rules = "mode = \"fixed\"\nwait = \"1s\"\nlimits = { decisions_per_tick = 3 }";
        drive(&format!("{rules}\n{ERRORS}"))
    });
    drive.send(of((1..=10).map(|n| span(n, n, false)).collect()));
    // Eight ticks on time with the first at zero, one 260 ms late that may decide three of ten.
    drive.until(700);
    drive.busy_until(1_060);
    drive.until(1_100);
    let ticks = &drive.page()["ticks_by_worker"][0];
    let said = ["latest_lag_ms", "longest_lag_ms", "left_over"].map(|key| ticks[key].as_u64());
    assert_eq!([Some(0), Some(260), Some(8)], said);
    let page = recorder.handle().render();
    let value = |name: &str| {
        let name = format!("tollgate_tail_sampling_{name}{{processor=\"tail_sampling\"}} ");
        let line = page.lines().find_map(|line| line.strip_prefix(&*name));
        line.unwrap_or_else(|| panic!("no {name}in {page}"))
            .to_owned()
    };
    let names = [
        "tick_lag_seconds_sum",
        "tick_lag_seconds_count",
        "tick_left_over_sum",
    ];
    assert_eq!(["0.26", "10", "8"].map(str::to_owned), names.map(value));
}

#[test]
fn a_late_tick_may_do_half_and_one_with_a_rest_twice_but_never_less_than_asked() {
    let mut pace = Pace::default();
    let mut limits = Vec::new();
    for (ms, left_over) in [
        (100, true),
        (200, true),
        (300, false),
        (700, true),
        (1_000, false),
    ] {
        limits.push(pace.begin(ms, 10).limit);
        if left_over {
            pace.left_over();
        }
    }
    assert_eq!(vec![10, 20, 40, 20, 20], limits);
    assert_eq!([10, 10], [2_000, 3_000].map(|ms| pace.begin(ms, 10).limit));
}

#[test]
fn a_policy_on_trial_marks_and_decides_nothing() {
    let mut drive = drive(
        r#"mode = "fixed"
wait = "1s"
early = false
policies = [
  { name = "noise", type = "drop", dry_run = true, of = [{ type = "status", codes = ["ERROR"] }] },
  { name = "slow", type = "latency", min_ms = 100, dry_run = true },
  { name = "errors", type = "status", codes = ["ERROR"] },
]"#,
    );
    drive.send(of(vec![span(1, 1, true), span(2, 2, false)]));
    drive.until(1_000);
    let spans = left(&mut drive);
    let marks = spans[0].attribute("sampling.dry_run").expect("a mark");
    let marks: Vec<_> = marks
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|v| v.as_str())
        .collect();
    assert_eq!((1, vec!["noise:drop", "slow:keep"]), (spans.len(), marks));
    assert_eq!(
        ["slow:keep"],
        drive.verdicts()[1]
            .trials
            .iter()
            .map(|t| &**t)
            .collect::<Vec<_>>()[..]
    );
}

#[test]
fn a_sampler_on_trial_forwards_everything_and_says_what_it_would_have_done() {
    let mut drive = drive(&format!(
        "dry_run = true\nmode = \"fixed\"\nwait = \"1s\"\n{ERRORS}"
    ));
    drive.send(of(vec![span(1, 1, false)]));
    drive.until(1_000);
    drive.send(of(vec![span(1, 2, false)]));
    let spans = left(&mut drive);
    let would = spans[0].attribute("sampling.dry_run.decision");
    assert_eq!(
        (2, Some("drop")),
        (spans.len(), would.and_then(|value| value.as_str()))
    );
}

#[test]
fn a_sampler_on_trial_writes_no_threshold_since_all_is_forwarded() {
    let mut drive = drive(
        "dry_run = true\nmode = \"fixed\"\nwait = \"1s\"\n\
         policies = [{ name = \"half\", type = \"probability\", percent = 50 }]",
    );
    // Their ids are their randomness: the first would be dropped, the second kept.
    let traces = [1, 0xff_ffff_ffff_ffff];
    drive.send(of(traces.map(|trace| span(trace, 1, false)).into()));
    drive.until(1_000);
    drive.send(of(traces.map(|trace| span(trace, 2, false)).into()));
    let spans = left(&mut drive);
    let would = |span: &Span| span.attribute("sampling.dry_run.decision").is_some();
    assert_eq!(
        (4, 2),
        (spans.len(), spans.iter().filter(|s| would(s)).count())
    );
    assert!(
        spans.iter().all(|span| span.trace_state().is_empty()),
        "{spans:?}"
    );
}

#[test]
fn a_partly_flushed_trace_is_upgraded_once() {
    let mut drive = drive(&format!("idle = \"1m\"\nmax_age = \"2m\"\n{ERRORS}"));
    for second in (0..150_u64).step_by(30) {
        drive.until(second * 1000);
        drive.send(of(vec![span(1, second + 1, false)]));
    }
    drive.until(200_000);
    drive.send(of(vec![span(1, 500, true)]));
    drive.send(of(vec![span(1, 501, false)]));
    let spans = left(&mut drive);
    assert_eq!(2, spans.len());
    assert!(
        spans
            .iter()
            .all(|s| s.attribute("sampling.incomplete").is_some())
    );
    let triggers: Vec<Trigger> = drive
        .verdicts()
        .iter()
        .map(|verdict| verdict.trigger)
        .collect();
    assert_eq!(vec![Trigger::MaxAge, Trigger::Upgrade], triggers);
}

#[test]
fn idle_traces_go_to_disk_and_come_back_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut drive = drive(&format!(
        "limits = {{ bytes = 9000 }}\nspill = {{ folder = {:?} }}\nearly = false\nexplain = false\n\
         stamp = false\npolicies = [{{ name = \"all\", type = \"probability\", percent = 100 }}]",
        folder.path()
    ));
    drive.send(of((0..200)
        .map(|n| span(n % 10 + 1, n + 1, false))
        .collect()));
    let early = drive.verdicts().len();
    drive.until_empty(10_000_000);
    let mut spans: Vec<u64> = left(&mut drive)
        .iter()
        .map(|s| u64::from_be_bytes(s.span_id().0))
        .collect();
    spans.sort_unstable();
    assert_eq!((1..=200).collect::<Vec<_>>(), spans);
    assert_eq!(0, early, "the disk should have made room");
}

#[test]
fn certain_keeps_make_room_before_anybody_is_decided_early() {
    let text = "early = false\nlimits = { traces = 2 }";
    let mut drive = drive(&format!("{text}\n{ERRORS}"));
    drive.send(of(vec![
        span(1, 1, false),
        span(2, 2, true),
        span(3, 3, false),
    ]));
    let verdicts = drive.verdicts();
    assert_eq!(1, verdicts.len());
    assert_eq!(
        (2, Decision::Keep),
        (verdicts[0].trace[15], verdicts[0].decision)
    );
}

#[test]
fn logs_wait_for_their_trace_and_share_its_fate() {
    let mut drive = drive(&format!(
        "logs = \"follow\"\nmode = \"fixed\"\nwait = \"1s\"\n{ERRORS}"
    ));
    for trace in 1..=3 {
        drive.send(logs(trace, 2));
    }
    drive.send(of(vec![span(1, 1, true), span(2, 2, false)]));
    drive.until(1_100);
    drive.send(logs(1, 1));
    drive.send(logs(2, 1));
    let count = |drive: &mut Drive| -> usize {
        let out = drive.take_out();
        out.iter()
            .filter(|o| matches!(o.telemetry, Telemetry::Logs(_)))
            .map(|o| o.telemetry.items())
            .sum()
    };
    assert_eq!(
        3,
        count(&mut drive),
        "two that waited and one that came late"
    );
    drive.until(10_000);
    assert_eq!(2, count(&mut drive), "nobody decided about the third trace");
    assert_eq!(0, drive.account().tally().held());
}

#[test]
fn logs_hear_of_verdicts_from_another_pipeline() {
    let text = format!("logs = \"follow\"\nmode = \"fixed\"\nwait = \"1s\"\n{ERRORS}");
    let sampler = Sampler::new(config(&text), "tail_sampling", 1).expect("a sampler");
    let (mut of_spans, mut of_logs) = (sampler.worker(0), sampler.worker(0));
    let (account, mut out) = (Account::default(), 0);
    let mut take = |load: Load| out += load.items();
    for (ms, logs_in) in [(0, true), (500, false), (1_000, false), (1_100, false)] {
        let next = &mut Next::new(&mut [], &mut take, &account, Now::at_ms(ms), 0.0);
        if logs_in {
            of_logs.process(Load::unpaid(logs(1, 2)), next);
            of_logs.process(Load::unpaid(logs(2, 3)), next);
            of_spans.process(
                Load::unpaid(of(vec![span(1, 1, true), span(2, 2, false)])),
                next,
            );
        }
        of_spans.tick(next);
        of_logs.tick(next);
    }
    assert_eq!((3, 0), (out, of_logs.held()), "one span and its two logs");
}

#[test]
fn a_restart_changes_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "memory = {{ kept = 10000, dropped = 10000 }}\npersist = {{ folder = {:?}, decisions = true }}\n{ERRORS}",
        folder.path()
    );
    let mut before = drive(&text);
    before.send(of((1..=3000).map(|n| span(n, n, n % 3 == 0)).collect()));
    before.until_empty(10_000_000);
    drop(before);
    // The file may end in the middle of a frame.
    let log = folder.path().join("decisions-0.log");
    let mut bytes = std::fs::read(&log).expect("a log");
    bytes.extend_from_slice(&[2, 17, 9]);
    std::fs::write(&log, bytes).expect("written");
    for _ in 0..2 {
        let mut after = drive(&text);
        after.send(of((1..=3000)
            .map(|n| span(n, n + 10_000, n % 3 != 0))
            .collect()));
        assert_eq!(0, after.worker().spans_held(), "every span met a verdict");
        let kept: Vec<u128> = left(&mut after)
            .iter()
            .map(|s| s.trace_id().number())
            .collect();
        assert!(kept.len() == 1000 && kept.iter().all(|trace| trace % 3 == 0));
    }
}

#[test]
fn a_pin_on_one_worker_brings_traces_back_on_another() {
    let sampler = Sampler::new(
        config(
            r#"mode = "fixed"
wait = "1s"
quarantine = { hold = "1h" }
session = { keys = ["session.id"], backfill = true }
policies = [{ name = "errors", type = "status", codes = ["ERROR"], pin_session = true }]"#,
        ),
        "tail_sampling",
        2,
    )
    .expect("a sampler");
    let (mut one, mut two) = (sampler.worker(0), sampler.worker(1));
    let turn = |trace: u64, error: bool| {
        let mut span = span(trace, trace, error);
        span.set_attribute("session.id", "s");
        of(vec![span])
    };
    let (account, mut out) = (Account::default(), 0);
    let mut at = |ms: u64, call: &mut dyn FnMut(&mut Next<'_>)| {
        let mut take = |load: Load| out += load.items();
        call(&mut Next::new(
            &mut [],
            &mut take,
            &account,
            Now::at_ms(ms),
            0.0,
        ));
        out
    };
    let mut first = Some(turn(1, false));
    at(0, &mut |next| {
        two.process(Load::unpaid(first.take().expect("once")), next)
    });
    assert_eq!(0, at(2_000, &mut |next| two.tick(next)));
    let mut second = Some(turn(2, true));
    assert_eq!(
        1,
        at(3_000, &mut |next| one
            .process(Load::unpaid(second.take().expect("once")), next))
    );
    assert_eq!(2, at(3_100, &mut |next| two.tick(next)));
}

#[test]
fn the_collectors_spelling_is_understood() {
    let text = r#"
policies = [
  { name = "a", type = "always_sample" },
  { name = "b", type = "latency", latency = { threshold_ms = 5000, upper_threshold_ms = 10000 } },
  { name = "c", type = "numeric_attribute", numeric_attribute = { key = "k", min_value = 1, max_value = 2 } },
  { name = "d", type = "probabilistic", probabilistic = { sampling_percentage = 10, hash_salt = "x" } },
  { name = "e", type = "status_code", status_code = { status_codes = ["ERROR", "UNSET"] } },
  { name = "f", type = "string_attribute", string_attribute = { key = "k", values = ["v"], enabled_regex_matching = true, cache_max_size = 10, invert_match = true } },
  { name = "g", type = "rate_limiting", rate_limiting = { spans_per_second = 35 } },
  { name = "h", type = "bytes_limiting", bytes_limiting = { bytes_per_second = 100, burst_capacity = 300 } },
  { name = "i", type = "span_count", span_count = { min_spans = 2, max_spans = 20 } },
  { name = "j", type = "trace_state", trace_state = { key = "k", values = ["v"] } },
  { name = "k", type = "boolean_attribute", boolean_attribute = { key = "k", value = true } },
  { name = "l", type = "and", and = { and_sub_policy = [{ name = "x", type = "always_sample" }] } },
  { name = "m", type = "drop", drop = { drop_sub_policy = [{ name = "x", type = "trace_flags" }] } },
  { name = "n", type = "not", not = { not_sub_policy = { name = "x", type = "always_sample" } } },
  { name = "o", type = "composite", composite = { max_total_spans_per_second = 1000, policy_order = ["x"], composite_sub_policy = [{ name = "x", type = "always_sample" }], rate_allocation = [{ policy = "x", percent = 50 }] } },
  { name = "p", type = "adaptive_throughput", goal_throughput = 50, fingerprint_attributes = ["service.name"] },
]"#;
    assert_eq!(16, config(text).policies.len());
}

#[test]
fn the_rules_of_the_collectors_adaptive_sampler_are_understood() {
    let mut drive = drive(
        r#"
trace_timeout = "20s"
decision_delay = "1s"
root_span_condition = 'IsRootSpan() or attributes["entry"] == true'
[[rules]]
name = "failed"
match = "same_span"
conditions = ["status.code == STATUS_CODE_ERROR", 'attributes["n"] > 1']
sampler = { type = "always_sample" }
[[rules]]
name = "busy"
conditions = ['name == "busy"']
sampler = { type = "adaptive_throughput", algorithm = "windowed", goal_throughput = 50, fingerprint_attributes = ['resource.attributes["service.name"]'] }
[[rules]]
name = "rest"
sampler = { type = "probabilistic", sampling_percentage = 0 }
"#,
    );
    let with = |trace, error, n: i64| {
        let mut span = span(trace, trace, error);
        span.set_attribute("n", n);
        span
    };
    let mut entry = with(3, true, 5);
    entry.set_attribute("entry", true);
    drive.send(of(vec![with(1, true, 1), with(2, true, 2), entry]));
    drive.until(40_000);
    let verdicts = drive.verdicts();
    let found: Vec<_> = verdicts
        .iter()
        .map(|verdict| {
            let by = verdict.by.as_deref().unwrap_or_default();
            (verdict.trace[15], by, verdict.decision, verdict.at_ms)
        })
        .collect();
    let wanted = [
        (3, "failed", Decision::Keep, 1_000),
        (1, "rest", Decision::Drop, 21_000),
        (2, "failed", Decision::Keep, 21_000),
    ];
    assert_eq!(wanted.as_slice(), found);
}

#[test]
fn conditions_may_look_at_events() {
    let mut drive = drive(
        r#"mode = "fixed"
wait = "1s"
[[policies]]
name = "timeouts"
type = "ottl_condition"
ottl_condition = { spanevent = ['name == "exception" and attributes["type"] == "Timeout"'] }
[[policies]]
name = "named"
type = "condition"
conditions = [{ event = { all = [{ field = "name", op = "eq", value = "mark" }, { attr = "n", op = "ge", value = 2, scope = "span" }] } }]
"#,
    );
    let event = |trace, name: &str, key: &str, value: &str| {
        let mut span =
            Span::build()
                .trace_id(trace)
                .span_id(trace)
                .event(name, 1, &[(key, value.into())]);
        span = span.attribute("n", trace as i64);
        span.finish()
    };
    drive.send(of(vec![
        event(1, "exception", "type", "Timeout"),
        event(2, "exception", "kind", "Timeout"),
        event(3, "mark", "k", "v"),
        span(4, 4, true),
    ]));
    drive.until(1_100);
    let verdicts = drive.verdicts();
    let mut kept: Vec<_> = verdicts
        .iter()
        .filter_map(|v| Some((v.trace[15], v.by.as_deref()?)))
        .collect();
    kept.sort_unstable();
    assert_eq!(vec![(1, "timeouts"), (3, "named")], kept);
}

#[test]
fn a_trace_that_is_dropped_again_takes_the_place_of_its_forgotten_self() {
    let mut drive = drive(&format!(
        "mode = \"fixed\"\nwait = \"1s\"\nmemory = {{ kept = 0, dropped = 0 }}\n\
         quarantine = {{ hold = \"9s\" }}\n{ERRORS}"
    ));
    drive.send(of(vec![span(1, 1, false)]));
    drive.until(2_000);
    // Held for a shorter time, behind one that is held for longer.
    let shorter = "mode = \"fixed\"\nwait = \"1s\"\nquarantine = { hold = \"3s\" }";
    let shorter = config(&format!("{shorter}\n{ERRORS}"));
    assert!(drive.reload(shorter).is_ok());
    drive.send(of(vec![span(2, 2, false)]));
    drive.until(7_000);
    drive.send(of(vec![span(2, 3, false)]));
    drive.drain();
    assert_eq!(0, drive.worker().held());
    let [seen, kept, dropped, lost] = drive.worker().accounts();
    assert_eq!((3, 0, 3, 0), (seen, kept, dropped, lost));
}

#[test]
fn a_loop_is_kept_while_it_runs_whatever_its_shape() {
    #[track_caller]
    fn check(shape: &str) {
        let policy = format!(r#"{{ name = "loop", type = "loop", max_calls = 2, {shape} }}"#);
        let mut drive = drive(&format!(
            "mode = \"fixed\"\nwait = \"1s\"\nearly = true\npolicies = [{policy}]"
        ));
        let call = |id: u64| {
            let times = (id * 1_000_000_000, id * 1_000_000_000 + 1);
            let call = Span::build().trace_id(1).span_id(id).parent_span_id(99);
            call.times(times.0, times.1)
                .attribute("gen_ai.operation.name", "execute_tool")
                .attribute("gen_ai.tool.name", if id == 2 { "write" } else { "read" })
                .finish()
        };
        drive.send(of([1, 3, 4].map(call).to_vec()));
        drive.send(of(vec![call(2)]));
        drive.until(1_000);
        assert_eq!(Trigger::Early, drive.verdicts()[0].trigger, "{shape}");
    }
    check("consecutive = false");
    check("consecutive = true");
    check("cycle = true");
}

#[test]
fn a_use_survives_a_restart_where_it_changes_who_is_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "mode = \"fixed\"\nwait = \"1s\"\nmemory = {{ kept = 2, dropped = 2 }}\n\
         persist = {{ folder = {:?}, decisions = true }}\n{ERRORS}",
        folder.path()
    );
    for error in [true, false] {
        let id = |n| if error { n } else { 10 + n };
        let mut before = drive(&text);
        before.send(of(vec![span(id(1), 1, error), span(id(2), 2, error)]));
        before.until(1_500);
        // The first is used again, so that the second is forgotten when a third is decided.
        before.send(of(vec![span(id(1), 3, false)]));
        drop(before);
        let mut after = drive(&text);
        after.send(of(vec![span(id(3), 4, error)]));
        after.until(1_500);
        let decided = after.verdicts().len();
        after.send(of(vec![span(id(1), 5, false)]));
        after.until(3_000);
        assert_eq!(decided, after.verdicts().len(), "the first is remembered");
        after.send(of(vec![span(id(2), 6, false)]));
        after.until(6_000);
        assert_eq!(
            decided + 1,
            after.verdicts().len(),
            "the second is decided anew"
        );
    }
}

#[test]
fn a_wrong_policy_is_refused_with_a_remedy() {
    #[track_caller]
    fn check(policy: &str, said: &str) {
        let read = Table::of(&format!("policies = [{{ {policy} }}]")).read(Config::check);
        let faults = read
            .expect_err("refused")
            .iter()
            .map(ToString::to_string)
            .collect::<String>();
        assert!(faults.contains(said), "{faults}");
    }
    check("type = \"latencey\", min_ms = 1", "did you mean `latency`?");
    check("type = \"latency\", min = 1", "min");
    check(
        "type = \"dynamic\", rate = 2, colour = 1",
        "unknown field `colour`",
    );
    check(
        "type = \"string\", key = \"k\", values = [\"(\"], regex = true",
        "not a regular expression",
    );
    check(
        "type = \"condition\", conditions = [{ attr = \"a\", op = \"gt\" }]",
        "needs a `value`",
    );
    check("type = \"and\", of = []", "names no part");
}

/// What may happen to a sampler.
#[derive(Clone, Debug)]
enum Event {
    Spans(Vec<(u64, bool)>),
    Time(u64),
    Reload(&'static str),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        prop::collection::vec((1_u64..20, prop::bool::weighted(0.2)), 1..12).prop_map(Event::Spans),
        (1_u64..5_000).prop_map(Event::Time),
        prop::sample::select(WAYS).prop_map(Event::Reload),
    ]
}

/// Configurations that let go of spans in every way there is.
const WAYS: &[&str] = &[
    "mode = \"fixed\"\nwait = \"1s\"",
    "mode = \"fixed\"\nwait = \"2s\"\nearly = false\nmemory = { kept = 0, dropped = 0 }",
    "idle = \"1s\"\nmax_age = \"3s\"\nspan_limit = 5\nquarantine = { hold = \"3s\" }",
    "limits = { traces = 3, overflow = \"drop_oldest\" }\nmemory = { kept = 2, dropped = 2 }",
    "limits = { traces = 3, evict = \"heaviest\" }\nearly = false",
    "mode = \"fixed\"\nwait = \"1s\"\nlimits = { traces = 3, overflow = \"block\" }",
    "limits = { bytes = 1500, trace_bytes = 300 }\nquarantine = { hold = \"9s\", bytes = 900 }",
    "limits = { traces = 2, overflow = \"drop_oldest\" }\ndrop_pending = true\ndry_run = true",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_span_is_kept_dropped_lost_or_still_here(
        way in prop::sample::select(WAYS),
        events in prop::collection::vec(event(), 1..40),
    ) {
        let mut drive = drive(&format!("{way}\n{ERRORS}"));
        let (mut id, mut sent, mut out) = (0, 0, 0);
        for event in events {
            match event {
                Event::Time(ms) => drive.until(drive.now_ms() + ms),
                Event::Reload(way) => {
                    let new = config(&format!("{way}\n{ERRORS}"));
                    prop_assert!(drive.reload(new).is_ok());
                }
                Event::Spans(spans) => {
                    sent += spans.len() as u64;
                    drive.send(of(spans.into_iter().map(|(trace, error)| {
                        id += 1;
                        span(trace, id, error)
                    }).collect()));
                }
            }
            out += left(&mut drive).len() as u64;
            let [seen, kept, dropped, lost] = drive.worker().accounts();
            prop_assert_eq!((sent, out), (seen, kept));
            prop_assert_eq!(seen, kept + dropped + lost + drive.worker().spans_held());
            prop_assert_eq!(drive.account().tally().held(), drive.worker().held());
        }
        drive.drain();
        prop_assert_eq!(0, drive.worker().held());
        prop_assert_eq!(0, drive.account().tally().held());
    }
}
