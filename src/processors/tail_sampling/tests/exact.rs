//! What is worked out late, from spans that were put away, is what was known all along.

use proptest::prelude::*;

use super::{config, of};
use crate::otlp::Span;
use crate::processors::tail_sampling::exact::Exact;
use crate::processors::tail_sampling::{Config, Drive};

/// Policies whose sums and calls are only worked out when they come near.
const POLICIES: &str = r#"
{ name = "cost", type = "cost", min_usd = 4 },
{ name = "tokens", type = "tokens", min = 9 },
{ name = "same", type = "loop", max_calls = 2, same_args = true },
{ name = "run", type = "loop", max_calls = 2, consecutive = true, tools = ["a"] },
{ name = "dear", type = "condition", conditions = [{ trace = "cost_usd", op = "gt", value = 2.5 }, { trace = "spans", op = "ge", value = 3 }] },
{ name = "cheap", type = "condition", conditions = [{ trace = "tokens", op = "gt", value = 3 }, { attr = "vip", op = "exists" }] },
"#;

/// One that always wants to know, and never says anything.
const CURIOUS: &str =
    "{ name = \"curious\", type = \"anomaly\", metric = \"cost_usd\", key = \"nobody\" },";

const WAYS: [&str; 5] = [
    "mode = \"fixed\"\nwait = \"1s\"",
    "idle = \"2s\"\nearly = false",
    "idle = \"1s\"\nspan_limit = 4",
    "idle = \"1s\"\nquarantine = { hold = \"4s\" }",
    "idle = \"1s\"\nmax_age = \"2s\"\nquarantine = { hold = \"4s\" }\nspill = { folder = FOLDER }",
];

/// A span of a trace: its own number, that of its parent, what it cost, and whether it calls a tool.
type Step = (u64, u64, u64, Option<u8>, Option<(bool, u8)>);

fn step() -> impl Strategy<Value = Step> {
    let call = prop::option::of((any::<bool>(), 0_u8..2));
    (
        1_u64..4,
        1_u64..12,
        0_u64..12,
        prop::option::of(0_u8..4),
        call,
    )
}

fn span((trace, id, parent, cost, call): Step, start: u64) -> Span {
    let mut span = { Span::build().trace_id(trace).span_id(id).name("step") }
        .times(start * 1_000_000_000, (start + 1) * 1_000_000_000);
    if parent != 0 {
        span = span.parent_span_id(parent);
    }
    if let Some(n) = cost {
        span = span.attribute("gen_ai.usage.cost", f64::from(n) / 2.0);
        span = span.attribute("gen_ai.usage.input_tokens", i64::from(n));
    }
    if let Some((tool, arguments)) = call {
        let arguments = format!("{{\"q\":{arguments}}}");
        span = { span.attribute("gen_ai.operation.name", "execute_tool") }
            .attribute("gen_ai.tool.name", if tool { "a" } else { "b" })
            .attribute("gen_ai.tool.call.arguments", arguments);
    }
    span.finish()
}

fn sampler(way: &str, curious: &str) -> Drive {
    let text = format!("{way}\npolicies = [{POLICIES}{curious}]");
    let config: Config = config(&text);
    Drive::start(config, 0).expect("a sampler")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn figures_that_are_worked_out_late_are_those_that_were_known_all_along(
        way in prop::sample::select(&WAYS[..]),
        steps in prop::collection::vec((step(), 0_u64..9, prop::option::of(1_u64..2_000)), 1..60),
    ) {
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let [mut late, mut always] = [(0, ""), (1, CURIOUS)].map(|(n, curious)| {
            let folder = format!("{:?}", folders[n].path());
            sampler(&way.replace("FOLDER", &folder), curious)
        });
        for (step, start, pause) in steps {
            for drive in [&mut late, &mut always] {
                drive.send(of(vec![span(step, start)]));
                if let Some(ms) = pause {
                    drive.until(drive.now_ms() + ms);
                }
            }
        }
        let told = |drive: &mut Drive| {
            drive.drain();
            let verdicts = drive.verdicts().into_iter();
            verdicts
                .map(|told| (told.trace, told.at_ms, told.decision, told.trigger, told.by.clone()))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(told(&mut always), told(&mut late));
        prop_assert_eq!(always.worker().accounts(), late.worker().accounts());
    }
}

#[test]
fn spans_on_disk_still_count_and_roll_ups_count_once() {
    #[track_caller]
    fn check((spans, memory): (u64, u64), min_usd: f64, kept: u64) {
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!(
            "limits = {{ bytes = {memory}, flush_certain = false }}\nspill = {{ folder = {:?} }}\nearly = false\n\
             policies = [{{ type = \"cost\", min_usd = {min_usd:?} }}]",
            folder.path()
        );
        let mut drive = Drive::start(config(&text), 0).expect("a sampler");
        // Half a dollar each, below a root that has ten once more.
        let costs = (0..spans).map(|n| (n + 2, 1, 1)).chain([(1, 0, 20)]);
        for (id, parent, cost) in costs {
            let of_all = (1..=10).map(|trace| (trace, id, parent, Some(cost), None));
            drive.send(of(of_all.map(|step| span(step, id)).collect()));
        }
        assert_eq!(0, drive.verdicts().len(), "the disk should have made room");
        drive.until_empty(10_000_000);
        let [_, spans_kept, ..] = drive.worker().accounts();
        assert_eq!((spans + 1) * kept, spans_kept, "{spans} {min_usd}");
    }
    let few = (20, 16_000);
    check(few, 10.0, 10);
    check(few, 10.1, 0);
    check(few, 20.1, 0);
    // So many are worked out before anybody asks.
    let many = (u64::from(Exact::FROM) + 44, 200_000);
    check(many, 150.0, 10);
    check(many, 150.1, 0);
}
