//! Runs a program of `clients/` against a collector, told everything through `OTEL_*` variables.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use super::Collector;

/// One program that sends telemetry through a real SDK.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    /// `clients/python/emit.py`
    Python,
    /// `clients/python/openai_call.py`
    OpenAi,
    /// `clients/python/mcp_agent.py`
    Mcp,
    /// `clients/javascript`
    JavaScript,
    /// `clients/go`
    Go,
    /// `clients/java`
    Java,
    /// `clients/rust`
    Rust,
}

/// What the SDK speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Protocol {
    /// OTLP over gRPC.
    Grpc,
    /// OTLP over HTTP with protobuf bodies.
    Http,
}

impl Client {
    /// Runs the program to its end. `marker` becomes the resource attribute `proof.marker`.
    #[track_caller]
    pub(crate) fn send(self, to: &Collector, how: Protocol, compression: &str, marker: &str) {
        prepare(self.part());
        let (protocol, port) = match how {
            Protocol::Grpc => ("grpc", to.grpc),
            Protocol::Http => ("http/protobuf", to.http),
        };
        let mut command = self.command();
        // Python's gRPC exporter refuses the standard's "none".
        if compression != "none" {
            command.env("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
        }
        let output = command
            .env(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                format!("http://127.0.0.1:{port}"),
            )
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
            .env("OTEL_SERVICE_NAME", "proof")
            .env("OTEL_RESOURCE_ATTRIBUTES", format!("proof.marker={marker}"))
            .envs(["TRACES", "LOGS", "METRICS"].map(|s| (format!("OTEL_{s}_EXPORTER"), "otlp")))
            // Points leave once, when the program ends.
            .env("OTEL_METRIC_EXPORT_INTERVAL", "600000")
            .env(
                "OTEL_SEMCONV_STABILITY_OPT_IN",
                "gen_ai_latest_experimental",
            )
            .env(
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
                "SPAN_AND_EVENT",
            )
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{self:?} {how:?}: {}\n{said}",
            output.status
        );
    }

    /// Its part of `setup.sh`.
    fn part(self) -> &'static str {
        match self {
            Client::Python | Client::OpenAi | Client::Mcp => "python",
            Client::JavaScript => "javascript",
            Client::Go => "go",
            Client::Java => "java",
            Client::Rust => "rust",
        }
    }

    fn command(self) -> Command {
        let clients = tests().join("clients");
        let cache = tests().join(".cache");
        let with = |program: &str, script: &str| {
            let mut command = Command::new(cache.join(program));
            command.arg(clients.join(script));
            command
        };
        match self {
            Client::Python => with("python/bin/python", "python/emit.py"),
            Client::OpenAi => with("python/bin/python", "python/openai_call.py"),
            Client::Mcp => with("python/bin/python", "python/mcp_agent.py"),
            Client::JavaScript => with("bin/node", "javascript/emit.js"),
            Client::Go => Command::new(cache.join("bin/emit-go")),
            Client::Rust => Command::new(cache.join("bin/emit-rust")),
            Client::Java => {
                let java = cache.join("java");
                let mut command = Command::new("java");
                let path = format!("{0}/classes:{0}/jars/*", java.display());
                command.args(["-cp", &path, "Emit"]);
                command
            }
        }
    }
}

/// The Python of the set-up, with the packages of `clients/python`.
#[track_caller]
pub(crate) fn python() -> Command {
    prepare("python");
    Command::new(tests().join(".cache/python/bin/python"))
}

/// Makes one part of the set-up ready; costs milliseconds where it already is.
#[track_caller]
pub(crate) fn prepare(part: &str) {
    // One at a time: the script would only wait for itself.
    static ONE: Mutex<()> = Mutex::new(());
    let _guard = ONE.lock();
    let output = Command::new(tests().join("setup.sh"))
        .arg(part)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "setup.sh {part}: {}\n{said}",
        output.status
    );
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests")
}
