//! The configuration changes while the process runs: new rules for new traces, and no surprise.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;

use crate::harness::sampled::page;
use crate::harness::{Collector, eventually, sampled};

/// Kept are traces of any kind, named `first`; a poll in ten minutes is no poll.
const CONFIG: &str = r#"
[service]
workers = 1
reload = { poll = "10m" }

[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[processors.tail_sampling]
idle = "1h"
span_limit = 2
early = false
policies = [{ name = "first", type = "probability", percent = 100 }]

[exporters.debug]

[pipelines.traces]
receivers = ["otlp"]
processors = ["tail_sampling"]
exporters = ["debug"]
"#;

/// Sends one span; a trace of two spans is decided at once.
#[track_caller]
fn send(collector: &Collector, trace: u32, span: u32) {
    sampled::send(collector, trace, span, 0);
}

/// Policy and version of a trace's verdict.
#[track_caller]
fn verdict(collector: &Collector, trace: u32) -> (String, String) {
    let verdict = sampled::verdict(collector, trace);
    let text = |key: &str| verdict[key].as_str().unwrap_or("").to_owned();
    (text("policy"), text("rule_version"))
}

/// Waits until the process has said something.
#[track_caller]
fn heard(collector: &Collector, what: &str) {
    eventually(|| {
        let said = collector.said();
        if said.contains(what) {
            Ok(())
        } else {
            Err(said)
        }
    });
}

/// How often an outcome was counted.
fn counted(collector: &Collector, outcome: &str) -> String {
    let page = collector.admin_page("/metrics");
    let name = format!("tollgate_config_reloads_total{{outcome=\"{outcome}\"}} ");
    let line = page.lines().find_map(|line| line.strip_prefix(&*name));
    line.unwrap_or("0").to_owned()
}

const NEW: &str = "the new configuration is in use";

#[test]
fn an_edited_file_gives_new_traces_new_rules_and_leaves_old_ones_theirs() {
    let collector = Collector::start(CONFIG);
    send(&collector, 1, 1);
    let before = page(&collector, "rules/tail_sampling");
    collector.rewrite(&CONFIG.replace("\"first\"", "\"second\""));
    heard(&collector, NEW);
    send(&collector, 2, 2);
    send(&collector, 2, 3);
    send(&collector, 1, 4);
    let (old, new) = (verdict(&collector, 1), verdict(&collector, 2));
    assert_eq!(("first", "second"), (&*old.0, &*new.0));
    assert_eq!(before["rule_version"], old.1);
    let after = page(&collector, "rules/tail_sampling");
    assert_eq!(after["rule_version"], new.1);
    assert_ne!(old.1, new.1);
    assert_eq!("1", counted(&collector, "applied"));
    let metrics = collector.admin_page("/metrics");
    let named = format!("version=\"{}\"}} 1", new.1);
    assert!(metrics.contains(&named), "{metrics}");
}

#[test]
fn an_invalid_file_leaves_the_old_rules_running_and_says_so_where_and_what_to_do() {
    let collector = Collector::start(CONFIG);
    collector.rewrite(&CONFIG.replace("span_limit = 2", "span_limitt = 3"));
    heard(
        &collector,
        "pipelines.toml:15:1: unknown key `span_limitt`; did you mean `span_limit`?",
    );
    heard(
        &collector,
        "the new configuration is refused; the old one stays in use",
    );
    send(&collector, 1, 1);
    send(&collector, 1, 2);
    assert_eq!("first", verdict(&collector, 1).0);
    assert_eq!("1", counted(&collector, "refused"));
    let shown = page(&collector, "config");
    assert_eq!("refused", shown["last_outcome"]);
    assert!(
        shown["refused"][0]
            .as_str()
            .unwrap()
            .contains("span_limitt")
    );
    // Half of a file is refused as well, and the whole one that follows is taken.
    let path = collector.folder().join("pipelines.toml");
    fs::write(&path, "[processors.tail_sampling]\npolicies = [").unwrap();
    collector.rewrite(&CONFIG.replace("\"first\"", "\"third\""));
    heard(&collector, NEW);
    send(&collector, 2, 1);
    send(&collector, 2, 2);
    assert_eq!("third", verdict(&collector, 2).0);
}

#[test]
fn sighup_reads_the_file_at_once_even_if_nobody_watches_it() {
    let collector = Collector::start_with(CONFIG, &["--no-watch"]);
    collector.signal(Signal::HUP);
    heard(&collector, "the configuration is as it was");
    collector.rewrite(&CONFIG.replace("\"first\"", "\"second\""));
    collector.signal(Signal::HUP);
    heard(&collector, NEW);
    send(&collector, 1, 1);
    send(&collector, 1, 2);
    assert_eq!("second", verdict(&collector, 1).0);
    assert!(collector.stop().status.success());
}

#[test]
fn what_needs_a_restart_is_named_and_the_rest_is_taken() {
    let collector = Collector::start(CONFIG);
    let changed = CONFIG
        .replace("workers = 1", "workers = 2")
        .replace("\"first\"", "\"second\"");
    collector.rewrite(&changed);
    heard(
        &collector,
        "pipelines.toml:3:1: `service.workers` has changed and needs a restart",
    );
    heard(&collector, NEW);
    let shown = page(&collector, "config");
    assert_eq!(1, shown["needs_restart"].as_array().unwrap().len());
    assert!(
        collector
            .admin_page("/metrics")
            .contains("tollgate_config_restart_keys 1")
    );
    collector.rewrite(&CONFIG.replace("workers = 1", "workers = 2"));
    eventually(|| match counted(&collector, "applied").as_str() {
        "2" => Ok(()),
        other => Err(other.to_owned()),
    });
}

#[test]
fn a_link_that_is_exchanged_is_a_change() {
    // As Kubernetes mounts a ConfigMap: file -> ..data/file, ..data -> a folder of the day.
    let collector = Collector::start(CONFIG);
    let folder = collector.folder();
    let text = fs::read_to_string(folder.join("pipelines.toml")).unwrap();
    let day = |name: &str, text: &str| {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("pipelines.toml"), text).unwrap();
        symlink(name, folder.join("..data_tmp")).unwrap();
        fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    };
    day("..one", &text);
    symlink("..data/pipelines.toml", folder.join("link")).unwrap();
    fs::rename(folder.join("link"), folder.join("pipelines.toml")).unwrap();
    day("..two", &text.replace("\"first\"", "\"second\""));
    heard(&collector, NEW);
    send(&collector, 1, 1);
    send(&collector, 1, 2);
    assert_eq!("second", verdict(&collector, 1).0);
}
