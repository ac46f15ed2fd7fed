//! Which spans and log records pass which rules.

use std::sync::Arc;

use super::*;
use crate::clock::Now;
use crate::component::Account;
use crate::otlp::{self, LogRecord, NewValue, Resource, Scope, Span};

/// Names of the spans and bodies of the logs that pass.
fn passed(toml: &str) -> Vec<String> {
    let config = toml::from_str::<Config>(toml).expect("is a configuration");
    assert_eq!(Vec::<ConfigError>::new(), config.check());
    let make = config.build(&mut Context::bare("filter")).expect("builds");
    let resource = Arc::new(Resource::new(&[(
        "service.name",
        NewValue::from("gateway"),
    )]));
    let scope = Arc::new(Scope::new("test", "", resource));
    let span = |name: &str, code: i64| {
        let ids = Span::build().trace_id([1; 16]).span_id([1; 8]).name(name);
        ids.attribute("http.response.status_code", code)
            .attribute("url.path", name)
            .finish()
    };
    let spans = vec![span("/health", 200), span("/pay", 200), span("/pay", 500)];
    let log = |body: &str, severity| {
        LogRecord::build()
            .severity(severity, "")
            .body(body)
            .finish()
    };
    let logs = vec![log("quiet", 5), log("loud secret", 17)];
    let batches = [
        Telemetry::Traces(otlp::Batch::new(vec![otlp::Group {
            scope: Arc::clone(&scope),
            records: spans,
        }])),
        Telemetry::Logs(otlp::Batch::new(vec![otlp::Group {
            scope,
            records: logs,
        }])),
    ];
    let mut names = Vec::new();
    let account = Account::default();
    for telemetry in batches {
        let mut out = |batch: Batch| match &batch.telemetry {
            Telemetry::Traces(spans) => names.extend(spans.records().map(|span| {
                let code = span
                    .attribute("http.response.status_code")
                    .and_then(|code| code.as_int());
                format!("{} {}", span.name(), code.unwrap_or_default())
            })),
            Telemetry::Logs(logs) => names
                .extend(logs.records().filter_map(|log| {
                    log.body().and_then(|body| body.as_str()).map(str::to_owned)
                })),
            Telemetry::Metrics(_) => {}
        };
        let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
        make(0).process(Batch::unpaid(telemetry), &mut next);
    }
    assert_eq!(5, names.len() as u64 + account.tally().discarded_total());
    names
}

#[track_caller]
fn check(toml: &str, expected: &[&str]) {
    assert_eq!(expected, passed(toml));
}

const ALL: &[&str] = &[
    "/health 200",
    "/pay 200",
    "/pay 500",
    "quiet",
    "loud secret",
];

#[test]
fn rules_ask_name_attributes_severity_and_body() {
    check("", ALL);
    check(
        "drop = [{ name = \"^/health\" }]",
        &["/pay 200", "/pay 500", "quiet", "loud secret"],
    );
    check(
        "drop = [{ signal = \"traces\" }]",
        &["quiet", "loud secret"],
    );
    check(
        "drop = [{ attributes = { \"http.response.status_code\" = 200, \"service.name\" = \"gateway\" } }]",
        &["/pay 500", "quiet", "loud secret"],
    );
    check(
        "drop = [{ when = { attr = \"http.response.status_code\", op = \"ge\", value = 500 } }]",
        &["/health 200", "/pay 200", "quiet", "loud secret"],
    );
    check(
        "drop = [{ when = { not = { attr = \"service.name\", scope = \"resource\", op = \"exists\" } } }]",
        &[
            "/health 200",
            "/pay 200",
            "/pay 500",
            "quiet",
            "loud secret",
        ],
    );
    check(
        "drop = [{ matches = { \"url.path\" = \"pay\" } }]",
        &["/health 200", "quiet", "loud secret"],
    );
    check(
        "drop = [{ severity_below = 9 }, { body = \"secret\" }]",
        &["/health 200", "/pay 200", "/pay 500"],
    );
    check(
        "drop = [{ signal = \"logs\", missing = [\"x\"] }]",
        &["/health 200", "/pay 200", "/pay 500"],
    );
}

#[test]
fn keep_rules_keep_alone_and_drop_rules_win() {
    check("keep = [{ name = \"pay\" }]", &["/pay 200", "/pay 500"]);
    check(
        "keep = [{ name = \"pay\" }]\ndrop = [{ attributes = { \"http.response.status_code\" = 500 } }]",
        &["/pay 200"],
    );
}

#[test]
fn an_empty_rule_and_a_bad_expression_are_faults() {
    let config = toml::from_str::<Config>("drop = [{}, { name = \"(\" }]").expect("reads");
    let faults = config.check();
    assert_eq!(2, faults.len(), "{faults:?}");
    assert!(faults[0].message.contains("match everything"));
}
