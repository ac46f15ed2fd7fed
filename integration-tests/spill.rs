//! More open traces than memory: their bytes go to disk, and every span is accounted for.

use std::path::Path;

use crate::harness::sampled::{self, spans};
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
mode = "activity"
idle = "1h"
max_age = "2h"
early = false
limits = { bytes = "64KiB", flush_certain = false }
spill = { folder = "{folder}/spill", bytes = "SPILL" }
policies = [{ name = "errors", type = "status", codes = ["ERROR"] }]

[exporters.file]
path = "{folder}/out.jsonl"
queue = { batch_timeout = "10ms" }

[pipelines.traces]
receivers = ["otlp"]
processors = ["tail_sampling"]
exporters = ["file"]
"#;

const TRACES: u32 = 120;

fn on_disk(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).map(|files| files.flatten().collect());
    let files: Vec<std::fs::DirEntry> = files.unwrap_or_default();
    files
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum()
}

/// Sends two spans of many traces, every tenth with an error, each of about two kilobytes; what
/// became of them by then.
fn run(spill: &str) -> (Collector, [u64; 5]) {
    let collector = Collector::start(&CONFIG.replace("SPILL", spill));
    for round in 0..2 {
        for trace in 1..=TRACES {
            let status = if round == 1 && trace % 10 == 0 { 2 } else { 0 };
            sampled::send_large(&collector, trace, round * 1_000 + trace, status, 2_000);
        }
    }
    let fates = eventually(|| {
        let fates = ["in", "kept", "dropped", "lost", "held"].map(|fate| spans(&collector, fate));
        if fates[0] == u64::from(2 * TRACES) {
            Ok(fates)
        } else {
            Err(fates)
        }
    });
    (collector, fates)
}

#[test]
fn what_does_not_fit_into_memory_waits_on_disk_and_comes_back_whole() {
    let (collector, fates) = run("64MiB");
    assert_eq!(
        [2 * u64::from(TRACES), 0, 0, 0, 2 * u64::from(TRACES)],
        fates
    );
    let spilled = collector.folder().join("spill");
    assert!(on_disk(&spilled) > 100_000, "{}", on_disk(&spilled));
    let farewell = collector.stop();
    assert!(farewell.status.success(), "{}", farewell.said);
    let (kept, all) = (TRACES / 10 * 2, TRACES * 2);
    let books = format!(
        "received={all} exported.file={kept} discarded.sampled_out={} held=0",
        all - kept
    );
    assert!(farewell.said.contains(&books), "{}", farewell.said);
    let out = farewell.read("out.jsonl");
    for trace in (10..=TRACES).step_by(10) {
        let spans = out
            .matches(&format!("\"traceId\":\"{trace:032x}\""))
            .count();
        assert_eq!(2, spans, "of {trace}");
    }
}

#[test]
fn when_the_disk_is_full_as_well_the_oldest_get_a_real_decision() {
    let (collector, [came, kept, dropped, lost, held]) = run("32KiB");
    assert_eq!((came, 0), (kept + dropped + held, lost));
    assert!(dropped > 0 && held > 0);
    assert!(on_disk(&collector.folder().join("spill")) <= 32 << 10);
    let farewell = collector.stop();
    assert!(farewell.status.success(), "{}", farewell.said);
    assert!(farewell.said.contains("held=0"), "{}", farewell.said);
}
