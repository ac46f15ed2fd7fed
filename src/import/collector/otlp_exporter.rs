//! The exporters of OTLP, over gRPC and over HTTP: endpoint, headers, queue, retries.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed, Shape};
use super::super::settings::{How, Row, convert, scalar_text};
use super::super::write::{Table, Value};
use super::Component;
use super::service::{Side, authenticator};
use crate::otlp::Signal;

const BUFFERS: &str = "connections and buffers look after themselves";
const JITTER: &str = "pauses double, with full jitter";
const IN_MEMORY: &str =
    "what waits for an exporter waits in memory; it is drained when the process stops";
const BY_BYTES: &str = "queues are bounded by bytes: `queue.max_bytes`, 192 MiB unless set";

const OTLP: &[Row] = &[
    ("headers", How::Own(headers)),
    ("compression", How::Own(compression)),
    ("timeout", How::Duration("queue.timeout")),
    (
        "tls.insecure",
        How::Unneeded("said by the endpoint's scheme"),
    ),
    ("tls.ca_file", How::Text("tls.ca", Shape::Text)),
    ("tls.cert_file", How::Text("tls.cert", Shape::Text)),
    ("tls.key_file", How::Text("tls.key", Shape::Text)),
    (
        "tls.insecure_skip_verify",
        How::Own(|draft, at, _| match at.bool() {
            Some(false) => draft.unneeded(at, "certificates are always verified"),
            _ => draft.missing(
                at,
                "certificates are always verified; trust one with `tls.ca`",
            ),
        }),
    ),
    (
        "tls.server_name_override",
        How::Missing("the endpoint's host is the name that is verified"),
    ),
    ("sending_queue.enabled", How::Own(queue_enabled)),
    (
        "sending_queue.num_consumers",
        How::Number("queue.concurrency"),
    ),
    ("sending_queue.queue_size", How::Own(queue_size)),
    (
        "sending_queue.sizer",
        How::Unneeded("queues are bounded by bytes"),
    ),
    (
        "sending_queue.wait_for_result",
        How::Unneeded("answers never wait for exporters"),
    ),
    ("sending_queue.block_on_overflow", How::Own(on_full)),
    ("sending_queue.storage", How::Missing(IN_MEMORY)),
    (
        "sending_queue.batch.flush_timeout",
        How::Duration("queue.batch_timeout"),
    ),
    (
        "sending_queue.batch.min_size",
        How::Number("queue.batch_items"),
    ),
    (
        "sending_queue.batch.max_size",
        How::Unneeded("`queue.batch_items` and `.batch_bytes` bound it"),
    ),
    ("sending_queue.batch.sizer", How::Unneeded("items")),
    (
        "retry_on_failure.enabled",
        How::Own(|draft, at, _| match at.bool() {
            Some(true) => draft.unneeded(at, "always on"),
            _ => draft.missing(at, "retries are always on; shorten `queue.max_age`"),
        }),
    ),
    (
        "retry_on_failure.initial_interval",
        How::Duration("queue.retry_initial"),
    ),
    (
        "retry_on_failure.max_interval",
        How::Duration("queue.retry_max"),
    ),
    (
        "retry_on_failure.max_elapsed_time",
        How::Duration("queue.max_age"),
    ),
    (
        "retry_on_failure.randomization_factor",
        How::Unneeded(JITTER),
    ),
    ("retry_on_failure.multiplier", How::Unneeded(JITTER)),
    (
        "auth",
        How::Own(|draft, at, out| authenticator(draft, at, Side::Client, out)),
    ),
    ("read_buffer_size", How::Unneeded(BUFFERS)),
    ("write_buffer_size", How::Unneeded(BUFFERS)),
    ("keepalive", How::Unneeded(BUFFERS)),
    ("wait_for_ready", How::Unneeded(BUFFERS)),
    (
        "balancer_name",
        How::Missing("put a balancer in front, or name one address"),
    ),
    (
        "authority",
        How::Missing("the endpoint's host is the authority"),
    ),
    ("max_idle_conns", How::Unneeded(BUFFERS)),
    ("max_idle_conns_per_host", How::Unneeded(BUFFERS)),
    (
        "max_conns_per_host",
        How::Unneeded("`queue.concurrency` bounds it"),
    ),
    ("idle_conn_timeout", How::Unneeded(BUFFERS)),
    ("disable_keep_alives", How::Unneeded(BUFFERS)),
    ("http2_read_idle_timeout", How::Unneeded(BUFFERS)),
    ("http2_ping_timeout", How::Unneeded(BUFFERS)),
    (
        "proxy_url",
        How::Missing("there is no proxy support; name a reachable endpoint"),
    ),
    ("encoding", How::Own(encoding)),
    ("endpoint", How::Own(|_, _, _| {})),
    ("traces_endpoint", How::Own(|_, _, _| {})),
    ("metrics_endpoint", How::Own(|_, _, _| {})),
    ("logs_endpoint", How::Own(|_, _, _| {})),
];

