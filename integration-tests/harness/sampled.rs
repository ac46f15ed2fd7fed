//! Single spans into a collector that samples, and the verdicts it shows.

use serde_json::Value;

use super::http::post;
use super::{Collector, eventually};

/// Sends one span; a status of 2 is an error.
#[track_caller]
pub(crate) fn send(collector: &Collector, trace: u32, span: u32, status: u8) {
    let request = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{trace:032x}",
        "spanId":"{span:016x}","name":"step","startTimeUnixNano":"1000","endTimeUnixNano":"2000",
        "status":{{"code":{status}}}}}]}}]}}]}}"#
    );
    let (status, body) = post(collector.http, "/v1/traces", &request).unwrap();
    assert_eq!(200, status, "{body}");
}

/// A page of the admin port.
#[track_caller]
pub(crate) fn page(collector: &Collector, name: &str) -> Value {
    serde_json::from_str(&collector.admin_page(&format!("/debug/{name}"))).unwrap()
}

/// The verdict on a trace, when it has fallen.
#[track_caller]
pub(crate) fn verdict(collector: &Collector, trace: u32) -> Value {
    let id = format!("{trace:032x}");
    eventually(|| {
        let verdicts = page(collector, "verdicts/tail_sampling");
        let list = verdicts.as_array().unwrap().clone();
        let found = list.iter().find(|verdict| verdict["trace_id"] == id);
        found.cloned().ok_or(list)
    })
}
