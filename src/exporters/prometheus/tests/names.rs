//! Names, units and labels as Prometheus spells them.

use super::super::names::{family, label};
use super::super::text::Kind;

#[test]
fn names_follow_the_compatibility_rules() {
    let check = |name: &str, unit: &str, kind: Kind, base: &str, word: &str| {
        let got = family(name, unit, kind);
        assert_eq!(
            (base, word),
            (got.base.as_str(), got.unit.as_str()),
            "{name} in {unit}"
        );
    };
    check(
        "http.server.duration",
        "s",
        Kind::Histogram,
        "http_server_duration_seconds",
        "seconds",
    );
    check(
        "http.server.duration",
        "ms",
        Kind::Histogram,
        "http_server_duration_milliseconds",
        "milliseconds",
    );
    check(
        "gen_ai.client.token.usage",
        "{token}",
        Kind::Histogram,
        "gen_ai_client_token_usage",
        "",
    );
    check("requests", "1", Kind::Counter, "requests", "");
    check("requests.total", "", Kind::Counter, "requests", "");
    check("total", "", Kind::Counter, "_", "");
    check(
        "cpu.utilization",
        "1",
        Kind::Gauge,
        "cpu_utilization_ratio",
        "",
    );
    check("cpu.ratio", "1", Kind::Gauge, "cpu_ratio", "");
    check("memory", "By", Kind::Gauge, "memory_bytes", "bytes");
    check("memory.bytes", "By", Kind::Gauge, "memory_bytes", "bytes");
    check(
        "disk",
        "By/s",
        Kind::Gauge,
        "disk_bytes_per_second",
        "bytes_per_second",
    );
    check("rate", "{request}/s", Kind::Gauge, "rate_per_second", "");
    check(
        "speed",
        "m/h",
        Kind::Gauge,
        "speed_meters_per_hour",
        "meters_per_hour",
    );
    check("cost", "USD", Kind::Counter, "cost_USD", "USD");
    check("heat", "Cel", Kind::Gauge, "heat_celsius", "celsius");
    check("share", "%", Kind::Gauge, "share_percent", "percent");
    check("__a..b--c__", "", Kind::Gauge, "a_b_c", "");
    check("2xx.count", "", Kind::Gauge, "_2xx_count", "");
    check("größe", "", Kind::Gauge, "gr_e", "");
    check("\u{1f980}", "", Kind::Gauge, "_", "");
    check("ns:rule", "", Kind::Gauge, "ns:rule", "");
    check(
        "x",
        "\n# TYPE fake counter\nfake 1",
        Kind::Gauge,
        "x_TYPE_fake_counter_fake_1",
        "TYPE_fake_counter_fake_1",
    );
}

#[test]
fn labels_are_clean_and_never_start_with_a_digit() {
    let check = |key: &str, name: &str| assert_eq!(name, label(key), "{key}");
    check("http.method", "http_method");
    check("__name__", "_name_");
    check("a..b", "a_b");
    check("0day", "key_0day");
    check("", "_");
    check("\u{1f980}", "_");
    check("le\"} fake 1", "le_fake_1");
}
