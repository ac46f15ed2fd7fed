//! The process itself: logs, the port for metrics and health, who may come in and who we are.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Shape};
use super::super::settings::{How, Row, convert as settings, scalar_text};
use super::super::write::{Table, Value};
use super::without;

const LEVELS: &[(&str, &str)] = &[
    ("debug", "debug"),
    ("info", "info"),
    ("warn", "warn"),
    ("error", "error"),
];

const SERVICE: &[Row] = &[
    ("telemetry.logs.level", How::Word("log.level", LEVELS)),
    (
        "telemetry.logs.encoding",
        How::Word("log.format", &[("json", "json"), ("console", "plain")]),
    ),
    (
        "telemetry.logs.sampling",
        How::Unneeded("repeated lines are rare here"),
    ),
    (
        "telemetry.logs.output_paths",
        How::Missing("logs go to standard error"),
    ),
    (
        "telemetry.logs.error_output_paths",
        How::Missing("logs go to standard error"),
    ),
    ("telemetry.logs", How::Unneeded("logs go to standard error")),
    (
        "telemetry.metrics.level",
        How::Unneeded("all of its own metrics are always there"),
    ),
    ("telemetry.metrics.address", How::Own(metrics_address)),
    ("telemetry.metrics.readers", How::Own(readers)),
    (
        "telemetry.metrics.views",
        How::Missing("drop series where they are scraped"),
    ),
    (
        "telemetry.traces",
        How::Missing("Tollgate writes no traces about itself"),
    ),
    (
        "telemetry.resource",
        How::Missing("Tollgate's own metrics have no resource"),
    ),
    ("extensions", How::Own(|_, _, _| {})),
    ("pipelines", How::Own(|_, _, _| {})),
];

/// Converts `service.telemetry` and the extensions that are in use.
pub(super) fn convert(draft: &mut Draft, root: &Cursor<'_>) {
    let mut table = Table::default();
    if let Some(service) = root.get("service") {
        settings(draft, &service, SERVICE, &mut table);
    }
    table.0.append(&mut draft.service.0);
    draft.service = table;
    let used = root.get("service.extensions").map(|at| at.items());
    let used = used.unwrap_or_default();
    for (id, at) in root.get("extensions").iter().flat_map(Cursor::entries) {
        if used.iter().any(|name| name.text() == Some(id)) {
            extension(draft, id, &at);
        } else {
            draft.unneeded(&at, "the service does not use it");
        }
    }
}

fn extension(draft: &mut Draft, id: &str, at: &Cursor<'_>) {
    let kind = id.split('/').next().unwrap_or_default();
    match kind {
        "health_check" | "healthcheckv2" => health(draft, at),
        // What they say goes into the components that name them.
        "bearertokenauth" | "headers_setter" => draft.converted(at, "see who uses it"),
        _ => {
            let advice = without::advice(without::EXTENSIONS, kind);
            let advice = advice.unwrap_or("Tollgate has no such extension");
            match without::advice(without::UNNEEDED_EXTENSIONS, kind) {
                Some(why) => draft.unneeded(at, why),
                None => draft.missing(at, advice),
            }
        }
    }
}

/// The answer to `/healthz` is on the admin port, wherever that is.
fn health(draft: &mut Draft, at: &Cursor<'_>) {
    const ROWS: &[Row] = &[
        (
            "endpoint",
            How::Own(|draft, at, _| admin(draft, at, at.text().unwrap_or_default())),
        ),
        (
            "http.endpoint",
            How::Own(|draft, at, _| admin(draft, at, at.text().unwrap_or_default())),
        ),
        ("path", How::Missing("ask /healthz or /readyz")),
        ("http.status.path", How::Missing("ask /healthz or /readyz")),
        ("http.status.enabled", How::Unneeded("always on")),
        ("use_v2", How::Unneeded("one health check is enough")),
        (
            "check_collector_pipeline",
            How::Unneeded("/readyz knows the exporters"),
        ),
    ];
    settings(draft, at, ROWS, &mut Table::default());
    if at.get("endpoint").or(at.get("http.endpoint")).is_none() {
        admin(draft, at, "localhost:13133");
    }
    draft.approximated(at, "`GET /healthz` and `GET /readyz` instead of `GET /`");
}

fn metrics_address(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    admin(draft, at, at.text().unwrap_or_default());
}

