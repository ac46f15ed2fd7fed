//! Receivers: OTLP.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed, Shape};
use super::super::settings::{How, Row, convert};
use super::super::write::{Table, Value};
use super::service::{Side, authenticator};
use super::{Becomes, Component, Kin};
use crate::otlp::Signal;

pub(super) const ALL: &[Kin] = &[(&["otlp"], Becomes::Own(otlp))];

const ALWAYS: &str = "always so";

const OTLP: &[Row] = &[
    ("protocols.grpc.endpoint", How::Text("grpc", Shape::Address)),
    ("protocols.http.endpoint", How::Text("http", Shape::Address)),
    (
        "protocols.grpc.max_recv_msg_size_mib",
        How::Unit("limits.request", "MiB"),
    ),
    (
        "protocols.http.max_request_body_size",
        How::Unit("limits.request", "B"),
    ),
    (
        "protocols.grpc.max_concurrent_streams",
        How::Number("limits.streams"),
    ),
    (
        "protocols.grpc.tls.cert_file",
        How::Text("tls.cert", Shape::Text),
    ),
    (
        "protocols.grpc.tls.key_file",
        How::Text("tls.key", Shape::Text),
    ),
    (
        "protocols.grpc.tls.client_ca_file",
        How::Text("tls.client_ca", Shape::Text),
    ),
    (
        "protocols.http.tls.cert_file",
        How::Text("tls.cert", Shape::Text),
    ),
    (
        "protocols.http.tls.key_file",
        How::Text("tls.key", Shape::Text),
    ),
    (
        "protocols.http.tls.client_ca_file",
        How::Text("tls.client_ca", Shape::Text),
    ),
    (
        "protocols.grpc.keepalive.server_parameters.max_connection_age",
        How::Duration("timeouts.connection_age"),
    ),
    (
        "protocols.grpc.keepalive.server_parameters.time",
        How::Duration("timeouts.ping"),
    ),
    (
        "protocols.grpc.keepalive.server_parameters.timeout",
        How::Duration("timeouts.ping_answer"),
    ),
    (
        "protocols.grpc.keepalive.server_parameters.max_connection_idle",
        How::Unneeded("idle connections make room when `limits.connections` is reached"),
    ),
    (
        "protocols.grpc.keepalive.server_parameters.max_connection_age_grace",
        How::Unneeded("requests in flight are finished"),
    ),
    (
        "protocols.grpc.keepalive.enforcement_policy",
        How::Unneeded("pings are bounded"),
    ),
    (
        "protocols.grpc.read_buffer_size",
        How::Unneeded("buffers size themselves"),
    ),
    (
        "protocols.grpc.write_buffer_size",
        How::Unneeded("buffers size themselves"),
    ),
    ("protocols.grpc.transport", How::Unneeded("TCP")),
    (
        "protocols.grpc.include_metadata",
        How::Missing("no processor reads request metadata"),
    ),
    (
        "protocols.http.include_metadata",
        How::Missing("no processor reads request metadata"),
    ),
    (
        "protocols.http.traces_url_path",
        How::Text("paths.traces", Shape::Text),
    ),
    (
        "protocols.http.metrics_url_path",
        How::Text("paths.metrics", Shape::Text),
    ),
    (
        "protocols.http.logs_url_path",
        How::Text("paths.logs", Shape::Text),
    ),
    (
        "protocols.http.idle_timeout",
        How::Duration("timeouts.idle"),
    ),
    (
        "protocols.http.read_timeout",
        How::Duration("timeouts.body"),
    ),
    (
        "protocols.http.read_header_timeout",
        How::Duration("timeouts.head"),
    ),
    (
        "protocols.http.write_timeout",
        How::Duration("timeouts.write"),
    ),
    ("protocols.http.keep_alives_enabled", How::Unneeded(ALWAYS)),
    (
        "protocols.http.compression_algorithms",
        How::Unneeded("gzip and zstd are always understood, nothing else is"),
    ),
    (
        "protocols.http.cors.allowed_origins",
        How::Texts("cors.allowed_origins"),
    ),
    (
        "protocols.http.cors.allowed_headers",
        How::Texts("cors.allowed_headers"),
    ),
    (
        "protocols.http.cors.max_age",
        How::Unit("cors.max_age", "s"),
    ),
    ("protocols.http.auth", How::Own(auth)),
    ("protocols.grpc.auth", How::Own(auth)),
];

/// The protocols, and the key of the address each listens on.
const PROTOCOLS: &[(&str, &str)] = &[("protocols.grpc", "grpc"), ("protocols.http", "http")];

fn otlp(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, mut table) = (draft.mark(), Table::default());
    for (protocol, key) in PROTOCOLS {
        // In the order people know, whatever the order it was written in.
        match component.at.get(protocol) {
            Some(at) if at.get("endpoint").is_none() => draft.converted(&at, key),
            Some(_) => {}
            None => {
                table.set(key, Value::word(""));
            }
        }
    }
    convert(draft, &component.at, OTLP, &mut table);
    if let Some(at) = component
        .at
        .get("protocols")
        .filter(|at| at.entries().is_empty())
    {
        table = Table::default();
        draft.approximated(&at, "both protocols are on");
    }
    table.0.sort_by_key(|(key, _)| {
        ["grpc", "http"]
            .iter()
            .position(|own| own == key)
            .unwrap_or(2)
    });
    draft.converted(&component.at, "otlp");
    vec![component.becomes(draft, "otlp", mark, table, &Signal::ALL)]
}

fn auth(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    authenticator(draft, at, Side::Server, out);
}
