//! Leaving in order: what was acknowledged is delivered, however long the process has run.

use std::path::Path;

use crate::harness::{Client, Collector, Protocol, eventually, strict};

const CONFIG: &str = r#"
[service]
shutdown_timeout = "2s"

[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

# Nothing leaves before it has to: everything is still in the queue when the signal comes.
[exporters.file]
path = "{folder}/out.jsonl"
queue = { batch_items = 100000, batch_timeout = "10m" }

[pipelines.traces]
receivers = ["otlp"]
exporters = ["file"]

[pipelines.metrics]
receivers = ["otlp"]
exporters = ["file"]

[pipelines.logs]
receivers = ["otlp"]
exporters = ["file"]
"#;

#[test]
fn a_queue_is_drained_even_when_the_process_is_older_than_its_deadline() {
    let collector = Collector::start(CONFIG);
    Client::Go.send(&collector, Protocol::Grpc, "gzip", "late");
    // Older than `shutdown_timeout`, by the kernel's count of hundredths of a second.
    eventually(|| match age_seconds(collector.pid()) {
        age if age > 2.5 => Ok(()),
        age => Err(age),
    });
    let farewell = collector.stop();
    assert!(
        farewell.status.success(),
        "{}: {}",
        farewell.status,
        farewell.said
    );
    assert!(
        farewell.said.contains("exported.file=21"),
        "{}",
        farewell.said
    );
    let items = strict::items(&farewell.read("out.jsonl"));
    assert_eq!(items.iter().filter(|item| item.kind == "span").count(), 12);
    assert_eq!(items.iter().filter(|item| item.kind == "log").count(), 5);
}

fn age_seconds(pid: u32) -> f64 {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let stat = read(&Path::new("/proc").join(pid.to_string()).join("stat"));
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let start: f64 = after_name.split(' ').nth(19).unwrap().parse().unwrap();
    let up: f64 = read(Path::new("/proc/uptime"))
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    up - start / 100.0
}
