//! A real Prometheus server that scrapes one port, and the checker that comes with it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::child::Running;
use super::client::prepare;
use super::collector::free_ports;
use super::{eventually, get};

/// A running server; dropping it ends it.
pub(crate) struct Prometheus {
    port: u16,
    _server: Running,
    _folder: TempDir,
}

/// What a query returns: labels and value of each series.
pub(crate) type Series = Vec<(BTreeMap<String, String>, f64)>;

impl Prometheus {
    /// Scrapes `127.0.0.1:target` five times a second under the job `agent-runtime`.
    #[track_caller]
    pub(crate) fn scraping(target: u16) -> Self {
        prepare("prometheus");
        let folder = tempfile::tempdir().unwrap();
        let [port] = free_ports();
        let config = format!(
            "global: {{ scrape_interval: 200ms, scrape_timeout: 200ms }}\n\
             scrape_configs:\n  - job_name: agent-runtime\n    static_configs:\n      \
             - targets: ['127.0.0.1:{target}']\n"
        );
        fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        let mut command = Command::new("prometheus");
        command
            .arg(format!(
                "--config.file={}",
                folder.path().join("prometheus.yml").display()
            ))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Prometheus {
            port,
            _server: Running::start(&mut command),
            _folder: folder,
        };
        eventually(|| match server.ask("up == 1") {
            Ok(series) if series.len() == 1 => Ok(()),
            other => Err(other),
        });
        server
    }

    /// The answer to an instant query.
    #[track_caller]
    pub(crate) fn query(&self, expression: &str) -> Series {
        self.ask(expression).unwrap()
    }

    /// Asks until the query returns exactly one series with about that value.
    #[track_caller]
    pub(crate) fn expect(&self, expression: &str, value: f64) {
        eventually(|| match &*self.ask(expression)? {
            [(_, found)] if (found - value).abs() <= 1e-9 * value.abs() => Ok(()),
            other => Err(format!("{expression}: wanted {value}, found {other:?}")),
        });
    }

    fn ask(&self, expression: &str) -> Result<Series, String> {
        let path = format!("/api/v1/query?query={}", escape(expression));
        let (status, body) = get(self.port, &path).map_err(|error| error.to_string())?;
        if status != 200 {
            return Err(format!("{expression}: {status} {body}"));
        }
        let body: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        let results = body["data"]["result"].as_array().ok_or("no result")?;
        results
            .iter()
            .map(series)
            .collect::<Option<_>>()
            .ok_or_else(|| body.to_string())
    }
}

fn series(result: &Value) -> Option<(BTreeMap<String, String>, f64)> {
    let labels = result["metric"].as_object()?.iter();
    let labels = labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Some((labels.collect(), result["value"][1].as_str()?.parse().ok()?))
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// `promtool check metrics`: parses the text and knows the naming conventions.
#[track_caller]
pub(crate) fn check_metrics(text: &str) {
    prepare("prometheus");
    let mut child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "promtool: {said}\n{text}");
}

/// `promtool check config`.
#[track_caller]
pub(crate) fn check_config(file: &Path) {
    prepare("prometheus");
    let output = Command::new("promtool")
        .args(["check", "config"])
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "promtool: {said}");
}
