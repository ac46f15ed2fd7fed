//! A crash changes no verdict: what was decided stays so, what was open keeps its deadline.

use crate::harness::sampled::{page, send, spans, verdict};
use crate::harness::{Collector, eventually};

const CONFIG: &str = r#"
[service]
workers = 1

[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[processors.tail_sampling]
mode = "fixed"
wait = "4s"
span_limit = 3
persist = { folder = "{folder}/sampler", decisions = true, pending = true }
policies = [{ name = "errors", type = "status", codes = ["ERROR"] }]

[exporters.file]
path = "{folder}/out.jsonl"
queue = { batch_timeout = "50ms" }

[pipelines.traces]
receivers = ["otlp"]
processors = ["tail_sampling"]
exporters = ["file"]
"#;

#[test]
fn a_killed_process_keeps_its_verdicts_and_the_deadlines_of_what_was_open() {
    // Nothing comes due while this test runs.
    let mut collector = Collector::start(&CONFIG.replace("4s", "1h"));
    let (kept, dropped, open) = (1, 2, 3);
    send(&collector, kept, 1, 2);
    for span in 2..=4 {
        send(&collector, dropped, span, 0);
    }
    send(&collector, open, 5, 0);
    assert_eq!("drop", verdict(&collector, dropped)["decision"]);
    let version = verdict(&collector, kept)["rule_version"].clone();
    eventually(|| match spans(&collector, "in") {
        5 => Ok(()),
        other => Err(other),
    });

    collector.crash_and_restart();
    assert_eq!(
        0,
        page(&collector, "verdicts/tail_sampling")
            .as_array()
            .unwrap()
            .len()
    );
    send(&collector, kept, 6, 0);
    send(&collector, dropped, 7, 2);
    send(&collector, open, 8, 2);
    // The span from before the crash is there.
    let early = verdict(&collector, open);
    assert_eq!(
        ("keep", 2),
        (
            early["decision"].as_str().unwrap(),
            early["spans"].as_u64().unwrap()
        )
    );
    eventually(|| {
        let fates = ["in", "kept", "dropped", "lost", "held"].map(|fate| spans(&collector, fate));
        // One was taken in again and three are new: two for `open`, one each for the others.
        if fates == [4, 3, 1, 0, 0] {
            Ok(())
        } else {
            Err(fates)
        }
    });
    let farewell = collector.stop();
    assert!(farewell.status.success(), "{}", farewell.said);
    let out = farewell.read("out.jsonl");
    let late = out
        .lines()
        .find(|line| line.contains("0000000000000006"))
        .unwrap();
    assert!(late.contains(version.as_str().unwrap()), "{late}");
}

#[test]
fn an_open_trace_is_decided_at_the_deadline_it_had_before_the_crash() {
    let mut collector = Collector::start(CONFIG);
    send(&collector, 1, 1, 0);
    eventually(|| match spans(&collector, "held") {
        1 => Ok(()),
        other => Err(other),
    });
    collector.crash_and_restart();
    let verdict = verdict(&collector, 1);
    assert_eq!(
        ("drop", "deadline"),
        (
            verdict["decision"].as_str().unwrap(),
            verdict["trigger"].as_str().unwrap()
        )
    );
    let age = verdict["age_ms"].as_u64().unwrap();
    assert!(
        (4_000..60_000).contains(&age),
        "{age} ms from the first arrival"
    );
}

#[test]
fn what_lies_on_disk_for_the_next_start_is_no_loss() {
    let collector = Collector::start(&CONFIG.replace("4s", "1h"));
    send(&collector, 1, 1, 0);
    send(&collector, 2, 2, 2);
    eventually(|| match spans(&collector, "in") {
        2 => Ok(()),
        other => Err(other),
    });
    let farewell = collector.stop();
    assert!(farewell.status.success(), "{}", farewell.said);
    let books = "received=2 exported.file=1 discarded.persisted=1 held=0";
    assert!(farewell.said.contains(books), "{}", farewell.said);
}
