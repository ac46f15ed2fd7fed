//! Behaviour of accounts: what counts once, what costs whom, on traces made by hand and by chance.

mod told_twice;

use proptest::prelude::*;

use super::share::split;
use super::*;
use crate::genai::facts::{Class, Facts, Failure, Identity, Mcp, Tool};
use crate::genai::pricing::{Bill, Parts, PicoUsd, Priced, Source, Status};
use crate::genai::usage::Usage;
use crate::otlp::SpanId;

/// A span of a trace made by hand. Times are milliseconds.
#[derive(Clone, Debug, Default)]
struct Row {
    id: u8,
    parent: u8,
    from: u64,
    to: u64,
    facts: Facts<'static>,
    priced: Option<Priced>,
    service: &'static str,
    is_plain: bool,
}

fn row(id: u8, parent: u8, from: u64, to: u64, facts: Facts<'static>) -> Row {
    let priced = facts.usage.map(|usage| price(&usage));
    Row {
        id,
        parent,
        from,
        to,
        facts,
        priced,
        service: "app",
        is_plain: false,
    }
}

fn facts(class: Class) -> Facts<'static> {
    Facts {
        class,
        certain: true,
        dialect: "otel".into(),
        ..Facts::default()
    }
}

fn chat(input: u64, cache_read: u64, output: u64) -> Facts<'static> {
    let usage = Usage {
        cache_read: Some(cache_read),
        ..Usage::of(input, output)
    };
    Facts {
        usage: Some(usage),
        response_model: Some("m"),
        operation: "chat".into(),
        ..facts(Class::Llm)
    }
}

fn agent() -> Facts<'static> {
    Facts {
        operation: "invoke_agent".into(),
        ..facts(Class::Aggregate)
    }
}

