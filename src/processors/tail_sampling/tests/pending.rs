//! Open traces on disk: within their bound, and as long as somebody needs them.

use std::path::Path;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as TheirSpan};
use prost::Message;

use super::*;
use crate::otlp::{Limits, Signal};

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

/// The numbers of the open traces.
fn open(drive: &Drive) -> Vec<u8> {
    let mut open: Vec<u8> = drive
        .worker()
        .open_traces()
        .iter()
        .map(|(id, _)| id[15])
        .collect();
    open.sort_unstable();
    open
}

fn file(folder: &Path, number: u64) -> std::path::PathBuf {
    folder.join(format!("pending-0-{number}.log"))
}

#[test]
fn damage_costs_the_request_it_meets_and_none_behind_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    let mut before = drive(&text);
    for id in 1..=5 {
        before.send(large(id, id));
    }
    drop(before);
    let log = file(folder.path(), 0);
    let whole = std::fs::read(&log).expect("a file");
    // In the body of the third; in its head; in its length, so that its end is not known either.
    let third = 2 * whole.len() / 5;
    for (place, bit) in [(third + 500, 1), (third + 13, 1), (third + 2, 7)] {
        let mut damaged = whole.clone();
        damaged[place] ^= bit;
        std::fs::write(&log, &damaged).expect("written");
        let recorder = PrometheusBuilder::new().build_recorder();
        let after = metrics::with_local_recorder(&recorder, || drive(&text));
        assert_eq!(vec![1, 2, 4, 5], open(&after), "damaged at {place}");
        let page = recorder.handle().render();
        for (what, lost) in [("requests", 1), ("bytes", whole.len() / 5)] {
            let lost =
                format!("pending_lost_total{{processor=\"tail_sampling\",what=\"{what}\"}} {lost}");
            assert!(page.contains(&lost), "{lost}: {page}");
        }
    }
}

#[test]
fn what_was_settled_behind_damage_stays_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    let mut before = drive(&text);
    before.send(large(1, 1));
    before.until(5_000);
    before.send(large(2, 2));
    let damaged = std::fs::read(file(folder.path(), 0)).expect("a file").len() - 500;
    before.until(12_000);
    before.send(large(3, 3));
    drop(before);
    let log = file(folder.path(), 0);
    let mut bytes = std::fs::read(&log).expect("a file");
    bytes[damaged] ^= 1;
    std::fs::write(&log, &bytes).expect("written");
    assert_eq!(
        vec![3],
        open(&drive(&text)),
        "the first was decided, the second is lost"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn behind_a_write_that_failed_a_new_file_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    let mut before = drive(&text);
    // The first file lies on a full disk.
    std::os::unix::fs::symlink("/dev/full", file(folder.path(), 0)).expect("a link");
    before.send(large(1, 1));
    before.send(large(2, 2));
    before.until(5_000);
    before.send(large(3, 3));
    drop(before);
    std::fs::remove_file(file(folder.path(), 0)).expect("removed");
    assert_eq!(vec![2, 3], open(&drive(&text)));
}

/// A span with values nested so deeply, from a receiver whose limit allows it.
fn nested(depth: usize) -> Telemetry {
    let leaf = AnyValue {
        value: Some(Value::StringValue("x".to_owned())),
    };
    let value = (1..depth).fold(leaf, |inner, _| AnyValue {
        value: Some(Value::ArrayValue(ArrayValue {
            values: vec![inner],
        })),
    });
    let span = TheirSpan {
        trace_id: 1_u128.to_be_bytes().into(),
        span_id: 1_u64.to_be_bytes().into(),
        attributes: vec![KeyValue {
            key: "deep".to_owned(),
            value: Some(value),
            ..<_>::default()
        }],
        ..<_>::default()
    };
    let scope = ScopeSpans {
        spans: vec![span],
        ..<_>::default()
    };
    let resource = ResourceSpans {
        scope_spans: vec![scope],
        ..<_>::default()
    };
    let request = ExportTraceServiceRequest {
        resource_spans: vec![resource],
    };
    let limits = Limits {
        max_depth: 90,
        ..<_>::default()
    };
    let bytes = Bytes::from(request.encode_to_vec());
    let parsed = Telemetry::parse(Signal::Traces, bytes, &limits);
    parsed.expect("within the receiver's limits").telemetry
}

#[test]
fn what_a_receiver_let_in_comes_back_whatever_its_depth() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    let mut before = drive(&text);
    before.send(nested(75));
    before.send(large(2, 2));
    drop(before);
    assert_eq!(vec![1, 2], open(&drive(&text)));
}

#[test]
fn what_a_receiver_let_in_comes_back_from_the_disk_whatever_its_depth() {
    let folder = tempfile::tempdir().expect("a folder");
    let spill = format!(
        "limits = {{ bytes = 9000 }}\nspill = {{ folder = {:?} }}\nearly = false\n\
         policies = [{{ name = \"all\", type = \"probability\", percent = 100 }}]",
        folder.path()
    );
    let mut drive = drive(&spill);
    drive.send(nested(75));
    (2..=20).for_each(|id| drive.send(large(2, id)));
    assert_eq!(0, drive.verdicts().len(), "the disk makes room");
    drive.until_empty(10_000_000);
    assert_eq!(20, left(&mut drive).len());
}

#[test]
fn a_request_that_cannot_be_read_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rules(folder.path(), "");
    drop(drive(&text));
    let frame = super::super::frames::encode(super::super::frames::Kind::Request, 0, b"no request");
    std::fs::write(file(folder.path(), 0), frame).expect("written");
    let recorder = PrometheusBuilder::new().build_recorder();
    let after = metrics::with_local_recorder(&recorder, || drive(&text));
    assert_eq!(0, after.worker().spans_held());
    let page = recorder.handle().render();
    let lost = "pending_lost_total{processor=\"tail_sampling\",what=\"requests\"} 1";
    assert!(page.contains(lost), "{page}");
}

#[test]
fn a_folder_belongs_to_one_sampler_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let build = |name: &str| {
        let mut context = crate::component::Context::bare(name);
        config(&rules(folder.path(), "")).build(&mut context)
    };
    let first = build("tail_sampling").expect("a sampler");
    let Err(error) = build("tail_sampling/b") else {
        panic!("two samplers have one folder")
    };
    let said = error.to_string();
    let path = folder.path().display().to_string();
    assert!(
        said.contains(&path) && said.contains("a folder of its own"),
        "{said}"
    );
    drop(first);
    let _second = build("tail_sampling/b").expect("the folder is free again");
}
