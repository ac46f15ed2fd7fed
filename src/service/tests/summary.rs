//! The last line tells losses from what was left out on purpose.

use std::sync::Arc;

use super::super::Summary;
use crate::component::{Account, Ledger, Reason};

/// Whether a run that discarded an item for this reason has lost it.
fn lost(reason: Reason) -> bool {
    let account = Arc::new(Account::default());
    account.received(1);
    account.discarded(reason, 1);
    let ledger = Ledger {
        exporters: vec![("prometheus".to_owned(), account)],
        ..Ledger::default()
    };
    Summary::of(&ledger).lost()
}

#[test]
fn what_nobody_wanted_or_comes_back_is_no_loss() {
    for reason in [
        Reason::SampledOut,
        Reason::Filtered,
        Reason::Redacted,
        Reason::Persisted,
        Reason::PartialSuccess,
        Reason::Cardinality,
        Reason::InvalidPoint,
    ] {
        assert!(!lost(reason), "{reason:?}");
    }
    for reason in [Reason::MaxAge, Reason::DropOldest, Reason::ShutdownDeadline] {
        assert!(lost(reason), "{reason:?}");
    }
}

#[test]
fn what_was_made_inside_stands_in_the_last_line() {
    let account = Arc::new(Account::default());
    account.received(3);
    account.made(20);
    account.passed(20);
    account.discarded(Reason::SampledOut, 2);
    let ledger = Ledger {
        pipelines: vec![("traces".to_owned(), account)],
        ..Ledger::default()
    };
    let line = Summary::of(&ledger).to_string();
    assert_eq!("received=3 made=20 discarded.sampled_out=2 held=1", line);
}
