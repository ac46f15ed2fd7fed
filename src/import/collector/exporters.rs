//! Exporters: file, debug, Prometheus; OTLP has a file of its own.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed, Shape};
use super::super::settings::{How, Row, convert};
use super::super::write::{Table, Value};
use super::otlp_exporter::{grpc, http};
use super::{Becomes, Component, Kin};
use crate::otlp::Signal;

pub(super) const ALL: &[Kin] = &[
    (&["otlp", "otlp_grpc"], Becomes::Own(grpc)),
    (&["otlphttp", "otlp_http"], Becomes::Own(http)),
    (&["file"], Becomes::Own(file)),
    (&["debug", "logging"], Becomes::One("debug", DEBUG)),
    (&["prometheus"], Becomes::One("prometheus", PROMETHEUS)),
    (
        &["prometheusremotewrite"],
        Becomes::Missing(
            "use `[exporters.prometheus]` and let Prometheus scrape it, or `[exporters.otlp]` \
             with protocol \"http\" to an OTLP endpoint of the store (Prometheus: /api/v1/otlp)",
        ),
    ),
];

const FILE: &[Row] = &[
    ("path", How::Text("path", Shape::Text)),
    (
        "format",
        How::Word("format", &[("json", "json"), ("proto", "protobuf")]),
    ),
    (
        "compression",
        How::Word("compression", &[("zstd", "zstd"), ("", "none")]),
    ),
    (
        "rotation.max_megabytes",
        How::Unit("rotation.max_size", "MiB"),
    ),
    ("rotation.max_days", How::Own(max_days)),
    ("rotation.max_backups", How::Number("rotation.keep")),
    ("rotation.localtime", How::Unneeded("names carry UTC")),
    (
        "flush_interval",
        How::Unneeded("every batch is written at once"),
    ),
    ("create_directory", How::Unneeded("folders are made")),
    ("append", How::Unneeded("files are always appended to")),
    (
        "group_by",
        How::Missing("one file for each signal: `{signal}` in `path`"),
    ),
    (
        "encoding",
        How::Missing("JSON lines or length-prefixed protobuf"),
    ),
];

fn file(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, mut table) = (draft.mark(), Table::default());
    convert(draft, &component.at, FILE, &mut table);
    if component.at.get("rotation").is_none() {
        // Theirs grows for ever unless told otherwise.
        table.set("rotation.max_size", Value::word("0 B"));
    } else if table.get("rotation").is_none() {
        table.set("rotation.keep", Value::Raw("100".to_owned()));
    }
    draft.converted(&component.at, "file");
    vec![component.becomes(draft, "file", mark, table, &Signal::ALL)]
}

fn max_days(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    match at.int() {
        Some(0) => draft.unneeded(at, "no limit"),
        _ => draft.missing(at, "old files go by number (`rotation.keep`), not by age"),
    }
}

const DEBUG: &[Row] = &[
    (
        "verbosity",
        How::Word(
            "detail",
            &[
                ("detailed", "detailed"),
                ("normal", "summary"),
                ("basic", "summary"),
            ],
        ),
    ),
    (
        "loglevel",
        How::Word(
            "detail",
            &[
                ("debug", "detailed"),
                ("info", "summary"),
                ("warn", "summary"),
                ("error", "summary"),
            ],
        ),
    ),
    (
        "sampling_initial",
        How::Unneeded("`max_items` bounds what is printed"),
    ),
    (
        "sampling_thereafter",
        How::Unneeded("`max_items` bounds what is printed"),
    ),
    (
        "use_internal_logger",
        How::Unneeded("always on standard error"),
    ),
];

const PROMETHEUS: &[Row] = &[
    ("endpoint", How::Text("listen", Shape::Address)),
    ("metric_expiration", How::Duration("expiry")),
    (
        "send_timestamps",
        How::Unneeded("samples are as old as the scrape"),
    ),
    (
        "enable_open_metrics",
        How::Unneeded("by what the scraper asks for"),
    ),
    (
        "resource_to_telemetry_conversion.enabled",
        How::Own(|draft, at, _| match at.bool() {
            Some(false) => draft.unneeded(at, "the default"),
            _ => draft.missing(
                at,
                "name the attributes: `resource_labels = [\"…\"]`; `target_info` has all",
            ),
        }),
    ),
    (
        "add_metric_suffixes",
        How::Own(|draft, at, _| match at.bool() {
            Some(true) => draft.unneeded(at, "the default"),
            _ => draft.missing(at, "names always carry their unit and `_total`"),
        }),
    ),
    (
        "namespace",
        How::Missing("add a prefix in Prometheus: `metric_relabel_configs`"),
    ),
    (
        "const_labels",
        How::Missing("add labels in Prometheus: `relabel_configs`"),
    ),
    (
        "tls",
        How::Missing("put a proxy in front, or listen on a private address"),
    ),
    (
        "auth",
        How::Missing("put a proxy in front, or listen on a private address"),
    ),
];
