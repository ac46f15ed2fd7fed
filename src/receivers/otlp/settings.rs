//! The `otlp` table of `pipelines.toml`: every setting with its meaning and default.

use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

use super::cors;
use crate::component::ConfigError;
use crate::config::{Duration, Size};

/// Receives OTLP over gRPC and HTTP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    /// Address for OTLP/gRPC, `host:port`; "" for none.
    pub(super) grpc: String,
    /// Address for OTLP/HTTP (protobuf and JSON), `host:port`; "" for none.
    pub(super) http: String,
    /// Paths of OTLP/HTTP.
    pub(super) paths: Paths,
    /// What a sender may ask for.
    pub(super) limits: Limits,
    /// How long a sender is waited for.
    pub(super) timeouts: Timeouts,
    /// Certificates; without this table both addresses speak plaintext.
    pub(super) tls: Option<Tls>,
    /// Tokens; without this table everyone who can reach the addresses may send.
    pub(super) auth: Option<Auth>,
    /// Web pages that may send over OTLP/HTTP; without this table no browser sends from a page.
    pub(super) cors: Option<Cors>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            grpc: "127.0.0.1:4317".to_owned(),
            http: "127.0.0.1:4318".to_owned(),
            paths: Paths::default(),
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            tls: None,
            auth: None,
            cors: None,
        }
    }
}

/// Paths of OTLP/HTTP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Paths {
    /// Where traces are posted.
    pub(super) traces: String,
    /// Where metrics are posted.
    pub(super) metrics: String,
    /// Where logs are posted.
    pub(super) logs: String,
}

impl Default for Paths {
    fn default() -> Self {
        let path = |signal: &str| format!("/v1/{signal}");
        Paths {
            traces: path("traces"),
            metrics: path("metrics"),
            logs: path("logs"),
        }
    }
}

/// What a sender may ask for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    /// Size of one request, before and after decompression.
    pub(super) request: Size,
    /// Spans, log records or data points (and other repeated parts) of one request.
    pub(super) items: usize,
    /// Levels of nested attribute values.
    pub(super) depth: usize,
    /// Requests in service at once, over all connections; more are told to come back.
    pub(super) requests: usize,
    /// Connections to one address. When all are taken, the longest idle one makes room.
    pub(super) connections: usize,
    /// Concurrent streams of one HTTP/2 connection.
    pub(super) streams: u32,
    /// Size of a request's header fields.
    pub(super) headers: Size,
}

impl Default for Limits {
    fn default() -> Self {
        let otlp = crate::otlp::Limits::default();
        Limits {
            request: Size::mib(64),
            items: otlp.max_items,
            depth: otlp.max_depth,
            requests: 10_000,
            connections: 1024,
            streams: 100,
            headers: Size(16 << 10),
        }
    }
}

/// How long a sender is waited for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Timeouts {
    /// From the first byte of a request's head to its end, and for the HTTP/2 preface.
    pub(super) head: Duration,
    /// For a body, before `body_rate` counts.
    pub(super) body: Duration,
    /// Bytes per second a body has to keep on average.
    pub(super) body_rate: Size,
    /// For the next request of an HTTP/1.1 connection.
    pub(super) idle: Duration,
    /// For a peer that does not read its answer.
    pub(super) write: Duration,
    /// Silence after which an HTTP/2 peer is pinged.
    pub(super) ping: Duration,
    /// For the answer to a ping.
    pub(super) ping_answer: Duration,
    /// Age at which a connection is asked to leave, a tenth more or less; "0s" keeps it.
    pub(super) connection_age: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            body_rate: Size(1000),
            idle: Duration::from_secs(60),
            write: Duration::from_secs(30),
            ping: Duration::from_secs(60),
            ping_answer: Duration::from_secs(20),
            connection_age: Duration::from_secs(0),
        }
    }
}

/// Certificates, as PEM files. They are read again when they change.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Tls {
    /// Certificate chain of this service.
    pub(super) cert: PathBuf,
    /// Private key of this service.
    pub(super) key: PathBuf,
    /// Authorities that sign clients; without it clients need no certificate.
    pub(super) client_ca: Option<PathBuf>,
}

/// Who may send.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Auth {
    /// Tokens that are accepted in `authorization: Bearer …`; write them as `${env:NAME}`.
    #[schemars(with = "Vec<String>")]
    pub(super) tokens: Vec<SecretString>,
    /// A file with more tokens, one a line.
    pub(super) token_file: Option<PathBuf>,
}

/// Web pages that may send (CORS, WHATWG Fetch), named as the Collector names it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cors {
    /// Origins such as `https://app.example.com`; one `*` stands for any characters.
    pub(super) allowed_origins: Vec<String>,
    /// Request headers beside `content-type`, `content-encoding` and `authorization`.
    pub(super) allowed_headers: Vec<String>,
    /// How long a browser remembers the answer.
    pub(super) max_age: Duration,
}

impl Default for Cors {
    fn default() -> Self {
        Cors {
            allowed_origins: Vec::new(),
            allowed_headers: Vec::new(),
            max_age: Duration::from_secs(600),
        }
    }
}

/// What an address is set to when it should not be listened on.
pub(super) const OFF: &str = "";

impl Config {
    /// Every fault serde cannot see.
    pub(super) fn faults(&self) -> Vec<ConfigError> {
        let addresses = [("grpc", &self.grpc), ("http", &self.http)];
        let is_off = addresses.iter().all(|(_, address)| *address == OFF);
        let paths = [
            ("paths.traces", &self.paths.traces),
            ("paths.metrics", &self.paths.metrics),
            ("paths.logs", &self.paths.logs),
        ];
        let lone = self
            .auth
            .as_ref()
            .is_some_and(|auth| auth.token_file.is_none() && auth.tokens.is_empty());
        let no_zero = [
            ("limits.request", self.limits.request.bytes()),
            ("limits.items", self.limits.items),
            ("limits.depth", self.limits.depth),
            ("limits.requests", self.limits.requests),
            ("limits.connections", self.limits.connections),
            ("limits.streams", self.limits.streams as usize),
            ("limits.headers", self.limits.headers.bytes()),
        ];
        let mut faults = Vec::new();
        let mut unless = |holds: bool, key: &str, message: &str| {
            if !holds {
                faults.push(ConfigError::at(key, message));
            }
        };
        for (key, address) in addresses {
            let is_address = address == OFF || is_host_and_port(address);
            unless(
                is_address,
                key,
                "write `host:port`, such as \"127.0.0.1:4317\", or \"\" to turn it off",
            );
        }
        unless(
            !is_off,
            "grpc",
            "grpc and http are both off: nothing would be received",
        );
        for (key, path) in paths {
            unless(path.starts_with('/'), key, "a path starts with `/`");
        }
        for (key, value) in no_zero {
            unless(value > 0, key, "must be more than zero");
        }
        unless(!lone, "auth", "needs `tokens` or a `token_file`");
        faults.extend(self.cors.iter().flat_map(cors::faults));
        faults
    }
}

fn is_host_and_port(address: &str) -> bool {
    let parts = address.rsplit_once(':');
    parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}
