//! Any bytes as a protobuf request: the views take them exactly when prost does, and mean the same.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tollgate::otlp::{Limits, ParseError, Place, Signal, Telemetry};

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else {
        return;
    };
    let signal = Signal::ALL[usize::from(*first) % 3];
    let theirs = match signal {
        Signal::Traces => ExportTraceServiceRequest::decode(body).is_ok(),
        Signal::Metrics => ExportMetricsServiceRequest::decode(body).is_ok(),
        Signal::Logs => ExportLogsServiceRequest::decode(body).is_ok(),
    };
    let ours = Telemetry::parse(signal, Bytes::copy_from_slice(body), &Limits::default());
    let mut telemetry = match ours {
        Ok(parsed) => parsed.telemetry,
        // Limits are ours alone; otherwise both refuse.
        Err(ParseError::Malformed(why)) => return assert!(!theirs, "{why}"),
        Err(_) => return,
    };
    let out = wire(&telemetry);
    let again = Telemetry::parse(signal, out.clone(), &Limits::default()).expect("our own bytes");
    assert_eq!(again.rejected.items, 0);
    assert_eq!(wire(&again.telemetry), out);
    mask(&mut telemetry);
    let masked = wire(&telemetry);
    Telemetry::parse(signal, masked, &Limits::default()).expect("our own edits");
});

fn wire(telemetry: &Telemetry) -> Bytes {
    let mut out = Vec::new();
    telemetry.encode(&mut out);
    assert_eq!(out.len(), telemetry.encoded_len());
    out.into()
}

/// Makes every second text longer or shorter.
fn mask(telemetry: &mut Telemetry) {
    let mut turn = 0;
    let mut replace = |_: Place<'_>, text: &str| {
        turn += 1;
        (turn % 2 == 0).then(|| {
            if turn % 4 == 0 {
                String::new()
            } else {
                text.repeat(2)
            }
        })
    };
    match telemetry {
        Telemetry::Traces(batch) => batch.for_each_mut(|_, span| {
            span.redact_with(&mut replace);
            span.set_attribute("added", 1);
        }),
        Telemetry::Metrics(batch) => batch.for_each_mut(|_, metric| {
            metric.redact_with(&mut replace);
        }),
        Telemetry::Logs(batch) => batch.for_each_mut(|_, record| {
            record.redact_with(&mut replace);
            record.set_body("other");
        }),
    }
}
