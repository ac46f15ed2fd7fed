//! Inputs made to be slow: pieces that, repeated, make a detector look again at what it has read.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::*;

/// The benches repeat the same.
const PIECES: &str = include_str!("../../../integration-tests/fixtures/pii/worst.json");

/// How much a text of `LENGTH` bytes may cost: what is linear needs a small part of it even without
/// optimisation, and what reads on without a bound needs several times as much.
const MOST: Duration = Duration::from_secs(5);
const LENGTH: usize = 120_000;

#[test]
fn the_worst_inputs_end_soon() {
    let mut findings = Findings::default();
    // What is made once is not counted.
    SCANNER.scan(None, "1", &mut findings);
    let pieces: Vec<String> = serde_json::from_str(PIECES).unwrap();
    for piece in pieces {
        let text = piece.repeat(LENGTH / piece.len());
        let start = busy();
        SCANNER.scan(None, &text, &mut findings);
        let spent = busy().saturating_sub(start);
        assert!(spent < MOST, "{piece:?} took {spent:?}");
    }
    let unit = "the nightly batch was done without errors and the plan holds ".repeat(2_000);
    SCANNER.scan(None, &unit, &mut findings);
    assert!(findings.is_empty());
}

/// How long this thread was busy: other processes do not count.
fn busy() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}
