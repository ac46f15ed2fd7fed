//! Components that have no equivalent, each with what to do instead.

/// Names, and what to do.
type Advice = (&'static [&'static str], &'static str);

/// What is said of a connector nobody thought of.
pub(super) const NO_CONNECTOR: &str = "pipelines are not connected to each other here";

const SEND_OTLP: &str = "let it send OTLP, or leave a Collector with this receiver in front";
const SCRAPE: &str = "let Prometheus scrape it, or leave a Collector with this receiver in front";
const TAKES_OTLP: &str = "it takes OTLP: use `[exporters.otlp]` with its OTLP endpoint";
const BEHIND: &str = "leave a Collector with this exporter behind, and send OTLP to it";
const ENRICH: &str = "let the SDK say it (OTEL_RESOURCE_ATTRIBUTES, resource detectors), or leave a Collector in front";
const CONVERT_METRICS: &str = "metrics pass as they came, except through `filter` and `resource`";

const RECEIVERS: &[Advice] = &[
    (
        &[
            "jaeger",
            "zipkin",
            "opencensus",
            "skywalking",
            "datadog",
            "awsxray",
        ],
        SEND_OTLP,
    ),
    (
        &[
            "prometheus",
            "prometheus_simple",
            "hostmetrics",
            "kubeletstats",
            "docker_stats",
        ],
        SCRAPE,
    ),
    (
        &[
            "filelog",
            "journald",
            "syslog",
            "tcplog",
            "udplog",
            "fluentforward",
            "k8s_events",
        ],
        SEND_OTLP,
    ),
    (
        &["kafka", "otlpjsonfile", "awsfirehose", "statsd", "loki"],
        SEND_OTLP,
    ),
];

const PROCESSORS: &[Advice] = &[
    (
        &[
            "k8sattributes",
            "k8s_attributes",
            "resourcedetection",
            "geoip",
        ],
        ENRICH,
    ),
    (
        &[
            "metricstransform",
            "cumulativetodelta",
            "deltatocumulative",
            "deltatorate",
            "metricsgeneration",
            "experimental_metricsgeneration",
            "interval",
            "metricstarttime",
        ],
        CONVERT_METRICS,
    ),
    (
        &["span"],
        "span names stay as they came; `attributes` changes what stands on them",
    ),
    (
        &["groupbyattrs"],
        "telemetry keeps the resources it came with",
    ),
    (
        &["routing"],
        "use one pipeline for each destination, with `filter` in each",
    ),
    (&["logdedup", "log_dedup"], "repeated log records all pass"),
    (
        &["remotetap"],
        "use `[exporters.debug]`, or /debug on the admin port",
    ),
    (
        &["schema"],
        "GenAI and MCP names are brought together by `normalize`",
    ),
];

const EXPORTERS: &[Advice] = &[
    (
        &[
            "jaeger",
            "loki",
            "datadog",
            "elasticsearch",
            "dynatrace",
            "honeycomb",
        ],
        TAKES_OTLP,
    ),
    (
        &[
            "zipkin",
            "kafka",
            "awsxray",
            "awscloudwatchlogs",
            "awsemf",
            "splunk_hec",
        ],
        BEHIND,
    ),
    (
        &[
            "azuremonitor",
            "googlecloud",
            "clickhouse",
            "opensearch",
            "awss3",
            "pulsar",
        ],
        BEHIND,
    ),
    (
        &["loadbalancing", "load_balancing"],
        "one process samples whole traces only of what reaches it: balance by trace id in front",
    ),
    (&["nop"], "use `[exporters.debug]`"),
];

/// Connectors.
pub(super) const CONNECTORS: &[Advice] = &[
    (
        &["spanmetrics", "span_metrics"],
        "put `agent_metrics` before the sampler and read `[exporters.prometheus]`: exact calls, \
         errors, tokens, spend and latency of agents, models and tools",
    ),
    (
        &["servicegraph", "service_graph"],
        "let the trace store derive it",
    ),
    (
        &["forward"],
        "write the second pipeline's processors behind the first's",
    ),
    (
        &["routing"],
        "use one pipeline for each destination, with `filter` in each",
    ),
    (&["failover"], "put a balancer in front of the destinations"),
    (
        &["count", "sum", "exceptions", "signaltometrics"],
        "`agent_metrics` counts agents' traffic",
    ),
];

/// Extensions that are there without being asked for.
pub(super) const UNNEEDED_EXTENSIONS: &[Advice] = &[
    (&["zpages", "pprof"], "the admin port has /debug"),
    (
        &["memory_ballast"],
        "there is no garbage collector to please",
    ),
];

/// Extensions.
pub(super) const EXTENSIONS: &[Advice] = &[
    (
        &["file_storage", "db_storage", "redis_storage"],
        "the sampler remembers with `persist`; what waits for exporters waits in memory",
    ),
    (
        &[
            "basicauth",
            "oidc",
            "oauth2client",
            "sigv4auth",
            "asapclient",
        ],
        "only bearer tokens are spoken",
    ),
    (
        &["opamp"],
        "change the file: policies are taken up while running",
    ),
];

/// The advice on a component, by its name.
pub(super) fn advice(list: &[Advice], name: &str) -> Option<&'static str> {
    let kind = name.split('/').next().unwrap_or_default();
    let row = list.iter().find(|(names, _)| names.contains(&kind));
    row.map(|(_, advice)| *advice)
}

/// What is said of a component of this sort that has no equivalent.
pub(super) fn of_sort(sort: &str, kind: &str) -> &'static str {
    let (list, otherwise) = match sort {
        "receivers" => (RECEIVERS, SEND_OTLP),
        "processors" => (
            PROCESSORS,
            "Tollgate has no such processor; `tollgate components` lists them",
        ),
        _ => (EXPORTERS, BEHIND),
    };
    advice(list, kind).unwrap_or(otherwise)
}