/// Metric readers of the process: the Prometheus one is the admin port, others are not there.
fn readers(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    for reader in at.items() {
        let Some(scraped) = reader.get("pull.exporter.prometheus") else {
            draft.missing(&reader, "scrape the admin port's /metrics instead");
            continue;
        };
        let host = scraped
            .get("host")
            .and_then(|at| at.text())
            .unwrap_or("localhost");
        let port = scraped.get("port").map(|at| match at.text() {
            Some(text) => text.to_owned(),
            None => at.int().unwrap_or(8888).to_string(),
        });
        let address = format!("{host}:{}", port.unwrap_or_else(|| "8888".to_owned()));
        admin(draft, &reader, &address);
    }
}

/// Sets the admin port's address, which health and metrics share.
fn admin(draft: &mut Draft, at: &Cursor<'_>, address: &str) {
    let address = match address.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None if address.starts_with(':') => format!("0.0.0.0{address}"),
        None => address.to_owned(),
    };
    let value = draft.text(&address, Shape::Address);
    match draft.admin.get("listen").cloned() {
        None => {
            draft.admin.set("listen", value);
            draft.converted(at, "[admin] listen");
        }
        Some(first) if first == value => draft.converted(at, "[admin] listen"),
        Some(_) => draft.approximated(
            at,
            "health and metrics share one address, `[admin] listen`; the first one found counts",
        ),
    }
}

/// Who asks for credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// A receiver lets others in.
    Server,
    /// An exporter shows its own.
    Client,
}

/// Credentials that stand in an extension and belong to a component here.
pub(super) fn authenticator(draft: &mut Draft, auth: &Cursor<'_>, side: Side, out: &mut Table) {
    let Some(name) = auth.get("authenticator").and_then(|at| at.text()) else {
        return draft.missing(auth, "it names no authenticator");
    };
    let at = auth.top().get("extensions").and_then(|all| {
        let mut all = all.entries().into_iter();
        all.find(|(own, _)| *own == name).map(|(_, at)| at)
    });
    let Some(at) = at else {
        return draft.missing(auth, format!("there is no extension `{name}`"));
    };
    let kind = name.split('/').next().unwrap_or_default();
    match (kind, side) {
        ("bearertokenauth", Side::Client) => bearer_client(draft, &at, out),
        ("bearertokenauth", Side::Server) => bearer_server(draft, &at, out),
        ("headers_setter", Side::Client) => header_setter(draft, &at, out),
        ("basicauth", Side::Client) => draft.missing(
            auth,
            "set `headers.authorization` to \"Basic \" and the Base64 of user:password",
        ),
        _ => draft.missing(
            auth,
            format!("`{kind}` is not spoken here; only bearer tokens are"),
        ),
    }
}

fn bearer_client(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let scheme = at
        .get("scheme")
        .and_then(|at| at.text())
        .unwrap_or("Bearer");
    let token = at.get("token").and_then(|at| at.text());
    match token {
        Some(token) => {
            let value = draft.text(&format!("{scheme} {token}"), Shape::Text);
            out.put_at(&["headers", "authorization"], value);
            draft.converted(at, "headers.authorization");
        }
        None => draft.missing(at, "set `headers.authorization` to \"Bearer ${env:TOKEN}\""),
    }
}

fn bearer_server(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let lists = [at.get("token"), at.get("tokens")];
    let tokens = lists.iter().flatten().flat_map(Cursor::texts);
    let tokens: Vec<_> = tokens
        .filter_map(|token| scalar_text(draft, &token, Shape::Text))
        .collect();
    if let Some(file) = at.get("filename").and_then(|at| at.text()) {
        let file = draft.text(file, Shape::Text);
        out.set("auth.token_file", file);
    }
    if !tokens.is_empty() {
        out.set("auth.tokens", Value::List(tokens));
    }
    draft.converted(at, "auth");
}

fn header_setter(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    for header in at.get("headers").iter().flat_map(Cursor::items) {
        let text = |name: &str| header.get(name).and_then(|at| at.text());
        match (text("key"), text("value")) {
            (Some(key), Some(value)) => {
                let value = draft.text(value, Shape::Text);
                out.put_at(&["headers", &key.to_ascii_lowercase()], value);
                draft.converted(&header, "headers");
            }
            _ => draft.missing(&header, "headers of a request are not passed on"),
        }
    }
}
