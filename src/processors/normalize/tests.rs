//! What `normalize` leaves for later readers changes nothing that they find.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use flate2::read::GzDecoder;

use crate::clock::Now;
use crate::component::{Account, Batch, Built, Context, Next, Processor};
use crate::config::Table;
use crate::otlp::{Limits, Signal, Telemetry};

fn build(name: &str) -> Box<dyn Processor> {
    let entry = super::super::ALL.iter().find(|entry| entry.name == name);
    let built = (entry.unwrap().read)(&Table::of("")).unwrap_or_else(|faults| panic!("{faults:?}"));
    let Built::Processor(make, _) = built else {
        panic!("not a processor")
    };
    make(&mut Context::bare(name)).unwrap()(0)
}

fn pass(processor: &mut dyn Processor, telemetry: Telemetry) -> Telemetry {
    let account = Account::default();
    let mut out = Vec::new();
    let mut take = |batch: Batch| out.push(batch.telemetry);
    let mut next = Next::new(&mut [], &mut take, &account, Now::at_ms(1), 0.0);
    processor.process(Batch::unpaid(telemetry), &mut next);
    out.pop().unwrap()
}

fn encoded(telemetry: &Telemetry) -> Bytes {
    let mut out = Vec::new();
    telemetry.encode(&mut out);
    Bytes::from(out)
}

fn parse(body: Bytes) -> Option<Telemetry> {
    let parsed = Telemetry::parse(Signal::Traces, body, &Limits::default());
    parsed.ok().map(|parsed| parsed.telemetry)
}

/// Every captured request of traces.
fn captures(folder: &Path, found: &mut Vec<Telemetry>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            captures(&path, found);
        } else if path.to_string_lossy().contains("traces") {
            let bytes = fs::read(&path).unwrap();
            let mut plain = Vec::new();
            let body = match GzDecoder::new(&*bytes).read_to_end(&mut plain) {
                Ok(_) => plain,
                Err(_) => bytes,
            };
            found.extend(parse(Bytes::from(body)));
        }
    }
}

#[test]
fn a_price_is_the_same_with_the_notes_on_the_spans_and_without() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integration-tests/fixtures/captures"
    );
    let mut requests = Vec::new();
    captures(Path::new(folder), &mut requests);
    let (mut normalize, mut cost) = (build("normalize"), build("cost"));
    let mut spans = 0;
    for request in requests {
        spans += request.items();
        let noted = pass(normalize.as_mut(), request);
        // Whoever reads a span anew finds no note on it.
        let plain = parse(encoded(&noted)).unwrap();
        let [noted, plain] = [noted, plain].map(|spans| encoded(&pass(cost.as_mut(), spans)));
        assert!(noted == plain, "the notes changed what was written");
    }
    assert!(spans > 300, "the captures are there: {spans} spans");
}