fn tool(name: &'static str, result_bytes: u64) -> Facts<'static> {
    let tool = Tool {
        name: Some(name),
        result_bytes: Some(result_bytes),
        ..Tool::default()
    };
    Facts {
        tool,
        ..facts(Class::Tool)
    }
}

fn failed(facts: Facts<'static>) -> Facts<'static> {
    Facts {
        failure: Some(Failure::default()),
        ..facts
    }
}

/// Fresh input at 10, cached at 1, output at 100 picodollars a token.
fn price(usage: &Usage) -> Priced {
    let parts = Parts {
        fresh: PicoUsd(i128::from(usage.fresh_input()) * 10),
        cache_read: PicoUsd(i128::from(usage.cache_read.unwrap_or(0))),
        output: PicoUsd(i128::from(usage.output.unwrap_or(0)) * 100),
        ..Parts::default()
    };
    let bill = Bill {
        total: parts.sum(),
        parts,
        ..Bill::default()
    };
    Priced {
        status: Status::Priced,
        source: Some(Source::Catalogue),
        entry: None,
        bill,
    }
}

/// The same span with a bill of the provider's on it.
fn billed(row: Row, pico: i128) -> Row {
    let total = PicoUsd(pico);
    let parts = Parts {
        other: total,
        ..Parts::default()
    };
    let bill = Bill {
        total,
        parts,
        ..Bill::default()
    };
    let priced = Priced {
        status: Status::Priced,
        source: Some(Source::Reported),
        entry: None,
        bill,
    };
    Row {
        priced: Some(priced),
        ..row
    }
}

/// A call that counts no tokens.
fn uncounted() -> Facts<'static> {
    Facts {
        usage: None,
        ..chat(0, 0, 0)
    }
}

fn id(number: u8) -> SpanId {
    SpanId([number, 0, 0, 0, 0, 0, 0, 1])
}

fn add(row: &Row, mut take: impl FnMut(SpanFacts<'_>)) {
    take(SpanFacts {
        span: id(row.id),
        parent: (row.parent > 0).then(|| id(row.parent)),
        start_unix_nano: row.from * 1_000_000,
        end_unix_nano: row.to * 1_000_000,
        service: row.service,
        facts: (!row.is_plain).then_some(&row.facts),
        resource: Identity::default(),
        priced: row.priced.as_ref(),
        from_log: false,
    });
}

fn settle(rows: &[Row]) -> Settlement {
    let mut account = Account::default();
    for row in rows {
        add(row, |span| account.add(span));
    }
    account.settle(TraceId([1; 16]))
}

/// Input, output and number of calls.
fn sums(settlement: &Settlement) -> (u64, u64, u64) {
    (
        settlement.totals.input_total,
        settlement.totals.output_total,
        settlement.totals.n_calls,
    )
}

#[test]
fn an_aggregate_counts_only_when_no_call_below_it_arrived() {
    let sum = Facts {
        usage: Some(Usage::of(300, 30)),
        ..agent()
    };
    let with_leaves = [
        row(1, 0, 0, 90, sum.clone()),
        row(2, 1, 1, 10, chat(100, 0, 10)),
        row(3, 1, 20, 30, chat(200, 0, 20)),
    ];
    assert_eq!(sums(&settle(&with_leaves)), (300, 30, 2));
    let inner = Facts {
        usage: Some(Usage::of(200, 20)),
        ..agent()
    };
    let alone = settle(&[row(1, 0, 0, 90, sum), row(2, 1, 1, 80, inner)]);
    assert_eq!(sums(&alone), (300, 30, 1));
    assert!(alone.calls[0].estimated);
    assert_eq!(alone.totals.n_aggregates, 1);
}

#[test]
fn a_guessed_call_with_calls_below_it_is_an_aggregate() {
    let guessed = Facts {
        certain: false,
        ..chat(300, 0, 30)
    };
    let settled = settle(&[
        row(1, 0, 0, 90, guessed),
        row(2, 1, 1, 10, chat(300, 0, 30)),
    ]);
    assert_eq!(sums(&settled), (300, 30, 1));
    assert_eq!(settled.totals.n_aggregates, 1);
}

#[test]
fn nested_views_of_a_call_are_one_call_with_the_better_numbers() {
    let inner_is_as_good = settle(&[
        row(1, 0, 0, 90, chat(99, 1, 9)),
        row(2, 1, 1, 80, chat(100, 1, 10)),
    ]);
    assert_eq!(sums(&inner_is_as_good), (100, 10, 1));
    let poor = Facts {
        usage: Some(Usage::of(100, 9)),
        ..chat(0, 0, 0)
    };
    let outer_knows_more = settle(&[row(1, 0, 0, 90, chat(100, 50, 10)), row(2, 1, 1, 80, poor)]);
    assert_eq!(sums(&outer_knows_more), (100, 10, 1));
    assert_eq!(outer_knows_more.totals.cache_read, 50);
    let retried = settle(&[
        row(1, 0, 0, 90, chat(100, 0, 10)),
        row(
            2,
            1,
            1,
            5,
            failed(Facts {
                usage: None,
                ..chat(0, 0, 0)
            }),
        ),
        row(
            3,
            1,
            10,
            80,
            Facts {
                usage: None,
                ..chat(0, 0, 0)
            },
        ),
    ]);
    assert_eq!(sums(&retried), (100, 10, 1));
    assert_eq!(retried.totals.n_calls_failed, 0);
}

#[test]
fn a_call_that_wraps_several_is_their_sum() {
    let settled = settle(&[
        row(1, 0, 0, 90, chat(300, 0, 30)),
        row(2, 1, 1, 10, chat(100, 0, 10)),
        row(3, 1, 20, 30, chat(200, 0, 20)),
    ]);
    assert_eq!(sums(&settled), (300, 30, 2));
}

#[test]
fn a_call_inside_a_tool_inside_a_call_is_a_call_of_its_own() {
    let settled = settle(&[
        row(1, 0, 0, 90, chat(100, 0, 10)),
        row(2, 1, 10, 80, tool("t", 1)),
        row(3, 2, 20, 70, chat(50, 0, 5)),
    ]);
    assert_eq!(sums(&settled), (150, 15, 2));
    assert_eq!(settled.tools[0].direct, PicoUsd(50 * 10 + 5 * 100));
}

#[test]
fn equal_response_ids_are_one_call_in_one_trace_and_across_traces() {
    let with_id = |input| Facts {
        response_id: Some("r-1".into()),
        ..chat(input, 0, 9)
    };
    let native = Facts {
        nearness: 2,
        ..with_id(100)
    };
    let siblings = settle(&[
        row(1, 0, 0, 50, with_id(101)),
        row(2, 0, 1, 49, native.clone()),
    ]);
    assert_eq!(sums(&siblings), (100, 9, 1));

    let mut books = Books::default();
    add(&row(1, 0, 0, 50, with_id(101)), |span| {
        books.add(TraceId([1; 16]), span);
    });
    add(&row(2, 0, 1, 49, native), |span| {
        books.add(TraceId([2; 16]), span);
    });
    let settled = books.settle();
    let by_trace: Vec<_> = settled.iter().map(sums).collect();
    // The outer view keeps the place, the nearer one's numbers count.
    assert_eq!(by_trace, [(100, 9, 1), (0, 0, 0)]);
}

#[test]
fn an_agent_that_names_the_answer_of_a_call_is_not_estimated_beside_it() {
    let named = |facts| Facts {
        response_id: Some("chatcmpl-9fK2mQ7RtY1bXc".into()),
        ..facts
    };
    // The span between the two never came.
    let rows = [
        row(1, 0, 0, 90, named(agent())),
        row(2, 77, 10, 60, named(chat(100, 0, 9))),
    ];
    assert_eq!(1, settle(&rows).totals.n_calls);
    let mut books = Books::default();
    for (trace, row) in (1..).zip(&rows) {
        add(row, |span| books.add(TraceId([trace; 16]), span));
    }
    let settled = books.settle();
    let n_calls: u64 = settled.iter().map(|one| one.totals.n_calls).sum();
    assert_eq!(1, n_calls, "in two traces");
}

#[test]
fn a_short_response_id_is_given_out_again() {
    const HOUR: u64 = 3_600_000_000_000;
    let long = "chatcmpl-9fK2mQ7RtY1bXc";
    // How many calls those of one id come to, in one trace and in two.
    let n_calls = |id: &'static str, later: u64, input: u64| {
        let with_id = |input| Facts {
            response_id: Some(id.into()),
            ..chat(input, 0, 9)
        };
        let rows = [
            row(1, 0, 0, 50, with_id(100)),
            row(2, 0, later, later + 50, with_id(input)),
        ];
        let mut books = Books::default();
        for (trace, row) in (1..).zip(&rows) {
            add(row, |span| books.add(TraceId([trace; 16]), span));
        }
        let settled = books.settle();
        let across: u64 = settled.iter().map(|one| one.totals.n_calls).sum();
        assert_eq!(across, settle(&rows).totals.n_calls, "{id} {later} {input}");
        across
    };
    assert_eq!(2, n_calls("chatcmpl-411", HOUR, 200));
    assert_eq!(1, n_calls("chatcmpl-411", HOUR, 100), "its counts agree");
    assert_eq!(1, n_calls("chatcmpl-411", 5, 101), "it is told at once");
    assert_eq!(1, n_calls(long, HOUR, 200));
}

#[test]
fn a_bill_counts_with_or_without_tokens_and_beats_what_is_worked_out() {
    let cost = |rows: &[Row]| {
        let settled = settle(rows);
        let totals = &settled.totals;
        assert_eq!(
            totals.cost,
            totals.attributed.own + totals.attributed.direct
        );
        (totals.cost.0, totals.n_calls)
    };
    let bill = |id, parent| billed(row(id, parent, 0, 50, uncounted()), 777);
    let counted = |id, parent| row(id, parent, 1, 49, chat(100, 0, 9));
    assert_eq!(cost(&[bill(1, 0)]), (777, 1), "alone");
    assert_eq!(cost(&[bill(1, 0), counted(2, 1)]), (777, 1), "around");
    assert_eq!(cost(&[counted(1, 0), bill(2, 1)]), (777, 1), "inside");
    let two = [counted(1, 0), bill(2, 1), bill(3, 1)];
    assert_eq!(cost(&two), (2 * 777, 2), "a sum of two calls");
    let silent = row(2, 1, 1, 49, uncounted());
    assert_eq!(cost(&[bill(1, 0), silent]), (777, 1), "and an attempt");
    let sum = Facts {
        usage: None,
        ..agent()
    };
    let sum = billed(row(1, 0, 0, 60, sum), 900);
    assert_eq!(cost(std::slice::from_ref(&sum)), (900, 1), "of an agent");
    assert_eq!(cost(&[sum, bill(2, 1)]), (777, 1), "of an agent's calls");
}

#[test]
fn a_bill_in_another_trace_is_the_calls_bill() {
    let with_id = |facts| Facts {
        response_id: Some("r-1".into()),
        ..facts
    };
    let counted = row(1, 0, 0, 50, with_id(chat(100, 0, 9)));
    let bill = billed(row(2, 0, 1, 49, with_id(uncounted())), 777);
    for (first, second) in [(1, 2), (2, 1)] {
        let mut books = Books::default();
        add(&counted, |span| books.add(TraceId([first; 16]), span));
        add(&bill, |span| books.add(TraceId([second; 16]), span));
        let settled = books.settle();
        let cost: PicoUsd = settled.iter().map(|trace| trace.totals.cost).sum();
        let tokens: u64 = settled.iter().map(|trace| trace.totals.tokens()).sum();
        assert_eq!((cost.0, tokens), (777, 109));
    }
}

/// A call as another instrumentation tells it.
fn told_by(scope: &'static str, facts: Facts<'static>) -> Facts<'static> {
    Facts { scope, ..facts }
}

