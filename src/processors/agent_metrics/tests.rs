//! Calls are counted once whatever arrives when; money is the settlement's; late spans correct.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use proptest::prelude::*;

use super::*;
use crate::clock::Now;
use crate::component::Account;
use crate::meter::{FamilyReading, Meter, Value, View};
use crate::otlp::{self, NewValue, Resource};
use crate::spend::Kind;

/// A processor with the meter it writes to, and the mailboxes of the ledger.
struct Rig {
    processor: Box<dyn Processor>,
    meter: Arc<Meter>,
    office: Arc<Office>,
}

impl Rig {
    fn new() -> Self {
        let mut context = Context::bare("agent_metrics");
        let office = Arc::new(Office::default());
        context.share(Arc::clone(&office));
        let make = Config::default().build(&mut context).expect("builds");
        Rig {
            processor: make(0),
            meter: context.meter,
            office,
        }
    }

    /// What the ledger has of lines of this kind, since it was last asked.
    fn spent(&self, kind: Kind) -> [i64; 2] {
        let lines = self.office.collect();
        [kind, Kind::Call].map(|kind| {
            let of_kind = lines.iter().filter(|(line, _)| line.kind == kind);
            of_kind.map(|(_, amount)| amount.nanos).sum()
        })
    }

    fn send(&mut self, at: StdDuration, spans: Vec<Span>) {
        let resource = Arc::new(Resource::new(&[("service.name", NewValue::from("agent"))]));
        let scope = Arc::new(Scope::new("test", "", resource));
        let group = otlp::Group {
            scope,
            records: spans,
        };
        let batch = Batch::unpaid(Telemetry::Traces(otlp::Batch::new(vec![group])));
        let account = Account::default();
        let now = Now {
            mono: at,
            ..Now::default()
        };
        let mut out = |_: Batch| {};
        let mut next = Next::new(&mut [], &mut out, &account, now, 0.0);
        self.processor.process(batch, &mut next);
        self.processor.tick(&mut next);
    }

    fn tick(&mut self, at: StdDuration) {
        self.send(at, Vec::new());
    }

    /// The sum of a counter over all its series.
    fn sum(&self, family: &str) -> u64 {
        self.by(family, &[])
            .into_iter()
            .map(|(_, units)| units)
            .sum()
    }

    fn by(&self, family: &str, labels: &[&str]) -> Vec<(String, u64)> {
        let families = self.meter.read();
        let wanted = |one: &&FamilyReading| one.definition.name == family;
        let family = families.iter().find(wanted).expect("is registered");
        let view = labels
            .iter()
            .fold(View::new("v"), |view, label| view.label(*label, *label));
        let series = family.through(&view).into_iter();
        series
            .map(|series| {
                let units = match series.value {
                    Value::Counter(units) => units,
                    Value::Histogram { buckets, .. } => buckets.iter().sum(),
                    Value::Gauge(_) => 0,
                };
                (format!("{:?}", series.labels), units)
            })
            .collect()
    }
}

fn seconds(n: u64) -> StdDuration {
    StdDuration::from_secs(n)
}

const START: u64 = 1_760_000_000_000_000_000;

fn chat(trace: u8, id: u8, parent: u8, response: &str) -> Span {
    let span = Span::build()
        .trace_id([trace; 16])
        .span_id([id; 8])
        .name("chat gpt-4o")
        .kind(3)
        .times(START, START + 2_000_000_000)
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-4o")
        .attribute("gen_ai.response.id", response)
        .attribute("gen_ai.usage.input_tokens", 1000)
        .attribute("gen_ai.usage.output_tokens", 100);
    if parent == 0 {
        span.finish()
    } else {
        span.parent_span_id([parent; 8]).finish()
    }
}

fn agent(trace: u8, id: u8) -> Span {
    Span::build()
        .trace_id([trace; 16])
        .span_id([id; 8])
        .name("invoke_agent")
        .times(START, START + 3_000_000_000)
        .attribute("gen_ai.operation.name", "invoke_agent")
        .attribute("gen_ai.usage.input_tokens", 2000)
        .attribute("gen_ai.usage.output_tokens", 200)
        .attribute("gen_ai.request.model", "gpt-4o")
        .attribute("gen_ai.provider.name", "openai")
        .attribute("tenant.id", "acme")
        .finish()
}