pub(super) fn grpc(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    otlp(draft, component, None)
}

pub(super) fn http(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    otlp(draft, component, Some("http"))
}

fn otlp(draft: &mut Draft, component: &Component<'_>, protocol: Option<&str>) -> Vec<Placed> {
    let (mark, mut table) = (draft.mark(), Table::default());
    endpoint(draft, &component.at, &mut table);
    if let Some(protocol) = protocol {
        table.set("protocol", Value::word(protocol));
    }
    // What the Collector does unless told otherwise.
    table.set("compression", Value::word("gzip"));
    convert(draft, &component.at, OTLP, &mut table);
    draft.converted(&component.at, "otlp");
    vec![component.becomes(draft, "otlp", mark, table, &Signal::ALL)]
}

/// The endpoint with a scheme; plain text to another machine has to be asked for here.
fn endpoint(draft: &mut Draft, exporter: &Cursor<'_>, out: &mut Table) {
    let own = exporter.get("endpoint").filter(|at| at.text().is_some());
    let by_signal = || {
        let endpoints = Signal::ALL.iter().filter_map(|signal| {
            let at = exporter.get(&format!("{}_endpoint", signal.name()))?;
            Some((at, format!("/v1/{}", signal.name())))
        });
        endpoints.collect::<Vec<_>>()
    };
    let written = match &own {
        Some(at) => {
            draft.converted(at, "endpoint");
            for (at, _) in by_signal() {
                draft.missing(
                    &at,
                    "one endpoint is for all signals; use an exporter for each",
                );
            }
            at.text().unwrap_or_default().to_owned()
        }
        None => match by_signal().as_slice() {
            [] => return draft.missing(exporter, "it names no endpoint; set `endpoint` by hand"),
            [(at, path), rest @ ..] => {
                let base = at.text().unwrap_or_default();
                let base = base.strip_suffix(path.as_str()).unwrap_or(base);
                draft.converted(at, "endpoint");
                for (at, path) in rest {
                    if at.text().and_then(|text| text.strip_suffix(path.as_str())) == Some(base) {
                        draft.converted(at, "endpoint");
                    } else {
                        draft.missing(
                            at,
                            "one endpoint is for all signals; use an exporter for each",
                        );
                    }
                }
                base.to_owned()
            }
        },
    };
    let insecure = exporter.get("tls.insecure").and_then(|at| at.bool()) == Some(true);
    let plain = insecure || written.starts_with("http://");
    let full = if written.contains("://") || written.starts_with("${") && !written.contains("}:") {
        written
    } else {
        format!("{}://{written}", if insecure { "http" } else { "https" })
    };
    let value = draft.text(&full, Shape::Url);
    out.set("endpoint", value);
    let near = ["localhost", "127.0.0.1", "[::1]"];
    let host = full.split("://").nth(1).unwrap_or(&full);
    if plain && !near.iter().any(|near| host.starts_with(near)) {
        out.set("insecure", Value::Raw("true".to_owned()));
    }
}

fn headers(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    for (name, child) in at.entries() {
        let value = scalar_text(draft, &child, Shape::Text);
        match value {
            Some(value) => {
                out.put_at(&["headers", &name.to_ascii_lowercase()], value);
                draft.converted(&child, "headers");
            }
            None => draft.missing(&child, "a header is one text"),
        }
    }
}

fn compression(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let written = at.text().unwrap_or_default().to_ascii_lowercase();
    let ours = match written.as_str() {
        "gzip" | "zstd" => written.as_str(),
        "none" | "" => "none",
        _ => {
            draft.approximated(at, format!("`{written}` is not spoken here; gzip instead"));
            out.set("compression", Value::word("gzip"));
            return;
        }
    };
    out.set("compression", Value::word(ours));
    draft.converted(at, "compression");
}

fn encoding(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    match at.text() {
        Some("proto") => draft.unneeded(at, "always protobuf"),
        _ => draft.approximated(at, "requests are protobuf, which every OTLP receiver reads"),
    }
}

fn queue_enabled(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    match at.bool() {
        Some(true) => draft.unneeded(at, "always on"),
        _ => draft.approximated(
            at,
            "there is always a queue, so a slow exporter holds up nobody",
        ),
    }
}

fn queue_size(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    draft.approximated(at, BY_BYTES);
}

fn on_full(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let ours = match at.bool() {
        Some(true) => "backpressure",
        _ => "drop_newest",
    };
    out.set("queue.on_full", Value::word(ours));
    draft.converted(at, "queue.on_full");
}
