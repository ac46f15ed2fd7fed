//! Single spans into a collector that samples, and the verdicts it shows.

use serde_json::Value;

use super::http::post;
use super::{Collector, eventually};

/// Sends one span; a status of 2 is an error.
#[track_caller]
pub(crate) fn send(collector: &Collector, trace: u32, span: u32, status: u8) {
    send_large(collector, trace, span, status, 0);
}

/// The same with an attribute of so many bytes that hardly shrink.
#[track_caller]
pub(crate) fn send_large(collector: &Collector, trace: u32, span: u32, status: u8, size: usize) {
    let mut state = u64::from(span) + 1;
    let letter = std::iter::repeat_with(|| {
        state = state.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
        char::from(b'0' + (state >> 58) as u8)
    });
    let noise: String = letter
        .filter(|sign| sign.is_alphanumeric())
        .take(size)
        .collect();
    let request = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{trace:032x}",
        "spanId":"{span:016x}","name":"step","startTimeUnixNano":"1000","endTimeUnixNano":"2000",
        "attributes":[{{"key":"noise","value":{{"stringValue":"{noise}"}}}}],
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

/// Spans by what became of them, as the metrics say.
#[track_caller]
pub(crate) fn spans(collector: &Collector, fate: &str) -> u64 {
    let page = collector.admin_page("/metrics");
    let find = |start: &str| {
        let line = page.lines().find_map(|line| line.strip_prefix(start));
        line.map_or(0, |count| count.trim().parse().unwrap())
    };
    if fate == "held" {
        return find(
            "tollgate_tail_sampling_held{processor=\"tail_sampling\",worker=\"0\",what=\"spans\"}",
        );
    }
    find(&format!(
        "tollgate_tail_sampling_spans_total{{processor=\"tail_sampling\",fate=\"{fate}\"}}"
    ))
}