#[test]
fn a_quiet_trace_is_counted_once_with_its_identity() {
    let mut rig = Rig::new();
    rig.send(seconds(1), vec![chat(1, 2, 1, "a"), chat(1, 3, 1, "b")]);
    assert_eq!(0, rig.sum("tollgate.model.calls"), "not before it is quiet");
    rig.send(seconds(2), vec![agent(1, 1)]);
    rig.tick(seconds(8));
    rig.tick(seconds(9));
    assert_eq!(
        2,
        rig.sum("tollgate.model.calls"),
        "the agent repeats its calls"
    );
    assert_eq!(2200, rig.sum("tollgate.tokens"));
    // gpt-4o: 2.5 and 10 dollars for a million tokens.
    assert_eq!(2 * (1000 * 2_500 + 100 * 10_000), rig.sum("tollgate.cost"));
    assert_eq!(2, rig.sum("gen_ai.client.operation.duration"));
    let usage = rig.by("gen_ai.client.token.usage", &["gen_ai.token.type"]);
    assert_eq!(2, usage.len(), "input and output: {usage:?}");
    assert!(usage.iter().all(|(_, calls)| *calls == 2), "{usage:?}");
    let tenants = rig.by("tollgate.cost", &["tenant.id"]);
    assert_eq!(1, tenants.len());
    assert!(tenants[0].0.contains("acme"), "{tenants:?}");
}

#[test]
fn a_late_span_corrects_and_never_doubles() {
    let mut rig = Rig::new();
    rig.send(seconds(1), vec![agent(1, 1)]);
    rig.tick(seconds(10));
    assert_eq!(
        2200,
        rig.sum("tollgate.tokens"),
        "estimated from the aggregate"
    );
    rig.send(seconds(20), vec![chat(1, 2, 1, "a")]);
    rig.tick(seconds(30));
    assert_eq!(2200, rig.sum("tollgate.tokens"), "a counter cannot go back");
    rig.send(
        seconds(31),
        vec![
            agent(2, 1),
            chat(2, 2, 1, "z"),
            agent(3, 1),
            chat(3, 2, 1, "y"),
        ],
    );
    rig.tick(seconds(40));
    assert_eq!(
        3300,
        rig.sum("tollgate.tokens"),
        "the next additions paid what was too much"
    );
}

#[test]
fn one_call_told_in_two_traces_is_counted_once() {
    let mut rig = Rig::new();
    rig.send(
        seconds(1),
        vec![chat(1, 2, 0, "same"), chat(2, 2, 0, "same")],
    );
    rig.tick(seconds(10));
    assert_eq!(1, rig.sum("tollgate.model.calls"));
}

fn tool(trace: u8, id: u8, parent: u8, from: u64) -> Span {
    Span::build()
        .trace_id([trace; 16])
        .span_id([id; 8])
        .parent_span_id([parent; 8])
        .name("execute_tool search")
        .times(START + from, START + from + 5)
        .attribute("gen_ai.operation.name", "execute_tool")
        .attribute("gen_ai.tool.name", "search")
        .finish()
}

#[test]
fn a_bill_without_tokens_is_counted() {
    let mut rig = Rig::new();
    let span = Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .name("chat gpt-4o")
        .times(START, START + 5)
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.request.model", "gpt-4o")
        .attribute("gen_ai.usage.cost.amount", 0.05)
        .attribute("gen_ai.usage.cost.currency", "USD")
        .attribute("gen_ai.usage.cost.source", "provider");
    rig.send(seconds(1), vec![span.finish()]);
    rig.tick(seconds(10));
    assert_eq!(50_000_000, rig.sum("tollgate.cost"));
    assert_eq!(0, rig.sum("tollgate.cost.unpriced_calls"));
    assert_eq!([50_000_000; 2], rig.spent(Kind::Call));
}

#[test]
fn nothing_made_from_a_call_that_another_trace_counts_holds_its_money() {
    let mut rig = Rig::new();
    for trace in [1, 2] {
        let mut call = chat(trace, 3, 2, "same");
        call.set_attribute("error.type", "timeout");
        rig.send(seconds(1), vec![tool(trace, 2, 1, 0), call]);
    }
    rig.tick(seconds(10));
    let call = 1000 * 2_500 + 100 * 10_000;
    assert_eq!(call, rig.sum("tollgate.cost"));
    assert_eq!(call, rig.sum("tollgate.tool.cost"), "one tool caused it");
    assert_eq!(call, rig.sum("tollgate.errors.cost"), "it is wasted once");
    assert_eq!(1, rig.sum("tollgate.trace.cost"), "one trace has a cost");
    assert_eq!(2, rig.sum("tollgate.tool.calls"), "both tools were called");
    assert_eq!(
        [call as i64; 2],
        rig.spent(Kind::Tool),
        "so says the ledger"
    );
}

