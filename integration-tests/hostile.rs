//! Hostile requests and transport attacks, with a normal client beside them that must not notice.

use std::path::Path;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic_types::StatusExt;

use crate::harness::{Collector, python};

/// The queue takes two of the largest requests, so that a slow machine does not push back.
const CONFIG: &str = r#"
[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[exporters.debug]
queue = { max_bytes = "192 MiB" }

[pipelines.traces]
receivers = ["otlp"]
exporters = ["debug"]

[pipelines.metrics]
receivers = ["otlp"]
exporters = ["debug"]

[pipelines.logs]
receivers = ["otlp"]
exporters = ["debug"]
"#;

/// Seconds a case may take: generous, because a debug build on a busy machine walks slowly.
const CASE_SECONDS: &str = "120";

#[test]
fn every_hostile_request_gets_its_answer() {
    check(CONFIG, "send.py", &["--heavy", "--timeout", CASE_SECONDS]);
}

#[test]
fn a_smaller_limit_is_kept_as_exactly() {
    let config = CONFIG.replace(
        "[exporters.debug]",
        "limits.request = \"1 MiB\"\n[exporters.debug]",
    );
    let limit = ["--heavy", "--limit", "1048576", "--timeout", CASE_SECONDS];
    check(
        &config,
        "send.py",
        &[limit.as_slice(), &["--id", "lim-[ugo]*"]].concat(),
    );
}

#[test]
fn attacks_on_the_transport_bounce_off() {
    // On a busy machine anything may take a while; what must not happen is waiting for the attack.
    check(CONFIG, "attacks.py", &["--slow", "4.5"]);
}

/// Runs a script against a collector; a normal client is served all the while, and nothing that
/// was acknowledged is lost.
#[track_caller]
fn check(config: &str, script: &str, arguments: &[&str]) {
    let collector = Collector::start(config);
    let beside = Beside::start(collector.grpc);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/hostile");
    let output = python()
        .arg(folder.join(script))
        .args(["--grpc", &format!("127.0.0.1:{}", collector.grpc)])
        .args(["--http", &format!("127.0.0.1:{}", collector.http)])
        .args(["--pid", &collector.pid().to_string()])
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(
        output.status.success(),
        "{script}: {}\n{said}\n{complained}",
        output.status
    );
    let served = beside.stop();
    assert!(served > 0, "the normal client was never served");
    let farewell = collector.stop();
    assert!(
        farewell.status.success(),
        "{}: {}",
        farewell.status,
        farewell.said
    );
}

/// A client as an SDK has it: twenty requests a second, each retried only when told to.
struct Beside {
    stop: CancellationToken,
    thread: JoinHandle<u64>,
}

impl Beside {
    fn start(port: u16) -> Self {
        let stop = CancellationToken::new();
        let told = stop.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(send_until(told, port))
        });
        Beside { stop, thread }
    }

    /// How many requests were acknowledged; panics if one was not.
    fn stop(self) -> u64 {
        self.stop.cancel();
        self.thread.join().unwrap()
    }
}

async fn send_until(stop: CancellationToken, port: u16) -> u64 {
    let good = include_bytes!("fixtures/hostile/cases/ok-traces.pb");
    let good = ExportTraceServiceRequest::decode(good.as_slice()).unwrap();
    let address = format!("http://127.0.0.1:{port}");
    let mut client = TraceServiceClient::connect(address).await.unwrap();
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let mut served = 0;
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let mut request = tonic::Request::new(good.clone());
        request.set_timeout(Duration::from_secs(30));
        match client.export(request).await {
            Ok(answer) => {
                assert_eq!(answer.into_inner().partial_success, None);
                served += 1;
            }
            Err(status) => {
                let wait = status
                    .get_details_retry_info()
                    .and_then(|info| info.retry_delay);
                let wait = wait.filter(|_| status.code() == Code::Unavailable);
                let wait = wait.unwrap_or_else(|| panic!("the normal client was told {status}"));
                stop.run_until_cancelled(tokio::time::sleep(wait)).await;
            }
        }
    }
    served
}
