//! Open traces on disk: within their bound, and as long as somebody needs them.

use std::path::Path;

use super::*;

fn rules(folder: &Path, more: &str) -> String {
    format!(
        "mode = \"fixed\"\nwait = \"10s\"\nearly = false\n{more}\n\
         persist = {{ folder = {folder:?}, pending = true, bytes = \"64KiB\" }}\n{ERRORS}"
    )
}

/// A span of about a kilobyte.
fn large(trace: u64, id: u64) -> Telemetry {
    let mut span = span(trace, id, false);
    span.set_attribute("text", "x".repeat(1000));
    of(vec![span])
}

fn on_disk(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    files
        .map(|file| file.metadata().expect("a file").len())
        .sum()
}

#[test]
fn a_trace_that_stays_open_does_not_fill_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    let mut before = drive(&text);
    for id in 1..=500 {
        before.send(large(1, id));
        assert!(on_disk(folder.path()) <= 64 << 10);
    }
    drop(before);
    let after = drive(&text);
    let [(_, spans)] = after.worker().open_traces()[..] else {
        panic!("one trace is open")
    };
    assert!((40..64).contains(&spans), "the latest {spans} are back");
}

#[test]
fn files_go_when_nothing_of_their_time_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut drive = drive(&rules(folder.path(), ""));
    for id in 1..=40 {
        drive.send(large(id, id));
    }
    assert!(on_disk(folder.path()) > 40_000);
    drive.until(10_000);
    drive.send(large(99, 99));
    drive.until(20_100);
    assert!(on_disk(folder.path()) < 10_000, "one file is being written");
}

#[test]
fn what_waits_for_room_survives_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(
        folder.path(),
        "limits = { traces = 1, overflow = \"block\" }",
    );
    let mut before = drive(&text);
    before.send(large(1, 1));
    before.send(large(2, 2));
    (3..=30).for_each(|id| before.send(large(1, id)));
    // The first is decided, the second admitted; its span stands in the first of several files.
    before.until(11_000);
    assert_eq!(1, before.worker().open_traces().len());
    drop(before);
    let after = drive(&text);
    let open = after.worker().open_traces();
    assert_eq!((2, 1), (open[0].0[15], open[0].1));
}
