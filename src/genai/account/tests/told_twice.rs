//! One call told by a span and a record, or by two instrumentations of which one lost something.

use super::*;

/// A row that was read from a record; the row's id is that of the span it was written in.
fn record(span: u8, at: u64, facts: Facts<'static>) -> (Row, bool) {
    (row(span, 0, at, at, facts), true)
}

fn repeating(facts: Facts<'static>) -> Facts<'static> {
    Facts {
        repeats_span: true,
        ..facts
    }
}

fn span(row: Row) -> (Row, bool) {
    (row, false)
}

fn settle_all(rows: &[(Row, bool)]) -> Settlement {
    let mut account = Account::default();
    for (row, from_log) in rows {
        let log = *from_log;
        add(row, |span| {
            account.add(SpanFacts {
                from_log: log,
                ..span
            })
        });
    }
    account.settle(TraceId([1; 16]))
}

fn of_scope(scope: &'static str, facts: Facts<'static>) -> Facts<'static> {
    Facts { scope, ..facts }
}

#[test]
fn a_record_that_repeats_its_span_is_the_same_call() {
    let rows = [
        span(row(1, 0, 0, 9, chat(100, 0, 10))),
        record(1, 9, repeating(chat(100, 40, 10))),
    ];
    let settled = settle_all(&rows);
    assert_eq!(sums(&settled), (100, 10, 1));
    // The record counts cached tokens too.
    assert_eq!(settled.totals.cache_read, 40);
    assert_eq!(settled.totals.n_duplicates, 1);
}

#[test]
fn records_tell_of_the_calls_that_one_span_tells_of_as_one() {
    let told_last = chat(300, 0, 30);
    let rows = [
        span(row(1, 0, 0, 9, told_last)),
        record(1, 3, repeating(chat(100, 0, 10))),
        record(1, 6, repeating(chat(200, 0, 20))),
        record(1, 9, repeating(chat(300, 0, 30))),
    ];
    assert_eq!(sums(&settle_all(&rows)), (600, 60, 3));
}

#[test]
fn a_record_whose_span_tells_of_no_call_counts_once() {
    let sum = Facts {
        usage: Some(Usage::of(300, 30)),
        ..agent()
    };
    let first = record(1, 3, repeating(chat(100, 0, 10)));
    let second = record(1, 6, repeating(chat(200, 0, 20)));
    let rows = [
        span(row(1, 0, 0, 9, sum)),
        first.clone(),
        second,
        first, // the payload was sent again
    ];
    assert_eq!(sums(&settle_all(&rows)), (300, 30, 2));
}

#[test]
fn a_record_of_a_span_that_is_lost_yields_to_a_span_that_says_the_same() {
    let rows = [
        span(row(1, 0, 0, 9, chat(100, 0, 10))),
        record(7, 9, repeating(chat(100, 0, 10))),
        record(7, 9, repeating(chat(200, 0, 20))),
    ];
    assert_eq!(sums(&settle_all(&rows)), (300, 30, 2));
}

#[test]
fn a_record_beside_several_calls_below_its_span_adds_nothing() {
    let rows = [
        span(row(1, 0, 0, 9, agent())),
        span(row(2, 1, 1, 4, chat(100, 0, 10))),
        span(row(3, 1, 5, 8, chat(200, 0, 20))),
        record(1, 4, repeating(chat(101, 0, 10))),
    ];
    assert_eq!(sums(&settle_all(&rows)), (300, 30, 2));
}

#[test]
fn an_instrumentation_that_lost_the_prompt_tells_of_the_same_call() {
    let outer = of_scope("framework", chat(0, 0, 86));
    let inner = of_scope("sdk", chat(512, 63, 86));
    let twins = [row(1, 0, 0, 9, outer), row(2, 0, 1, 8, inner.clone())];
    let settled = settle(&twins);
    assert_eq!(sums(&settled), (512, 86, 1));
    assert_eq!(
        settled.calls[0].outermost,
        id(2),
        "the one that knows leads"
    );
    // Not within it: another call, of which the prompt is unknown.
    let apart = [twins[0].clone(), row(2, 0, 10, 18, inner)];
    assert_eq!(sums(&settle(&apart)), (512, 172, 2));
}

#[test]
fn a_stream_that_one_instrumentation_did_not_count_is_the_other_ones_call() {
    let silent = |scope| Facts {
        usage: None,
        request_model: Some("m-latest"),
        ..of_scope(scope, chat(0, 0, 0))
    };
    let counted = of_scope("sdk", chat(100, 0, 10));
    let twins = [
        row(1, 0, 0, 9, silent("framework")),
        row(2, 0, 1, 8, counted.clone()),
    ];
    assert_eq!(sums(&settle(&twins)), (100, 10, 1));
    let one_scope = [row(1, 0, 0, 9, silent("sdk")), twins[1].clone()];
    assert_eq!(sums(&settle(&one_scope)), (100, 10, 2));
    // Two calls at the time: which of them it was cannot be told.
    let either = [twins[0].clone(), twins[1].clone(), row(3, 0, 2, 7, counted)];
    assert_eq!(sums(&settle(&either)), (200, 20, 3));
}

#[test]
fn a_record_that_repeats_stands_back_behind_a_log_of_calls() {
    let own = chat(100, 0, 59);
    let repeated = repeating(chat(100, 0, 36)); // without the thoughts
    let mut books = Books::default();
    for (trace, facts) in [(0, own), (1, repeated)] {
        let row = row(0, 0, 9, 9, facts);
        add(&row, |span| {
            let span = SpanFacts {
                from_log: true,
                ..span
            };
            books.add(TraceId([trace; 16]), span);
        });
    }
    let outputs: u64 = books
        .settle()
        .iter()
        .map(|all| all.totals.output_total)
        .sum();
    assert_eq!(outputs, 59);
}
