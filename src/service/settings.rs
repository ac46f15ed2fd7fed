//! The `[service]` and `[admin]` tables: workers, memory, leaving, logs, the admin port.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::ConfigError;
use crate::telemetry::LogFormat;
use crate::units::{Duration, Size};

/// Everything about the process that is not a component.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Worker threads; 0 means one for each core.
    pub workers: usize,
    /// Most bytes of telemetry admitted and not yet exported. Beyond it senders are told to come
    /// back later.
    pub memory: Size,
    /// Most requests admitted and not yet exported.
    pub requests_max: usize,
    /// Longest time to drain after SIGTERM; what is left then is counted as `shutdown_deadline`.
    pub shutdown_timeout: Duration,
    /// How often the traffic's own metrics (`agent_metrics`) enter the metrics pipelines as OTLP;
    /// "0s" turns that off.
    pub meter_interval: Duration,
    /// How the configuration is followed while the service runs.
    pub reload: Follow,
    /// Logs of the process itself.
    pub log: Log,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            workers: 0,
            memory: Size::mib(256),
            requests_max: 4096,
            shutdown_timeout: Duration::from_secs(25),
            meter_interval: Duration::from_secs(10),
            reload: Follow::default(),
            log: Log::default(),
        }
    }
}

impl Settings {
    /// Faults serde cannot see.
    pub fn check(&self) -> Vec<ConfigError> {
        let mut faults = Vec::new();
        faults.extend(
            ConfigError::unless(self.workers <= 256, "workers", "at most 256 workers").err(),
        );
        faults.extend(
            ConfigError::unless(
                self.memory >= Size(1 << 20),
                "memory",
                "at least 1 MiB is needed to admit anything",
            )
            .err(),
        );
        faults.extend(
            ConfigError::unless(
                (1..=1 << 20).contains(&self.requests_max),
                "requests_max",
                "between 1 and 1048576",
            )
            .err(),
        );
        let poll = self.reload.poll.as_ms() >= 100;
        faults.extend(ConfigError::unless(poll, "reload.poll", "at least 100ms").err());
        faults
    }
}

/// How the configuration is followed while the service runs. SIGHUP has it read at once, whatever
/// is said here.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Follow {
    /// Take a changed file into use by itself. `tollgate run --no-watch` turns this off as well.
    pub watch: bool,
    /// How often the file's contents are looked at, besides being told of changes by the operating
    /// system: notifications get lost.
    pub poll: Duration,
}

impl Default for Follow {
    fn default() -> Self {
        Follow {
            watch: true,
            poll: Duration::from_secs(10),
        }
    }
}

/// How the process logs.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Lowest level written, or a filter such as `info,tollgate::receivers=debug`.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Log {
            level: "info".to_owned(),
            format: LogFormat::Auto,
        }
    }
}

/// The admin port: `/healthz`, `/readyz`, `/metrics` and `/debug/…`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Admin {
    /// Where to listen; an empty string turns the port off.
    pub listen: String,
}

impl Default for Admin {
    fn default() -> Self {
        Admin {
            listen: "127.0.0.1:8888".to_owned(),
        }
    }
}

impl Admin {
    /// Faults serde cannot see.
    pub fn check(&self) -> Vec<ConfigError> {
        let good = self.listen.is_empty() || self.listen.parse::<SocketAddr>().is_ok();
        let message =
            "write an address and port such as \"127.0.0.1:8888\", or \"\" to turn it off";
        ConfigError::unless(good, "listen", message)
            .err()
            .into_iter()
            .collect()
    }

    /// The address, if the port is on.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }
}
