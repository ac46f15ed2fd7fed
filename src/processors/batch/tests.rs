//! Batches leave by count, by age and at the end.

use std::sync::Arc;

use super::*;
use crate::clock::Now;
use crate::component::Account;
use crate::otlp::{self, Scope, Span};

fn spans(count: u8) -> Batch {
    let make = |id: u8| Span::build().trace_id([id; 16]).span_id([id; 8]).finish();
    let records = (1..=count).map(make).collect();
    let group = otlp::Group {
        scope: Arc::new(Scope::default()),
        records,
    };
    Batch::unpaid(Telemetry::Traces(otlp::Batch::new(vec![group])))
}

/// What leaves after each step, in items.
fn steps(size: u64, run: &[(u64, Option<u8>)]) -> Vec<u64> {
    let config = Config {
        send_batch_size: size,
        timeout: units::Duration::from_millis(200),
    };
    let make = config.build(&mut Context::bare("batch")).expect("builds");
    let mut gather = make(0);
    let mut left = Vec::new();
    let account = Account::default();
    for (ms, add) in run {
        let mut out = |batch: Batch| left.push(batch.items());
        let mut next = Next::new(&mut [], &mut out, &account, Now::at_ms(*ms), 0.0);
        match add {
            Some(count) => gather.process(spans(*count), &mut next),
            None => gather.tick(&mut next),
        }
    }
    let mut out = |batch: Batch| left.push(batch.items());
    gather.drain(&mut Next::new(
        &mut [],
        &mut out,
        &account,
        Now::at_ms(0),
        0.0,
    ));
    assert_eq!(0, gather.held());
    left
}

#[test]
fn batches_leave_by_count_by_age_and_at_the_end() {
    assert_eq!(vec![5], steps(5, &[(0, Some(2)), (1, Some(3))]));
    assert_eq!(
        vec![2],
        steps(5, &[(0, Some(2)), (199, None)]),
        "left at the end only"
    );
    assert_eq!(
        vec![2, 1],
        steps(5, &[(0, Some(2)), (200, None), (201, Some(1))])
    );
}