#[test]
fn a_call_told_side_by_side_by_two_instrumentations_is_one_call() {
    let answered = |id: &'static str, facts| Facts {
        response_id: Some(id.into()),
        ..facts
    };
    let of_model = |model, facts| Facts {
        response_model: Some(model),
        ..facts
    };
    let check = |other: Facts<'static>, from, to, n_calls| {
        let first = answered("r-1", told_by("framework", chat(100, 40, 10)));
        let rows = [row(1, 0, 0, 50, first), row(2, 0, from, to, other)];
        let in_one = settle(&rows);
        let mut books = Books::default();
        for (index, row) in rows.iter().enumerate() {
            add(row, |span| books.add(TraceId([index as u8 + 1; 16]), span));
        }
        let in_two: u64 = books.settle().iter().map(|one| one.totals.n_calls).sum();
        assert_eq!((in_one.totals.n_calls, in_two), (n_calls, n_calls));
    };
    let again = told_by("sdk", chat(100, 40, 10));
    check(again.clone(), 1, 49, 1);
    check(told_by("sdk", chat(60, 0, 10)), 1, 49, 1); // cached tokens left out
    check(of_model("m-2024-08-06", again.clone()), 1, 49, 1);
    check(of_model("us.vendor.m", again.clone()), 1, 49, 1);
    check(again.clone(), 55, 60, 1); // a stream that was read by another span
    check(again.clone(), 555, 555, 1); // written when the stream was done
    check(again.clone(), 555, 560, 2); // another call
    check(of_model("other", again.clone()), 1, 49, 2);
    check(answered("r-2", again.clone()), 1, 49, 2);
    check(told_by("framework", chat(100, 40, 10)), 1, 49, 2); // another call of the same kind
    check(told_by("sdk", chat(100, 40, 11)), 1, 49, 2);
    check(told_by("sdk", chat(101, 40, 10)), 1, 49, 2);
}

