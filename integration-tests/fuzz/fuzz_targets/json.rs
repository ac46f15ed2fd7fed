//! Any bytes as OTLP/JSON: what is read is written so that it reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::otlp::{Limits, Signal, Telemetry};

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else {
        return;
    };
    let signal = Signal::ALL[usize::from(*first) % 3];
    let Ok(parsed) = Telemetry::parse_json(signal, body, &Limits::default()) else {
        return;
    };
    let json = parsed.telemetry.to_json();
    let again = Telemetry::parse_json(signal, json.as_bytes(), &Limits::default());
    assert_eq!(again.expect("our own text").telemetry.to_json(), json);
});