/// Spans of a few traces: a tool in each, most calls in it, few response ids for many calls.
fn any_spans() -> impl Strategy<Value = Vec<Span>> {
    let one = |id: u8| {
        (1_u8..4, 0_usize..5, 0_usize..4, 0_u64..9).prop_map(move |(trace, place, kind, from)| {
            let parent = [0, 4, 4, 4, id - 1][place];
            match ["a", "b", "c"].get(kind) {
                Some(answer) => chat(trace, id, parent, answer),
                None => tool(trace, id, parent, from),
            }
        })
    };
    let tools: Vec<Span> = (1..4).map(|trace| tool(trace, 4, 1, 0)).collect();
    (5_u8..12).prop_flat_map(move |n| {
        let tools = tools.clone();
        let more = (5..=n).map(one).collect::<Vec<_>>();
        more.prop_map(move |more| [tools.clone(), more].concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tools_never_cost_more_than_all_calls(spans in any_spans(), late in 0_usize..20) {
        let mut rig = Rig::new();
        // Each amount is rounded to nanodollars on its own: direct and induced of each tool.
        let rounding = 2 * spans.len() as u64;
        let mut spans = spans;
        let later = spans.split_off(late.min(spans.len()));
        let n_later = later.len();
        rig.send(seconds(1), spans);
        rig.tick(seconds(10));
        let mut ledger = rig.spent(Kind::Tool);
        prop_assert!(ledger[0] <= ledger[1] + rounding as i64, "{:?}", ledger);
        if n_later == 0 {
            // A counter cannot go back, so late spans leave debts; the ledger takes back.
            let [tools, all] = ["tollgate.tool.cost", "tollgate.cost"].map(|name| rig.sum(name));
            prop_assert!(tools <= all + rounding, "{} of {}", tools, all);
        }
        rig.send(seconds(20), later);
        rig.tick(seconds(30));
        let more = rig.spent(Kind::Tool);
        ledger = [ledger[0] + more[0], ledger[1] + more[1]];
        prop_assert!(ledger[0] <= ledger[1] + rounding as i64, "{:?} after all", ledger);
    }
}

#[test]
fn draining_counts_what_is_open_and_memory_is_bounded() {
    let mut rig = Rig::new();
    rig.send(seconds(1), vec![chat(1, 2, 0, "a")]);
    let account = Account::default();
    let mut out = |_: Batch| {};
    rig.processor.drain(&mut Next::new(
        &mut [],
        &mut out,
        &account,
        Now::default(),
        0.0,
    ));
    assert_eq!(1, rig.sum("tollgate.model.calls"));

    let mut open = Open::new(seconds(5), seconds(300), 10);
    let mut early = 0;
    for n in 0..100_u8 {
        let span = chat(n, 1, 0, "x");
        let row = SpanFacts {
            span: span.span_id(),
            parent: None,
            start_unix_nano: 0,
            end_unix_nano: 0,
            service: "",
            facts: None,
            resource: crate::genai::facts::Identity::default(),
            priced: None,
            from_log: false,
        };
        open.add(span.trace_id(), row, true, seconds(1));
        open.shrink(|_, _| early += 1);
    }
    assert_eq!(90, early);
}

#[test]
fn latency_and_cost_lead_to_a_trace() {
    let mut rig = Rig::new();
    let mut call = chat(7, 2, 0, "a");
    call.set_attribute("gen_ai.response.time_to_first_chunk", 0.25);
    rig.send(seconds(1), vec![call]);
    rig.tick(seconds(8));
    for family in [
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.time_to_first_chunk",
        "tollgate.trace.cost",
    ] {
        let families = rig.meter.read();
        let wanted = |one: &&FamilyReading| one.definition.name == family;
        let series = &families.iter().find(wanted).expect("registered").series;
        let leads = series.iter().any(|series| match &series.value {
            Value::Histogram { exemplars, .. } => {
                let all = exemplars.iter().flatten();
                all.filter(|exemplar| exemplar.trace_id == [7; 16]).count() == 1
            }
            _ => false,
        });
        assert!(leads, "{family}");
    }
}

#[test]
fn doing_a_failed_tool_call_again_is_money_wasted() {
    let tool = |id: u8, at: u64, failed: bool| {
        let mut span = Span::build()
            .trace_id([8; 16])
            .span_id([id; 8])
            .parent_span_id([1; 8])
            .name("execute_tool search")
            .times(START + at, START + at + 5)
            .attribute("gen_ai.operation.name", "execute_tool")
            .attribute("gen_ai.tool.name", "search")
            .attribute("gen_ai.tool.call.arguments", "{}");
        if failed {
            span = span.attribute("error.type", "timeout");
        }
        span.finish()
    };
    let wasted = |second_fails| {
        let mut rig = Rig::new();
        let calls = [tool(2, 10, true), tool(3, 30, second_fails)];
        let mut inside = chat(8, 4, 3, "a"); // below the second attempt
        inside.set_attribute("gen_ai.request.model", "gpt-4o");
        rig.send(
            seconds(1),
            [vec![agent(8, 1), inside], calls.into()].concat(),
        );
        rig.tick(seconds(8));
        rig.by("tollgate.errors.cost", &["tollgate.error.class"])
    };
    for second_fails in [false, true] {
        let wasted = wasted(second_fails);
        assert_eq!(wasted.len(), 1, "{wasted:?}");
        assert_eq!(wasted[0].1, 1000 * 2_500 + 100 * 10_000, "{wasted:?}");
        assert!(wasted[0].0.contains("timeout"), "{wasted:?}");
    }
}