#[test]
fn parallel_calls_that_look_alike_have_one_twin_each() {
    let framework = told_by("framework", chat(100, 0, 10));
    let sdk = told_by("sdk", chat(100, 0, 10));
    let settled = settle(&[
        row(1, 0, 0, 50, framework.clone()),
        row(2, 0, 1, 51, framework),
        row(3, 0, 2, 48, sdk.clone()),
        row(4, 0, 3, 49, sdk),
    ]);
    assert_eq!(sums(&settled), (200, 20, 2));
    assert_eq!(settled.totals.n_duplicates, 2);
}

#[test]
fn what_two_tenants_do_is_no_twin() {
    let of = |scope, tenant| Facts {
        identity: Identity {
            tenant,
            ..Identity::default()
        },
        ..told_by(scope, chat(100, 0, 10))
    };
    let n_calls = |one, other| {
        let rows = [
            row(1, 0, 0, 50, of("framework", one)),
            row(2, 0, 2, 48, of("sdk", other)),
        ];
        settle(&rows).totals.n_calls
    };
    assert_eq!(2, n_calls(Some("blue"), Some("green")));
    assert_eq!(1, n_calls(Some("blue"), Some("blue")));
    assert_eq!(1, n_calls(Some("blue"), None));
}

#[test]
fn a_span_that_arrives_twice_is_one_span() {
    let early = Facts {
        usage: None,
        ..chat(0, 0, 0)
    };
    let settled = settle(&[
        row(1, 0, 0, 50, chat(100, 0, 10)),
        row(2, 0, 10, 10, early),
        row(1, 0, 0, 50, chat(100, 0, 10)),
        row(2, 0, 10, 30, chat(50, 0, 5)),
    ]);
    assert_eq!(sums(&settled), (150, 15, 2));
}

