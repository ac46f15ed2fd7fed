//! Requests that are small on the wire and would be large in memory.

use bytes::Bytes;

use crate::otlp::put::put_bytes;
use crate::otlp::{Limits, ParseError, Signal, Telemetry};

/// `unit`, repeated to `size` bytes, inside a field of each of those numbers, innermost last.
fn repeated(wrap: &[u32], unit: &[u8], size: usize) -> Bytes {
    let mut body = unit.repeat(size / unit.len());
    for number in wrap.iter().rev() {
        let mut outer = Vec::with_capacity(body.len() + 8);
        put_bytes(&mut outer, *number, &body);
        body = outer;
    }
    body.into()
}

#[test]
fn thirty_two_million_empty_spans_are_refused_before_anything_is_built() {
    // As gzip, this is sixty kilobytes.
    let body = repeated(&[1, 2], &[0x12, 0], 64 << 20);
    let refused = Telemetry::parse(Signal::Traces, body, &Limits::default()).unwrap_err();
    assert_eq!(
        refused,
        ParseError::TooManyItems {
            what: "items",
            max: 250_000
        }
    );
}

#[test]
fn points_count_as_items() {
    let body = repeated(&[1, 2, 2, 5], &[0x0a, 0], 1 << 20);
    assert!(Telemetry::parse(Signal::Metrics, body, &Limits::default()).is_err());
}

#[test]
fn empty_envelopes_leave_nothing_behind() {
    let body = repeated(&[], &[0x0a, 0], 1 << 20);
    let parsed = Telemetry::parse(Signal::Logs, body, &Limits::default()).unwrap();
    assert!(parsed.telemetry.is_empty());
    assert_eq!(parsed.telemetry.encoded_len(), 0);
}

#[test]
fn scopes_are_bounded_too() {
    // A scope of one empty record, again and again.
    let body = repeated(&[1], &[0x12, 2, 0x12, 0], 1 << 20);
    let refused = Telemetry::parse(Signal::Logs, body, &Limits::default()).unwrap_err();
    assert_eq!(
        refused,
        ParseError::TooManyItems {
            what: "scopes",
            max: 50_000
        }
    );
}

#[test]
fn what_one_record_repeats_stays_a_slice() {
    // Attributes, elements of a body, a name said over and over: all in one record.
    for (signal, wrap, unit) in [
        (Signal::Logs, &[1, 2, 2][..], &[0x32, 0][..]),
        (Signal::Logs, &[1, 2, 2, 5, 5], &[0x0a, 0]),
        (Signal::Logs, &[1, 2, 2], &[0x1a, 0]),
        (Signal::Logs, &[1, 2, 2], &[0x2a, 2, 0x08, 0]),
    ] {
        let body = repeated(wrap, unit, 1 << 20);
        let Ok(parsed) = Telemetry::parse(signal, body.clone(), &Limits::default()) else {
            continue;
        };
        assert_eq!(parsed.telemetry.items(), 1);
        assert!(parsed.telemetry.encoded_len() <= body.len());
    }
}
