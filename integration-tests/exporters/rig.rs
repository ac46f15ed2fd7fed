//! One exporter behind its queue, built from the text an operator would write.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use tollgate::component::{Account, Batch, Built, Context, Exporter, Reason};
use tollgate::config::{Duration as Span_, Queue as Settings, Table};
use tollgate::exporters;
use tollgate::otlp::{Limits, Signal, Telemetry};
use tollgate::pipeline::{Queue, QueueHandle};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Rig {
    pub(super) queue: QueueHandle,
    pub(super) account: Arc<Account>,
    pub(super) context: Context,
}

impl Rig {
    /// Builds exporter `kind` from its table; the queue pauses for milliseconds, not seconds.
    pub(super) fn new(kind: &str, table: &str) -> Rig {
        Rig::with(kind, table, |_| {})
    }

    pub(super) fn with(kind: &str, table: &str, change: impl FnOnce(&mut Settings)) -> Rig {
        let mut context = Context::bare(kind);
        let (exporter, mut settings) = build(kind, table, &mut context);
        settings.batch_timeout = Span_::from_millis(0);
        settings.retry_initial = Span_::from_millis(2);
        settings.retry_max = Span_::from_millis(20);
        change(&mut settings);
        let account = Arc::new(Account::default());
        let queue = Queue::start(
            kind,
            &settings,
            exporter,
            Arc::clone(&account),
            context.clock,
        );
        Rig {
            queue,
            account,
            context,
        }
    }

    pub(super) fn offer(&self, telemetry: Telemetry) {
        self.queue.offer(Arc::new(Batch::unpaid(telemetry)));
    }

    /// Waits until everything offered is delivered or given up.
    pub(super) async fn settled(&self) -> (u64, Vec<(Reason, u64)>) {
        eventually(|| self.account.tally().held() == 0).await;
        let tally = self.account.tally();
        (tally.passed, tally.discarded)
    }

    pub(super) async fn drain(&self) -> u64 {
        self.queue
            .drain(self.context.clock.now().mono + PATIENCE)
            .await
    }
}

pub(super) fn build(
    kind: &str,
    table: &str,
    context: &mut Context,
) -> (Arc<dyn Exporter>, Settings) {
    let entry = exporters::ALL
        .iter()
        .find(|entry| entry.name == kind)
        .expect("registered");
    match (entry.read)(&Table::of(table)) {
        Ok(Built::Exporter(make, queue)) => (make(context).expect("buildable"), *queue),
        Ok(_) => panic!("{kind} is not an exporter"),
        Err(faults) => panic!("{faults:?}"),
    }
}

pub(super) async fn eventually(mut done: impl FnMut() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait)
        .await
        .expect("it happens within the patience of a test");
}

/// A request of `count` spans with names of `width` bytes.
pub(super) fn spans(count: usize, width: usize) -> Telemetry {
    let span = |at: usize| Span {
        trace_id: vec![1; 16],
        span_id: (at as u64 + 1).to_be_bytes().to_vec(),
        name: "n".repeat(width),
        ..Span::default()
    };
    let scope_spans = vec![ScopeSpans {
        spans: (0..count).map(span).collect(),
        ..ScopeSpans::default()
    }];
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans,
            ..ResourceSpans::default()
        }],
    };
    parse(Signal::Traces, request.encode_to_vec())
}

pub(super) fn parse(signal: Signal, body: Vec<u8>) -> Telemetry {
    Telemetry::parse(signal, Bytes::from(body), &Limits::default())
        .expect("valid")
        .telemetry
}