#[test]
fn a_call_logged_inside_a_calls_span_is_that_call_with_the_better_numbers() {
    let mut account = Account::default();
    let plain = Facts {
        usage: Some(Usage::of(100, 5)),
        ..chat(0, 0, 0)
    };
    add(&row(1, 0, 0, 50, plain), |span| account.add(span));
    let logged = Row {
        id: 1,
        ..row(1, 0, 1, 49, chat(100, 60, 9))
    };
    add(&logged, |span| {
        account.add(SpanFacts {
            from_log: true,
            ..span
        })
    });
    let settled = account.settle(TraceId([1; 16]));
    assert_eq!(sums(&settled), (100, 9, 1));
    assert_eq!(settled.totals.cache_read, 60);
}

#[test]
fn a_call_logged_beside_the_spans_of_its_process_is_told_already() {
    let mut account = Account::default();
    add(&row(1, 0, 0, 50, chat(100, 0, 5)), |span| account.add(span));
    add(&row(9, 0, 60, 70, chat(100, 0, 5)), |span| {
        account.add(SpanFacts {
            from_log: true,
            ..span
        })
    });
    assert_eq!(sums(&account.settle(TraceId([1; 16]))), (100, 5, 1));
}

#[test]
fn a_chain_of_tool_spans_is_one_call_with_the_worst_outcome() {
    let client = Facts {
        mcp: Mcp {
            method: Some("tools/call"),
            ..Mcp::default()
        },
        ..Facts {
            class: Class::McpClient,
            ..tool("stock-level", 1)
        }
    };
    let server = Facts {
        class: Class::McpServer,
        ..failed(Facts {
            tool: tool("stock_level", 1).tool,
            ..client.clone()
        })
    };
    let rows = [
        row(1, 0, 0, 90, tool("inventory-stock-level", 7)),
        row(2, 1, 1, 80, client),
        Row {
            service: "inventory",
            ..row(3, 2, 2, 70, server)
        },
        row(4, 0, 91, 95, tool("other", 1)),
    ];
    let settled = settle(&rows);
    assert_eq!(settled.tools.len(), 2);
    let chain = &settled.tools[0];
    assert_eq!(
        (&*chain.name, chain.spans.len(), chain.is_mcp),
        ("stock_level", 3, true)
    );
    assert_eq!(chain.server.as_deref(), Some("inventory"));
    assert!(chain.fault.is_some());
    assert_eq!(chain.end_unix_nano - chain.start_unix_nano, 90_000_000);
}

