//! A real Prometheus scrapes what real SDKs sent, and the founding dashboards' queries come out right.

use crate::harness::prometheus::{Prometheus, check_metrics};
use crate::harness::{Client, Collector, Protocol, eventually, exposition};

const CONFIG: &str = r#"
# The traffic's own metrics also enter the metrics pipeline, often enough to be seen here: what the
# exporter shows must not be counted twice for it.
[service]
meter_interval = "200ms"

[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[exporters.file]
path = "{folder}/out.jsonl"

[exporters.prometheus]
listen = "127.0.0.1:{prometheus}"
legacy_names = true

[pipelines.traces]
receivers = ["otlp"]
processors = ["normalize", "redact", "cost", "agent_metrics"]
exporters = ["file"]

[pipelines.metrics]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["prometheus"]

[pipelines.logs]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["file"]
"#;

/// Dollars for one run of `emit`: four calls of 1000 tokens in at 0.15 and 200 out at 0.60 a million.
const EMIT_DOLLARS: f64 = 4.0 * (1000.0 * 0.15 + 200.0 * 0.60) / 1e6;

/// Dollars for one run of `openai_call`: 2400 tokens in, 150 out.
const OPENAI_DOLLARS: f64 = (2400.0 * 0.15 + 150.0 * 0.60) / 1e6;

#[test]
fn the_founding_dashboards_get_their_numbers_from_a_real_prometheus() {
    let collector = Collector::start(CONFIG);
    let prometheus = Prometheus::scraping(collector.prometheus);
    let calls =
        r#"sum(mcp_tool_calls_total{job="agent-runtime",tool="search",method="tools/call"})"#;

    Client::Python.send(&collector, Protocol::Grpc, "none", "first");
    prometheus.expect(calls, 4.0);
    prometheus.expect("sum(openai_token_cost_total)", EMIT_DOLLARS);

    // A rate needs growth between two scrapes.
    Client::OpenAi.send(&collector, Protocol::Http, "gzip", "second");
    Client::Python.send(&collector, Protocol::Http, "gzip", "third");
    prometheus.expect(calls, 8.0);
    let dollars = 2.0 * EMIT_DOLLARS + OPENAI_DOLLARS;
    prometheus.expect("sum(openai_token_cost_total)", dollars);
    prometheus.expect("sum(openai_token_cost_by_model_total)", dollars);
    prometheus.expect("sum(openai_tokens_total)", 2.0 * 4800.0 + 2550.0);
    prometheus.expect("sum(mcp_tool_call_duration_seconds_count)", 8.0);

    let job = r#"{job="agent-runtime"}"#;
    for panel in [
        format!("rate(mcp_tool_calls_total{job}[5m]) > 0"),
        format!("histogram_quantile(0.95, rate(mcp_tool_call_duration_seconds_bucket{job}[5m]))"),
        format!("sum(rate(openai_token_cost_total{job}[5m])) > 0"),
        format!("sum by (model) (rate(openai_token_cost_by_model_total{job}[5m])) > 0"),
    ] {
        let series = prometheus.query(&panel);
        assert_eq!(series.len(), 1, "{panel}: {series:?}");
        assert!(series[0].1.is_finite(), "{panel}: {series:?}");
    }

    // What the SDK itself measured stands beside, under the names the conventions give it.
    prometheus.expect(r#"sum(proof_requests_total{route="/b"})"#, 8.0);
    prometheus.expect("sum(proof_latency_milliseconds_count)", 6.0);
    prometheus.expect("sum(proof_latency_milliseconds_sum)", 1110.0);
    prometheus.expect("max(proof_depth)", 42.0);
    assert!(!prometheus.query("target_info").is_empty());
}

#[test]
fn promtool_finds_nothing_to_say_about_our_own_metrics() {
    let collector = Collector::start(CONFIG);
    // The OpenAI instrumentation's own metrics are in base units; they may stand on the page.
    Client::OpenAi.send(&collector, Protocol::Grpc, "gzip", "check");
    let tokens = |page: &str| exposition::count(page, "openai_tokens_total", &[]);
    let page = eventually(|| {
        let page = collector.scrape();
        if tokens(&page) == 2550 {
            Ok(page)
        } else {
            Err(page)
        }
    });
    check_metrics(&page);
    check_metrics(&collector.admin_page("/metrics"));
}

#[test]
fn the_books_on_the_admin_port_balance() {
    let collector = Collector::start(CONFIG);
    Client::Go.send(&collector, Protocol::Grpc, "gzip", "books");
    eventually(|| {
        let page = collector.admin_page("/metrics");
        let count = |name: &str, labels: &[(&str, &str)]| {
            exposition::count(&page, &format!("tollgate_{name}"), labels)
        };
        let spans = [("pipeline", "traces")];
        let found = [
            count("pipeline_received_items_total", &spans),
            count("pipeline_passed_items_total", &spans),
            count("pipeline_received_items_total", &[("pipeline", "logs")]),
            count("exporter_exported_items_total", &[("exporter", "file")]),
            count("pipeline_held_items", &[]),
            count("exporter_held_items", &[]),
        ];
        if found == [12, 12, 5, 17, 0, 0] {
            Ok(())
        } else {
            Err(found)
        }
    });
}
