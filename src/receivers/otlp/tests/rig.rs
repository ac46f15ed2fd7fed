//! A receiver on free ports with an intake of so many bytes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::super::settings::Config;
use super::super::{Otlp, Stop};
use crate::clock::Now;
use crate::component::{BoxFuture, Busy, Context, Intake, Reason, Receipt};
use crate::config::Table;
use crate::otlp::{Signal, Telemetry};

/// An intake of so many bytes that remembers what came in.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) free: Arc<AtomicUsize>,
    pub(super) items: AtomicU64,
    pub(super) asked: AtomicUsize,
    pub(super) refused: Mutex<Vec<(Signal, Reason, u64)>>,
    pub(super) held: Mutex<Vec<Receipt>>,
}

impl Memory {
    pub(super) fn of(bytes: usize) -> Arc<Self> {
        Arc::new(Memory {
            free: Arc::new(AtomicUsize::new(bytes)),
            ..Memory::default()
        })
    }

    pub(super) fn free(&self) -> usize {
        self.free.load(SeqCst)
    }
}

impl Intake for Memory {
    fn admit(&self, bytes: usize) -> Result<Receipt, Busy> {
        self.asked.fetch_add(1, SeqCst);
        let taken = self
            .free
            .fetch_update(SeqCst, SeqCst, |free| free.checked_sub(bytes));
        let busy = Busy {
            retry_after: Duration::from_secs(1),
            why: "no memory left",
        };
        taken.map_err(|_| busy)?;
        let free = Arc::clone(&self.free);
        Ok(Receipt::new(move || {
            free.fetch_add(bytes, SeqCst);
        }))
    }

    fn offer(&self, telemetry: Telemetry, receipt: Receipt) -> BoxFuture<'_, Result<(), Busy>> {
        self.items.fetch_add(telemetry.items() as u64, SeqCst);
        self.held.lock().unwrap().push(receipt);
        Box::pin(std::future::ready(Ok(())))
    }

    fn refused(&self, signal: Signal, reason: Reason, items: u64) {
        self.refused.lock().unwrap().push((signal, reason, items));
    }

    fn takes(&self, signal: Signal) -> bool {
        signal != Signal::Metrics
    }

    fn now(&self) -> Now {
        Now::at_ms(0)
    }
}

/// A receiver that is serving.
pub(super) struct Rig {
    pub(super) grpc: SocketAddr,
    pub(super) http: SocketAddr,
    pub(super) memory: Arc<Memory>,
    pub(super) stop: Stop,
    serving: JoinHandle<()>,
}

impl Rig {
    /// A receiver with these settings; traces and logs have a pipeline, metrics have none.
    pub(super) async fn start(settings: &str, memory: Arc<Memory>) -> Self {
        let ports = "grpc = \"127.0.0.1:0\"\nhttp = \"127.0.0.1:0\"\n";
        let table = Table::of(&format!("{ports}{settings}"));
        let config = table.read(Config::faults).unwrap();
        let otlp = Otlp::new(config, &Context::bare("otlp")).unwrap();
        let grpc = otlp.open("grpc", "127.0.0.1:0").await.unwrap().unwrap();
        let http = otlp.open("http", "127.0.0.1:0").await.unwrap().unwrap();
        let addresses = (grpc.local_addr().unwrap(), http.local_addr().unwrap());
        let stop = Stop::new();
        let intake = Arc::clone(&memory) as Arc<dyn Intake>;
        let serving = tokio::spawn(otlp.run(Some(grpc), Some(http), intake, stop.clone()));
        Rig {
            grpc: addresses.0,
            http: addresses.1,
            memory,
            stop,
            serving,
        }
    }

    /// Stops, and returns when everyone was answered.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }

    /// Sends bytes over a connection of their own and reads until its end.
    pub(super) async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.http).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Posts a body and returns the whole answer.
    pub(super) async fn post(&self, path: &str, headers: &str, body: &[u8]) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        self.say(&[head.as_bytes(), body].concat()).await
    }
}

/// One good span as an `ExportTraceServiceRequest`.
pub(super) const TRACES: &[u8] =
    include_bytes!("../../../../integration-tests/fixtures/hostile/cases/ok-traces.pb");

/// The same in OTLP/JSON.
pub(super) const JSON: &[u8] =
    include_bytes!("../../../../integration-tests/fixtures/hostile/cases/j-ok.json");

/// A request whose one span has an id of the wrong length.
pub(super) const BAD_ID: &[u8] =
    include_bytes!("../../../../integration-tests/fixtures/hostile/cases/sid-len-7.pb");

/// What a protobuf body needs to say.
pub(super) const PROTOBUF: &str = "Content-Type: application/x-protobuf\r\n";