#[test]
fn a_roots_tenant_settles_the_tree_and_nearer_words_settle_the_rest() {
    let who = |tenant, user| Identity {
        user,
        tenant,
        ..Identity::default()
    };
    let root = Facts {
        identity: who(Some("blue"), Some("u1")),
        ..facts(Class::Other)
    };
    let call = Facts {
        identity: who(Some("green"), Some("u2")),
        ..chat(1, 0, 1)
    };
    // The root comes last and corrects what came before it.
    let settled = settle(&[
        row(2, 1, 5, 9, call),
        row(3, 1, 6, 9, chat(1, 0, 1)),
        row(1, 0, 0, 10, root),
    ]);
    let whose: Vec<_> = settled
        .calls
        .iter()
        .map(|call| (call.identity().tenant, call.identity().user))
        .collect();
    assert_eq!(
        whose,
        [(Some("blue"), Some("u2")), (Some("blue"), Some("u1"))]
    );
}

#[test]
fn a_result_is_paid_for_in_every_later_call_at_the_price_of_its_place() {
    // 100 tokens of prompt; the tool's answer adds 40 beyond the 10 the model said.
    let settled = settle(&[
        row(1, 0, 0, 99, agent()),
        row(2, 1, 1, 10, chat(100, 0, 10)),
        row(3, 1, 11, 20, tool("t", 5)),
        row(4, 1, 21, 30, chat(150, 0, 10)),
        row(5, 1, 31, 40, chat(160, 150, 10)),
    ]);
    let tool = &settled.tools[0];
    assert_eq!(tool.result_tokens, 40);
    // 40 fresh tokens in the second call, the same 40 from the cache in the third.
    assert_eq!(tool.induced_input, PicoUsd(40 * 10 + 40));
    assert_eq!(tool.induced_output, PicoUsd(10 * 100));
    assert_eq!(tool.direct, PicoUsd::ZERO);
    assert_eq!(
        settled.totals.attributed.own,
        settled.totals.cost - tool.cost()
    );
}

#[test]
fn several_results_share_the_growth_by_their_sizes() {
    let settled = settle(&[
        row(1, 0, 0, 99, agent()),
        row(2, 1, 1, 10, chat(100, 0, 10)),
        row(3, 1, 11, 20, tool("small", 10)),
        row(4, 1, 11, 20, tool("large", 30)),
        row(5, 1, 21, 30, chat(150, 0, 10)),
    ]);
    let tokens: Vec<_> = settled
        .tools
        .iter()
        .map(|tool| tool.result_tokens)
        .collect();
    assert_eq!(tokens, [10, 30]);
}

#[test]
fn a_prompt_that_was_cut_belongs_to_the_agent_again() {
    let settled = settle(&[
        row(1, 0, 0, 99, agent()),
        row(2, 1, 1, 10, chat(1000, 0, 10)),
        row(3, 1, 11, 20, tool("t", 5)),
        row(4, 1, 21, 30, chat(200, 0, 10)),
    ]);
    assert_eq!(settled.tools[0].induced_input, PicoUsd::ZERO);
}

#[test]
fn money_on_failed_and_repeated_tools_is_wasted() {
    let asked = |facts: Facts<'static>| {
        let tool = Tool {
            arguments_hash: Some(7),
            ..facts.tool.clone()
        };
        Facts { tool, ..facts }
    };
    let settled = settle(&[
        row(1, 0, 0, 99, failed(asked(tool("t", 1)))),
        row(2, 1, 1, 10, chat(100, 0, 0)),
        row(3, 0, 100, 199, asked(tool("t", 1))),
        row(4, 3, 101, 110, chat(200, 0, 0)),
    ]);
    assert_eq!(settled.totals.wasted.failed_tools, PicoUsd(1000));
    assert_eq!(settled.totals.wasted.retried_tools, PicoUsd(2000));
}

