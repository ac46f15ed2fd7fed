//! What every registered processor promises, shown on each of them with the same hostile batches.

use std::sync::Arc;

use bytes::Bytes;
use tollgate::clock::Now;
use tollgate::component::{Account, Batch, Built, Context, Entry, Next, Processor};
use tollgate::config::Table;
use tollgate::otlp::{self, Limits, LogRecord, Scope, Signal, Span, Telemetry};

/// Builds one processor from its own example.
fn build(entry: &Entry) -> Box<dyn Processor> {
    let built = (entry.read)(&Table::of(entry.example));
    let built = built.unwrap_or_else(|faults| panic!("{}: {faults:#?}", entry.name));
    let folder = tempfile::tempdir().expect("a folder");
    let mut context = Context {
        folder: folder.keep(),
        ..Context::bare(entry.name)
    };
    let Built::Processor(make, _) = built else {
        panic!("{} is no processor", entry.name)
    };
    let maker = make(&mut context).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
    maker(0)
}

/// Batches of all signals: empty, tiny, odd, huge and real.
fn hostile() -> Vec<Telemetry> {
    let one = |span: Span| {
        let group = otlp::Group {
            scope: Arc::new(Scope::default()),
            records: vec![span],
        };
        Telemetry::Traces(otlp::Batch::new(vec![group]))
    };
    let id = |n: u8| Span::build().trace_id([n; 16]).span_id([n; 8]);
    let long = "x".repeat(300_000);
    let mut all = vec![
        Telemetry::Traces(otlp::Batch::new(Vec::new())),
        Telemetry::Logs(otlp::Batch::new(Vec::new())),
        Telemetry::Metrics(otlp::Batch::new(Vec::new())),
        one(id(1).finish()),
        one(id(2)
            .name(&long)
            .attribute("gen_ai.usage.input_tokens", "18446744073709551616")
            .finish()),
        one(id(3)
            .attribute("gen_ai.operation.name", "chat")
            .attribute("gen_ai.usage.input_tokens", -5)
            .finish()),
        one(id(4)
            .attribute(&long, long.as_str())
            .attribute("", "")
            .finish()),
        one(id(5).times(u64::MAX, 0).finish()),
        // The same span twice, and a span that is its own parent.
        one(id(1).finish()),
        one(id(6).parent_span_id([6; 8]).finish()),
    ];
    let log = LogRecord::build().body("hello jane@example.com").finish();
    let group = otlp::Group {
        scope: Arc::new(Scope::default()),
        records: vec![log],
    };
    all.push(Telemetry::Logs(otlp::Batch::new(vec![group])));
    all.extend(crate::harness::captures().into_iter().map(|capture| {
        let parsed = Telemetry::parse(
            capture.signal,
            Bytes::from(capture.body),
            &Limits::default(),
        );
        parsed.expect("captures are valid").telemetry
    }));
    all
}

/// What came out, and the books.
fn run(entry: &Entry) -> (Vec<Telemetry>, tollgate::component::Tally) {
    let mut processor = build(entry);
    let account = Account::default();
    let mut out = Vec::new();
    let mut sent = 0;
    for (index, telemetry) in hostile().into_iter().enumerate() {
        let items = telemetry.items() as u64;
        sent += items;
        account.received(items);
        let mut passed = |batch: Batch| out.push(batch.telemetry);
        let now = Now {
            unix_nanos: 1_700_000_000_000_000_000,
            ..Now::at_ms(index as u64 * 50)
        };
        let mut next = Next::new(&mut [], &mut passed, &account, now, 0.1);
        processor.process(Batch::unpaid(telemetry), &mut next);
        processor.tick(&mut next);
        let passed = out
            .iter()
            .map(|telemetry| telemetry.items() as u64)
            .sum::<u64>();
        let tally = account.tally();
        let held = sent + tally.made - passed - tally.discarded_total();
        assert_eq!(
            held,
            processor.held(),
            "{}: held() is not what is missing",
            entry.name
        );
    }
    let mut passed = |batch: Batch| out.push(batch.telemetry);
    let mut next = Next::new(&mut [], &mut passed, &account, Now::at_ms(10_000_000), 0.0);
    processor.tick(&mut next);
    processor.drain(&mut next);
    assert_eq!(
        0,
        processor.held(),
        "{} still holds items after drain",
        entry.name
    );
    let left = out.len();
    let mut passed = |batch: Batch| out.push(batch.telemetry);
    processor.drain(&mut Next::new(
        &mut [],
        &mut passed,
        &account,
        Now::at_ms(10_000_001),
        0.0,
    ));
    assert_eq!(
        left,
        out.len(),
        "{} lets something go after drain",
        entry.name
    );
    account.passed(out.iter().map(|telemetry| telemetry.items() as u64).sum());
    (out, account.tally())
}

#[test]
fn no_processor_loses_or_invents_an_item() {
    for entry in tollgate::processors::ALL {
        let (_, tally) = run(entry);
        assert_eq!(
            tally.received + tally.made,
            tally.passed + tally.discarded_total(),
            "{} loses or invents items: {tally:?}",
            entry.name
        );
    }
}

#[test]
fn what_comes_out_of_every_processor_is_valid_otlp() {
    for entry in tollgate::processors::ALL {
        for telemetry in run(entry).0 {
            let mut bytes = Vec::new();
            telemetry.encode(&mut bytes);
            assert_eq!(bytes.len(), telemetry.encoded_len(), "{}", entry.name);
            let signal: Signal = telemetry.signal();
            let again = Telemetry::parse(signal, Bytes::from(bytes), &Limits::default());
            let again = again.unwrap_or_else(|error| panic!("{}: {error}", entry.name));
            assert_eq!(telemetry.items(), again.telemetry.items(), "{}", entry.name);
        }
    }
}
