//! Reads `grpc-timeout`: up to eight digits and a unit.

use std::time::Duration;

use http::HeaderMap;

use super::super::refusal::{Kind, Refusal};

/// Units by their letter, in nanoseconds.
const UNITS: &[(u8, u64)] = &[
    (b'H', 3_600_000_000_000),
    (b'M', 60_000_000_000),
    (b'S', 1_000_000_000),
    (b'm', 1_000_000),
    (b'u', 1_000),
    (b'n', 1),
];

/// How long the sender will wait, if it says so.
pub(in super::super) fn of(headers: &HeaderMap) -> Result<Option<Duration>, Refusal> {
    let Some(value) = headers.get("grpc-timeout") else {
        return Ok(None);
    };
    let time = parse(value.as_bytes());
    let refusal = || {
        Refusal::new(
            Kind::BadFraming,
            "grpc-timeout is up to 8 digits and a unit",
        )
    };
    time.map(Some).ok_or_else(refusal)
}

fn parse(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    let (_, nanos) = UNITS.iter().find(|(letter, _)| letter == unit)?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Eight digits fit.
    let number = digits
        .iter()
        .fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some(Duration::from_nanos(*nanos).saturating_mul(number))
}