#[test]
fn a_trace_whose_spans_are_their_own_ancestors_still_settles() {
    let rows = [
        row(1, 2, 0, 9, chat(1, 0, 1)),
        row(2, 1, 0, 9, agent()),
        row(3, 3, 0, 9, tool("t", 1)),
    ];
    assert_eq!(sums(&settle(&rows)), (1, 1, 1));
}

fn any_row(id: u8) -> impl Strategy<Value = Row> {
    let kind = prop_oneof![
        (0_u64..4000, 0_u64..4000, 0_u64..300).prop_map(|(all, cached, out)| chat(
            all,
            cached.min(all),
            out
        )),
        (0_u64..99).prop_map(|bytes| tool("one", bytes)),
        (0_u64..99).prop_map(|bytes| failed(tool("other", bytes))),
        Just(agent()),
        Just(Facts {
            usage: Some(Usage::of(500, 50)),
            ..agent()
        }),
        Just(Facts {
            usage: None,
            ..chat(0, 0, 0)
        }),
        Just(facts(Class::Other)),
    ];
    (kind, 0..id.max(1), 0_u64..100, 0_u64..60, 0_u8..12).prop_map(
        move |(mut facts, parent, from, lasts, answer)| {
            let has_bill = answer >= 8;
            let answer = answer % 4;
            // Few ids for many calls, so that some meet.
            let ids = ["a", "b"];
            facts.response_id = ids.get(usize::from(answer)).map(|id| (*id).into());
            let row = row(id, parent, from, from + lasts, facts);
            if has_bill { billed(row, 777) } else { row }
        },
    )
}

fn any_trace() -> impl Strategy<Value = Vec<Row>> {
    (1_u8..24).prop_flat_map(|n| (1..=n).map(any_row).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_counted_twice(rows in any_trace()) {
        let settled = settle(&rows);
        let mut all = PicoUsd::ZERO;
        for call in &settled.calls {
            let Attributed { direct, induced, own } = call.attributed;
            let amount = call.amount().unwrap_or_default();
            prop_assert_eq!(direct + induced + own, amount);
            prop_assert!(direct >= PicoUsd::ZERO && induced >= PicoUsd::ZERO && own >= PicoUsd::ZERO);
            all += amount;
        }
        let tools: PicoUsd = settled.tools.iter().map(ToolCall::cost).sum();
        let totals = &settled.totals;
        prop_assert_eq!(totals.cost, all);
        prop_assert_eq!(totals.attributed.direct + totals.attributed.induced, tools);
        prop_assert_eq!(tools + totals.attributed.own, totals.cost);
    }

    #[test]
    fn each_span_has_one_fate_and_each_call_one_span(rows in any_trace()) {
        let settled = settle(&rows);
        let mut spans: Vec<_> = settled.fates.iter().map(|(span, _)| *span).collect();
        spans.sort_unstable();
        let n = spans.len();
        spans.dedup();
        prop_assert_eq!(spans.len(), n);
        let counted = settled.fates.iter().filter(|(_, fate)| matches!(fate, Fate::Call(_)));
        prop_assert_eq!(counted.count(), settled.calls.len());
    }

    #[test]
    fn the_order_of_arrival_changes_nothing(rows in any_trace(), turn in 0_usize..24) {
        let mut turned = rows.clone();
        turned.reverse();
        let turn = turn % turned.len();
        turned.rotate_left(turn);
        prop_assert_eq!(settle(&rows).totals, settle(&turned).totals);
    }

    #[test]
    fn shares_add_up_and_follow_the_weights(amount in 0_i128..1_000_000_000_000, weights in prop::collection::vec(any::<u64>(), 1..8)) {
        let shares = split(amount, &weights);
        prop_assert_eq!(shares.iter().sum::<i128>(), amount);
        prop_assert!(shares.iter().all(|share| *share >= 0));
    }
}
