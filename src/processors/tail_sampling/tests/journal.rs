//! A decision log that was damaged: what can be read still counts, what cannot is counted.

use super::*;

#[test]
fn damage_in_the_middle_costs_no_verdict_behind_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "persist = {{ folder = {:?}, decisions = true }}\n{ERRORS}",
        folder.path()
    );
    let mut before = drive(&text);
    before.send(of((1..=99).map(|n| span(n, n, n % 3 == 0)).collect()));
    before.until_empty(10_000_000);
    drop(before);
    let log = folder.path().join("decisions-0.log");
    let mut bytes = std::fs::read(&log).expect("a log");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&log, &bytes).expect("written");
    let recorder = PrometheusBuilder::new().build_recorder();
    let mut after = metrics::with_local_recorder(&recorder, || drive(&text));
    after.send(of((1..=99).map(|n| span(n, n + 1_000, false)).collect()));
    let known = left(&mut after).len();
    assert_eq!(
        (1, 98),
        (
            after.worker().open_traces().len(),
            known + {
                // Late spans of dropped traces are dropped.
                after.worker().books.spans_dropped as usize
            }
        )
    );
    let page = recorder.handle().render();
    let lost = "decision_log_lost_total{processor=\"tail_sampling\",what=\"verdicts\"} 1";
    assert!(page.contains(lost), "{page}");
}
