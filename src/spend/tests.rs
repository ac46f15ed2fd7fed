//! Nothing is forgotten over a restart, nothing is told twice, corrections add up.

use std::collections::HashMap;

use super::*;

fn entry(hour: u64, tenant: &str, tool: &str) -> Entry {
    Entry {
        hour,
        kind: if tool.is_empty() {
            Kind::Call
        } else {
            Kind::Tool
        },
        tenant: tenant.into(),
        project: "p".into(),
        user: Box::default(),
        agent: Box::default(),
        provider: "openai".into(),
        model: "gpt-4o".into(),
        tool: tool.into(),
    }
}

fn amount(nanos: i64) -> Amount {
    Amount {
        nanos,
        tokens: 10,
        calls: 1,
    }
}

fn budget(per: Per, nanos: i64) -> Budget {
    Budget {
        name: "team".into(),
        nanos,
        per,
        by: By::Tenant,
        warn: 0.8,
        webhook: None,
    }
}

/// 2026-03-01T00:00Z in hours.
const MARCH: u64 = 492_312;

#[test]
fn windows_are_clock_hours_days_and_months() {
    assert_eq!(MARCH + 5..MARCH + 6, Per::Hour.window(MARCH + 5));
    assert_eq!(MARCH..MARCH + 24, Per::Day.window(MARCH + 23));
    assert_eq!(MARCH..MARCH + 31 * 24, Per::Month.window(MARCH + 500));
    assert_eq!(
        MARCH - 28 * 24..MARCH,
        Per::Month.window(MARCH - 1),
        "February 2026"
    );
}

#[test]
fn a_line_s_key_reads_back_and_strangers_cannot_split_it() {
    let line = entry(MARCH, "a\u{1f}b", "search");
    let read = Entry::from_key(&line.key()).expect("reads");
    assert_eq!("ab", &*read.tenant);
    assert_eq!(Kind::Tool, read.kind);
    assert_eq!(MARCH, read.hour);
}

#[test]
fn lines_add_up_over_restarts_and_corrections_take_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep").join("spend.redb");
    for _ in 0..3 {
        let ledger = Ledger::open(&path).expect("opens");
        ledger
            .add(&HashMap::from([(entry(MARCH, "acme", ""), amount(100))]))
            .expect("adds");
    }
    let ledger = Ledger::open(&path).expect("opens");
    assert!(Ledger::open(&path).is_err(), "one process at a time");
    let lines = ledger.lines(MARCH..MARCH + 1).expect("reads");
    assert_eq!(
        vec![(
            entry(MARCH, "acme", ""),
            Amount {
                nanos: 300,
                tokens: 30,
                calls: 3
            }
        )],
        lines
    );
    let back = Amount {
        nanos: -300,
        tokens: -30,
        calls: -3,
    };
    ledger
        .add(&HashMap::from([(entry(MARCH, "acme", ""), back)]))
        .expect("adds");
    assert!(ledger.lines(0..u64::MAX / 2).expect("reads").is_empty());
}

#[test]
fn a_crossing_is_told_once_per_window_whatever_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("spend.redb");
    let mut told = Vec::new();
    for round in 0..4 {
        let ledger = Ledger::open(&path).expect("opens");
        let mut watch = Watch::open(vec![budget(Per::Day, 1000)], &ledger, MARCH).expect("opens");
        let amounts = HashMap::from([
            (entry(MARCH + round, "acme", ""), amount(300)),
            (entry(MARCH + round, "acme", "search"), amount(5_000)),
        ]);
        ledger.add(&amounts).expect("adds");
        let crossings = watch
            .take(&amounts, &ledger, MARCH + round, 30)
            .expect("takes");
        told.extend(
            crossings
                .into_iter()
                .map(|one| (round, one.threshold, one.standing.spent)),
        );
    }
    assert_eq!(
        vec![(2, Threshold::Warn, 900), (3, Threshold::Limit, 1200)],
        told
    );
}

#[test]
fn a_new_window_starts_from_nothing_and_a_late_call_counts_in_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(&folder.path().join("s.redb")).expect("opens");
    let mut watch = Watch::open(vec![budget(Per::Hour, 1000)], &ledger, MARCH).expect("opens");
    let late = HashMap::from([(entry(MARCH, "acme", ""), amount(900))]);
    ledger.add(&late).expect("adds");
    assert!(
        watch
            .take(&late, &ledger, MARCH + 1, 1)
            .expect("takes")
            .is_empty()
    );
    assert!(watch.standings(MARCH + 1, 1).is_empty());
}

#[test]
fn burn_and_forecast_follow_the_part_that_has_passed() {
    let standing = budget(Per::Day, 1000).standing("acme", 600, MARCH + 5, 60);
    assert!((standing.burn_per_hour - 100.0).abs() < 1e-9);
    assert!((standing.forecast - 2400.0).abs() < 1e-9);
}

#[test]
fn mailboxes_lose_nothing_between_workers_and_the_keeper() {
    let office = Office::default();
    let mut mailbox = office.rent();
    for _ in 0..3 {
        mailbox.add(entry(MARCH, "acme", ""), amount(1));
        mailbox.post();
    }
    assert_eq!(
        1,
        office.collect()[&entry(MARCH, "acme", "")].nanos,
        "two wait on the draft"
    );
    mailbox.subtract(entry(MARCH, "acme", ""), amount(1));
    drop(mailbox);
    assert_eq!(1, office.collect()[&entry(MARCH, "acme", "")].nanos);
    assert!(office.collect().is_empty());
}
