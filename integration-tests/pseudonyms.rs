//! The key of pseudonyms is rotated while the service runs, and each pseudonym says under which.

use std::fs;

use serde_json::json;

use crate::harness::{Collector, eventually, http};

const CONFIG: &str = r#"
[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[processors.redact]
action = "pseudonym"
pseudonyms = { file = "{folder}/../KEY", refresh = "1s" }

[exporters.file]
path = "{folder}/out.jsonl"
queue = { batch_timeout = "10ms" }

[pipelines.logs]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["file"]
"#;

/// The pseudonym that leaves for the same address in the latest record.
#[track_caller]
fn latest(collector: &Collector) -> String {
    let path = collector.folder().join("out.jsonl");
    let lines = || fs::read_to_string(&path).unwrap_or_default();
    let before = lines().lines().count();
    let log = json!({"body": {"stringValue": "write to jane@example.org"}});
    let logs = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]});
    let (status, answer) = http::post(collector.http, "/v1/logs", &logs.to_string()).unwrap();
    assert_eq!(status, 200, "{answer}");
    eventually(|| {
        let out = lines();
        let line = out.lines().nth(before).filter(|_| out.ends_with('\n'));
        let found = line.and_then(|line| line.split("write to [EMAIL:").nth(1));
        let found = found.and_then(|rest| rest.split(']').next());
        found.map(str::to_owned).ok_or(out.clone())
    })
}

#[test]
fn a_new_key_is_taken_up_and_a_wrong_one_is_not() {
    let keys = tempfile::tempdir().unwrap();
    let key = keys.path().join("key");
    let turn = |text: &str| {
        let new = keys.path().join("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, &key).unwrap();
    };
    turn("k1 0123456789abcdef");
    let config = CONFIG.replace("{folder}/../KEY", key.to_str().unwrap());
    let collector = Collector::start(&config);
    let said = |words: &str, times: usize| {
        eventually(|| {
            let said = collector.said();
            if said.matches(words).count() == times {
                Ok(())
            } else {
                Err(said)
            }
        });
    };
    let first = latest(&collector);
    assert!(first.starts_with("k1."), "{first}");
    turn("k2 fedcba9876543210");
    said("pseudonyms are made with a new key", 1);
    let second = latest(&collector);
    assert!(second.starts_with("k2.") && second[3..] != first[3..]);
    turn("k3 short");
    said("stays as it was", 1);
    assert_eq!(second, latest(&collector));
    // Back to the first: what was made under it is made again, so that joins hold.
    turn("k1 0123456789abcdef");
    said("pseudonyms are made with a new key", 2);
    assert_eq!(first, latest(&collector));
    turn("k1 aaaaaaaaaaaaaaaa");
    said("cannot be told apart", 1);
    let farewell = collector.stop();
    assert!(farewell.status.success(), "{}", farewell.said);
    for secret in ["0123456789abcdef", "fedcba9876543210", "aaaaaaaaaaaaaaaa"] {
        assert!(!farewell.said.contains(secret), "{}", farewell.said);
    }
}
